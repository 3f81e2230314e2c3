package policy_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/policy"
)

// noon is a moment of the day that the tests take for today.
var noon = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// subject is an image of two layers: a base's, and one that deletes what it had and adds
// an application.
func subject(findings ...finding.Finding) policy.Subject {
	im := &image.Image{Ref: "app"}
	for i, lines := range []string{"etc/passwd 100;usr/bin/curl 1000;root/.ssh/id 50;lib -> usr/lib;usr/lib/libc.so 10", "app/main.js 300;app/node_modules/left-pad/package.json 40;usr/bin/.wh.curl"} {
		b := image.NewBuilder()
		for line := range strings.SplitSeq(lines, ";") {
			f := strings.Fields(line)
			e := image.Entry{Path: f[0], Mode: 0o644}
			dir, name, _ := cutLast(f[0])
			switch {
			case f[1:] == nil || len(f) == 1:
				e.Type, e.Path = image.Whiteout, dir+strings.TrimPrefix(name, ".wh.")
			case f[1] == "->":
				e.Type, e.Link = image.Symlink, f[2]
			default:
				fmt.Sscan(f[1], &e.Size)
			}
			b.Add(e)
		}
		t := b.Tree()
		im.Layers = append(im.Layers, image.Layer{Index: i, Tree: t, Size: t.Size(image.Root), Origin: image.Origin{Stage: -1, Step: -1, Base: true}})
	}
	im.Layers[1].Origin = image.Origin{Stage: 1, Step: 1, Line: 7}
	im.Packages = []inventory.Package{
		{Kind: inventory.Deb, Name: "curl", Version: "8.1-1", Path: "/var/lib/dpkg/status", Gone: 1, Base: true},
		{Kind: inventory.NPM, Name: "left-pad", Version: "1.1.0", Path: "/app/node_modules/left-pad/package.json", Layer: 1, Size: 40},
	}
	for _, program := range []string{"/app/a", "/app/b/c", "/app/b/d"} {
		im.Packages = append(im.Packages, inventory.Package{Kind: inventory.Golang, Name: "stdlib", Version: "1.26.0", Path: program, Layer: 1})
	}
	return policy.Subject{
		Image: im, Findings: findings, Now: noon, Target: "runtime",
		Graph: &model.Graph{Stages: []model.Stage{{Index: 0, Name: "builder"}, {Index: 1, Name: "runtime"}}},
	}
}

func cutLast(p string) (dir, name string, ok bool) {
	i := strings.LastIndexByte(p, '/')
	return p[:i+1], p[i+1:], i >= 0
}

// said are findings in a line each.
func said(out policy.Outcome) []string {
	var lines []string
	for _, f := range out.Findings {
		line := fmt.Sprintf("%s %s %s %s", f.Severity, f.Rule, f.Subject(), f.Title)
		if f.Line > 0 {
			line += fmt.Sprintf(" L%d", f.Line)
		}
		if f.Base {
			line += " base"
		}
		if f.Deleted > 0 {
			line += fmt.Sprintf(" deleted by %d", f.Deleted)
		}
		if f.Allowed != nil {
			line += " allowed: " + f.Allowed.Reason + " at " + f.Allowed.Policy
		}
		lines = append(lines, line)
	}
	return lines
}

