package logs

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// search is what is looked for in the log, without regard to case.
type search struct {
	input  widget.Input
	typing bool
	needle string // lower case
	at     int    // row of the current match; -1 when there is none
	rows   []int  // of all matches, as of the log's rev
	rev    int
}

func (s *search) stale() { s.rows, s.rev, s.at = nil, -1, -1 }

func (s *search) set(needle string) {
	s.needle = strings.ToLower(needle)
	s.stale()
}

func (s *search) matches(text string) bool {
	return s.needle != "" && strings.Contains(strings.ToLower(sanitize.Plain(text)), s.needle)
}

// find lists the rows with a match. The list is kept until the log changes.
func (s *search) find(c *content) []int {
	if s.needle == "" {
		return nil
	}
	rev := 0
	for _, p := range c.parts {
		rev += p.Rev()
	}
	if s.rows != nil && s.rev == rev {
		return s.rows
	}
	s.rows, s.rev = []int{}, rev
	for i := range c.Len() {
		if l, _ := c.at(i); s.matches(l.Text) {
			s.rows = append(s.rows, i)
		}
	}
	return s.rows
}

// step moves to the next match after row from (delta > 0) or the one before it,
// around the ends.
func (s *search) step(c *content, from, delta int) (row int, ok bool) {
	rows := s.find(c)
	if len(rows) == 0 {
		s.at = -1
		return 0, false
	}
	next := rows[0]
	if delta > 0 {
		for _, r := range rows {
			if r > from {
				next = r
				break
			}
		}
	} else {
		next = rows[len(rows)-1]
		for i := len(rows) - 1; i >= 0; i-- {
			if rows[i] < from {
				next = rows[i]
				break
			}
		}
	}
	s.at = next
	return next, true
}

// paint marks the matches in a line; its own colours give way.
func (s *search) paint(th *theme.Theme, text string, row int) string {
	role := theme.Match
	if row == s.at {
		role = theme.MatchCurrent
	}
	text = sanitize.Plain(text)
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // lowering moved bytes: mark the line instead of the place
		return th.Render(role, text)
	}
	var b strings.Builder
	for {
		i := strings.Index(lower, s.needle)
		if i < 0 {
			return b.String() + text
		}
		end := i + len(s.needle)
		b.WriteString(text[:i] + th.Render(role, text[i:end]))
		text, lower = text[end:], lower[end:]
	}
}

// view is the line at the bottom of the pane; none when nothing is looked for.
func (s *search) view(th *theme.Theme, c *content, width int) []string {
	if !s.typing && s.needle == "" {
		return nil
	}
	count := ""
	if s.needle != "" {
		rows := s.find(c)
		count = measure.Plural(len(rows), "match")
		if len(rows) != 1 {
			count = fmt.Sprintf("%s matches", measure.Count(len(rows)))
		}
		for i, r := range rows {
			if r == s.at {
				count = fmt.Sprintf("%d/%s", i+1, measure.Count(len(rows)))
			}
		}
	}
	left := th.Render(theme.Key, "/") + s.input.String()
	if s.typing {
		left = th.Render(theme.Key, "/") + s.input.View(th, max(2, width-widget.Width(count)-4))
	}
	return []string{widget.Sides(" "+left, th.Render(theme.Dim, count)+" ", width, th.Glyphs.Ellipsis)}
}
