package compare

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
)

// Cell is the half as a column shows it: its time, or its state where that says
// more; "-" for nil.
func (h *Half) Cell() string {
	switch {
	case h == nil:
		return "-"
	case ran(h.State) && h.State != build.Done:
		return h.State.String() + " " + measure.Duration(h.Elapsed)
	case h.State == build.Done:
		return measure.Duration(h.Elapsed)
	}
	return h.State.String()
}

// Place is a step by its line and at most so many characters of its text.
func (h Half) Place(most int) string {
	text := strings.Join(strings.Fields(h.Text), " ")
	if r := []rune(text); len(r) > most {
		text = strings.TrimRight(string(r[:max(0, most-3)]), ". ") + "..."
	}
	if h.Line > 0 {
		return fmt.Sprintf("line %d %s", h.Line, text)
	}
	return text
}

// Note says in words what a step's times do not: "cache lost", "text changed".
func (s Step) Note() string {
	switch {
	case s.A == nil:
		return "new"
	case s.B == nil:
		return "gone"
	case s.Changed():
		return "text changed"
	case s.Cache == Lost:
		return "cache lost"
	case s.Cache == Gained:
		return "now cached"
	}
	return ""
}

// Where is a sentence that says where B began to lose the cache.
func (c Comparison) Where() string {
	switch {
	case c.Broke != nil:
		s := c.Stages[c.Broke.Stage]
		return fmt.Sprintf("The cache broke first in stage %s: %s", s.Name, s.Steps[c.Broke.Step].Half().Place(whereMost))
	case c.B.Cached > c.A.Cached:
		return "The second build lost nothing of the cache that the first one had."
	}
	return "The second build ran no step that the first one had from the cache."
}

// whereMost is how many characters of an instruction a sentence has room for.
const whereMost = 60
