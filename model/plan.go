package model

// Plan says what building some targets runs and what it skips.
type Plan struct {
	Targets []int
	needed  []bool // by NodeID
	stages  int
}

// PlanFor follows every edge backwards from the targets: what it reaches,
// BuildKit runs; the rest it never looks at. Targets out of range are ignored.
func (g *Graph) PlanFor(targets ...int) Plan {
	p := Plan{Targets: targets, needed: make([]bool, g.NodeCount()), stages: len(g.Stages)}
	into := make([][]NodeID, g.NodeCount())
	for _, e := range g.Edges {
		into[e.To] = append(into[e.To], e.From)
	}
	var todo []NodeID
	for _, t := range targets {
		if g.IsStage(NodeID(t)) {
			todo = append(todo, NodeID(t))
		}
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if p.needed[id] {
			continue
		}
		p.needed[id] = true
		todo = append(todo, into[id]...)
	}
	return p
}

// Needs says whether the plan reaches the node.
func (p Plan) Needs(id NodeID) bool {
	return id >= 0 && int(id) < len(p.needed) && p.needed[id]
}

// Runs lists the stages that run, in file order.
func (p Plan) Runs() []int { return p.list(true) }

// Skips lists the stages that BuildKit does not look at, in file order.
func (p Plan) Skips() []int { return p.list(false) }

func (p Plan) list(want bool) []int {
	var out []int
	for i := range p.stages {
		if p.needed[i] == want {
			out = append(out, i)
		}
	}
	return out
}
