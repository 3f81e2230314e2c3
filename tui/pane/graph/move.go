package graph

import (
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
)

// Direction of a Move.
type Direction uint8

// The directions.
const (
	Up Direction = iota
	Down
	Left
	Right
)

// Move selects the nearest box in a direction, one that an edge leads to before
// others; false when there is none.
func (p *Pane) Move(dir Direction) bool {
	p.choose()
	if p.graph == nil || p.selected == model.None {
		return p.First()
	}
	d := p.fit.drawing
	if d == nil {
		switch dir {
		case Up:
			return p.Step(-1)
		case Down:
			return p.Step(1)
		}
		return false
	}
	from, ok := d.Box(p.selected)
	if !ok {
		return p.First()
	}
	linked := map[model.NodeID]bool{}
	for _, r := range d.Routes {
		switch p.selected {
		case r.From:
			linked[r.To] = true
		case r.To:
			linked[r.From] = true
		}
	}
	best, least := model.None, 0
	for _, b := range d.Boxes {
		if b.Node == p.selected {
			continue
		}
		cost, ok := distance(from.Rect, b.Rect, dir)
		if !ok {
			continue
		}
		if !linked[b.Node] {
			cost += cost/2 + 6
		}
		if best == model.None || cost < least {
			best, least = b.Node, cost
		}
	}
	return best != model.None && p.Select(best)
}

// distance is how far b lies from a in a direction; sideways counts double. A
// cell is twice as high as it is wide.
func distance(a, b layout.Rect, dir Direction) (cost int, ok bool) {
	p, q := a.Center(), b.Center()
	dx, dy := q.X-p.X, 2*(q.Y-p.Y)
	clearX := b.X >= a.X+a.W || b.X+b.W <= a.X
	clearY := b.Y >= a.Y+a.H || b.Y+b.H <= a.Y
	var along, across int
	switch dir {
	case Up:
		along, across, ok = -dy, dx, clearY
	case Down:
		along, across, ok = dy, dx, clearY
	case Left:
		along, across, ok = -dx, dy, clearX
	case Right:
		along, across, ok = dx, dy, clearX
	}
	if across < 0 {
		across = -across
	}
	cost = along + 2*across
	if across > 3*along {
		cost += 1000 // not what anybody means, unless there is nothing else
	}
	return cost, ok && along > 0
}

// Step selects the next or previous stage in file order, round and round.
func (p *Pane) Step(by int) bool {
	if p.graph == nil || len(p.graph.Stages) == 0 {
		return false
	}
	p.choose()
	n := len(p.graph.Stages)
	i := int(p.selected)
	switch {
	case i < 0 && by < 0:
		i = 0
	case i >= n && by > 0:
		i = n - 1
	case i >= n:
		i = n
	}
	to := ((i+by)%n + n) % n
	for k := 0; k < n && by != 0 && p.hides(model.NodeID(to)); k++ {
		to = ((to+sign(by))%n + n) % n
	}
	return p.Select(model.NodeID(to))
}

// First selects the first stage.
func (p *Pane) First() bool {
	return p.ahead(0, 1)
}

// Last selects the last stage.
func (p *Pane) Last() bool {
	return p.graph != nil && p.ahead(len(p.graph.Stages)-1, -1)
}

// ahead selects the first stage in sight from stage i on.
func (p *Pane) ahead(i, by int) bool {
	p.choose()
	for ; p.graph != nil && i >= 0 && i < len(p.graph.Stages); i += by {
		if !p.hides(model.NodeID(i)) {
			return p.Select(model.NodeID(i))
		}
	}
	return false
}

func sign(i int) int {
	if i < 0 {
		return -1
	}
	return 1
}
