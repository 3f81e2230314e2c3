package logs

import (
	"fmt"
	"math"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// search is what is looked for in the log.
type search struct {
	query widget.Query
	found *build.Rows // the lines with a match, of those that are shown
	at    int         // key of the one that the search stands on; none if it does on none
}

// none is less than every key of a row.
const none = math.MinInt

func newSearch() search { return search{at: none, found: build.NewRows(nothing, false)} }

func nothing(build.Line) bool { return false }

// setSearch looks for a text among the lines that are shown.
func (p *Pane) setSearch(q widget.Query) {
	p.search = newSearch()
	p.search.query = q
	if !q.Empty() {
		only := p.filter.query
		p.search.found = build.NewRows(func(l build.Line) bool {
			text := sanitize.Plain(l.Text)
			return q.Match(text) && (only.Empty() || only.Match(text))
		}, false)
	}
	p.refresh()
}

// arrive goes to the first match from where the search was opened, as soon as it
// is found while the text is being typed; to one before that when all has been
// looked through.
func (p *Pane) arrive(all bool) {
	if p.prompt.kind != promptSearch || p.search.at != none {
		return
	}
	from := p.prompt.from.key
	if !all && p.search.found.Find(from) == p.search.found.Len() {
		return
	}
	if to, ok := p.search.step(from-1, 1); ok {
		p.show(p.drawn(), to)
	}
}

// step moves to the first match whose key is greater than key (delta > 0), or to
// the last one whose is less, around the ends.
func (s *search) step(key, delta int) (to int, ok bool) {
	n := s.found.Len()
	if n == 0 {
		s.at = none
		return 0, false
	}
	i := s.found.Find(key) - 1
	if delta > 0 {
		i = s.found.Find(key + 1)
	}
	row, _ := s.found.At((i + n) % n)
	s.at = row.Key
	return row.Key, true
}

// paint marks the matches in a line, which keeps its colours around them.
func (s *search) paint(th *theme.Theme, text string, key int) string {
	spans := s.query.Spans(sanitize.Plain(text))
	if len(spans) == 0 {
		return text
	}
	role := theme.Match
	if key == s.at {
		role = theme.MatchCurrent
	}
	return widget.Mark(text, spans, func(part string) string { return th.Render(role, part) })
}

// count says how many lines match, and which of them the search stands on.
func (s *search) count() string {
	n := s.found.Len()
	if i := s.found.Find(s.at); s.at != none && i < n {
		if row, _ := s.found.At(i); row.Key == s.at {
			return fmt.Sprintf("%s/%s", measure.Count(i+1), measure.Count(n))
		}
	}
	if n == 1 {
		return "1 match"
	}
	return measure.Count(n) + " matches"
}
