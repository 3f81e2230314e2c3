// Package source shows the Dockerfile: its lines with numbers, the state of the
// step on each, quiet colours, and its problems under the lines they concern.
package source

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Pane is a window over the Dockerfile with a cursor on a line. The zero Pane is
// empty.
type Pane struct {
	list  widget.List
	graph *model.Graph
	build *build.Build
	plan  model.Plan
	rows  []row
	line  int      // of the cursor, 1-based
	spans [][]span // of each line
	owner []build.StepRef
	stage []int // of each line, comments above and between its steps included; -1 of none

	findings      []finding.Finding // by line
	search        search
	warnings      int // how many of the build's are among the rows
	width, height int
}

// row is a line of the file or a piece of what is said about it.
type row struct {
	line  int // 1-based
	note  *model.Problem
	found *finding.Finding // what is said is this
	text  string           // of the note, as much as fits on a line
	first bool             // the note begins here
}

// said says that the row is no line of the file.
func (r row) said() bool { return r.note != nil || r.found != nil }

// SetSize gives the outer size, the frame included.
func (p *Pane) SetSize(width, height int) {
	anew := width != p.width && len(p.rows) > 0
	p.width, p.height = width, height
	p.resize()
	if anew {
		p.layRows()
		p.reveal()
	}
}

// resize gives the list the lines that the search leaves it.
func (p *Pane) resize() {
	height := p.height - 2
	if p.search.typing || !p.search.query.Empty() {
		height--
	}
	if height != p.list.Height() {
		p.list.SetHeight(height)
		p.reveal()
	}
}

// SetGraph says what to show; b is nil before the first build.
func (p *Pane) SetGraph(g *model.Graph, b *build.Build, plan model.Plan) {
	warnings := 0
	if b != nil {
		warnings = len(b.Warnings)
	}
	if g != p.graph || b != p.build || warnings != p.warnings {
		p.graph, p.build, p.warnings = g, b, warnings
		p.layRows()
		p.reveal()
	}
	p.plan = plan
}

func (p *Pane) layRows() {
	p.rows, p.owner, p.spans = nil, nil, nil
	if p.graph == nil {
		return
	}
	p.spans = syntax(p.graph)
	p.owner = make([]build.StepRef, len(p.graph.Lines)+1)
	for i := range p.owner {
		p.owner[i] = build.StepRef{Stage: -1}
	}
	for _, s := range p.graph.Stages {
		for _, st := range s.Steps {
			if st.OnBuild {
				continue
			}
			for l := st.Line; l <= st.EndLine && l < len(p.owner); l++ {
				p.owner[l] = build.StepRef{Stage: s.Index, Step: st.Index}
			}
		}
	}
	p.stage = stagesOf(p.graph)
	notes := p.notes()
	p.layNotes(0, notes[0])
	for i := range p.graph.Lines {
		p.rows = append(p.rows, row{line: i + 1})
		p.layNotes(i+1, notes[i+1])
		p.layFindings(i + 1)
	}
}

func (p *Pane) layNotes(line int, notes []*model.Problem) {
	for _, n := range notes {
		for i, text := range widget.WrapWords(said(n.Message), max(12, p.width-2-p.indent()-3)) {
			p.rows = append(p.rows, row{line: line, note: n, text: text, first: i == 0})
		}
	}
}

// said is a problem's message without what its place says already.
func said(message string) string {
	if rest, ok := strings.CutPrefix(message, "dockerfile parse error on line "); ok {
		if _, rest, ok = strings.Cut(rest, ": "); ok {
			return rest
		}
	}
	return message
}

// stagesOf is the stage of each line, 1-based. A comment between two steps
// belongs to their stage, one right above a FROM to the stage that it begins.
func stagesOf(g *model.Graph) []int {
	out := make([]int, len(g.Lines)+1)
	for i := range out {
		out[i] = -1
	}
	for _, s := range g.Stages {
		from := s.Line
		for from > 1 && from <= len(g.Lines) && strings.HasPrefix(strings.TrimSpace(g.Lines[from-2]), "#") {
			from--
		}
		for l := from; l <= s.EndLine && l < len(out); l++ {
			out[l] = s.Index
		}
	}
	return out
}

