// Package graph is the pane that draws the stages of a build and what flows
// between them, with the state of each.
//
// It is a plain struct: whoever owns it hands it the graph, the plan and the
// build, asks it to move, and prints its View.
package graph

import (
	"slices"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/tui/theme"
)

// Pane draws a graph into a rectangle. Make one with New.
type Pane struct {
	theme *theme.Theme
	w, h  int
	focus bool

	graph *model.Graph
	plan  model.Plan
	plans bool // plan is set

	keep    model.Plan // what is drawn when the rest is hidden: plan, but for a while
	skips   skipping
	picking bool

	depth []int

	build *build.Build
	faces func(stage int) Face

	image      *image.Image // whose layers tell the sizes of stages
	imageOf    int
	imageSizes map[int]int64
	breaks     map[int]bool // stages in which builds stop
	marks      map[int]bool // stages that are marked for a comparison
	now        time.Time
	drawn      map[int]Face // while drawing: each stage is asked once

	selected model.NodeID
	hover    bool // the view follows the selection until the user pans
	zoom     Zoom
	ox, oy   int // what the pane's first cell shows

	ways  ways     // where keys lead in the drawing; nil until they are asked for
	trail []stride // moves across ranks, to be walked back

	critical map[int]bool  // stages that the build took its time for
	carried  map[int]int64 // bytes that edges carried, by their index in the graph
	note     [2]string     // what the legend says besides, in many words and in few

	overviewBy    overviewBy
	corner        corner      // where the overview stands
	overview      layout.Rect // in the pane, without its frame; W is 0 when it is not shown
	overviewFrame layout.Rect
	names         []placedNames // of dots, in the drawing

	sizes    []size // of what nodes say, by node
	tags     []tag  // by stage
	outlines map[outlineKey]*layout.Outline
	placed   map[candidate]*layout.Drawing
	fit      fitted
	fitted   bool

	rev  int
	last key
	view string
}

// key says what a View was drawn from.
type key struct {
	rev, build int
	now        int64
}

// New returns an empty pane.
func New(t *theme.Theme) *Pane {
	return &Pane{
		theme: t, selected: model.None, hover: true, placed: map[candidate]*layout.Drawing{},
		outlines: map[outlineKey]*layout.Outline{},
	}
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(t *theme.Theme) {
	if p.theme.Glyphs.Ellipsis != t.Glyphs.Ellipsis {
		p.unplace()
	}
	p.theme = t
	p.rev++
}

// SetSize says how many cells there are.
func (p *Pane) SetSize(w, h int) {
	if p.w != w || p.h != h {
		p.w, p.h = max(w, 0), max(h, 0)
		p.unplace() // long ranks and unconnected parts wrap at the pane's size
	}
}

// SetGraph shows another graph. The selection stays on the stage of the same
// name, else goes to the last stage.
func (p *Pane) SetGraph(g *model.Graph) {
	name := ""
	if p.graph != nil && p.selected != model.None {
		name = p.graph.Label(p.selected)
	}
	p.graph, p.plans, p.build, p.faces = g, false, nil, nil
	p.plan, p.keep = model.Plan{}, model.Plan{}
	p.image, p.imageSizes, p.carried = nil, nil, nil
	p.selected = model.None
	if g != nil {
		p.selected = model.NodeID(len(g.Stages) - 1)
		for i, s := range g.Stages {
			if s.Label() == name {
				p.selected = model.NodeID(i)
			}
		}
		p.depth = depths(g)
	}
	p.sizes = nil
	clear(p.outlines)
	p.unplace()
	p.hover = true
}

// depths is how many stages lie below each along FROM.
func depths(g *model.Graph) []int {
	d := make([]int, len(g.Stages))
	for _, e := range g.Edges {
		if e.Kind == model.EdgeBase && g.IsStage(e.From) && e.From < e.To {
			d[e.To] = d[e.From] + 1
		}
	}
	return d
}

func (p *Pane) unplace() {
	clear(p.placed)
	p.fitted = false
	p.rev++
}

// SetPlan shows what a target runs: the rest is dimmed.
func (p *Pane) SetPlan(plan model.Plan) {
	if p.plans && slices.Equal(p.plan.Targets, plan.Targets) {
		return
	}
	p.plan, p.plans = plan, true
	p.rev++
	p.rekeep()
}

// SetBuild shows the state of a build at a time. A nil build shows none.
func (p *Pane) SetBuild(b *build.Build, now time.Time) {
	if p.build != b {
		p.rev++
	}
	p.build, p.now = b, now
}

// SetStatus shows faces from elsewhere than a build; nil ends that. The function
// is called for visible stages while drawing; call SetStatus again when what it
// returns changes.
func (p *Pane) SetStatus(f func(stage int) Face, now time.Time) {
	p.faces, p.now = f, now
	p.rev++
}

// SetBreakpoints marks the stages that have steps which builds stop before.
func (p *Pane) SetBreakpoints(at map[build.StepRef]bool) {
	p.breaks = map[int]bool{}
	for ref := range at {
		p.breaks[ref.Stage] = true
	}
	p.rev++
}

// SetMarks marks stages for a comparison.
func (p *Pane) SetMarks(stages map[int]bool) {
	p.marks = stages
	p.rev++
}

// SetFocus says whether keys go to the pane.
func (p *Pane) SetFocus(focus bool) {
	if p.focus != focus {
		p.focus = focus
		p.rev++
	}
}

// Selected is the selected node, or model.None in an empty graph.
func (p *Pane) Selected() model.NodeID { return p.selected }

// Select selects a node and brings it into view.
func (p *Pane) Select(id model.NodeID) bool {
	if p.graph == nil || id < 0 || int(id) >= p.graph.NodeCount() {
		return false
	}
	if p.selected != id || !p.hover {
		p.selected, p.hover = id, true
		p.rev++
	}
	return true
}
