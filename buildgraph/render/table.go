package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/model"
)

// table prints a row a stage. The last column, what the stage takes from
// others, gets the room that is left.
func table(w io.Writer, g *model.Graph, plan model.Plan, width int) {
	if len(g.Stages) == 0 {
		fmt.Fprintln(w, "no stages")
		return
	}
	rows := [][]string{{"#", "STAGE", "BASE", "STEPS", "LINES", "TAKES FROM"}}
	for i, s := range g.Stages {
		name := s.Label()
		switch {
		case isTarget(plan, i):
			name += " (target)"
		case skips(plan, model.NodeID(i)):
			name += " (skipped)"
		}
		base := s.Base
		if s.Platform != "" {
			base += " " + s.Platform
		}
		rows = append(rows, []string{
			fmt.Sprint(s.Index), cut(name, 36), cut(base, 40), fmt.Sprint(len(s.Steps)),
			fmt.Sprintf("%d–%d", s.Line, s.EndLine), takes(g, i),
		})
	}
	wide := make([]int, len(rows[0]))
	for _, r := range rows {
		for k, cell := range r {
			wide[k] = max(wide[k], displaywidth.String(cell))
		}
	}
	last := len(wide) - 1
	room := width
	for _, n := range wide[:last] {
		room -= n + 2
	}
	for _, r := range rows {
		var b strings.Builder
		for k, cell := range r[:last] {
			pad := strings.Repeat(" ", wide[k]-displaywidth.String(cell))
			if k == 0 || k == 3 { // numbers
				b.WriteString(pad + cell + "  ")
			} else {
				b.WriteString(cell + pad + "  ")
			}
		}
		if room >= 10 {
			b.WriteString(cut(r[last], room))
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// takes says in words which edges but the base end at a stage.
func takes(g *model.Graph, stage int) string {
	var out []string
	seen := map[string]bool{}
	for _, e := range g.Into(model.NodeID(stage)) {
		word := string(e.Kind) + " " + g.Label(e.From)
		if e.Kind == model.EdgeBase || seen[word] {
			continue
		}
		seen[word] = true
		out = append(out, word)
	}
	return strings.Join(out, ", ")
}

func problems(w io.Writer, g *model.Graph) {
	if len(g.Problems) == 0 {
		return
	}
	fmt.Fprintln(w)
	for _, p := range g.Problems {
		where := g.File
		if where == "" {
			where = "Dockerfile"
		}
		if p.Line > 0 {
			where = fmt.Sprintf("%s:%d", where, p.Line)
		}
		fmt.Fprintf(w, "%s: %s: %s\n", where, p.Level, p.Message)
	}
}
