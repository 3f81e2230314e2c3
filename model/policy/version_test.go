package policy_test

import (
	"testing"

	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/policy"
)

// Each line rises, as the kind's own tools order it.
func TestVersionsRise(t *testing.T) {
	for kind, lists := range map[inventory.Kind][][]string{
		inventory.Deb:    {{"1.0~rc1-1", "1.0-1", "1.0-1+b1", "1.0-2", "1.0a-1", "1.2-1", "1.10-1", "1:0.9-1"}, {"2.36-9", "2.36-9+deb12u4", "2.36-9+deb12u10"}},
		inventory.RPM:    {{"1.0~beta-1", "1.0-1.el9", "1.0-2.el9", "1.0.1-1", "2:0.1-1"}},
		inventory.Apk:    {{"3.1.4-r5", "3.1.4-r6", "3.1.10-r0"}},
		inventory.NPM:    {{"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.10.0"}},
		inventory.Golang: {{"v0.0.0-20240101000000-abcdefabcdef", "v0.1.0", "v1.2.3-pre", "v1.2.3"}},
		inventory.PyPI:   {{"1.0.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0.1"}},
		inventory.Maven:  {{"1.0-SNAPSHOT", "1.0", "1.1"}},
		inventory.Gem:    {{"3.0.0.beta1", "3.0.0.rc1", "3.0.0", "3.0.10"}},
	} {
		for _, list := range lists {
			for i, a := range list {
				for k, b := range list {
					want := 0
					switch {
					case i < k:
						want = -1
					case i > k:
						want = 1
					}
					if got := policy.CompareVersions(kind, a, b); got != want {
						t.Errorf("%s: %s against %s is %d, want %d", kind, a, b, got, want)
					}
				}
			}
		}
	}
	for _, same := range [][3]string{{"npm", "1.2", "1.2.0"}, {"npm", "v1.2.0", "1.2.0"}, {"npm", "1.0.0+a", "1.0.0+b"}, {"deb", "0:1.2", "1.2"}, {"maven", "1.2.Final", "1.2.Final"}, {"deb", "1.02", "1.2"}} {
		if got := policy.CompareVersions(inventory.Kind(same[0]), same[1], same[2]); got != 0 {
			t.Errorf("%s: %s against %s is %d, want 0", same[0], same[1], same[2], got)
		}
	}
}

func TestRange(t *testing.T) {
	for _, test := range []struct {
		text, version string
		want          bool
	}{
		{"<4.17.21", "4.17.20", true},
		{"<4.17.21", "4.17.21", false},
		{">=1, <2", "1.9.9", true},
		{">=1 <2", "2.0.0", false},
		{">= 1 , < 2", "1.5", true},
		{"1.2.3", "1.2.3", true},
		{"=1.2.3", "1.2.4", false},
		{"!=1.2.3", "1.2.4", true},
		{">=99", "(devel)", false},
		{"!=1", "", false},
		{">=1", "v1.0.0", true},
	} {
		r, err := policy.ParseRange(test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
		} else if got := r.Holds(inventory.NPM, test.version); got != test.want {
			t.Errorf("%q holds %s: %v", test.text, test.version, got)
		}
	}
	for _, bad := range []string{"", "<", "~>1", "1.*", "=>1", "< <1"} {
		if _, err := policy.ParseRange(bad); err == nil {
			t.Errorf("%q was taken for a range", bad)
		}
	}
	if !(policy.Range{}).Holds(inventory.NPM, "") {
		t.Error("no range must hold every version")
	}
}
