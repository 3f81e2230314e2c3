package comparison

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/timing"
)

// targetSections are what is told of one target, as tables.
func (r Report) targetSections() []section {
	var out []section
	if r.Ladder != nil {
		out = append(out, rungs(r.Ladder))
	}
	if r.Crossed != nil {
		out = append(out, crossed(r.Crossed), left(r.Crossed))
	}
	return kept(out)
}

// rungs are the ladder as a table.
func rungs(l *ladder.Ladder) section {
	s := section{columns: []column{{}, {name: "image", quoted: true}, {name: "FROM", quoted: true}, {name: "size", number: true}, {name: "of it the base", number: true}, {name: "of the largest", number: true}}}
	var g group
	for _, r := range l.Rungs {
		row := []string{string(r.Kind), r.Name, r.From, "not known", "", ""}
		if r.Known {
			row[3], row[4], row[5] = atLeast(r), measure.Bytes(r.Base), timing.Percent(r.Share)
		}
		g.rows = append(g.rows, row)
	}
	s.groups = []group{g}
	return s
}

// atLeast is a rung's size.
func atLeast(r ladder.Rung) string {
	if r.AtLeast {
		return "≥ " + measure.Bytes(r.Bytes)
	}
	return measure.Bytes(r.Bytes)
}

// crossed are what copies and mounts carried.
func crossed(r *crossing.Report) section {
	s := section{title: "what crossed", columns: []column{{name: "line", number: true}, {name: "instruction", quoted: true}, {name: "carried", number: true}, {}}}
	var g group
	var all crossing.Amount
	for _, e := range r.Edges {
		if e.Kind == model.EdgeBase {
			continue
		}
		carried := "?"
		if e.Known {
			carried, all = measure.Bytes(e.Carried.Bytes), all.Add(e.Carried)
		}
		g.rows = append(g.rows, []string{fmt.Sprint(e.Line), one(e.Text), carried, e.Sentence()})
	}
	s.summary = fmt.Sprintf("%s in %s", measure.Bytes(all.Bytes), measure.Plural(all.Files, "file"))
	if len(g.rows) > 0 {
		s.groups = []group{g}
	}
	return s
}

// left is what of each stage is in the image that ships, and what was left behind.
func left(r *crossing.Report) section {
	s := section{title: "kept and left behind", columns: []column{{name: "stage", quoted: true}, {name: "all", number: true}, {name: "kept", number: true}, {name: "left behind", number: true}, {name: "of it"}}}
	var g group
	for _, st := range r.Stages {
		row := []string{st.Name, "not known", "", "", ""}
		if st.Known {
			var kinds []string
			for _, k := range st.Kinds {
				kinds = append(kinds, fmt.Sprintf("%s %s", k.Kind, measure.Bytes(k.Amount.Bytes)))
			}
			row = []string{st.Name, measure.Bytes(st.Total.Bytes), measure.Bytes(st.Kept.Bytes), measure.Bytes(st.Discarded.Bytes), strings.Join(kinds, ", ")}
		}
		g.rows = append(g.rows, row)
	}
	if len(g.rows) > 0 {
		s.groups = []group{g}
	}
	return s
}

// inside are the places that a stage's kept and discarded files lie at, a table for each
// stage.
func inside(r *crossing.Report) []section {
	var out []section
	for _, st := range r.Stages {
		if !st.Known {
			continue
		}
		s := section{title: "stage " + st.Name, summary: st.Sentence(), columns: []column{{number: true}, {quoted: true, tail: true}, {}, {number: true}}}
		rows := func(title string, items []crossing.Item) {
			g := group{title: title}
			for _, i := range items {
				g.rows = append(g.rows, []string{measure.Bytes(i.Amount.Bytes), i.Path, i.Title, measure.Plural(i.Amount.Files, "file")})
			}
			s.groups = append(s.groups, g)
		}
		if st.Kept.Files > 0 {
			rows(fmt.Sprintf("kept: %s in %s", measure.Bytes(st.Kept.Bytes), measure.Plural(st.Kept.Files, "file")), st.Includes)
		}
		for _, k := range st.Kinds {
			rows(fmt.Sprintf("left behind, %s: %s in %s", k.Kind, measure.Bytes(k.Amount.Bytes), measure.Plural(k.Amount.Files, "file")), k.Items)
		}
		out = append(out, s)
	}
	return out
}
