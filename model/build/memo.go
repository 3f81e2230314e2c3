package build

import "slices"

// memo keeps what Stage derived: a screen asks for every stage in every frame, a
// stage asks for those before it, and a large build has thousands of steps. What a
// stage's own steps add up to is kept until one of their vertices changes; its
// status, which hangs on other stages too, until any does.
type memo struct {
	states int
	known  []bool
	stages []Stage
	own    []own
}

// own is what a stage's own steps add up to.
type own struct {
	known     bool
	counts    [Failed + 1]int // steps by state
	total     int             // that have a vertex
	next      int             // the first of them that has not ended; -1 when all have
	intervals []Interval
}

// at returns where the status of a stage is kept; known says whether it is.
func (m *memo) at(index, count, states int) (st *Stage, known bool) {
	if len(m.stages) != count {
		*m = memo{known: make([]bool, count), stages: make([]Stage, count), own: make([]own, count)}
	}
	if m.states != states {
		m.states = states
		clear(m.known)
	}
	return &m.stages[index], m.known[index]
}

// forget drops what was derived from a vertex that carries out the steps.
func (m *memo) forget(steps []StepRef) {
	for _, ref := range steps {
		if ref.Stage >= 0 && ref.Stage < len(m.own) {
			m.own[ref.Stage].known = false
		}
	}
}

// own adds up a stage's steps.
func (b *Build) own(index int) *own {
	o := &b.memo.own[index]
	if o.known {
		return o
	}
	*o = own{known: true, next: -1}
	for _, step := range b.Begin.Graph.Stages[index].Steps {
		ref := StepRef{index, step.Index}
		if !step.Vertex {
			if b.broke(ref) {
				o.counts[Failed]++
			}
			// a FROM may turn out to have vertices: a named context
			o.intervals = append(o.intervals, b.Step(ref).Intervals...)
			continue
		}
		s := b.Step(ref)
		o.total++
		o.counts[s.State]++
		o.intervals = append(o.intervals, s.Intervals...)
		if o.next < 0 && !s.State.Ended() {
			o.next = step.Index
		}
	}
	o.intervals = mergeIntervals(o.intervals, b.Ended)
	return o
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
