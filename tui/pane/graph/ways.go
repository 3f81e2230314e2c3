package graph

import (
	"cmp"
	"slices"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
)

// ways says for each node that a drawing has where each direction leads.
type ways map[model.NodeID][4]model.NodeID

// waysOf makes the ways of a drawing. Whatever they are, each box must be in
// reach of each other one: where following long edges would leave one out, keys
// go from rank to rank only.
func waysOf(d *layout.Drawing) ways {
	w := linkWays(d, true)
	if !w.connect(d) {
		w = linkWays(d, false)
	}
	return w
}

// linkWays follows edges across ranks, long ones too when far is set.
func linkWays(d *layout.Drawing, far bool) ways {
	forward, back, next, previous := Down, Up, Right, Left
	if d.Direction == layout.LeftRight {
		forward, back, next, previous = Right, Left, Down, Up
	}
	ranks := make([][]layout.Box, d.Ranks)
	for _, b := range d.Boxes {
		ranks[b.Rank] = append(ranks[b.Rank], b)
	}
	ranks = slices.DeleteFunc(ranks, func(r []layout.Box) bool { return len(r) == 0 })
	rankOf := map[model.NodeID]int{}
	for r, boxes := range ranks {
		slices.SortFunc(boxes, func(a, b layout.Box) int {
			return cmp.Or(cmp.Compare(cross(d, a), cross(d, b)), cmp.Compare(a.Node, b.Node))
		})
		for _, b := range boxes {
			rankOf[b.Node] = r
		}
	}
	links := map[model.NodeID][2][]model.NodeID{} // forward, back
	for _, r := range d.Routes {
		from, to := links[r.From], links[r.To]
		from[0], to[1] = append(from[0], r.To), append(to[1], r.From)
		links[r.From], links[r.To] = from, to
	}
	w := make(ways, len(d.Boxes))
	for r, boxes := range ranks {
		for k, b := range boxes {
			to := [4]model.NodeID{model.None, model.None, model.None, model.None}
			if k > 0 {
				to[previous] = boxes[k-1].Node
			}
			if k+1 < len(boxes) {
				to[next] = boxes[k+1].Node
			}
			for side, dir := range []Direction{forward, back} {
				step := 1 - 2*side
				for at := r + step; at >= 0 && at < len(ranks) && to[dir] == model.None; at += step {
					to[dir] = nearest(d, b, ranks[at], links[b.Node][side])
					if !far {
						break
					}
				}
				if at := r + step; to[dir] == model.None && at >= 0 && at < len(ranks) {
					to[dir] = nearest(d, b, ranks[at], nil)
				}
			}
			w[b.Node] = to
		}
	}
	return w
}

// cross is where a box lies along its rank.
func cross(d *layout.Drawing, b layout.Box) int {
	if d.Direction == layout.LeftRight {
		return b.Center().Y
	}
	return b.Center().X
}

// nearest is the box of a rank that lies nearest to b, of those that are among
// the wanted; nil wants all.
func nearest(d *layout.Drawing, b layout.Box, rank []layout.Box, wanted []model.NodeID) model.NodeID {
	best, least := model.None, 0
	for _, o := range rank {
		if wanted != nil && !slices.Contains(wanted, o.Node) {
			continue
		}
		far := cross(d, o) - cross(d, b)
		if far < 0 {
			far = -far
		}
		if best == model.None || far < least {
			best, least = o.Node, far
		}
	}
	return best
}

// connect says whether every box can be reached from every other one.
func (w ways) connect(d *layout.Drawing) bool {
	if len(d.Boxes) == 0 {
		return true
	}
	back := make(map[model.NodeID][]model.NodeID, len(w))
	for from, to := range w {
		for _, t := range to {
			back[t] = append(back[t], from)
		}
	}
	first := d.Boxes[0].Node
	there := func(next func(model.NodeID) []model.NodeID) int {
		seen, todo := map[model.NodeID]bool{first: true, model.None: true}, []model.NodeID{first}
		for len(todo) > 0 {
			id := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, n := range next(id) {
				if !seen[n] {
					seen[n] = true
					todo = append(todo, n)
				}
			}
		}
		return len(seen) - 1
	}
	forth := there(func(id model.NodeID) []model.NodeID { to := w[id]; return to[:] })
	return forth == len(d.Boxes) && there(func(id model.NodeID) []model.NodeID { return back[id] }) == len(d.Boxes)
}
