package layout_test

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
)

// randomGraph draws a graph that keeps model.Graph's promises.
func randomGraph(t *rapid.T) *model.Graph {
	g := &model.Graph{}
	stages, externals := rapid.IntRange(0, 24).Draw(t, "stages"), rapid.IntRange(0, 5).Draw(t, "externals")
	for i := range stages {
		g.Stages = append(g.Stages, model.Stage{Index: i})
	}
	for i := range externals {
		g.Externals = append(g.Externals, model.External{Ref: fmt.Sprint("x", i)})
	}
	kinds := []model.EdgeKind{model.EdgeBase, model.EdgeCopy, model.EdgeMount}
	for to := range stages {
		for range rapid.IntRange(0, 4).Draw(t, "degree") {
			from := rapid.IntRange(0, to+externals).Draw(t, "from")
			switch {
			case from < externals:
				from += stages
			case from-externals < to:
				from -= externals
			default:
				continue
			}
			g.Edges = append(g.Edges, model.Edge{
				From: model.NodeID(from), To: model.NodeID(to),
				Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
			})
		}
	}
	return g
}

func randomOptions(t *rapid.T, g *model.Graph) layout.Options {
	dir := rapid.SampledFrom([]layout.Direction{layout.TopDown, layout.LeftRight}).Draw(t, "direction")
	o := layout.Defaults(dir)
	o.Fold, o.FoldBase = rapid.Bool().Draw(t, "fold"), rapid.Bool().Draw(t, "foldBase")
	if rapid.Bool().Draw(t, "keeps") {
		keep := rapid.SliceOfN(rapid.Bool(), g.NodeCount(), g.NodeCount()).Draw(t, "keep")
		o.Keep = func(id model.NodeID) bool { return keep[id] }
	}
	if rapid.Bool().Draw(t, "wraps") {
		o.Wrap = 60
	}
	if rapid.Bool().Draw(t, "limits") {
		o.RankMax = rapid.IntRange(1, 80).Draw(t, "rankMax")
	}
	if rapid.Bool().Draw(t, "squeezes") {
		o.Cross = rapid.IntRange(1, 120).Draw(t, "cross")
	}
	w, h := rapid.IntRange(3, 20).Draw(t, "w"), rapid.IntRange(1, 5).Draw(t, "h")
	frame := h >= 3 && rapid.Bool().Draw(t, "frame")
	o.Frameless = func(id model.NodeID) bool { return !frame || !g.IsStage(id) }
	o.Measure = func(id model.NodeID) (int, int) {
		if g.IsStage(id) {
			return w + int(id)%3, h
		}
		return 4 + int(id)%9, 1
	}
	return o
}

func TestPlaceKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := randomGraph(t)
		o := randomOptions(t, g)
		d := layout.Place(g, o)
		if again := layout.Place(g, o); !reflect.DeepEqual(d, again) {
			t.Fatal("the same graph was placed in two ways")
		}
		if w, h := layout.AtLeast(g, o); w > d.W || h > d.H {
			t.Errorf("AtLeast promised %d×%d, the drawing is %d×%d", w, h, d.W, d.H)
		}
		checkBoxes(t, g, o, d)
		checkRoutes(t, g, o, d)
		checkCells(t, d)
	})
}

// TestOutlineForgetsWhatItWasAsked asks one outline again and again, with other
// sizes and gaps each time.
func TestOutlineForgetsWhatItWasAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := randomGraph(t)
		first := randomOptions(t, g)
		l := layout.NewOutline(g, first)
		for range 3 {
			o := randomOptions(t, g)
			o.Fold, o.FoldBase, o.Keep = first.Fold, first.FoldBase, first.Keep
			w, h := l.AtLeast(o)
			if ww, wh := layout.AtLeast(g, o); w != ww || h != wh {
				t.Fatalf("%d×%d, want %d×%d", w, h, ww, wh)
			}
		}
	})
}

func checkBoxes(t *rapid.T, g *model.Graph, o layout.Options, d *layout.Drawing) {
	want := 0
	for i := range g.NodeCount() {
		if drawn(g, o, model.NodeID(i)) {
			want++
		}
	}
	if len(d.Boxes) != want {
		t.Fatalf("%d boxes for %d nodes", len(d.Boxes), want)
	}
	for i, b := range d.Boxes {
		if w, h := o.Measure(b.Node); b.W < w || b.H < h {
			t.Errorf("box %d is %d×%d, smaller than %d×%d", b.Node, b.W, b.H, w, h)
		}
		if b.X < 0 || b.Y < 0 || b.X+b.W > d.W || b.Y+b.H > d.H {
			t.Errorf("box %+v leaves the %d×%d drawing", b, d.W, d.H)
		}
		for _, c := range d.Boxes[:i] {
			if b.Overlaps(c.Rect) {
				t.Errorf("boxes %+v and %+v overlap", c, b)
			}
		}
		if got, ok := d.Box(b.Node); !ok || got != b {
			t.Errorf("Box(%d) = %+v, %v", b.Node, got, ok)
		}
		if got := d.At(b.Center()); got != b.Node {
			t.Errorf("At(center of %d) = %d", b.Node, got)
		}
	}
}

