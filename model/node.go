package model

import (
	"fmt"
	"strconv"
	"strings"
)

// NodeCount is the number of nodes, stages and externals.
func (g *Graph) NodeCount() int { return len(g.Stages) + len(g.Externals) }

// IsStage says whether id names a stage.
func (g *Graph) IsStage(id NodeID) bool { return id >= 0 && int(id) < len(g.Stages) }

// External returns the external that id names; ok is false for stages and None.
func (g *Graph) External(id NodeID) (x External, ok bool) {
	i := int(id) - len(g.Stages)
	if i < 0 || i >= len(g.Externals) {
		return External{}, false
	}
	return g.Externals[i], true
}

// Label is the name to show for a node.
func (g *Graph) Label(id NodeID) string {
	if g.IsStage(id) {
		return g.Stages[id].Label()
	}
	if x, ok := g.External(id); ok {
		return x.Ref
	}
	return ""
}

// Label is the stage's name, or "stage-N" as BuildKit calls an unnamed one.
func (s Stage) Label() string {
	if s.Name != "" {
		return s.Name
	}
	return fmt.Sprintf("stage-%d", s.Index)
}

// Total is the m of the "n/m" in a stage's vertex names, which counts every
// RUN, COPY, ADD and WORKDIR, a FROM that is not of a stage or scratch, and
// every ONBUILD trigger that runs here, whether it has a vertex or not.
// (BuildKit 0.33.1, dockerfile2llb: buildDispatchStates, initOnBuildTriggers.)
func (g *Graph) Total(stage int) int {
	m := 0
	for _, e := range g.Edges {
		if e.To == NodeID(stage) && e.Kind == EdgeBase && !g.IsStage(e.From) {
			m++
		}
	}
	for _, s := range g.Stages[stage].Steps {
		switch s.Command {
		case "RUN", "COPY", "ADD", "WORKDIR":
			m++
		default:
			if s.OnBuild {
				m++
			}
		}
	}
	return m
}

// Refusals are the errors that BuildKit answers when asked to build the plan's
// targets: those that refuse every target, and those in the stages it needs.
func (g *Graph) Refusals(p Plan) []Problem {
	var out []Problem
	for _, b := range g.Problems {
		if b.Level == LevelError && (b.Always || p.Needs(NodeID(b.Stage))) {
			out = append(out, b)
		}
	}
	return out
}

// FindStage resolves what --target names: a stage name in any case, of
// duplicates the last, as BuildKit does (0.33.1,
// frontend/dockerfile/instructions.HasStage); else, which BuildKit does not, a
// stage index, so that unnamed stages can be built too.
func (g *Graph) FindStage(name string) (int, bool) {
	for i := len(g.Stages) - 1; i >= 0; i-- {
		if g.Stages[i].Name != "" && strings.EqualFold(g.Stages[i].Name, name) {
			return i, true
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < len(g.Stages) {
		return n, true
	}
	return 0, false
}

// DefaultTarget is the stage built without --target: the last one, or -1 in an
// empty graph.
func (g *Graph) DefaultTarget() int { return len(g.Stages) - 1 }

// StageAt returns the stage whose lines hold line, or -1.
func (g *Graph) StageAt(line int) int {
	for i, s := range g.Stages {
		if line >= s.Line && line <= s.EndLine {
			return i
		}
	}
	return -1
}

// Lineage is a stage and the stages that it is FROM, one after the other: itself
// first, the one that starts from an external image last.
func (g *Graph) Lineage(stage int) []int {
	out := []int{stage}
	for at := NodeID(stage); len(out) <= len(g.Stages); {
		below := None
		for _, e := range g.Into(at) {
			if e.Kind == EdgeBase && g.IsStage(e.From) {
				below = e.From
			}
		}
		if below == None {
			break
		}
		at = below
		out = append(out, int(at))
	}
	return out
}

// Into returns the edges that end at id, in step order.
func (g *Graph) Into(id NodeID) []Edge {
	var in []Edge
	for _, e := range g.Edges {
		if e.To == id {
			in = append(in, e)
		}
	}
	return in
}

// OutOf returns the edges that start at id.
func (g *Graph) OutOf(id NodeID) []Edge {
	var out []Edge
	for _, e := range g.Edges {
		if e.From == id {
			out = append(out, e)
		}
	}
	return out
}
