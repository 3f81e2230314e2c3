package logs

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/timing"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// summed is where the time of a build went that is over. It is worked out once.
type summed struct {
	build *build.Build
	at    *timing.Analysis
	slow  []timing.Step // those that took longest, the longest first
}

// Bounds of a summary: how many rows it is worth, and of its lists.
const (
	summaryRows = 16
	slowest     = 5
	mostCauses  = 4
)

// summary is what a successful build came to. It stands where a step without
// output would leave a large pane empty.
func (p *Pane) summary(look pane.Look, width, height int) []string {
	b := p.build
	if b == nil || b.End == nil || b.End.Outcome != build.OutcomeSucceeded || height < summaryRows {
		return nil
	}
	if p.sum.build != b {
		p.sum = sum(b)
	}
	th := look.Theme
	at := p.sum.at
	ran, cached := b.Cost()
	title := func(text string) string { return " " + th.Render(theme.Title, text) }
	out := []string{
		"", title("the build"),
		fmt.Sprintf("   %s in %s %s %s ran, %s from the cache", th.Render(theme.Done, th.Glyphs.Done+" built"), measure.Duration(at.Wall()),
			th.Glyphs.Dot, measure.Plural(ran, "step"), measure.Count(cached)),
	}
	if look.Image != "" {
		out = append(out, "   image: "+look.Image)
	}
	if path := at.Text(th.Glyphs.Arrow, th.Glyphs.Ellipsis, width-20); path != "" {
		out = append(out, "   critical path: "+path)
	}
	if len(p.sum.slow) > 0 {
		out = append(out, "", title("what took longest"))
	}
	for _, s := range p.sum.slow {
		label := p.graph.Label(model.NodeID(s.Ref.Stage))
		if step, ok := p.stepOf(s.Ref); ok {
			label += fmt.Sprintf(":%d", step.Line)
		}
		const share = 6 // "100 %"
		right := measure.Duration(s.Ran()) + th.Render(theme.Dim, widget.FitRight(timing.Percent(at.Share(s.Ran())), share, "")) + " "
		out = append(out, widget.Sides("   "+th.Render(theme.Bold, label)+" "+s.Name, right, width, th.Glyphs.Ellipsis))
	}
	causes := b.Rebuilds(b.Ended)
	for i, r := range causes[:min(mostCauses, len(causes))] {
		if i == 0 {
			out = append(out, "", title("why steps ran again"))
		}
		text := r.Text
		if th.Options().ASCII {
			text = build.ASCII(text)
		}
		out = append(out, widget.Truncate(fmt.Sprintf("   %s: %s", measure.Plural(len(r.Steps()), "step"), text), width-1, th.Glyphs.Ellipsis))
	}
	return out[:min(len(out), height)]
}

// sum works out where the time of a build went.
func sum(b *build.Build) summed {
	out := summed{build: b, at: timing.Analyze(b, b.Ended)}
	for i := range out.at.Stages {
		for _, s := range out.at.Stages[i].Steps {
			if s.Ran() >= 10*time.Millisecond {
				out.slow = append(out.slow, s)
			}
		}
	}
	slices.SortStableFunc(out.slow, func(x, y timing.Step) int { return cmp.Compare(y.Ran(), x.Ran()) })
	out.slow = out.slow[:min(slowest, len(out.slow))]
	return out
}
