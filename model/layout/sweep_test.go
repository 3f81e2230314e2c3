package layout

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
)

// TestStillRanksWouldNotMove sweeps in any order, once as align does and once
// settling every rank each time.
func TestStillRanksWouldNotMove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lazy := sweeperOf(t)
		p := *lazy.p
		p.sweep = nil
		eager := p.sweeper()
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			r := rapid.IntRange(0, len(lazy.p.ranks)-1).Draw(t, "rank")
			l := rapid.SampledFrom([]looks{lookUp, lookDown, lookBoth}).Draw(t, "looks")
			clear(eager.still)
			if a, b := lazy.settle(r, l), eager.settle(r, l); a != b || !slices.Equal(lazy.at, eager.at) {
				t.Fatalf("rank %d, looking %b: moved %v to %v, want %v to %v", r, l, a, lazy.at, b, eager.at)
			}
		}
	})
}

// sweeperOf is that of a connected random graph whose ranks are flushed left.
func sweeperOf(t *rapid.T) *sweeper {
	g := &model.Graph{}
	for i := range rapid.IntRange(2, 12).Draw(t, "stages") {
		g.Stages = append(g.Stages, model.Stage{Index: i})
		for k := range rapid.IntRange(1, 3).Draw(t, "inputs") {
			if i > 0 {
				from := rapid.IntRange(0, i-1).Draw(t, "from")
				kind := []model.EdgeKind{model.EdgeBase, model.EdgeCopy, model.EdgeMount}[k]
				g.Edges = append(g.Edges, model.Edge{From: model.NodeID(from), To: model.NodeID(i), Kind: kind})
			}
		}
	}
	o := Defaults(TopDown)
	o.Cross = rapid.SampledFrom([]int{0, 30}).Draw(t, "cross")
	o.Measure = func(id model.NodeID) (int, int) { return 5 + int(id)%4, 3 }
	p := split(g, o)[0]
	p.rank()
	p.thread()
	p.order()
	p.flush(false)
	return p.sweeper()
}
