package layout_test

import (
	"fmt"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
)

// generated is a graph as large Dockerfiles have them: few bases that many use,
// chains, copies from earlier stages near and far. A small generator of its own
// keeps it the same on every run.
func generated(stages int) *model.Graph {
	g := &model.Graph{}
	seed := uint32(7)
	next := func(n int) int {
		seed = seed*1664525 + 1013904223
		return int(seed>>16) % n
	}
	for i := range max(1, stages/15) {
		g.Externals = append(g.Externals, model.External{Kind: model.ExternalImage, Ref: fmt.Sprintf("image-%d:latest", i)})
	}
	for i := range stages {
		g.Stages = append(g.Stages, model.Stage{Index: i, Name: fmt.Sprintf("stage-name-%d", i), Line: i + 1, EndLine: i + 1})
		from := model.NodeID(stages + next(len(g.Externals)))
		if i > 0 && next(5) > 0 {
			from = model.NodeID(max(0, i-1-next(8)))
		}
		g.Edges = append(g.Edges, model.Edge{From: from, To: model.NodeID(i), Kind: model.EdgeBase})
		for range next(3) {
			if i > 2 {
				k := model.EdgeCopy
				if next(3) == 0 {
					k = model.EdgeMount
				}
				g.Edges = append(g.Edges, model.Edge{From: model.NodeID(max(0, i-1-next(20))), To: model.NodeID(i), Kind: k})
			}
		}
	}
	return g
}

func placed(g *model.Graph, dir layout.Direction) *layout.Drawing {
	o := layout.Defaults(dir)
	o.Frameless = func(id model.NodeID) bool { return !g.IsStage(id) }
	o.Measure = func(id model.NodeID) (int, int) {
		if g.IsStage(id) {
			return 19, 4
		}
		return len(g.Label(id)), 1
	}
	return layout.Place(g, o)
}

// BenchmarkPlace reports the time a stage takes, and how much more one of 200
// takes than one of 20.
func BenchmarkPlace(b *testing.B) {
	perStage := map[int]float64{}
	for _, n := range []int{20, 60, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			g := generated(n)
			for b.Loop() {
				placed(g, layout.TopDown)
			}
			perStage[n] = float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(n)
			b.ReportMetric(perStage[n], "ns/stage")
			if n == 200 && perStage[20] > 0 {
				b.ReportMetric(perStage[n]/perStage[20], "×20-stages")
			}
		})
	}
}
