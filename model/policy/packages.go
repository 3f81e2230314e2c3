package policy

import (
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/measure"
)

// packages finds those that must not be in the final image: one finding for each entry,
// package, version and layer, in however many places the layer has it.
func (l *look) packages() []finding.Finding {
	type key struct {
		kind          inventory.Kind
		name, version string
		layer         int
	}
	var out []finding.Finding
	for _, want := range l.policy.Packages {
		at := map[key]int{}
		first := len(out)
		places := map[int]int{}
		for _, p := range inventory.Final(l.Image.Packages) {
			if want.Kind != "" && want.Kind != string(p.Kind) || !Glob(want.Name, p.Name) || !want.Version.Holds(p.Kind, p.Version) {
				continue
			}
			k := key{p.Kind, p.Name, p.Version, p.Layer}
			i, again := at[k]
			if !again {
				i = len(out)
				at[k] = i
				out = append(out, l.forbidsPackage(want, p))
			}
			f := &out[i]
			if places[i]++; again {
				f.Size += p.Size
				f.Files = places[i]
				f.Path = common(f.Path, p.Path)
			}
			if places[i] <= 5 {
				f.Evidence = append(f.Evidence, strings.TrimSpace(p.Path+" tells of "+p.Name+" "+p.Version))
			}
		}
		for i := first; i < len(out); i++ {
			if more := places[i] - 5; more > 0 {
				out[i].Evidence = append(out[i].Evidence, "and "+measure.Count(more)+" more")
			}
		}
	}
	return out
}

// forbidsPackage begins the finding of a package.
func (l *look) forbidsPackage(want Package, p inventory.Package) finding.Finding {
	f := l.finding(RulePackage, want.Level, want.Line)
	l.place(&f, p.Layer)
	f.Base = f.Base || p.Base
	f.Title = strings.TrimSpace("Forbidden: " + p.Name + " " + p.Version)
	f.Path, f.Name, f.Size = p.Path, string(p.Kind)+" package "+p.Name, p.Size
	if r := want.Version.String(); r != "" {
		f.Evidence = append(f.Evidence, p.Version+" is in "+r)
	}
	because(&f, want.Reason)
	return f
}
