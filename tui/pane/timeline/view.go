package timeline

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/work"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

type box struct{ x, y, w, h int }

func (b box) holds(x, y int) bool { return x >= b.x && x < b.x+b.w && y >= b.y && y < b.y+b.h }

// boxes are where the parts lie: the summary above, the frame with labels and
// chart, and below it what is known of the selected row. One with no height is
// not shown.
type boxes struct {
	summary, frame, detail box
	path                   box // the critical path as a list, where the chart leaves room
	labels, chart          box // within the frame, below the axis
	crowd                  box // how many steps run at once, between axis and chart
}

// Sizes from which on parts are shown.
const (
	roomy = 16 // two lines of summary
	tall  = 12 // the detail, and the summary

	wide    = 110 // columns: the critical path's waits in full, its shares as bars
	crowded = 8   // rows of the chart: how many steps run at once
	spare   = 8   // lines that the chart leaves: the critical path as a list
)

// arrange places the parts.
func (p *Pane) arrange() {
	w, h := p.width, p.height
	var b boxes
	switch {
	case h >= roomy:
		b.summary = box{0, 0, w, 2}
		b.detail = box{0, h - 3, w, 3}
	case h >= tall:
		b.summary = box{0, 0, w, 1}
		b.detail = box{0, h - 1, w, 1}
	}
	b.frame = box{0, b.summary.h, w, max(0, h-b.summary.h-b.detail.h)}
	if free := b.frame.h - p.need(); free >= spare && p.need() > 0 {
		b.frame.h -= free
		b.path = box{0, b.frame.y + b.frame.h, w, free}
	}
	inner := max(0, w-2)
	labels := min(inner, max(18, min(inner*9/20, max(48, inner*3/10))))
	top, rows := 2, max(0, b.frame.h-3)
	if rows >= crowded {
		b.crowd = box{1 + labels, b.frame.y + 2, max(0, inner-labels-1), 1}
		top, rows = top+1, rows-1
	}
	b.labels = box{1, b.frame.y + top, labels, rows}
	b.chart = box{1 + labels, b.frame.y + top, max(0, inner-labels-1), rows}
	p.boxes = b
	p.list.SetHeight(rows)
	p.list.Select(p.list.Cursor, max(1, len(p.rows)))
}

// need is how many lines the chart takes with its frame when it shows all rows; 0
// while there are none.
func (p *Pane) need() int {
	if len(p.rows) == 0 {
		return 0
	}
	return max(len(p.rows), crowded) + 4
}

// View returns exactly the pane's height in lines, each exactly as wide.
func (p *Pane) View() []string {
	if p.width <= 0 || p.height <= 0 {
		return nil
	}
	if p.at == nil {
		return p.empty()
	}
	out := make([]string, 0, p.height)
	out = append(out, p.summary()...)
	out = append(out, p.frame()...)
	out = append(out, p.path()...)
	out = append(out, p.detail()...)
	for i := range out {
		out[i] = widget.Fit(out[i], p.width, p.theme.Glyphs.Ellipsis)
	}
	return out
}

func (p *Pane) empty() []string {
	return widget.Empty(p.theme, theme.Text, "No build yet.", "Press b to build the target; here one sees where its time goes.", p.width, p.height)
}

func (p *Pane) frame() []string {
	b, th := p.boxes, p.theme
	if b.frame.h <= 0 {
		return nil
	}
	f := widget.Frame{
		Title: th.Render(theme.Title, "timeline"), Info: p.extent(), Footer: p.legend(),
		Width: b.frame.w, Height: b.frame.h, Focus: true, Scroll: p.list.Scroll(len(p.rows)),
	}
	f.Scroll.Visible = p.list.Height()
	lines := []string{widget.Spaces(b.labels.w) + p.axis()}
	if b.crowd.h > 0 {
		lines = append(lines, p.crowd())
	}
	lines = append(lines, p.list.Render(chart{p, p.ticks(), p.cursorCell()}, b.labels.w+b.chart.w, true)...)
	return f.Render(th, lines)
}

// extent says which part of the build is shown.
func (p *Pane) extent() string {
	text := "the whole build"
	if from, span := p.shown(); p.window.zoomed() {
		step := tickStep(span, p.boxes.chart.w) / 10
		text = fmt.Sprintf("%s to %s of %s", measure.Offset(from, step), measure.Offset(from+span, step), measure.Duration(p.elapsed()))
	}
	if p.pathOnly {
		text = "the critical path alone " + p.theme.Glyphs.Dot + " " + text
	}
	return p.theme.Render(theme.Dim, text)
}

