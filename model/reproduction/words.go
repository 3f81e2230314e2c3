package reproduction

import (
	"fmt"
	"slices"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/reproduction/cause"
)

// Words say what a group is: "mtime of 1,204 files, first /app/x", "content of
// /app/index.js at byte 1,024", "/app/x.log only in the second".
func (g Group) Words() string {
	of, first := measure.Plural(g.Count, "file"), ", first "+g.First.Path
	if g.Count == 1 {
		of, first = g.First.Path, ""
	}
	switch g.Field {
	case OnlyFirst, OnlySecond:
		return of + " " + string(g.Field) + first
	case Content:
		if g.First.At >= 0 {
			return fmt.Sprintf("content of %s%s at byte %s", of, first, measure.Count(int(g.First.At)))
		}
	}
	return fmt.Sprintf("%s of %s%s", g.Field, of, first)
}

// Names is the cause of a group; ok is false when it is not known.
func (g Group) Names() (c cause.Cause, ok bool) { return cause.Of(g.Cause) }

// Causes are all that were recognised, each once, in the order in which they are met: those
// of what reaches the image before others.
func (v *Verdict) Causes() []cause.Cause {
	var ids []string
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, reaches := range []bool{true, false} {
		for _, s := range v.Steps {
			for _, g := range s.Groups {
				if (g.Reach != Nowhere) == reaches {
					add(g.Cause)
				}
			}
		}
		for _, f := range v.Config {
			add(f.Cause)
		}
	}
	out := []cause.Cause{}
	for _, id := range ids {
		if c, ok := cause.Of(id); ok {
			out = append(out, c)
		}
	}
	return out
}
