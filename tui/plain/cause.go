package plain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
)

// cause says at a step why it runs. That nothing may come from the cache was the
// user's own word: the summary counts those steps instead.
func (p *Printer) cause(c build.Cause) {
	if c.Kind == build.CauseNoCache {
		return
	}
	text := c.Text
	if len(c.Also) > 0 {
		text += "; also " + strings.Join(c.Also, "; ")
	}
	p.sayBegun(func(b begun) bool { return slices.Contains(b.steps, c.Step) })
	p.printf("%s   because %s", p.stepLabel(c.Step), p.inWords(text))
}

// inWords is a sentence in the characters that may be printed.
func (p *Printer) inWords(text string) string {
	if p.ascii {
		text = build.ASCII(text)
	}
	return text
}

func (p *Printer) stepLabel(ref build.StepRef) string {
	g := p.build.Begin.Graph
	if g == nil || ref.Stage < 0 || ref.Stage >= len(g.Stages) {
		return "[internal]"
	}
	return fmt.Sprintf("[%s:%d]", g.Stages[ref.Stage].Label(), p.step(ref).Line)
}

// rebuilds says what began each cascade, what it cost, and what would have spared
// it.
func (p *Printer) rebuilds() {
	all := p.build.Rebuilds(p.build.Ended)
	if len(all) == 0 {
		return
	}
	p.printf("")
	p.printf("what ran, and why:")
	for _, r := range all {
		p.printf("  %s %s: %s, %s", p.stepLabel(r.Step), p.inWords(r.Text), measure.Plural(len(r.Steps()), "step"), measure.Duration(r.Took))
		if r.Advice != nil && r.Saved > 0 {
			p.printf("      advice: %s; that would have spared %s of %s", p.inWords(r.Advice.Text), measure.Duration(r.Saved), measure.Duration(r.Took))
		}
	}
}