// legend says what the bars mean; the first part that has no room ends it.
func (p *Pane) legend() string {
	th := p.theme
	block, _ := p.block(0xff)
	parts := []string{
		th.Render(theme.Text, strings.Repeat(block, 2)) + th.Render(theme.Dim, " critical path"),
		th.Render(theme.Text, strings.Repeat(p.line(0xff, false), 2)) + th.Render(theme.Dim, " beside it"),
		th.Render(theme.Dim, strings.Repeat(p.gap(), 2)+" ready, waiting"),
	}
	line := ""
	for _, part := range parts {
		if widget.Width(line)+widget.Width(part)+8 > p.boxes.frame.w {
			break
		}
		if line != "" {
			line += "  "
		}
		line += part
	}
	return line
}

// cursorCell is the column of the cursor; -1 when it is not in the chart.
func (p *Pane) cursorCell() int {
	from, span := p.shown()
	if p.cursor < from || p.cursor > from+span {
		return -1
	}
	return min(p.column(p.cursor), p.boxes.chart.w-1) // the end belongs to the last cell
}

// chart draws the rows of a Pane.
type chart struct {
	*Pane
	ticks  map[int]bool
	cursor int
}

// Len is the number of rows.
func (c chart) Len() int { return len(c.rows) }

// Row draws a label and its bar.
func (c chart) Row(i, _ int, selected, focus bool) string {
	r := &c.rows[i]
	label := c.label(r, c.boxes.labels.w, selected)
	switch {
	case selected && focus:
		label = c.theme.Over(theme.Selected, label)
	case selected:
		label = c.theme.Over(theme.SelectedBlur, label)
	}
	if c.boxes.chart.w <= 0 {
		return label
	}
	return label + c.draw(c.lane(r), theme.StateRole(r.state()), c.ticks, c.cursor)
}

// timeWidth holds the time that a row took.
const timeWidth = 7

// label is the left of a row: mark, fold, state, name, time, and whether the
// critical path goes through it.
func (p *Pane) label(r *row, width int, selected bool) string {
	th := p.theme
	mark, critical := " ", " "
	if selected {
		mark = th.Glyphs.Cursor
	}
	if r.work.Critical {
		critical = th.Render(theme.Highlight, th.Glyphs.Bar)
	}
	left := mark
	switch {
	case r.fold == open:
		left += th.Glyphs.Open + " "
	case r.fold == closed:
		left += th.Glyphs.Closed + " "
	default:
		left += "  "
	}
	left += p.glyph(r) + " " + p.name(r)
	took := ""
	switch ran := p.ran(r); {
	case r.state() == build.Running:
		took = measure.Ticking(ran)
	case r.work.Begun() && (r.state() != build.Cached || ran >= 100*time.Millisecond):
		took = measure.Duration(ran)
	}
	right := th.Render(theme.Dim, widget.FitRight(took, timeWidth, "")) + " " + critical
	return widget.Sides(left, right, width, th.Glyphs.Ellipsis)
}

// glyph is a row's state in one cell.
func (p *Pane) glyph(r *row) string {
	if p.stands(r) {
		return p.theme.Render(theme.Warning, p.theme.Glyphs.Break)
	}
	return p.stateGlyph(r.state())
}

// stands says whether the build stands at a breakpoint in this stage or at this step.
func (p *Pane) stands(r *row) bool {
	at := p.build.Stop
	switch {
	case at == nil || r.id.stage != at.Stage:
		return false
	case r.stage != nil:
		return true
	}
	return at.Step != nil && r.id.step == at.Step.Step
}

func (p *Pane) stateGlyph(s build.State) string {
	if s == build.Running {
		return p.theme.Render(theme.Running, p.theme.Glyphs.Spinner(p.now))
	}
	return p.theme.StateGlyph(s)
}

// ran is how long a row has run until the last frame.
func (p *Pane) ran(r *row) time.Duration {
	d := r.work.Ran()
	if r.state() == build.Running && r.work.Begun() {
		d += max(0, p.now.Sub(r.work.End()))
	}
	return d
}

// name is what a row stands for: a stage, an instruction with its line, or
// BuildKit's own work in its words.
func (p *Pane) name(r *row) string {
	th := p.theme
	switch {
	case r.fold != leaf || r.stage != nil:
		return th.Render(theme.Bold, r.work.Name)
	case r.id.stage == own && r.deep:
		return th.Render(theme.Dim, work.Name(r.work.Name))
	case r.id.stage == own:
		return work.Name(r.work.Name)
	}
	line := 0
	text := r.work.Name
	if s, ok := p.stepOf(r.id); ok {
		line = s.Line
	}
	command, rest, _ := strings.Cut(text, " ")
	return th.Render(theme.Dim, fmt.Sprintf("%*d ", len(strconv.Itoa(len(p.at.Graph.Lines))), line)) + command + " " + th.Render(theme.Dim, rest)
}

func (p *Pane) stepOf(i id) (model.Step, bool) {
	g := p.at.Graph
	if g == nil || i.stage < 0 || i.stage >= len(g.Stages) || i.step < 0 || i.step >= len(g.Stages[i.stage].Steps) {
		return model.Step{}, false
	}
	return g.Stages[i.stage].Steps[i.step], true
}