func checkRoutes(t *rapid.T, g *model.Graph, o layout.Options, d *layout.Drawing) {
	seen := make([]bool, len(g.Edges))
	for _, r := range d.Routes {
		from, ok1 := d.Box(r.From)
		to, ok2 := d.Box(r.To)
		if !ok1 || !ok2 || len(r.Points) < 2 {
			t.Fatalf("route %+v ends nowhere", r)
		}
		if from.Rank >= to.Rank {
			t.Errorf("ranks %d → %d along an edge", from.Rank, to.Rank)
		}
		for _, e := range r.Edges {
			if seen[e] || g.Edges[e].From != r.From || g.Edges[e].To != r.To || g.Edges[e].Kind != r.Kind {
				t.Errorf("edge %d does not belong to route %+v", e, r)
			}
			seen[e] = true
		}
		a, z := r.Points[0], r.Points[len(r.Points)-1]
		if o.Direction == layout.TopDown {
			a.Y, z.Y = a.Y-(from.Y+from.H-1), z.Y-to.Y
			a.X, z.X = inside(a.X, from.X, from.W), inside(z.X, to.X, to.W)
		} else {
			a.X, z.X = a.X-(from.X+from.W-1), z.X-to.X
			a.Y, z.Y = inside(a.Y, from.Y, from.H), inside(z.Y, to.Y, to.H)
		}
		if (a != layout.Point{}) || (z != layout.Point{}) {
			t.Errorf("route %+v does not end at the borders of %+v and %+v", r, from, to)
		}
		for k, p := range r.Points {
			if p.X < 0 || p.Y < 0 || p.X >= d.W || p.Y >= d.H {
				t.Errorf("route %+v leaves the drawing", r)
			}
			if k > 0 && (p.X == r.Points[k-1].X) == (p.Y == r.Points[k-1].Y) {
				t.Errorf("route %+v is not orthogonal", r)
			}
		}
	}
	for i, s := range seen {
		if s != drawnEdge(g, o, g.Edges[i]) {
			t.Errorf("edge %d has a route: %v", i, s)
		}
	}
}

// drawn says whether the options leave a node in.
func drawn(g *model.Graph, o layout.Options, id model.NodeID) bool {
	switch {
	case o.Keep != nil && !o.Keep(id), o.Fold && !g.IsStage(id):
		return false
	case !o.FoldBase || g.IsStage(id):
		return true
	}
	for _, e := range g.OutOf(id) {
		if drawnEdge(g, o, e) {
			return true
		}
	}
	return false
}

// drawnEdge says whether the options leave an edge in.
func drawnEdge(g *model.Graph, o layout.Options, e model.Edge) bool {
	keep := func(id model.NodeID) bool { return o.Keep == nil || o.Keep(id) }
	folded := !g.IsStage(e.From) && (o.Fold || o.FoldBase && e.Kind == model.EdgeBase)
	return keep(e.From) && keep(e.To) && !folded
}

// inside is 0 when at lies among the n cells from lo on.
func inside(at, lo, n int) int {
	if at >= lo && at < lo+n {
		return 0
	}
	return at - lo
}

// checkCells walks each route: it touches no box but at its ends, and where two
// nets share a cell one runs straight along the row and the other along the
// column.
func checkCells(t *rapid.T, d *layout.Drawing) {
	type use struct{ net, ways int }
	cells := map[layout.Point][]use{}
	for _, r := range d.Routes {
		for k := 0; k+1 < len(r.Points); k++ {
			a, b := r.Points[k], r.Points[k+1]
			dx, dy, ways := sign(b.X-a.X), sign(b.Y-a.Y), 1
			if dy != 0 {
				ways = 2
			}
			for p := a; ; p = (layout.Point{X: p.X + dx, Y: p.Y + dy}) {
				us, found := cells[p], false
				for i := range us {
					if us[i].net == r.Net {
						us[i].ways |= ways
						found = true
					}
				}
				if !found {
					us = append(us, use{r.Net, ways})
				}
				cells[p] = us
				if box := d.At(p); box != model.None && p != r.Points[0] && p != r.Points[len(r.Points)-1] {
					t.Errorf("route %+v runs through box %d at %v", r, box, p)
				}
				if p == b {
					break
				}
			}
		}
	}
	for p, us := range cells {
		if d.At(p) != model.None {
			continue // a box of one row or column: a line ends where another starts, under the text
		}
		if len(us) > 2 || len(us) == 2 && us[0].ways+us[1].ways != 3 {
			t.Errorf("nets %v run over each other at %v", us, p)
		}
	}
}

func sign(i int) int {
	switch {
	case i > 0:
		return 1
	case i < 0:
		return -1
	}
	return 0
}
