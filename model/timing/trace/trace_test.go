package trace

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/stagedive/stagedive/internal/manual"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing"
	"github.com/stagedive/stagedive/model/timing/timingtest"
)

// recorded is what is written of a build of the analysis's testdata.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	return written(t, timingtest.Recorded(t, filepath.Join("..", "testdata", name+".jsonl"), nil))
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
	var files []any
	for _, name := range builds {
		var out map[string]any
		if err := json.Unmarshal(recorded(t, name), &out); err != nil {
			t.Fatal(err)
		}
		if out["version"] != float64(Version) {
			t.Errorf("version %v", out["version"])
		}
		noNulls(t, out)
		files = append(files, out)
	}
	manual.Same(t, manual.Keys(t, filepath.Join("..", "..", "..", "docs", "timing-json.md"), ""), manual.KeysIn(files...))
}

func noNulls(t *testing.T, v any) {
	switch v := v.(type) {
	case nil:
		t.Error("a field is null")
	case map[string]any:
		for _, x := range v {
			noNulls(t, x)
		}
	case []any:
		for _, x := range v {
			noNulls(t, x)
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
	noNulls(t, out)
	if out["error"] != "no BuildKit answers" || out["wall"] != float64(2000) || out["outcome"] != "failed" {
		t.Errorf("%v", out)
	}
}
