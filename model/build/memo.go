package build

import "slices"

// memo keeps what Stage derived until the states change: a screen asks for every
// stage in every frame, and a stage asks for those before it.
type memo struct {
	states int
	known  []bool
	stages []Stage
}

// at returns where the status of a stage is kept; known says whether it is.
func (m *memo) at(index, count, states int) (st *Stage, known bool) {
	if len(m.stages) != count {
		*m = memo{known: make([]bool, count), stages: make([]Stage, count)}
	}
	if m.states != states {
		m.states = states
		clear(m.known)
	}
	return &m.stages[index], m.known[index]
}

// activate keeps the list of running vertices.
func (b *Build) activate(v Vertex) {
	at := slices.Index(b.active, v.Digest)
	running := v.Started != nil && v.Completed == nil && v.Error == ""
	switch {
	case running && at < 0:
		b.active = append(b.active, v.Digest)
	case !running && at >= 0:
		b.active = slices.Delete(b.active, at, at+1)
	}
}
