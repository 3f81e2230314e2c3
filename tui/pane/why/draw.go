package why

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// drawing is the page's lines in the making.
type drawing struct {
	*Page
	look     pane.Look
	width    int
	lines    []func() string // drawn when they are seen
	selected build.StepRef
	from, to int  // the lines of the selected step
	first    bool // it is the first one
}

// info counts what ran.
func (p *Page) info(look pane.Look) string {
	if p.build == nil || len(p.build.Causes()) == 0 {
		return ""
	}
	return look.Theme.Render(theme.Dim, measure.Plural(len(p.steps()), "step")+" ran again")
}

func (d *drawing) draw() {
	all := d.rebuilds(d.look.Now)
	if len(all) == 0 {
		d.nothing()
		return
	}
	d.selected, _ = d.Step()
	for i, r := range all {
		if i > 0 {
			d.add("")
		}
		d.rebuild(r)
	}
}

// nothing says why there is nothing to say.
func (d *drawing) nothing() {
	text := "No build yet: b builds, and the second build of a target can be compared with the first."
	switch b := d.build; {
	case b == nil:
	case b.Running():
		text = "No step has run yet that an earlier build of this target would explain."
	case !d.ran():
		text = "Nothing ran: all that this build needed came from the cache."
	default:
		text = "There is nothing to compare with: no earlier build of this target, for this platform, is remembered here."
	}
	for _, l := range widget.WrapWords(text, max(8, d.width-2)) {
		d.add(" " + d.look.Theme.Render(theme.Dim, l))
	}
}

// ran says whether a step of the build ran.
func (d *drawing) ran() bool {
	g := d.build.Begin.Graph
	if g == nil {
		return true
	}
	for i, s := range g.Stages {
		for _, step := range s.Steps {
			if st := d.build.Step(build.StepRef{Stage: i, Step: step.Index}); step.Vertex && st.State == build.Done {
				return true
			}
		}
	}
	return false
}

// rebuild is one cascade.
func (d *drawing) rebuild(r build.Rebuild) {
	th := d.look.Theme
	d.step(r.Step, theme.Bold, func() {
		d.words(3, theme.Text, th.Glyphs.Again+" ", "because "+r.Text)
		for _, text := range r.Also {
			d.words(3, theme.Dim, "  ", "also "+text)
		}
		d.paths(r.Cause)
	})
	if len(r.Same) > 0 {
		d.add("   " + th.Render(theme.Dim, "for the same reason:"))
	}
	for _, ref := range r.Same {
		d.step(ref, theme.Text, func() {
			c, _ := d.build.Cause(ref)
			for _, text := range c.Also {
				d.words(5, theme.Dim, "", "also "+text)
			}
		})
	}
	if len(r.Then) > 0 {
		d.add("   " + th.Render(theme.Dim, fmt.Sprintf("then %s only because of it, %s in all:", measure.Plural(len(r.Then), "step"), measure.Duration(r.Took))))
		for _, ref := range r.Then {
			d.step(ref, theme.Text, nil)
		}
	}
	if r.Advice != nil && r.Spares() {
		text := r.Advice.Text
		if r.Saved > 0 {
			text += fmt.Sprintf("; that would have spared %s of %s", measure.Duration(r.Saved), measure.Duration(r.Took))
		}
		d.words(3, theme.Text, th.Render(theme.Key, "advice")+" ", text)
	}
}

// step is a line for a step, with its time, and what is said of it below.
func (d *drawing) step(ref build.StepRef, role theme.Role, below func()) {
	selected := ref == d.selected
	if selected {
		d.from, d.first = len(d.lines), len(d.lines) == 0
	}
	d.lines = append(d.lines, func() string { return d.stepLine(ref, role, selected) })
	if below != nil {
		below()
	}
	if selected {
		d.to = len(d.lines)
	}
}

func (d *drawing) stepLine(ref build.StepRef, role theme.Role, selected bool) string {
	th := d.look.Theme
	g := d.build.Begin.Graph
	label, text := "", ""
	if g != nil && ref.Stage < len(g.Stages) && ref.Step < len(g.Stages[ref.Stage].Steps) {
		s := g.Stages[ref.Stage]
		label, text = fmt.Sprintf("%s:%d ", s.Label(), s.Steps[ref.Step].Line), g.Short(s.Steps[ref.Step])
	}
	mark := " "
	if selected {
		mark = th.Glyphs.Cursor
	}
	st := d.build.Step(ref)
	right := th.Render(theme.StateRole(st.State), th.Glyphs.State(st.State)) +
		th.Render(theme.Dim, widget.FitRight(measure.Duration(st.Elapsed(d.look.Now)), 7, "")) + " "
	indent := " "
	if role != theme.Bold {
		indent = "   "
	}
	room := max(0, d.width-widget.Width(indent+label)-widget.Width(right)-3)
	line := widget.Sides(mark+indent+th.Render(theme.Dim, label)+th.Render(role, widget.Truncate(text, room, th.Glyphs.Ellipsis)), right, d.width, th.Glyphs.Ellipsis)
	if selected {
		line = th.Over(theme.Selected, line)
	}
	return line
}

// shownPaths is how many paths of a cause are listed.
const shownPaths = 6

func (d *drawing) paths(c build.Cause) {
	th := d.look.Theme
	if len(c.Paths) < 2 {
		return // the sentence names it
	}
	shown := min(len(c.Paths), shownPaths)
	for _, p := range c.Paths[:shown] {
		role := theme.Modified
		switch p.Change {
		case "added":
			role = theme.Added
		case "removed":
			role = theme.Removed
		}
		word := th.Render(role, widget.Fit(p.Change, 8, ""))
		d.add("     " + word + " " + widget.Truncate(p.Path, max(0, d.width-16), th.Glyphs.Ellipsis))
	}
	if more := len(c.Paths) - shown + c.More; more > 0 {
		d.add("     " + th.Render(theme.Dim, fmt.Sprintf("%s %s more", th.Glyphs.Ellipsis, measure.Count(more))))
	}
}

// words wraps a sentence behind a lead.
func (d *drawing) words(indent int, role theme.Role, lead, text string) {
	th := d.look.Theme
	if th.Options().ASCII {
		text = build.ASCII(text)
	}
	left := indent + widget.Width(lead)
	for i, l := range widget.WrapWords(text, max(8, d.width-left-1)) {
		head := strings.Repeat(" ", left)
		if i == 0 {
			head = strings.Repeat(" ", indent) + lead
		}
		d.add(head + th.Render(role, l))
	}
}

func (d *drawing) add(line string) { d.lines = append(d.lines, func() string { return line }) }

// window draws the lines that are seen.
func (d *drawing) window(from, height int) []string {
	var out []string
	for i := max(0, from); i < min(len(d.lines), from+height); i++ {
		out = append(out, d.lines[i]())
	}
	return out
}
