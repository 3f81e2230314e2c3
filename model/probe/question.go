package probe

import "github.com/stagedive/stagedive/model/sanitize"

// Question is a probe as people read it, before anything came of it. Its text is
// sanitised, and secrets are taken out.
type Question struct {
	Name string // as that of its Outcome
	What string
}

// Question tells of a probe what Judge will tell of it, by the same clean.
func (p *Probe) Question(clean Cleaner) Question {
	if clean == nil {
		clean = func(s string) string { return s }
	}
	return Question{Name: sanitize.Text(clean(p.Name)), What: sanitize.Text(clean(p.What()))}
}
