package logs

import (
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/widget"
)

// filter is which lines are shown: those with a match, or all.
type filter struct {
	query widget.Query
	stay  int // key of the line to be on top when all has been looked through; none for any
}

// setFilter shows only lines with a match; all for an empty query. A window that
// does not follow stays on the line that it has on top, or the next that is left.
func (p *Pane) setFilter(q widget.Query) {
	p.filter.query = q
	if p.filter.stay == none && !p.Window.Follow {
		p.filter.stay = p.top(p.drawn())
	}
	p.rows = build.NewRows(nil, true)
	if !q.Empty() {
		p.rows = build.NewRows(func(l build.Line) bool { return q.Match(sanitize.Plain(l.Text)) }, true)
	}
	at := p.search.at
	p.setSearch(p.search.query)
	p.search.at = at
}

// filtered says how many lines are left of all that were printed, and how many of
// those are not there to be looked through.
func (p *Pane) filtered() string {
	text := measure.Count(p.rows.Lines()) + " of " + measure.Plural(p.rows.Written(), "line")
	if dropped := p.rows.Dropped(); dropped > 0 {
		text += ", " + measure.Count(dropped) + " dropped"
	}
	if p.busy {
		text += " so far"
	}
	return text
}
