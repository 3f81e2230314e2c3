package compare

import "github.com/stagedive/stagedive/model/probe"

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
