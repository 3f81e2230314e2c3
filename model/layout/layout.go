// Package layout places a model.Graph on a grid of cells: boxes in ranks, and
// orthogonal routes between them.
//
// The method is Sugiyama's (Sugiyama, Tagawa, Toda 1981): rank the nodes, give
// long edges a place in every rank they pass, order each rank so that few edges
// cross, align what is connected, then route in the channels between ranks.
// All of it runs on two abstract axes, main (across ranks) and cross (along
// one); Direction says which of them is x.
//
// The package is pure: the same graph and options give the same Drawing.
package layout

import "github.com/stagedive/stagedive/model"

// Direction says which way edges point.
type Direction uint8

// The directions.
const (
	TopDown Direction = iota
	LeftRight
)

// Options say how to place a graph. Sizes are in cells.
type Options struct {
	Direction Direction

	// Measure gives the width and height of a node's box, border included.
	// A box that is too small for its edges' ends is made larger along its rank.
	Measure func(id model.NodeID) (w, h int)
	// Frameless says that a node has no border: routes may then start at any of
	// its cells, also in a corner. Nil means that all have one.
	Frameless func(id model.NodeID) bool

	// FoldBase leaves out the edges from externals along FROM, and the externals
	// that have no other: the stage's face names its image instead.
	FoldBase bool
	// Fold leaves all externals out.
	Fold bool
	// Keep says whether a node is drawn; of the edges, those between two that are
	// remain. Nil keeps all.
	Keep func(id model.NodeID) bool

	NodeGap  int // empty cells between boxes of one rank
	LineGap  int // cells from one passing line to the next thing of its rank, 1 or more
	RankGap  int // least number of cells between ranks
	Lead     int // cells between a rank and the first track below it
	Trail    int // cells between the last track and the rank below it
	TrackGap int // cells from one track to the next, 1 or more

	// RankMax is how long a rank's stages may get along the cross axis before some
	// move to the next rank. 0: no limit. What passes between them comes on top.
	RankMax int

	// Cross is how long a part should get at most along the cross axis: where its
	// ranks fit, lines bend rather than go beyond. 0: no limit.
	Cross int

	// Wrap is how long a row of unconnected parts may get along the cross axis
	// before the next part starts a new row. 0: never.
	Wrap int
}

// Defaults returns gaps that suit the direction: a terminal's cell is about
// twice as high as it is wide.
func Defaults(d Direction) Options {
	if d == LeftRight {
		return Options{Direction: d, NodeGap: 1, LineGap: 1, RankGap: 4, Lead: 2, Trail: 2, TrackGap: 2}
	}
	return Options{Direction: d, NodeGap: 3, LineGap: 2, RankGap: 2, Lead: 0, Trail: 1, TrackGap: 1}
}

// Point is a cell.
type Point struct{ X, Y int }

// Rect is a block of cells; X, Y is its first one.
type Rect struct{ X, Y, W, H int }

// Contains says whether the cell lies in the block.
func (r Rect) Contains(p Point) bool {
	return p.X >= r.X && p.X < r.X+r.W && p.Y >= r.Y && p.Y < r.Y+r.H
}

// Overlaps says whether the blocks share a cell.
func (r Rect) Overlaps(o Rect) bool {
	return r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H
}

// Center is the block's middle cell, rounded towards its first.
func (r Rect) Center() Point { return Point{r.X + (r.W-1)/2, r.Y + (r.H-1)/2} }

// Box is a placed node.
type Box struct {
	Node model.NodeID
	Rect
	Rank  int // grows along every edge
	Order int // position in its rank
	In    int // number of routes' ends, after merging
	Out   int
}

// Route is the line of all edges of one kind between two nodes.
//
// Points are the corners of an orthogonal line. The first lies on From's border,
// the last on To's. Routes of one Net start at the same point and share a trunk;
// lines of different nets only ever cross at right angles.
type Route struct {
	From, To model.NodeID
	Kind     model.EdgeKind
	Edges    []int // indexes into Graph.Edges
	Net      int
	Points   []Point
}

// Drawing is a placed graph.
type Drawing struct {
	W, H      int
	Direction Direction
	Boxes     []Box // by Node
	Routes    []Route
	Ranks     int
	Nets      int

	byNode []int // index into Boxes, or -1
}

// Box returns the box of a node; ok is false when the drawing has none.
func (d *Drawing) Box(id model.NodeID) (b Box, ok bool) {
	if id < 0 || int(id) >= len(d.byNode) || d.byNode[id] < 0 {
		return Box{}, false
	}
	return d.Boxes[d.byNode[id]], true
}

// At returns the node whose box holds the cell, or model.None.
func (d *Drawing) At(p Point) model.NodeID {
	for _, b := range d.Boxes {
		if b.Contains(p) {
			return b.Node
		}
	}
	return model.None
}

func (o Options) sane() Options {
	o.NodeGap, o.LineGap = max(o.NodeGap, 0), max(o.LineGap, 1)
	o.TrackGap, o.RankGap = max(o.TrackGap, 1), max(o.RankGap, 1)
	o.Lead, o.Trail = max(o.Lead, 0), max(o.Trail, 0)
	return o
}

// Place lays the graph out.
func Place(g *model.Graph, o Options) *Drawing {
	o = o.sane()
	d := &Drawing{Direction: o.Direction, byNode: make([]int, g.NodeCount())}
	parts := split(g, o)
	for _, p := range parts {
		p.rank()
		p.thread()
		p.order()
		p.assign()
		p.channels()
		p.stack()
	}
	pack(parts, o)
	for _, p := range parts {
		p.emit(d)
	}
	d.finish()
	return d
}
