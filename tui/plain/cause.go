package plain

import (
	"fmt"
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
	p.printf("%s   because %s", p.stepLabel(c.Step), text)
}

func (p *Printer) stepLabel(ref build.StepRef) string {
	g := p.build.Begin.Graph
	if g == nil || ref.Stage < 0 || ref.Stage >= len(g.Stages) {
		return "[internal]"
	}
	return fmt.Sprintf("[%s:%d]", g.Stages[ref.Stage].Label(), p.step(ref).Line)
}

// rebuilds says what began each cascade, what it cost, and what would have spared
// it. Steps that began one each for the same reason share a line.
func (p *Printer) rebuilds() {
	type group struct {
		build.Rebuild
		steps int
	}
	var groups []group
	at := map[string]int{}
	for _, r := range p.build.Rebuilds(p.build.Ended) {
		key := string(r.Kind) + "\x00" + r.Text
		i, seen := at[key]
		if !seen {
			at[key] = len(groups)
			groups = append(groups, group{r, 1 + len(r.Then)})
			continue
		}
		groups[i].steps += 1 + len(r.Then)
		groups[i].Took += r.Took
	}
	if len(groups) == 0 {
		return
	}
	p.printf("")
	p.printf("what ran, and why:")
	for _, g := range groups {
		p.printf("  %s %s: %s, %s", p.stepLabel(g.Step), g.Text, measure.Plural(g.steps, "step"), measure.Duration(g.Took))
		if g.Advice != nil && g.Saved > 0 {
			p.printf("      advice: %s (%s of %s)", g.Advice.Text, measure.Duration(g.Saved), measure.Duration(g.Took))
		}
	}
}
