package policy

import (
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/inventory"
)

// packages finds those that must not be in the final image.
func (l *look) packages() []finding.Finding {
	var out []finding.Finding
	for _, want := range l.policy.Packages {
		for _, p := range inventory.Final(l.Image.Packages) {
			if want.Kind != "" && want.Kind != string(p.Kind) || !Glob(want.Name, p.Name) || !want.Version.Holds(p.Kind, p.Version) {
				continue
			}
			f := l.finding(RulePackage, want.Level, want.Line)
			l.place(&f, p.Layer)
			f.Base = f.Base || p.Base
			f.Title = strings.TrimSpace("Forbidden: " + p.Name + " " + p.Version)
			f.Path, f.Name, f.Size = p.Path, string(p.Kind)+" package "+p.Name, p.Size
			f.Evidence = []string{strings.TrimSpace(p.Path + " tells of " + p.Name + " " + p.Version)}
			if r := want.Version.String(); r != "" {
				f.Evidence = append(f.Evidence, p.Version+" is in "+r)
			}
			because(&f, want.Reason)
			out = append(out, f)
		}
	}
	return out
}
