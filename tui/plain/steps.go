package plain

import (
	"slices"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
)

// begun is a step that runs and of which nothing has been printed.
type begun struct {
	digest string
	steps  []build.StepRef
	at     time.Time
}

// notable is how long a step takes that is worth a line when it begins and
// another when it ends. A RUN is always: its output follows.
const notable = time.Second

// vertex prints a step when it begins and when it ends; vertices that belong to
// no step only when they took noticeable time or failed.
func (p *Printer) vertex(v build.Vertex) {
	state, took := "", time.Duration(0)
	switch {
	case v.Error != "" && v.Cancelled:
		state = "stopped"
	case v.Error != "":
		state = "failed"
	case v.Completed != nil && v.Cached, v.Started == nil && v.Cached:
		state = "cached"
	case v.Completed != nil:
		state = "done"
	case v.Started != nil:
		state = "start"
	}
	if v.Started != nil && v.Completed != nil {
		took = v.Completed.Sub(*v.Started)
	}
	key := state
	if v.Started != nil && state == "start" {
		key += v.Started.String() // a vertex may start again
	}
	if state == "" || p.said[v.Digest] == key {
		return
	}
	if quiet := p.quiet(v); quiet > 0 && (state == "start" || state == "done" && took < quiet) ||
		len(v.Steps) == 0 && state == "cached" {
		p.sayStages(v)
		return
	}
	p.said[v.Digest] = key
	p.flush(v.Digest)
	switch state {
	case "start":
		p.begun = append(p.begun, begun{v.Digest, v.Steps, *v.Started})
		if p.command(v) == "RUN" {
			p.sayVertex(v.Digest)
		}
	case "cached":
		i := v.Steps[0].Stage
		p.cached[i] = append(p.cached[i], v)
		if p.redrawn || p.runs(i) {
			p.sayCached(i)
		}
	case "done":
		p.line(v, state, measure.Duration(took))
	default:
		p.line(v, state, short(v.Error))
	}
	p.sayStages(v)
}

// line says what became of a step.
func (p *Printer) line(v build.Vertex, state, how string) {
	p.begun = slices.DeleteFunc(p.begun, func(b begun) bool { return b.digest == v.Digest })
	for _, ref := range v.Steps {
		p.sayCached(ref.Stage)
	}
	text := p.text(v)
	if how != "" {
		text += "  " + how
	}
	p.printf("%s %-6s  %s", p.label(v.Digest), state, text)
}

// sayVertex says that a step has begun, if that is not said yet.
func (p *Printer) sayVertex(digest string) {
	p.sayBegun(func(b begun) bool { return b.digest == digest })
}

// sayBegun says of some steps that they have begun.
func (p *Printer) sayBegun(which func(begun) bool) {
	for _, b := range slices.Clone(p.begun) {
		if v, ok := p.build.Vertex(b.digest); ok && which(b) {
			p.line(v, "start", "")
		}
	}
}

// sayCached names a stage's steps that came from the cache: once one of it runs.
// A stage of which none runs is one line.
func (p *Printer) sayCached(stage int) {
	steps := p.cached[stage]
	delete(p.cached, stage)
	for _, v := range steps {
		p.line(v, "cached", "")
	}
}

// runs says whether a step of a stage has run.
func (p *Printer) runs(stage int) bool {
	g := p.build.Begin.Graph
	return g != nil && stage < len(g.Stages) && slices.ContainsFunc(g.Stages[stage].Steps, func(s model.Step) bool {
		state := p.build.Step(build.StepRef{Stage: stage, Step: s.Index}).State
		return s.Vertex && (state == build.Running || state == build.Done || state == build.Failed)
	})
}

// sayStages tells of the stages that have ended with a vertex.
func (p *Printer) sayStages(v build.Vertex) {
	g := p.build.Begin.Graph
	if g == nil || p.redrawn {
		return
	}
	for _, ref := range v.Steps {
		st := p.build.Stage(ref.Stage)
		if !st.State.Ended() || p.ended[ref.Stage] || st.State == build.Skipped {
			continue
		}
		p.ended[ref.Stage] = true
		how := st.State.String() + ", " + measure.Plural(st.Total, "step")
		if st.State == build.Cached {
			delete(p.cached, ref.Stage)
		} else {
			p.sayCached(ref.Stage)
			if st.Cached > 0 {
				how += ", " + measure.Count(st.Cached) + " cached"
			}
			how += ", " + measure.Duration(st.Elapsed(p.build.Ended))
		}
		ended := 0
		for _, i := range p.build.Plan.Runs() {
			if p.build.Stage(i).State.Ended() {
				ended++
			}
		}
		p.printf("stage %s: %s (%d of %d stages)", g.Label(model.NodeID(ref.Stage)), how, ended, len(p.build.Plan.Runs()))
	}
}

// quiet is the time below which a vertex is not worth a line: those that belong
// to no step, and FROM, which BuildKit starts again for each thing it needs of
// the image.
func (p *Printer) quiet(v build.Vertex) time.Duration {
	switch {
	case len(v.Steps) == 0:
		return notable
	case v.Steps[0].Step == 0 && p.build.Begin.Graph != nil:
		return 100 * time.Millisecond
	}
	return 0
}

// short is an error of a step without the command that it repeats.
func short(text string) string {
	if _, rest, ok := strings.Cut(text, "did not complete successfully: "); ok {
		return rest
	}
	return text
}
