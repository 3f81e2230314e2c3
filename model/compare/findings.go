package compare

import (
	"slices"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// Finding is what is wrong with one or more sides: findings of the same rule about the
// same thing. What a policy allows is none.
type Finding struct {
	In []*finding.Finding // each side's; nil where it has none such
}

// Any is the finding of the first side that has it.
func (f Finding) Any() finding.Finding {
	for _, in := range f.In {
		if in != nil {
			return *in
		}
	}
	return finding.Finding{}
}

// Change is what became of the first side's finding in another: Removed is one that went
// away, Added a new one, Modified one that weighs more or less there.
func (f Finding) Change(side int) image.Change {
	a, b := f.In[0], f.In[side]
	switch {
	case a == nil && b == nil:
		return image.Unchanged
	case a == nil:
		return image.Added
	case b == nil:
		return image.Removed
	case a.Severity != b.Severity || a.Size != b.Size:
		return image.Modified
	}
	return image.Unchanged
}

// Same says whether all sides have it, as severe and as large.
func (f Finding) Same() bool {
	for i := range f.In {
		if f.Change(i) != image.Unchanged {
			return false
		}
	}
	return true
}

// Findings are those of all sides, the worst first. Two are the same when the rule and
// what it is about are: the line, the stage and the layer may be others.
func (c *Comparison) Findings() []Finding {
	type key struct {
		rule, subject string
		nth           int // of those of one side that are alike
	}
	at := map[key]int{}
	var out []Finding
	for s, side := range c.Sides {
		seen := map[key]int{}
		list := slices.Clone(side.Found)
		slices.SortFunc(list, finding.Compare)
		for i := range list {
			f := &list[i]
			if f.Allowed != nil {
				continue
			}
			k := key{rule: f.Rule, subject: f.Path}
			if k.subject == "" {
				k.subject = f.Name
			}
			seen[k]++
			k.nth = seen[key{rule: k.rule, subject: k.subject}]
			n, ok := at[k]
			if !ok {
				n = len(out)
				at[k] = n
				out = append(out, Finding{In: make([]*finding.Finding, len(c.Sides))})
			}
			out[n].In[s] = f
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return finding.Compare(a.worst(), b.worst()) })
	return out
}

// worst is the finding of the side where it weighs most.
func (f Finding) worst() finding.Finding {
	w := f.Any()
	for _, in := range f.In {
		if in != nil && in.Severity > w.Severity {
			w = *in
		}
	}
	return w
}

// New counts the findings that a side has and the first has not, by severity, and those
// that weigh more than there.
func (c *Comparison) New(side int) finding.Tally {
	var t finding.Tally
	for _, f := range c.Findings() {
		if b := f.In[side]; b != nil && (f.In[0] == nil || f.In[0].Severity < b.Severity) && b.Severity <= finding.Critical {
			t[b.Severity]++
		}
	}
	return t
}
