package comparison

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// places are where a side's files are not the first's.
func (r Report) places(side int, names []string) section {
	s := section{title: "files of " + names[side], columns: []column{{number: true}, {tail: true, quoted: true}, {}}}
	n := r.Comparison.Files().Counts(side)
	all := r.Comparison.Places(side)
	for _, of := range []struct {
		change image.Change
		word   string
		files  int
		bytes  int64
	}{
		{image.Added, "added", n.Added, n.AddedBytes},
		{image.Removed, "removed", n.Removed, n.RemovedBytes},
		{image.Modified, "changed", n.Modified, n.ModifiedBytes},
	} {
		if of.files == 0 {
			continue
		}
		g := group{title: fmt.Sprintf("%s: %s, %s", of.word, measure.Plural(of.files, "file"), measure.Bytes(of.bytes))}
		total, left, leftBytes := 0, 0, int64(0)
		for _, p := range all {
			if p.Change == of.change {
				total++
			}
		}
		most := r.most(total)
		for _, p := range all {
			switch {
			case p.Change != of.change:
				continue
			case len(g.rows) == most:
				left, leftBytes = left+1, leftBytes+p.Weight()
				continue
			}
			path, note := p.Path, ""
			if p.Dir {
				path = strings.TrimSuffix(path, "/") + "/"
				note = measure.Plural(p.Files, "file")
			}
			if p.Change == image.Modified {
				note = measure.Bytes(p.Was) + " → " + measure.Bytes(p.Is)
			}
			g.rows = append(g.rows, []string{signed(p.Delta()), path, note})
		}
		g.more = more(left, leftBytes)
		s.groups = append(s.groups, g)
	}
	if n.Metadata > 0 {
		s.groups = append(s.groups, group{title: fmt.Sprintf("other mode, owner or time alone: %s", measure.Plural(n.Metadata, "file"))})
	}
	return s
}

// findings are those that a side has and the first has not, and the other way round.
func (r Report) findings(side int, names []string) section {
	s := section{title: "findings of " + names[side], columns: []column{{}, {}, {}, {tail: true, quoted: true}, {number: true}}}
	groups := map[image.Change]*group{}
	all := r.Comparison.Findings()
	counts := map[image.Change]int{}
	for _, f := range all {
		counts[f.Change(side)]++
	}
	for _, f := range all {
		c := f.Change(side)
		if c == image.Unchanged {
			continue
		}
		g := groups[c]
		if g == nil {
			g = &group{}
			groups[c] = g
		}
		if len(g.rows) == r.most(counts[c]) {
			continue
		}
		is := f.In[side]
		if is == nil {
			is = f.In[0]
		}
		level := is.Severity.String()
		if c == image.Modified && f.In[0].Severity != is.Severity {
			level = f.In[0].Severity.String() + " → " + level
		}
		g.rows = append(g.rows, []string{level, is.Rule, is.Title, is.Subject(), size(*is)})
	}
	for _, of := range []struct {
		change image.Change
		word   string
	}{{image.Added, "new"}, {image.Removed, "gone"}, {image.Modified, "changed"}} {
		if g := groups[of.change]; g != nil {
			n := counts[of.change]
			g.title = fmt.Sprintf("%s: %s", of.word, measure.Plural(n, "finding"))
			g.more = more(n-len(g.rows), 0)
			s.groups = append(s.groups, *g)
		}
	}
	stay := 0
	for _, f := range all {
		if f.Change(side) == image.Unchanged && f.In[side] != nil {
			stay++
		}
	}
	if stay > 0 && len(s.groups) > 0 {
		s.summary = measure.Count(stay) + " in both"
	}
	return s
}

func size(f finding.Finding) string {
	if f.Size == 0 {
		return ""
	}
	return measure.Bytes(f.Size)
}
