package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/measure"
)

// defaultWidth is taken when the width of what Text prints to is not known.
const defaultWidth = 120

// Text prints the graph for people: the drawing with its legend, a table of the
// stages, the problems. What the plan skips is marked; a plan without targets
// marks nothing. width is in cells, 0 when no terminal sets one.
//
// Of a drawing that is wider than a terminal what the plan skips is left out, then
// it is made higher instead of wider, then left out; a line says so, and the table
// says the same in words. Where there is no terminal a wide drawing is better than
// none.
func Text(w io.Writer, g *model.Graph, plan model.Plan, width int) error {
	b := bufio.NewWriter(w)
	room := width
	if width <= 0 {
		room = defaultWidth
	}
	all := fit(g, plan, room, wide(false))
	d, s := all.fits, all.style
	if targets := len(plan.Targets) > 0; d == nil {
		ways := high(targets)
		if targets {
			ways = append(wide(true), ways...)
		}
		some := fit(g, plan, room, ways)
		d, s = some.fits, some.style
	}
	if d == nil && width <= 0 {
		d, s = all.narrowest(g, plan)
	}
	why := missing(g, plan, d, s, all.wide())
	if d != nil {
		draw(b, g, plan, d, s)
		if l := legend(g, plan, s); l != "" {
			fmt.Fprintf(b, "\n%s\n", l)
		}
	}
	if why != "" {
		fmt.Fprintln(b, strings.Join(wrap(why, room), "\n"))
	}
	if d != nil || why != "" {
		b.WriteByte('\n')
	}
	table(b, g, plan, room)
	problems(b, g)
	return b.Flush()
}

// missing says why stages are not drawn, and how to get them.
func missing(g *model.Graph, plan model.Plan, d *layout.Drawing, s style, wide string) string {
	switch {
	case len(g.Stages) == 0 || d != nil && !s.kept:
		return ""
	case d != nil:
		return fmt.Sprintf("%s that the target skips left out: with all, the drawing is %s; --format svg draws them",
			measure.Plural(len(plan.Skips()), "stage"), wide)
	case len(plan.Targets) > 0:
		return fmt.Sprintf("no drawing: it would be %s; --format svg makes a picture", wide)
	}
	return fmt.Sprintf("no drawing: it would be %s; --target NAME draws what one stage needs, --format svg all", wide)
}

// wrap breaks a sentence at spaces.
func wrap(text string, width int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && displaywidth.String(line)+1+displaywidth.String(word) > width {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}
