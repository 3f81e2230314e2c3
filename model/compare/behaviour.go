package compare

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/probe"
)

// Behaviour is what came of the probes, a row for each and a cell for each side; nil when
// nothing was asked.
func (c *Comparison) Behaviour() []probe.Row {
	asked := make([][]probe.Outcome, len(c.Sides))
	for i, s := range c.Sides {
		asked[i] = s.Probes
	}
	return probe.Compare(asked...)
}

// Behaves says whether all sides do what was asked of them, and do the same; true when
// nothing was asked.
func (c *Comparison) Behaves() bool { return probe.Behaves(c.Behaviour()) }

// Verdict says in a sentence what all probes came to; "" when nothing was asked.
func (c *Comparison) Verdict() string {
	rows := c.Behaviour()
	var asked, fails, differs int
	for _, r := range rows {
		switch r.Verdict {
		case probe.NotAsked:
			continue
		case probe.Fails:
			fails++
		case probe.Differs:
			differs++
		}
		asked++
	}
	switch {
	case len(rows) == 0:
		return ""
	case asked == 0:
		return "Nothing was asked: no probe is for any of these images."
	case fails+differs == 0 && len(c.Sides) == 1:
		return fmt.Sprintf("%s does what it should: %s.", c.Sides[0].Name, measure.Plural(asked, "probe"))
	case fails+differs == 0:
		return fmt.Sprintf("All behave the same, as far as %s can tell.", measure.Plural(asked, "probe"))
	}
	var parts []string
	if fails > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", fails))
	}
	if differs > 0 {
		parts = append(parts, fmt.Sprintf("%d came out otherwise", differs))
	}
	return fmt.Sprintf("Of %s %s.", measure.Plural(asked, "probe"), strings.Join(parts, " and "))
}
