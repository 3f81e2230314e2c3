package render

import (
	"fmt"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
)

// style is how much a drawing shows.
type style struct {
	dir   layout.Direction
	brief bool // one line in a box
	fold  bool // no externals
	bent  bool // lines bend so that the drawing gets no wider than there is room
	kept  bool // only what the plan runs
	slim  int  // stages that could stand side by side stand below each other: 1 as few as need be, up to slimmest
}

// slimTag is how much of an image's name a box makes room for that is as narrow
// as its own.
const slimTag = 18

// slimmest is the last try at making a drawing higher instead of wider.
const slimmest = 5

// fitting is what fit found: a drawing that fits, or how wide the narrowest is.
type fitting struct {
	fits *layout.Drawing // nil when there is none
	style

	least      int // columns of the narrowest
	leastStyle style
	leastDrawn *layout.Drawing // nil when it was not placed: it has at least as many
	room       int
}

// wide are the styles of drawings as wide as they are, from the richest on.
func wide(kept bool) []style {
	ways := []style{
		{dir: layout.TopDown},
		{dir: layout.LeftRight},
		{dir: layout.TopDown, bent: true},
		{dir: layout.TopDown, brief: true},
		{dir: layout.LeftRight, brief: true},
		{dir: layout.TopDown, brief: true, fold: true},
		{dir: layout.LeftRight, brief: true, fold: true},
		{dir: layout.TopDown, brief: true, bent: true},
		{dir: layout.TopDown, brief: true, fold: true, bent: true},
	}
	for i := range ways {
		ways[i].kept = kept
	}
	return ways
}

// high are the styles of drawings that are higher instead of wider.
func high(kept bool) []style {
	var ways []style
	for n := 1; n <= slimmest; n++ {
		ways = append(ways, style{dir: layout.TopDown, brief: true, fold: true, bent: true, slim: n, kept: kept})
	}
	return ways
}

// fit finds the first of some styles whose drawing is not wider than room. Placing
// takes long, so it is left where the drawing is known to be too wide.
func fit(g *model.Graph, plan model.Plan, room int, ways []style) fitting {
	f := fitting{room: room}
	if len(g.Stages) == 0 {
		return f
	}
	for _, s := range ways {
		o := options(g, plan, s, room)
		var d *layout.Drawing
		w, _ := layout.AtLeast(g, o)
		if w <= room {
			d = layout.Place(g, o)
			w = d.W
		}
		if w <= room {
			f.fits, f.style = d, s
			return f
		}
		if f.least == 0 || w < f.least {
			f.least, f.leastStyle, f.leastDrawn = w, s, d
		}
	}
	return f
}

// narrowest is the drawing that comes nearest to fitting.
func (f fitting) narrowest(g *model.Graph, plan model.Plan) (*layout.Drawing, style) {
	if f.leastDrawn == nil && len(g.Stages) > 0 {
		return layout.Place(g, options(g, plan, f.leastStyle, f.room)), f.leastStyle
	}
	return f.leastDrawn, f.leastStyle
}

// wide says how wide a drawing has to be.
func (f fitting) wide() string {
	if f.leastDrawn == nil {
		return fmt.Sprintf("at least %d columns wide", f.least)
	}
	return fmt.Sprintf("%d columns wide", f.least)
}

const (
	nameMax     = 24
	externalMax = 32
)

// options are those of a style's drawing, with room for so many columns.
func options(g *model.Graph, plan model.Plan, s style, room int) layout.Options {
	inner := 8
	for i, st := range g.Stages {
		if s.kept && !plan.Needs(model.NodeID(i)) {
			continue
		}
		inner = max(inner, min(displaywidth.String(st.Label()), nameMax))
		if !s.brief {
			inner = max(inner, len(stageNote(st)))
			if !s.kept {
				inner = max(inner, len(skipped))
			}
		}
	}
	o := layout.Defaults(s.dir)
	o.Fold = s.fold
	o.Wrap = room
	if s.bent {
		o.Cross = room
	}
	if s.slim > 0 {
		o.RankMax = room - 2 - (s.slim-1)*room/(slimmest+1)
		o.RankGap, o.Trail = 1, 0
	}
	if s.kept {
		o.Keep = plan.Needs
	}
	o.Frameless = func(id model.NodeID) bool { return !g.IsStage(id) }
	o.Measure = func(id model.NodeID) (int, int) {
		switch {
		case !g.IsStage(id) && s.dir == layout.LeftRight:
			return displaywidth.String(externalLabel(g, id)) + 2, 1
		case !g.IsStage(id):
			return displaywidth.String(externalLabel(g, id)), 1
		}
		h := 4
		if s.brief {
			h = 3
		}
		if tagOf(g, id).row(s) {
			h++
		}
		w := inner
		if s.slim > 0 { // each as narrow as its name
			w = max(8, min(displaywidth.String(g.Stages[id].Label()), nameMax), min(tagOf(g, id).width(), slimTag))
		}
		return w + 4, h
	}
	if s.dir == layout.LeftRight {
		o.Wrap = 0
	}
	return o
}
