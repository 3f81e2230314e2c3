package builds

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

const (
	headLines = 2 // the filter, the names of the columns
	footLines = 3 // a blank, what there is to say of the build under the cursor
)

// View draws the page, at most width × height cells, frame included.
func (p *Page) View(look pane.Look, width, height int) []string {
	th := look.Theme
	f := widget.Frame{Width: width, Height: height, Focus: true, Title: th.Render(theme.Title, "builds"), Info: th.Render(theme.Dim, p.info(th))}
	if p.comparing {
		return p.viewComparison(look, f)
	}
	f.Footer = p.footer(th)
	w, h := f.Inside()
	foot := footLines
	if h < headLines+footLines+4 {
		foot = 0
	}
	rows := max(1, h-headLines-foot)
	p.list.SetHeight(rows)
	f.Scroll = p.list.Scroll(len(p.rows))
	lines := []string{" " + th.Render(theme.Key, "/") + " " + p.input.View(th, max(1, w-4))}
	if text, role := p.instead(look); text != "" {
		lines = append(lines, "")
		for _, l := range widget.WrapWords(text, max(8, w-4)) {
			lines = append(lines, "  "+th.Render(role, l))
		}
		return f.Render(th, lines)
	}
	c := p.columns(w)
	lines = append(lines, th.Render(theme.Dim, c.names()))
	lines = append(lines, p.list.Render(painter{p, look, c}, w, true)...)
	for len(lines) < headLines+rows {
		lines = append(lines, "")
	}
	if foot > 0 {
		lines = append(lines, p.about(look, w)...)
	}
	return f.Render(th, lines)
}

func (p *Page) info(th *theme.Theme) string {
	if !p.loaded || p.err != nil {
		return ""
	}
	text := measure.Plural(len(p.records), "build")
	ours := 0
	for _, r := range p.records {
		if p.project != "" && r.Project == p.project {
			ours++
		}
	}
	if ours > 0 && ours < len(p.records) {
		text += fmt.Sprintf(" %s %d of this project", th.Glyphs.Dot, ours)
	}
	if len(p.rows) < len(p.records) {
		text = fmt.Sprintf("%d of ", len(p.rows)) + text
	}
	return text
}

func (p *Page) footer(th *theme.Theme) string {
	hint := func(k, word string) string { return th.Render(theme.Key, k) + th.Render(theme.Dim, " "+word) }
	open := "open"
	if r, ok := p.Record(); ok && r.Running() {
		open = "watch"
	}
	mark := "mark to compare"
	if len(p.marked) == 1 {
		mark = "compare with the marked one"
	}
	return strings.Join([]string{hint("enter", open), hint("tab", mark), hint("esc", "close")}, "  ")
}

// instead is what stands where the list would.
func (p *Page) instead(look pane.Look) (text string, role theme.Role) {
	switch {
	case !p.loaded && len(p.records) == 0:
		return look.Theme.Glyphs.Spinner(look.Now) + " asking the engine", theme.Dim
	case p.err != nil:
		return p.err.Error(), theme.Error
	case len(p.records) == 0:
		return "This engine remembers no build yet: b builds one, then it is listed here.", theme.Dim
	case len(p.rows) == 0:
		return "No build is like that; esc empties the filter.", theme.Dim
	}
	return "", theme.Text
}

// columns are the widths of a row's parts; 0 for those without room.
type columns struct{ name, target, started, took, cached, size int }

// columns gives the name what the others leave; where that is too little, the
// less important ones go.
func (p *Page) columns(width int) columns {
	c := columns{target: len("target"), started: len("started"), took: len("took"), cached: len("cached"), size: len("size")}
	for _, r := range p.rows {
		c.target = max(c.target, min(16, widget.Width(r.Target)))
		c.started = max(c.started, 12)
		c.took = max(c.took, 7)
		if r.Steps > 0 {
			c.cached = max(c.cached, len(share(r)))
		}
		if r.Size > 0 {
			c.size = max(c.size, len(measure.Bytes(r.Size)))
		}
	}
	const marks, least = 17, 12 // cursor, mark, state and its word, the end; the name
	for _, drop := range []*int{&c.size, &c.cached, &c.target, &c.started} {
		c.name = width - marks - c.sum()
		if c.name >= least+8 {
			break
		}
		if c.name < least {
			*drop = 0
		}
	}
	c.name = max(4, width-marks-c.sum())
	return c
}

