package timing

import (
	"slices"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/build"
)

// rows fills in the stages with their steps, and BuildKit's own work.
func (a *Analysis) rows(b *build.Build) {
	if a.Graph != nil {
		on := map[int]bool{} // of a vertex that stages share, the path has one
		for _, l := range a.Path.Legs() {
			on[l.Stage] = true
		}
		for _, i := range b.Plan.Runs() {
			a.Stages = append(a.Stages, a.stage(b, i, on[i]))
		}
	}
	for _, v := range a.net.vertices {
		if len(v.Steps) == 0 && len(v.nodes) > 0 {
			w := Work{Name: v.Name, Vertices: []string{v.Digest}, State: v.state(), Follows: v.kind == after}
			a.measure(&w)
			a.Own = append(a.Own, w)
		}
	}
	slices.SortStableFunc(a.Own, func(x, y Work) int {
		if x.Follows != y.Follows {
			if y.Follows {
				return -1
			}
			return 1
		}
		return x.Start().Compare(y.Start())
	})
}

func (a *Analysis) stage(b *build.Build, index int, critical bool) Stage {
	g := a.Graph.Stages[index]
	st := Stage{Index: index}
	st.Steps = make([]Step, 0, len(g.Steps))
	st.Name, st.State = g.Label(), b.Stage(index).State
	for _, s := range g.Steps {
		ref := build.StepRef{Stage: index, Step: s.Index}
		status := b.Step(ref)
		if !s.Vertex && len(status.Vertices) == 0 { // a FROM may turn out to have one: a named context
			continue
		}
		step := Step{Ref: ref, Work: Work{Name: a.Graph.Short(s), Vertices: status.Vertices, State: status.State}}
		a.measure(&step.Work)
		st.Steps = append(st.Steps, step)
		st.Vertices = append(st.Vertices, step.Vertices...)
		st.Runs = append(st.Runs, step.Runs...)
		st.Waited += step.Waited
		if !step.Ready.IsZero() && (st.Ready.IsZero() || step.Ready.Before(st.Ready)) {
			st.Ready, st.After = step.Ready, step.After
		}
	}
	st.Runs = Union(st.Runs)
	st.Critical = critical
	return st
}

// measure fills in when a piece of work was ready and ran. Of several vertices
// (platforms, the two of COPY --link) the first to begin tells what was waited for,
// one on the critical path before the others.
func (a *Analysis) measure(w *Work) {
	var lead *vertex
	for _, d := range w.Vertices {
		v := a.net.byDigest[d]
		if v == nil {
			continue
		}
		w.Runs = append(w.Runs, v.runs...)
		w.Critical = w.Critical || v.critical
		if lead == nil || leads(v, lead) {
			lead = v
		}
	}
	w.Runs = Union(w.Runs)
	if lead != nil {
		w.Ready, w.Waited, w.After = a.net.ready(lead, a.Outcome == "")
	}
}

func leads(v, w *vertex) bool {
	switch {
	case v.critical != w.critical:
		return v.critical
	case len(v.runs) == 0 || len(w.runs) == 0:
		return len(v.runs) > len(w.runs)
	}
	return v.runs[0].Start.Before(w.runs[0].Start)
}

// ready says when a vertex could have started, how long it waited from then on,
// and which vertex was done last before it.
func (n *net) ready(v *vertex, running bool) (at time.Time, waited time.Duration, after string) {
	if len(v.nodes) > 0 {
		x := &n.nodes[v.nodes[0]]
		if x.chief >= 0 {
			after = n.nodes[x.chief].v.Digest
		}
		return x.start.Add(-x.waited), x.waited, after
	}
	if !running || len(v.Inputs) == 0 || len(v.inputs) < len(v.Inputs) {
		return at, 0, ""
	}
	for _, in := range v.inputs { // it has not begun: are they all done?
		if in.open || len(in.nodes) == 0 {
			return time.Time{}, 0, ""
		}
		if end := n.nodes[in.nodes[len(in.nodes)-1]].end; end.After(at) {
			at, after = end, in.Digest
		}
	}
	return at, n.ended.Sub(at), after
}

func (v *vertex) state() build.State {
	switch {
	case v.Error != "" && v.Cancelled:
		return build.Cancelled
	case v.Error != "":
		return build.Failed
	case v.open:
		return build.Running
	case v.Cached:
		return build.Cached
	case len(v.runs) > 0:
		return build.Done
	}
	return build.Waiting
}

// Union joins intervals that touch or overlap, ascending. It may change in.
func Union(in []build.Interval) []build.Interval {
	if len(in) < 2 {
		return in
	}
	slices.SortStableFunc(in, func(a, b build.Interval) int { return a.Start.Compare(b.Start) })
	var out []build.Interval
	for _, r := range in {
		if k := len(out); k > 0 && !r.Start.After(out[k-1].End) {
			if r.End.After(out[k-1].End) {
				out[k-1].End = r.End
			}
			continue
		}
		out = append(out, r)
	}
	return out
}

// StageOf is the row of a stage of the graph; nil when the target skips it.
func (a *Analysis) StageOf(index int) *Stage {
	for i := range a.Stages {
		if a.Stages[i].Index == index {
			return &a.Stages[i]
		}
	}
	return nil
}

// StepOf is the row of a step; nil when there is none.
func (a *Analysis) StepOf(ref build.StepRef) *Step {
	st := a.StageOf(ref.Stage)
	if st == nil {
		return nil
	}
	for i := range st.Steps {
		if st.Steps[i].Ref == ref {
			return &st.Steps[i]
		}
	}
	return nil
}

// Vertex says what a vertex is: its name in BuildKit's words and the first step
// that it carries out, if it does.
func (a *Analysis) Vertex(digest string) (name string, step *build.StepRef) {
	v := a.net.byDigest[digest]
	if v == nil {
		return "", nil
	}
	if len(v.Steps) > 0 {
		step = &v.Steps[0]
	}
	return strings.TrimSpace(v.Name), step
}