func TestApply(t *testing.T) {
	gcc := finding.Finding{Rule: "SD-T001", Title: "GCC", Category: finding.Toolchain, Severity: finding.High, Path: "/usr/bin/gcc", Layer: 1, Stage: 1}
	pad := finding.Finding{Rule: "SD-D001", Title: "Development package left-pad", Category: finding.DevDeps, Severity: finding.Medium, Path: "/app/node_modules/left-pad", Layer: 1, Stage: 1}
	several := finding.Finding{Rule: "SD-T002", Title: "Compilers", Category: finding.Toolchain, Severity: finding.High, Name: "2 packages (gcc-12, cpp-12)", Layer: 0, Stage: -1, Base: true}
	newest, _ := policy.ParseRange("<1.2")
	oldest, _ := policy.ParseRange(">=1.2")
	yes, no := true, false
	high, low := finding.High, finding.Low
	rule := func(s ...string) policy.Match { return policy.Match{Rule: s} }
	for _, test := range []struct {
		name                  string
		policy                policy.Policy
		findings              []finding.Finding
		want, expired, unused []string
	}{
		{name: "nothing asked, nothing said"},
		{
			name:     "severity, the last that matches counts",
			policy:   policy.Policy{Severity: []policy.Override{{Match: rule("SD-T*"), Level: finding.Low, Line: 2}, {Match: policy.Match{Base: &yes}, Level: finding.Info, Line: 3}, {Match: rule("SD-X1"), Level: finding.Info, Line: 4}}},
			findings: []finding.Finding{gcc, several},
			want:     []string{"low SD-T001 /usr/bin/gcc GCC", "info SD-T002 2 packages (gcc-12, cpp-12) Compilers base"},
			unused:   []string{"p.yaml:4: this severity matches no finding"},
		},
		{
			name: "allowed, expired, unused",
			policy: policy.Policy{Allow: []policy.Allow{
				{Match: policy.Match{Path: []string{"/usr/bin/*"}, Stage: []string{"runtime"}}, Reason: "plug-ins", Until: "2026-06-15", Line: 2},
				{Match: policy.Match{Package: []string{"left-*"}}, Reason: "soon", Until: "2026-06-14", Line: 6},
				{Match: policy.Match{Package: []string{"gcc-12"}}, Reason: "one of several", Line: 9},
				{Match: policy.Match{Rule: []string{"SD-T001"}, Base: &yes}, Reason: "of the base", Line: 12},
				{Match: policy.Match{Rule: []string{"SD-T001"}, Stage: []string{"builder"}}, Reason: "elsewhere", Line: 15},
			}},
			findings: []finding.Finding{gcc, pad, several},
			want: []string{
				"high SD-T001 /usr/bin/gcc GCC allowed: plug-ins at p.yaml:2",
				"high SD-T002 2 packages (gcc-12, cpp-12) Compilers base",
				"medium SD-D001 /app/node_modules/left-pad Development package left-pad",
			},
			expired: []string{"p.yaml:6: this allowance ended on 2026-06-14 and no longer holds (soon); fix what it allowed, or give it another day"},
			unused: []string{
				"p.yaml:9: this allowance matches no finding; take it out", "p.yaml:12: this allowance matches no finding; take it out", "p.yaml:15: this allowance matches no finding; take it out",
			},
		},
		{
			name:     "by name, category and what the base did not bring",
			policy:   policy.Policy{Allow: []policy.Allow{{Match: policy.Match{Name: []string{"G?C"}, Category: []string{"toolchain"}, Base: &no}, Reason: "r", Line: 1}}},
			findings: []finding.Finding{gcc},
			want:     []string{"high SD-T001 /usr/bin/gcc GCC allowed: r at p.yaml:1"},
		},
		{
			name: "forbidden and required paths",
			policy: policy.Policy{
				Forbidden: []policy.Path{{Glob: "/root/.ssh", Level: finding.Critical, Reason: "keys", Line: 2}, {Glob: "curl", Level: high, Line: 3}, {Glob: "*.js*", Level: high, Line: 4}, {Glob: "/usr/bin/curl", Deleted: true, Level: low, Line: 5}},
				Required:  []policy.Path{{Glob: "/lib/libc.so", Level: high, Line: 7}, {Glob: "/usr/bin/curl", Level: high, Line: 8}, {Glob: "*.js", Level: high, Line: 9}},
			},
			want: []string{
				"critical SD-P002 /root/.ssh/id Forbidden: /root/.ssh base",
				"high SD-P002 /app Forbidden: *.js* L7",
				"high SD-P003 /usr/bin/curl Missing: /usr/bin/curl",
				"low SD-P002 /usr/bin/curl Forbidden: /usr/bin/curl base deleted by 1",
			},
		},
		{
			name:   "forbidden packages, of the final image",
			policy: policy.Policy{Packages: []policy.Package{{Name: "curl", Level: high, Line: 2}, {Kind: "npm", Name: "left*", Version: newest, Level: low, Line: 3}, {Name: "left-pad", Version: oldest, Level: high, Line: 4}, {Kind: "deb", Name: "left-pad", Level: high, Line: 5}}},
			want:   []string{"low SD-P004 npm package left-pad Forbidden: left-pad 1.1.0 L7"},
		},
		{
			name:   "a package in several places of a layer is one finding",
			policy: policy.Policy{Packages: []policy.Package{{Name: "stdlib", Level: low, Line: 2}}},
			want:   []string{"low SD-P004 golang package stdlib Forbidden: stdlib 1.26.0 L7"},
		},
		{
			name: "budgets",
			policy: policy.Policy{Budgets: []policy.Budget{
				{Kind: policy.Files, Limit: 5, Level: low, Line: 6},
				{Kind: policy.Size, Limit: 1499, Level: high, Line: 2},
				{Kind: policy.OverBase, Limit: 339, Level: high, Line: 3},
				{Kind: policy.Wasted, Limit: 0, Level: high, Line: 4},
				{Kind: policy.Layers, Limit: 1, Level: low, Line: 5},
			}},
			want: []string{
				"high SD-P001 budget over-base size over the base 340 B, budget 339 B L7",
				"high SD-P001 budget size image size 1.5 kB, budget 1.5 kB L7",
				"low SD-P001 budget files files 6, budget 5",
				"low SD-P001 budget layers layers 2, budget 1",
			},
		},
		{
			name: "of a target: lists are added, budgets and fail-on replace",
			policy: policy.Policy{
				Budgets: []policy.Budget{{Kind: policy.Layers, Limit: 1, Level: high, Line: 2}}, Forbidden: []policy.Path{{Glob: "/root/.ssh", Level: high, Line: 3}},
				Targets: map[string]policy.Policy{
					"runtime": {FailOn: &low, Budgets: []policy.Budget{{Kind: policy.Layers, Limit: 2, Level: high, Line: 5}}, Forbidden: []policy.Path{{Glob: "/app/main.js", Level: high, Line: 6}}},
					"builder": {Forbidden: []policy.Path{{Glob: "/etc", Level: high, Line: 9}}},
				},
			},
			want: []string{"high SD-P002 /app/main.js Forbidden: /app/main.js L7", "high SD-P002 /root/.ssh/id Forbidden: /root/.ssh base"},
		},
		{
			name: "what the policy finds itself can be allowed too",
			policy: policy.Policy{
				Forbidden: []policy.Path{{Glob: "/root/.ssh", Level: high, Line: 2}}, Allow: []policy.Allow{{Match: rule("SD-P002"), Reason: "test keys", Line: 4}},
			},
			want: []string{"high SD-P002 /root/.ssh/id Forbidden: /root/.ssh base allowed: test keys at p.yaml:4"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.policy.File = "p.yaml"
			s := subject(test.findings...)
			before := slices.Clone(s.Findings)
			out := test.policy.Apply(s)
			if got := said(out); !slices.Equal(got, test.want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
			if got := strs(out.Expired); !slices.Equal(got, test.expired) {
				t.Errorf("expired: %q", got)
			}
			if got := strs(out.Unused); !slices.Equal(got, test.unused) {
				t.Errorf("unused: %q", got)
			}
			if !reflect.DeepEqual(before, s.Findings) {
				t.Error("what was given was changed")
			}
			if again := test.policy.Apply(s); !reflect.DeepEqual(out, again) {
				t.Error("the same gives something else")
			}
		})
	}
}

func strs(notes []policy.Note) (out []string) {
	for _, n := range notes {
		out = append(out, n.String())
	}
	return out
}

// A budget against the base is not held against an image that tells of none.
func TestNobodyKnowsTheBase(t *testing.T) {
	s := subject()
	for i := range s.Image.Layers {
		s.Image.Layers[i].Origin = image.Unknown
	}
	out := policy.Policy{Budgets: []policy.Budget{{Kind: policy.OverBase, Limit: 1}}}.Apply(s)
	if len(out.Findings) > 0 || out.Budgets[0].Known {
		t.Errorf("%+v", out)
	}
}

// Static findings alone have no image to hold against.
func TestWithoutAnImage(t *testing.T) {
	s := policy.Subject{Findings: []finding.Finding{{Rule: "SD-B001", Severity: finding.High}}, Now: noon}
	out := policy.Policy{Required: []policy.Path{{Glob: "/app"}}, Severity: []policy.Override{{Match: policy.Match{Rule: []string{"SD-B001"}}, Level: finding.Low}}}.Apply(s)
	if got := said(out); !slices.Equal(got, []string{"low SD-B001  "}) {
		t.Errorf("%q", got)
	}
	if n := len(out.Failing(finding.Medium)); n > 0 {
		t.Errorf("%d fail", n)
	}
	if n := len(out.Failing(finding.Low)); n != 1 {
		t.Errorf("%d fail", n)
	}
}

// It tells of the places, and of the directory that all lie in.
func TestPlacesOfAPackage(t *testing.T) {
	s := subject()
	for i := range 9 {
		s.Image.Packages = append(s.Image.Packages, inventory.Package{Kind: inventory.Golang, Name: "stdlib", Version: "1.26.0", Path: fmt.Sprintf("/app/x/%d", i), Layer: 1, Size: 10})
	}
	out := policy.Policy{Packages: []policy.Package{{Name: "stdlib"}}}.Apply(s)
	if len(out.Findings) != 1 {
		t.Fatalf("%q", said(out))
	}
	f := out.Findings[0]
	if f.Path != "/app" || f.Files != 12 || f.Size != 90 || len(f.Evidence) != 6 || f.Evidence[5] != "and 7 more" {
		t.Errorf("%+v", f)
	}
}
