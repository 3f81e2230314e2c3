package leak

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

func TestRulesAreWhole(t *testing.T) {
	id := regexp.MustCompile(`^SD-[TSDCVKH]\d{3}$`)
	letters := map[byte]finding.Category{
		'T': finding.Toolchain, 'S': finding.Source, 'D': finding.DevDeps, 'C': finding.Cache,
		'V': finding.VCS, 'K': finding.Secret, 'H': finding.Hygiene,
	}
	last := ""
	for _, r := range Rules() {
		if !id.MatchString(r.ID) || r.ID <= last {
			t.Errorf("id %q after %q", r.ID, last)
		}
		last = r.ID
		if letters[r.ID[len("SD-")]] != r.Category {
			t.Errorf("%s is of category %s", r.ID, r.Category)
		}
		if strings.Contains("TC", r.ID[3:4]) && !strings.Contains(r.More, "Example:") && !strings.Contains(r.More, "Not counted:") {
			t.Errorf("the page of %s tells neither what is not counted nor an example", r.ID)
		}
		for what, text := range map[string]string{"title": r.Title, "why": r.Why, "fix": r.Fix} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has %s %q", r.ID, what, text)
			}
		}
	}
}

func TestPathsBelowFollowTheirDirectory(t *testing.T) {
	b := image.NewBuilder()
	for _, d := range []string{"a/", "a-b/", "a/b/", "a.b/", "a/b/c/", "ab/", ""} {
		b.Add(image.Entry{Path: d + "f", Size: 1})
	}
	l := newLayer(b.Tree(), nil)
	for root, want := range map[string]int{"/a": 3, "/a/b": 2, "/": 7, "/ab": 1, "/b": 0, "/a/b/c/d": 0} {
		if n, _ := l.sum(root); n != want {
			t.Errorf("sum(%q) = %d files, want %d", root, n, want)
		}
	}
}
