package report

import (
	"fmt"
	"slices"

	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/image/twins"
	"github.com/stagedive/stagedive/model/image/waste"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/saving"
)

// derived is what the layers' trees tell.
type derived struct {
	makers  []maker.Maker
	waste   *waste.Report
	twins   *twins.Report
	savings *saving.Report
}

// derive works it out.
func (r Report) derive() derived {
	d := derived{makers: maker.Of(r.Image, r.Graph), waste: waste.Of(r.Image, r.Graph)}
	t := r.final() // after the waste: each takes much of a large image's memory
	d.twins = twins.Of(t)
	d.savings = saving.Of(saving.Input{Image: r.Image, Tree: t, Graph: r.Graph, Findings: r.Findings, Proofs: r.Proofs})
	return d
}

// row is one entry of a list that tells of bytes, in the words of all forms of output.
type row struct {
	size  int64
	what  string   // paths, or a title and a path
	files int      // 0 and 1 are not told
	facts []string // a sentence each
	fix   string
}

// list is what one section tells, as far as it is asked for, and what it leaves out.
type list struct {
	rows     []row
	left     int
	leftSize int64
}

// rows words at most so many of the items of a section.
func rows[T any](items []T, most int, size func(T) int64, word func(T) row) list {
	var l list
	for i, it := range items {
		if i < most {
			l.rows = append(l.rows, word(it))
			continue
		}
		l.left++
		l.leftSize += size(it)
	}
	return l
}

// wasted words what is wasted.
func (r Report) wasted(d derived, most int) list {
	return rows(d.waste.Items, most, func(it waste.Item) int64 { return it.Bytes }, func(it waste.Item) row {
		facts := []string{d.waste.Says(it)}
		for i, p := range it.Parts {
			if i == 4 {
				facts = append(facts, "and "+measure.Plural(len(it.Parts)-i, "more place"))
				break
			}
			facts = append(facts, fmt.Sprintf("%s in %s", r.Show.size(p.Bytes), p.Path))
		}
		return row{it.Bytes, it.Path, it.Files, facts, r.hide(d.waste.Advice(it))}
	})
}

// twice words what is there more than once.
func (r Report) twice(d derived, most int) list {
	return rows(d.twins.Groups, most, func(g twins.Group) int64 { return g.Saves }, func(g twins.Group) row {
		facts := make([]string, 0, len(g.Members))
		for _, m := range g.Members[1:] {
			facts = append(facts, "also "+m.Path)
		}
		return row{g.Saves, g.Members[0].Path, g.Files, append(few(facts, 4), twins.Says(g, d.makers)), r.hide(twins.Advice(g, d.makers))}
	})
}

// goes words what could go: what is suggested.
func (r Report) goes(d derived, most int) list {
	items := slices.DeleteFunc(slices.Clone(d.savings.Items), func(it saving.Item) bool { return !it.Suggested })
	return rows(items, most, func(it saving.Item) int64 { return it.Bytes }, func(it saving.Item) row {
		return row{it.Bytes, it.Kind.String() + " " + it.Path, it.Files, it.Evidence, r.hide(it.How)}
	})
}

// hide takes secrets out of what is said of an instruction.
func (r Report) hide(s string) string {
	if r.Redact == nil {
		return s
	}
	return r.Redact(s)
}

// few cuts a list and says how much is left out.
func few(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(list[:n:n], "and "+measure.Plural(len(list)-n, "more place"))
}

// section is one list with its name and sum.
type section struct {
	list
	name, sum string
}

// headed are the sections, at most so many entries of each.
func (r Report) headed(d derived, most int) []section {
	size := r.Show.size
	out := []section{
		{r.wasted(d, most), "waste", "none"},
		{r.twice(d, most), "twice", "nothing"},
		{r.goes(d, most), "could go", "nothing"},
	}
	if d.waste.Wasted > 0 {
		out[0].sum = fmt.Sprintf("%s of the %s that the layers store; the image needs %s", size(d.waste.Wasted), size(d.waste.Stored), size(d.waste.Visible))
		if d.waste.Own < d.waste.Wasted {
			out[0].sum += fmt.Sprintf("; %s of the waste is yours, the rest the base image's", size(d.waste.Own))
		}
	}
	if d.twins.Saves > 0 {
		out[1].sum = fmt.Sprintf("%s beyond one copy of each content (told by size and xxHash64)", size(d.twins.Saves))
	}
	switch s := d.savings; {
	case s.Own > 0 && s.Base > 0:
		out[2].sum = fmt.Sprintf("%s, and %s that the base image brings", size(s.Own), size(s.Base))
	case s.Own > 0:
		out[2].sum = size(s.Own)
	case s.Base > 0:
		out[2].sum = size(s.Base) + ", all of it the base image's"
	}
	return out
}
