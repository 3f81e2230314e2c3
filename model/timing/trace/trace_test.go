package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing"
)

// recorded is what is written of a build of the analysis's testdata.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "testdata", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := build.New()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e build.Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		b.Apply(e)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return written(t, b)
}

func written(t *testing.T, b *build.Build) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, b, timing.Analyze(b, b.Ended)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var builds = []string{"logbook", "cached", "failed", "cancelled", "demo", "link", "platforms"}

// Every field is in docs/timing-json.md, and what is there is in some file.
func TestTheFileIsWhatTheDocumentSays(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "timing-json.md"))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, name := range builds {
		var out map[string]any
		if err := json.Unmarshal(recorded(t, name), &out); err != nil {
			t.Fatal(err)
		}
		if out["version"] != float64(Version) {
			t.Errorf("version %v", out["version"])
		}
		fields(t, out, used)
	}
	documented := map[string]bool{}
	for line := range strings.Lines(string(doc)) {
		if cells := strings.Split(line, "|"); len(cells) > 3 && strings.HasPrefix(strings.TrimSpace(cells[1]), "`") {
			documented[strings.Trim(strings.TrimSpace(cells[1]), "`")] = true
		}
	}
	for f := range used {
		if !documented[f] {
			t.Errorf("field %q is not documented", f)
		}
	}
	for f := range documented {
		if !used[f] {
			t.Errorf("field %q is documented, but no file has it", f)
		}
	}
}

func fields(t *testing.T, v any, into map[string]bool) {
	switch v := v.(type) {
	case nil:
		t.Error("a field is null")
	case map[string]any:
		for k, x := range v {
			into[k] = true
			fields(t, x, into)
		}
	case []any:
		for _, x := range v {
			fields(t, x, into)
		}
	}
}

// The trace keeps the rules by which viewers read it, and tells what the build
// did.
func TestTrace(t *testing.T) {
	for _, name := range builds {
		t.Run(name, func(t *testing.T) {
			var out jsonFile
			if err := json.Unmarshal(recorded(t, name), &out); err != nil {
				t.Fatal(err)
			}
			type thread struct{ pid, tid int }
			until := map[thread]int64{}
			names, arrows := map[int]string{}, map[int]int{}
			slices, onPath := 0, 0
			for _, e := range out.Events {
				if e.At < 0 || float64(e.At) > float64(out.Wall)*1000+1 {
					t.Errorf("%q is at %d in a build of %v ms", e.Name, e.At, out.Wall)
				}
				switch e.Phase {
				case "M":
					if e.Name == "process_name" {
						names[e.Process], _ = e.Args["name"].(string)
					}
				case "X":
					at := thread{e.Process, e.Thread}
					if e.Duration == nil || *e.Duration < 0 || e.At < until[at]-1 || names[e.Process] == "" {
						t.Errorf("%+v overlaps what is on its thread until %d, or has no lane", e, until[at])
					}
					until[at] = e.At + *e.Duration
					slices++
					if e.Category == "critical path" {
						onPath++
					}
					if e.Category == "step" && (e.Args["line"] == float64(0) || e.Args["state"] == "" || e.Args["cached"] == nil || e.Args["critical"] == nil) {
						t.Errorf("a step without its line or state: %+v", e)
					}
				case "s":
					arrows[e.ID]++
				case "f":
					if arrows[e.ID]--; e.Bind != "e" {
						t.Errorf("%+v", e)
					}
				case "C":
				default:
					t.Errorf("phase %q", e.Phase)
				}
			}
			for id, n := range arrows {
				if n != 0 {
					t.Errorf("arrow %d has one end", id)
				}
			}
			if onPath != len(out.CriticalPath.Links) || slices <= onPath {
				t.Errorf("%d slices, %d of %d links on the path", slices, onPath, len(out.CriticalPath.Links))
			}
			if sum := out.CriticalPath.Ran + out.CriticalPath.Waited + out.CriticalPath.Tail; sum < out.Wall-1 || sum > out.Wall+1 {
				t.Errorf("the path takes %v of %v ms", sum, out.Wall)
			}
		})
	}
}

// A build that never reached an engine, and one without a graph, have a file too.
func TestAlmostNothing(t *testing.T) {
	b := build.New()
	b.Apply(build.Event{Time: time.Unix(5, 0), Begin: &build.Begin{}})
	b.Apply(build.Event{Time: time.Unix(6, 0), Vertex: &build.Vertex{Digest: "a", Name: "b"}})
	b.Apply(build.Event{Time: time.Unix(7, 0), End: &build.End{Outcome: build.OutcomeFailed, Failure: &build.Failure{Message: "no BuildKit answers"}}})
	var out map[string]any
	if err := json.Unmarshal(written(t, b), &out); err != nil {
		t.Fatal(err)
	}
	fields(t, out, map[string]bool{})
	if out["error"] != "no BuildKit answers" || out["wall"] != float64(2000) || out["outcome"] != "failed" {
		t.Errorf("%v", out)
	}
}
