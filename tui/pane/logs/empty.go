package logs

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/pane/work"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// empty is what stands where a log would, when there is none: what is known of
// the step instead.
func (p *Pane) empty(look pane.Look, width int) []string {
	th := look.Theme
	if p.failure() != nil {
		return nil // all that is known stands above
	}
	say := func(role theme.Role, text string) []string {
		var out []string
		for _, l := range widget.WrapWords(text, max(8, width-2)) {
			out = append(out, " "+th.Render(role, l))
		}
		return out
	}
	if p.scope != ScopeStep && p.build != nil {
		return say(theme.Dim, "nothing has printed anything so far")
	}
	step, ok := p.step()
	if !ok {
		return say(theme.Dim, "select a step to see its output")
	}
	s := p.status()
	if lines := p.transfers(look, s, width); len(lines) > 0 {
		return lines
	}
	if s.Error != "" && s.State != build.Cancelled {
		return say(theme.Error, s.Error)
	}
	return say(theme.Dim, p.because(step, s))
}

// because says in a sentence why the step has no output.
func (p *Pane) because(step model.Step, s build.Step) string {
	refused := p.refused(step)
	switch {
	case refused != "" && s.State != build.Skipped:
		return "BuildKit refuses this line: " + refused
	case p.build == nil:
		return "not built yet: press b"
	case s.State == build.Skipped:
		return "the target does not need this stage: BuildKit skips it"
	case !step.Vertex:
		return p.runsNothing(step)
	case s.State == build.Cached && step.Command == "FROM":
		return "the engine has this image already: nothing had to be pulled"
	case s.State == build.Cached:
		return "from the cache: nothing ran, so there is no output"
	case s.State == build.Waiting && p.build.End != nil:
		return "the build ended before it was this step's turn"
	case s.State == build.Waiting && p.build.Stop != nil && p.build.Stop.Step != nil && *p.build.Stop.Step == p.ref:
		return "the build has stopped before this step"
	case s.State == build.Waiting:
		return "waiting" + p.waitsFor()
	case s.State == build.Running:
		return "running, no output so far"
	case s.State == build.Cancelled:
		return "stopped with the build: there is no output"
	}
	return "done; it printed nothing"
}

// runsNothing says what an instruction does that makes no vertex.
func (p *Pane) runsNothing(step model.Step) string {
	switch base := p.graph.Stages[p.ref.Stage].Base; {
	case step.Command == "FROM" && base == "scratch":
		return "starts with no files at all: nothing to run"
	case step.Command == "FROM":
		return "starts from the files of " + base + ": nothing to run"
	case step.Command == "ARG":
		return "sets a variable for the lines below: nothing to run"
	case step.Command == "ONBUILD":
		return "is for stages that start from this one: nothing to run here"
	}
	return step.Command + " only changes the image's configuration: nothing to run"
}

// refused is why BuildKit will not have the step's lines; "" if it will.
func (p *Pane) refused(step model.Step) string {
	for _, pr := range p.graph.Problems {
		if pr.Level == model.LevelError && pr.Line >= step.Line && pr.Line <= step.EndLine {
			return pr.Message
		}
	}
	return ""
}

// waitsFor names what the step's stage waits for.
func (p *Pane) waitsFor() string {
	var names []string
	for _, e := range p.graph.Into(model.NodeID(p.ref.Stage)) {
		if !p.graph.IsStage(e.From) || e.Step > p.ref.Step {
			continue
		}
		if name := p.graph.Label(e.From); !p.build.Stage(int(e.From)).State.Ended() && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " for " + strings.Join(names, ", ")
}

// beside is what BuildKit does beside the step, in at most limit lines.
func (p *Pane) beside(look pane.Look, width, limit int) []string {
	jobs := work.Running(p.build, look.Now, p.status().Vertices)
	var out []string
	for _, j := range jobs[:min(len(jobs), max(0, limit))] {
		out = append(out, j.Line(look.Theme, look.Now, width))
	}
	return out
}

// transfers are the downloads and the like of a step without output.
func (p *Pane) transfers(look pane.Look, s build.Step, width int) []string {
	var out []string
	for _, d := range s.Vertices {
		for _, t := range p.build.Progress(d) {
			if t.Done && t.Current == 0 {
				continue // a question that was answered; no bytes moved
			}
			out = append(out, transfer(look.Theme, t, width))
		}
	}
	return out
}

func transfer(th *theme.Theme, t build.Progress, width int) string {
	right := measure.Bytes(t.Current)
	switch {
	case t.Total > 0 && !t.Done:
		right = work.Bar(th, t.Current, t.Total) + " " + measure.Bytes(t.Current) + " / " + measure.Bytes(t.Total)
	case t.Done && t.Total > 0:
		right = th.Render(theme.Done, th.Glyphs.Done) + " " + measure.Bytes(t.Total)
	case t.Current == 0:
		right = ""
	}
	id := t.ID
	const digits = 12
	if i := strings.Index(id, "sha256:"); i >= 0 {
		id = id[:min(len(id), i+len("sha256:")+digits)]
	}
	return widget.Fit(" "+th.Render(theme.Dim, id)+"  "+right, width-1, th.Glyphs.Ellipsis)
}