func (c columns) sum() int {
	total := 0
	for _, w := range []int{c.target, c.started, c.took, c.cached, c.size} {
		if w > 0 {
			total += w + 2
		}
	}
	return total
}

func (c columns) names() string {
	return widget.Spaces(16) + c.row("build", "target", "started", "took", "cached", "size", "")
}

func (c columns) row(name, target, started, took, cached, size, ellipsis string) string {
	out := widget.Fit(name, c.name, ellipsis)
	cell := func(text string, w int, right bool) {
		switch {
		case w == 0:
		case right:
			out += "  " + widget.FitRight(text, w, ellipsis)
		default:
			out += "  " + widget.Fit(text, w, ellipsis)
		}
	}
	cell(target, c.target, false)
	cell(started, c.started, true)
	cell(took, c.took, true)
	cell(cached, c.cached, true)
	cell(size, c.size, true)
	return out
}

func share(r history.Record) string { return fmt.Sprintf("%d of %d", r.Cached, r.Completed) }

// painter draws the rows.
type painter struct {
	*Page
	look pane.Look
	c    columns
}

func (p painter) Len() int { return len(p.rows) }

func (p painter) Row(i, width int, selected, _ bool) string {
	th, r := p.look.Theme, p.rows[i]
	g := th.Glyphs
	cursor, mark := " ", " "
	if selected {
		cursor = g.Cursor
	}
	if slices.Contains(p.marked, r.Ref) {
		mark = th.Render(theme.Highlight, g.Bar)
	}
	glyph, role := state(r)
	icon := g.State(glyph)
	if r.Running() {
		icon = g.Spinner(p.look.Now)
	}
	took := measure.Duration(r.Elapsed(p.look.Now))
	cached, size := "", ""
	if r.Running() {
		took = measure.Ticking(r.Elapsed(p.look.Now))
	} else {
		cached = share(r)
	}
	if r.Size > 0 {
		size = measure.Bytes(r.Size)
	}
	name := th.Render(theme.Dim, r.Title())
	if p.rank(r) < 2 || p.project == "" {
		name = th.Render(theme.Bold, r.Title())
	}
	line := " " + cursor + mark + " " + th.Render(role, widget.Fit(icon+" "+r.Word(), 11, g.Ellipsis)) + " " +
		p.c.row(name, r.Target, measure.Moment(r.Started, p.look.Now), took, cached, size, g.Ellipsis)
	if line = widget.Fit(line, width, g.Ellipsis); selected {
		return th.Over(theme.Selected, line)
	}
	return line
}

// state is a build's as the glyph and colour of a step's.
func state(r history.Record) (build.State, theme.Role) {
	switch r.State() {
	case history.StateRunning:
		return build.Running, theme.Running
	case build.OutcomeFailed:
		return build.Failed, theme.Failed
	case build.OutcomeCancelled:
		return build.Cancelled, theme.Cancelled
	}
	return build.Done, theme.Done
}

// about is what the row under the cursor has no room for.
func (p *Page) about(look pane.Look, width int) []string {
	th := look.Theme
	r, ok := p.Record()
	if !ok {
		return nil
	}
	parts := []string{history.Short(r.Ref, p.records)}
	if r.Dockerfile != "" && r.Dockerfile != "Dockerfile" {
		parts = append(parts, r.Dockerfile)
	}
	if len(r.Platforms) > 0 {
		parts = append(parts, strings.Join(r.Platforms, ","))
	}
	if !r.Running() {
		parts = append(parts, fmt.Sprintf("%s, %d cached, %d ran", measure.Plural(r.Steps, "step"), r.Cached, r.Ran()))
	}
	if r.Warnings > 0 {
		parts = append(parts, measure.Plural(r.Warnings, "warning"))
	}
	if !r.Own {
		parts = append(parts, "by another client")
	}
	first := " " + strings.Join(parts, " "+th.Glyphs.Dot+" ")
	role, second := theme.Failed, cmp.Or(r.Error, "")
	return []string{
		"", th.Render(theme.Dim, widget.Truncate(first, width-1, th.Glyphs.Ellipsis)),
		th.Render(role, widget.Truncate(" "+second, width-1, th.Glyphs.Ellipsis)),
	}
}
