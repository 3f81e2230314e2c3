package comparison_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model/compare"
)

func write(t *testing.T, to func(io.Writer, comparison.Report) error, r comparison.Report) string {
	t.Helper()
	var out strings.Builder
	if err := to(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// forms are the writers by the endings of their goldens.
var forms = map[string]func(io.Writer, comparison.Report) error{
	"txt": comparison.Text, "json": comparison.JSON, "md": comparison.Markdown, "html": comparison.HTML,
}

func TestGoldens(t *testing.T) {
	lost := compare.Side{Name: "lost", Problem: "it was never built"}
	for name, of := range map[string]func() comparison.Report{
		"two": func() comparison.Report { return report(builder(), runtime()) },
		"grown": func() comparison.Report {
			return report(probed(runtime(), 0, "v1.2\n"), probed(debug(), 0, "v1.2-debug\n"))
		},
		"three":   func() comparison.Report { return report(builder(), runtime(), debug()) },
		"same":    func() comparison.Report { return report(runtime(), runtime()) },
		"lost":    func() comparison.Report { return report(runtime(), lost) },
		"hostile": func() comparison.Report { return report(runtime(), hostile()) },
		"target":  target,
	} {
		for form, to := range forms {
			t.Run(name+"."+form, func(t *testing.T) {
				got := write(t, to, of())
				goldens.Check(t, filepath.Join("testdata", name+"."+form), got)
				if again := write(t, to, of()); again != got {
					t.Error("the same gives other bytes")
				}
			})
		}
	}
}

// The text fits every width from the narrowest on, and the numbers are never cut.
func TestTextFits(t *testing.T) {
	long := runtime()
	long.Name = "registry.example.com/team/with/a/long/name/app:1.2.3-rc.4"
	for name, sides := range map[string][]compare.Side{
		"two": {builder(), runtime()}, "three": {builder(), runtime(), debug()}, "four": {builder(), runtime(), debug(), long},
	} {
		for width := comparison.Narrowest; width <= 200; width++ {
			r := report(sides...)
			r.Width = width
			text := write(t, comparison.Text, r)
			for _, line := range strings.Split(text, "\n") {
				if displaywidth.String(line) > width {
					t.Errorf("%s at %d: %q", name, width, line)
				}
			}
			for _, f := range r.Comparison.Facts() {
				for i := range sides {
					if !strings.Contains(text, f.Text(i)) {
						t.Errorf("%s at %d lacks %s of %s", name, width, f.Text(i), f.Label)
					}
				}
			}
		}
		for _, width := range []int{60, 80, 120, 200} {
			r := report(sides...)
			r.Width = width
			goldens.Check(t, filepath.Join("testdata", fmt.Sprintf("%s-%d.txt", name, width)), write(t, comparison.Text, r))
		}
	}
}

// All lists go to their end where that is asked for.
func TestAll(t *testing.T) {
	r := report(builder(), runtime())
	if short := write(t, comparison.Text, r); !strings.Contains(short, "(--all)") || strings.Contains(short, "lib29-dev") {
		t.Errorf("nothing is left out of\n%s", short)
	}
	r.All = true
	if long := write(t, comparison.Text, r); strings.Contains(long, "(--all)") || !strings.Contains(long, "lib29-dev") {
		t.Errorf("something is left out of\n%s", long)
	}
}

// With all files, JSON has each path that differs, and what each side has there.
func TestJSONFiles(t *testing.T) {
	r := report(builder(), runtime())
	r.Files = true
	var doc struct {
		Files struct {
			Differ []struct {
				Path    string
				Changes []string
				In      []*struct{ Size int64 }
			}
			Omitted int
		}
	}
	if err := json.Unmarshal([]byte(write(t, comparison.JSON, r)), &doc); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, f := range doc.Files.Differ {
		seen[f.Path] = fmt.Sprint(f.Changes, f.In[0] != nil, f.In[1] != nil)
	}
	for path, want := range map[string]string{
		"/app": "[unchanged modified] true true", "/usr/local/go/bin/go": "[unchanged removed] true false",
		"/home/app/.profile": "[unchanged added] false true", "/bin/sh": "",
	} {
		if seen[path] != want {
			t.Errorf("%s is %q, want %q", path, seen[path], want)
		}
	}
	if doc.Files.Omitted != 0 || len(seen) < 300 {
		t.Errorf("%d paths, %d omitted", len(seen), doc.Files.Omitted)
	}
}

// The manual names the schema and every fact that there can be.
func TestDocumentedFacts(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/compare-json.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	if !strings.Contains(page, "`"+comparison.Schema+"`") {
		t.Errorf("the page is not about %s", comparison.Schema)
	}
	for _, f := range report(builder(), runtime()).Comparison.Facts() {
		if !strings.Contains(page, "`"+f.Key+"`") && !strings.HasPrefix(f.Key, "findings.") {
			t.Errorf("the page does not tell of the fact %s", f.Key)
		}
	}
}
