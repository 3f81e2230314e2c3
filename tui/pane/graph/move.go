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

// Move selects the next box in a direction; false when there is none. Along a rank
// it goes from box to box. Across ranks it follows an edge to the nearest rank that
// one leads to, else goes to the nearest box of the next rank; the opposite key
// walks the same way back.
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
	if _, ok := d.Box(p.selected); !ok {
		return p.First()
	}
	if p.ways == nil {
		p.ways = waysOf(d)
	}
	along := (dir == Left || dir == Right) == (d.Direction == layout.TopDown)
	k := len(p.trail) - 1
	if along || k >= 0 && p.trail[k].to != p.selected {
		p.trail, k = p.trail[:0], -1
	}
	if k >= 0 && p.trail[k].dir == opposite(dir) {
		back := p.trail[k].from
		p.trail = p.trail[:k]
		return p.Select(back)
	}
	to := p.ways[p.selected][dir]
	if to == model.None {
		return false
	}
	if !along {
		p.trail = append(p.trail, stride{p.selected, to, dir})
	}
	return p.Select(to)
}

// stride is a move across ranks that may be taken back.
type stride struct {
	from, to model.NodeID
	dir      Direction
}

func opposite(d Direction) Direction {
	return [...]Direction{Up: Down, Down: Up, Left: Right, Right: Left}[d]
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
