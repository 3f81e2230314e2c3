package compare

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

func TestFindings(t *testing.T) {
	f := func(rule, path string, level finding.Severity) finding.Finding {
		return finding.Finding{Rule: rule, Path: path, Severity: level}
	}
	allowed := f("D", "/d", finding.Critical)
	allowed.Allowed = &finding.Allowance{Reason: "so"}
	moved := f("A", "/a", finding.High)
	moved.Line, moved.Layer, moved.Stage = 7, 3, 1
	c := New(
		Side{Name: "a", Found: []finding.Finding{f("A", "/a", finding.High), f("B", "/b", finding.Low), f("C", "/c", finding.Low), f("E", "/e", finding.Low), allowed}},
		Side{Name: "b", Found: []finding.Finding{moved, f("B", "/other", finding.Medium), f("C", "/c", finding.High), f("E", "/e", finding.Low), f("E", "/e", finding.Low)}},
	)
	var got []string
	for _, f := range c.Findings() {
		got = append(got, fmt.Sprintf("%s %s %s", f.Any().Rule, f.Any().Path, f.Change(1)))
	}
	want := []string{"A /a unchanged", "C /c modified", "B /other added", "B /b removed", "E /e unchanged", "E /e added"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	// New are those that the first side has not, or not as severe.
	if n := c.New(1); n.String() != "1 high, 1 medium, 1 low" {
		t.Errorf("new: %s", n)
	}
	if n := c.New(0); n.Total() != 0 {
		t.Errorf("the first side has new ones: %s", n)
	}
}

// A directory that only one side has is one place, unless it is most of the difference;
// all places together are the difference, to the byte.
func TestPlaces(t *testing.T) {
	a := &image.Image{Layers: []image.Layer{layer("a", map[string]uint64{
		"usr/local/go/bin/go": 500, "usr/local/go/pkg/a": 300, "usr/share/doc/x": 10, "etc/os": 10, "tmp/a/b": 5, "same": 3, "was": 7,
	})}}
	b := &image.Image{Layers: []image.Layer{layer("b", map[string]uint64{"app/main": 60, "app/lib/x": 1, "etc/os": 12, "same": 3, "was/now": 9})}}
	c := New(Side{Name: "a", Image: a}, Side{Name: "b", Image: b})
	var got []string
	for _, p := range c.Places(1) {
		slash := ""
		if p.Dir {
			slash = "/"
		}
		got = append(got, fmt.Sprintf("%s %s%s %d %d→%d", p.Change, p.Path, slash, p.Files, p.Was, p.Is))
	}
	want := []string{
		"removed /usr/local/go/ 2 800→0", "added /app/main 1 0→60", "modified /etc/os 1 10→12", "removed /usr/share/ 1 10→0", "added /was/ 1 0→9",
		"removed /was 1 7→0", "removed /tmp/ 1 5→0", "added /app/lib/ 1 0→1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant\n%q", got, want)
	}
	var delta int64
	for _, p := range c.Places(1) {
		delta += p.Delta()
	}
	if want := b.Size() - a.Size(); delta != want {
		t.Errorf("the places are %d bytes, the difference is %d", delta, want)
	}
	if c.Places(0) != nil {
		t.Error("the first side differs from itself")
	}
}
