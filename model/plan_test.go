package model

import (
	"reflect"
	"testing"
)

// shop is deps → build → runtime, deps → test, with an external base each side.
func shop() *Graph {
	return &Graph{
		Stages: []Stage{
			{Index: 0, Name: "deps", Line: 1, EndLine: 3},
			{Index: 1, Name: "build", Line: 5, EndLine: 7},
			{Index: 2, Name: "test", Line: 9, EndLine: 10},
			{Index: 3, Line: 12, EndLine: 15},
		},
		Externals: []External{{ExternalImage, "node:20"}, {ExternalImage, "nginx"}},
		Edges: []Edge{
			{From: 4, To: 0, Kind: EdgeBase, Line: 1},
			{From: 0, To: 1, Kind: EdgeBase, Line: 5},
			{From: 0, To: 2, Kind: EdgeBase, Line: 9},
			{From: 5, To: 3, Kind: EdgeBase, Line: 12},
			{From: 1, To: 3, Kind: EdgeCopy, Step: 1, Line: 13},
		},
	}
}

func TestPlanFor(t *testing.T) {
	g := shop()
	for _, c := range []struct {
		name        string
		targets     []int
		runs, skips []int
		externals   []bool
	}{
		{"last", []int{3}, []int{0, 1, 3}, []int{2}, []bool{true, true}},
		{"a side branch", []int{2}, []int{0, 2}, []int{1, 3}, []bool{true, false}},
		{"two at once", []int{1, 2}, []int{0, 1, 2}, []int{3}, []bool{true, false}},
		{"out of range", []int{9, -1}, nil, []int{0, 1, 2, 3}, []bool{false, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := g.PlanFor(c.targets...)
			if got := p.Runs(); !reflect.DeepEqual(got, c.runs) {
				t.Errorf("runs %v, want %v", got, c.runs)
			}
			if got := p.Skips(); !reflect.DeepEqual(got, c.skips) {
				t.Errorf("skips %v, want %v", got, c.skips)
			}
			for i, want := range c.externals {
				if got := p.Needs(NodeID(len(g.Stages) + i)); got != want {
					t.Errorf("needs external %d: %v, want %v", i, got, want)
				}
			}
		})
	}
}

func TestLineage(t *testing.T) {
	for stage, want := range [][]int{{0}, {1, 0}, {2, 0}, {3}} {
		if got := shop().Lineage(stage); !reflect.DeepEqual(got, want) {
			t.Errorf("stage %d is based on %v, want %v", stage, got, want)
		}
	}
}

func TestFindStage(t *testing.T) {
	g := shop()
	g.Stages = append(g.Stages, Stage{Index: 4, Name: "build"})
	for _, c := range []struct {
		name string
		want int
		ok   bool
	}{
		{"deps", 0, true},
		{"DEPS", 0, true},
		{"build", 4, true}, // the last of duplicates
		{"3", 3, true},
		{"5", 0, false},
		{"-1", 0, false},
		{"", 0, false},
		{"nope", 0, false},
	} {
		if got, ok := g.FindStage(c.name); got != c.want || ok != c.ok {
			t.Errorf("FindStage(%q) = %d, %v; want %d, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestNodes(t *testing.T) {
	g := shop()
	for id, want := range map[NodeID]string{0: "deps", 3: "stage-3", 4: "node:20", 5: "nginx", 6: "", None: ""} {
		if got := g.Label(id); got != want {
			t.Errorf("Label(%d) = %q, want %q", id, got, want)
		}
	}
	for line, want := range map[int]int{1: 0, 4: -1, 6: 1, 15: 3, 99: -1} {
		if got := g.StageAt(line); got != want {
			t.Errorf("StageAt(%d) = %d, want %d", line, got, want)
		}
	}
	if in, out := len(g.Into(3)), len(g.OutOf(0)); in != 2 || out != 2 {
		t.Errorf("%d edges into runtime, %d out of deps; want 2 and 2", in, out)
	}
}