// problems are the file's, and what the build says beyond them.
func (p *Pane) problems() []model.Problem {
	all := p.graph.Problems
	if p.build != nil && p.build.Begin.Graph != nil {
		all = p.build.Problems()
	}
	return pane.Beside(all, p.findings)
}

// notes are the file's problems and the build's warnings by the line they stand
// under; 0 holds those of no line.
func (p *Pane) notes() map[int][]*model.Problem {
	out := map[int][]*model.Problem{}
	add := func(pr *model.Problem) {
		under := max(pr.Line, pr.EndLine)
		if under < 0 || under > len(p.graph.Lines) {
			under = 0
		}
		same := func(o *model.Problem) bool { return o.Message == pr.Message }
		if !slices.ContainsFunc(out[under], same) {
			out[under] = append(out[under], pr)
		}
	}
	for _, pr := range p.problems() {
		add(&pr)
	}
	return out
}

// Line is the line under the cursor, 1-based.
func (p *Pane) Line() int { return p.line }

// SetLine puts the cursor on a line and shows it.
func (p *Pane) SetLine(line int) {
	if line != p.line {
		p.line = line
		p.reveal()
	}
}

// margin is how many rows stay visible above and below the step under the cursor.
const margin = 2

// reveal scrolls to the cursor, and so that the whole step there is visible where
// it fits.
func (p *Pane) reveal() {
	last := p.line
	if ref, ok := p.Step(); ok {
		last = p.step(ref).EndLine
	}
	for i, r := range p.rows {
		if r.line == last && !r.said() {
			p.list.Select(i+margin, len(p.rows))
		}
	}
	for i, r := range p.rows {
		if r.line == p.line && !r.said() {
			p.list.Select(i-margin, len(p.rows))
			p.list.Select(i, len(p.rows))
			// what is said under the last visible line belongs to it
			for n := i + 1; n < len(p.rows) && p.rows[n].said(); n++ {
				if n >= p.list.Offset+p.list.Height() && p.list.Offset < i {
					p.list.Offset++
				}
			}
			return
		}
	}
	p.list.Select(p.list.Cursor, len(p.rows))
}

// Move moves the cursor by delta lines.
func (p *Pane) Move(delta int) {
	if p.graph != nil {
		p.SetLine(max(1, min(p.line+delta, len(p.graph.Lines))))
	}
}

// Height is how many lines are visible.
func (p *Pane) Height() int { return p.list.Height() }

// Wheel scrolls by delta rows.
func (p *Pane) Wheel(delta int) {
	p.list.Wheel(delta, len(p.rows))
	if c := p.list.Cursor; c < len(p.rows) && p.rows[c].line > 0 {
		p.line = p.rows[c].line
	}
}

// Click puts the cursor on the line at y of the pane, frame included.
func (p *Pane) Click(y int) bool {
	i, ok := p.list.At(y-1, len(p.rows))
	if ok && p.rows[i].line > 0 {
		p.SetLine(p.rows[i].line)
	}
	return ok
}

// Step is the step whose line the cursor is on.
func (p *Pane) Step() (build.StepRef, bool) {
	if p.line <= 0 || p.line >= len(p.owner) || p.owner[p.line].Stage < 0 {
		return build.StepRef{}, false
	}
	return p.owner[p.line], true
}

// View draws the pane with its frame.
func (p *Pane) View(look pane.Look) []string {
	th := look.Theme
	f := widget.Frame{Width: p.width, Height: p.height, Focus: look.Focus, Title: th.Render(theme.Title, "Dockerfile")}
	if p.graph == nil {
		return f.Render(th, nil)
	}
	f.Title = th.Render(theme.Title, p.graph.File)
	f.Info = p.info(th)
	f.Scroll = p.list.Scroll(len(p.rows))
	w, _ := f.Inside()
	at, on := p.Step()
	lines := p.list.Render(painter{p, look, at, on}, w, look.Focus)
	foot := p.foot(th, w)
	for len(foot) > 0 && len(lines) < p.list.Height() {
		lines = append(lines, "")
	}
	return f.Render(th, append(lines, foot...))
}
