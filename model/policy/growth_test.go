package policy

import (
	"slices"
	"testing"

	"github.com/stagedive/stagedive/model/compare/growth"
)

// What the policy says of a target takes the place of what it says of all, limit by limit.
func TestLimits(t *testing.T) {
	limit := func(key growth.Key, text string, line int) Growth {
		return Growth{Limit: growth.Limit{Key: key, Text: text}, Line: line}
	}
	p := Policy{
		File: ".stagedive.yaml", Growth: []Growth{limit(growth.Size, "5%", 3), limit(growth.Files, "9", 4)},
		Targets: map[string]Policy{"test": {Growth: []Growth{limit(growth.Size, "1GB", 7)}}},
	}
	for target, want := range map[string][]string{
		"":     {"size 5% .stagedive.yaml:3", "files 9 .stagedive.yaml:4"},
		"test": {"files 9 .stagedive.yaml:4", "size 1GB .stagedive.yaml:7"},
	} {
		var got []string
		for _, l := range p.For(target).Limits() {
			got = append(got, string(l.Key)+" "+l.Text+" "+l.Where)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", target, got, want)
		}
	}
	if len(p.Growth) != 2 || p.Growth[0].Line != 3 {
		t.Errorf("the policy itself has changed: %+v", p.Growth)
	}
}
