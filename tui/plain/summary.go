package plain

import (
	"fmt"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/timing"
)

// tailLines is how much of a failed step's log the summary repeats.
const tailLines = 12

// end prints the summary: a line a stage, what took its time and why it ran, and
// last what matters most. The final lines of a failed build say what failed,
// where, with which last words, and what to do.
func (p *Printer) end(e build.End) {
	p.sayBegun(func(begun) bool { return true })
	if g := p.build.Begin.Graph; g != nil && len(g.Stages) > 0 {
		p.printf("")
		p.stages(g)
		p.rebuilds()
	}
	p.timing()
	p.printf("")
	if e.Failure != nil {
		p.failure(*e.Failure)
	}
	ran, cached := p.build.Cost()
	outcome := fmt.Sprintf("%s after %s: %s ran, %s cached", e.Outcome, measure.Duration(p.build.Elapsed(p.build.Ended)),
		measure.Plural(ran, "step"), measure.Count(cached))
	if n := len(p.build.Problems()); n > 0 {
		outcome += ", " + measure.Plural(n, "problem")
	}
	p.printf("%s", outcome)
	if r := e.Result; r != nil && r.Digest != "" {
		p.printf("image %s", r.Digest)
		for _, t := range r.Tags {
			p.printf("tagged %s", t)
		}
	}
}

// pathWidth is how long the critical path may get on its line.
const pathWidth = 100

// timing prints what made the build take as long as it did. One that is over in
// a second has nothing to tell.
func (p *Printer) timing() {
	a := timing.Analyze(p.build, p.build.Ended)
	path := a.Text(p.glyph("→", "->"), p.glyph("…", "..."), pathWidth)
	if path == "" || a.Wall() < time.Second {
		return
	}
	p.printf("")
	p.printf("critical path: %s", path)
	waiting := "waiting on it: " + measure.Duration(a.Path.Waited)
	if w := a.Path.Waits(); len(w) > 0 && w[0].Waited >= 100*time.Millisecond {
		waiting += fmt.Sprintf(", the longest %s before %s", measure.Duration(w[0].Waited), p.subject(w[0]))
		if w[0].Busy > 0 { // else it was for the engine itself
			waiting += " while " + measure.Plural(w[0].Busy, "step") + " ran"
		}
	}
	if a.Parallel.Max > 1 {
		waiting += fmt.Sprintf("; at most %d steps at once, %.1f on average", a.Parallel.Max, a.Parallel.Average)
	}
	p.printf("%s", waiting)
	if stage, saving := a.Best(); a.Outcome == build.OutcomeSucceeded && a.Share(saving) >= 0.05 {
		p.printf("without the work of %s: %s less at most", stage.Name, measure.Duration(saving))
	}
}

// subject is the step or vertex that a link of the critical path stands for.
func (p *Printer) subject(l timing.Link) string {
	if l.Step == nil || p.build.Begin.Graph == nil {
		return l.Name
	}
	v, _ := p.build.Vertex(l.Vertex)
	v.Steps = []build.StepRef{*l.Step}
	return p.text(v)
}

// failure says what went wrong: the end of the log, the place, the sentence, the
// way on.
func (p *Printer) failure(f build.Failure) {
	if log := p.build.Log(f.Vertex); log != nil && log.Len() > 0 {
		p.printf("the last lines of its log:")
		for _, l := range log.Last(tailLines) {
			p.logLine(f.Vertex, l.Text)
		}
	}
	if g := p.build.Begin.Graph; g != nil && f.Line > 0 && f.Line <= len(g.Lines) {
		p.printf("in %s:", g.File)
		shown := f.Excerpt(g.Lines, excerptLines)
		for i, n := range shown {
			if n == build.Gap {
				p.printf("  %4s  %s", p.glyph("…", "..."), measure.Plural(shown[i+1]-shown[i-1]-1, "line"))
				continue
			}
			p.printf("> %4d  %s", n, g.Lines[n-1])
		}
	}
	p.printf("error: %s%s", at(f.Line), f.Message)
	if f.Hint != "" {
		p.printf("next: %s", f.Hint)
	}
}

// excerptLines is how many lines of a failed step are shown at most: a script of
// the usual length is shown whole.
const excerptLines = 15

func (p *Printer) stages(g *model.Graph) {
	width := 5
	for _, s := range g.Stages {
		width = max(width, len(s.Label()))
	}
	p.printf("%-*s  %-9s  %7s  %7s  %s", width, "stage", "state", "steps", "cached", "time")
	for i, s := range g.Stages {
		st := p.build.Stage(i)
		row := fmt.Sprintf("%-*s  %-9s", width, s.Label(), st.State)
		if st.State != build.Skipped {
			row += fmt.Sprintf("  %7s  %7d  %s", fmt.Sprintf("%d/%d", st.Done, st.Total), st.Cached, measure.Duration(st.Elapsed(p.build.Ended)))
		}
		p.printf("%s", strings.TrimRight(row, " "))
	}
}
