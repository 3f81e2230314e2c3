// Package timeline shows where the time of a build goes: a Gantt chart by stage
// and step, the critical path in it, and what waited for what.
package timeline

import (
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Pane is the timeline screen. It is not a tea.Model: the App feeds it keys and
// clicks and asks it for its lines.
type Pane struct {
	theme *theme.Theme
	keys  Keys

	width, height int
	boxes         boxes

	build *build.Build // nil before the first
	now   time.Time    // the build's clock
	seen  seen
	at    *timing.Analysis // nil before the first build
	links map[string][]timing.Link
	best  string // the stage that would have saved most; "" where none would
	saves time.Duration

	rows     []row
	list     widget.List
	chosen   id // what the cursor stands on, whatever the rows around it do
	folded   map[int]bool
	pathOnly bool
	window   window
	cursor   time.Duration // since the build's begin; -1 while there is none
}

// seen is the moment of a build that was analysed.
type seen struct {
	build *build.Build
	rev   int
	ended bool
	now   time.Time
}

// New returns a Pane without a build.
func New(th *theme.Theme) *Pane {
	return &Pane{theme: th, keys: DefaultKeys(), chosen: nowhere, cursor: -1, folded: map[int]bool{}}
}

// SetTheme changes how the pane looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.theme = th }

// SetSize gives the pane its cells.
func (p *Pane) SetSize(width, height int) {
	if p.width != width || p.height != height {
		p.width, p.height = width, height
		p.arrange()
	}
}

// refresh is how often a running build is analysed anew, at most. The bars of
// what runs grow with every frame all the same.
const (
	refresh = 500 * time.Millisecond
	perRow  = 200 * time.Microsecond // more of it for each vertex: 5,000 of them take some 15 ms
)

// SetBuild shows a build at a time of its own clock; nil shows that there is none.
// What was analysed before is used again as long as it is true.
func (p *Pane) SetBuild(b *build.Build, now time.Time) {
	if b != p.build {
		p.forget()
	}
	p.build, p.now = b, now
	if b == nil {
		return
	}
	p.now = timing.At(b, now)
	s := seen{b, b.Rev(), b.End != nil, now}
	same := s.rev == p.seen.rev && (s.ended || now.Equal(p.seen.now))
	early := !s.ended && now.Before(p.seen.now.Add(refresh+perRow*time.Duration(len(b.Vertices())))) && !now.Before(p.seen.now)
	if p.at != nil && p.seen.ended == s.ended && (same || early) {
		return
	}
	p.seen = s
	p.at = timing.Analyze(b, now)
	p.links = map[string][]timing.Link{}
	for _, l := range p.at.Path.Links {
		p.links[l.Vertex] = append(p.links[l.Vertex], l)
	}
	p.best, p.saves = "", 0
	if p.at.Outcome == build.OutcomeSucceeded {
		if st, d := p.at.Best(); st != nil && p.at.Share(d) >= 0.01 {
			p.best, p.saves = st.Name, d
		}
	}
	p.fill()
}

// forget makes room for another build; what the user folded and where the
// cursor stands stay.
func (p *Pane) forget() {
	p.at, p.rows, p.seen = nil, nil, seen{}
	p.window, p.cursor = window{}, -1
	p.arrange()
}

// Analysis is what is shown; nil before the first build.
func (p *Pane) Analysis() *timing.Analysis { return p.at }

// Show puts the cursor on a step, or on its stage where the step is folded away or
// has no row.
func (p *Pane) Show(ref build.StepRef) {
	p.chosen = id{stage: ref.Stage, step: ref.Step}
	p.fill()
}

// Select puts the cursor on a step, unfolding its stage.
func (p *Pane) Select(ref build.StepRef) {
	p.folded[ref.Stage] = false
	p.chosen = id{stage: ref.Stage, step: ref.Step}
	p.fill()
}
