package ladder

import (
	"fmt"
	"math"
	"strings"

	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Len is how many rows there are: the rungs, and the text below them.
func (m *Model) Len() int {
	if m.ladder == nil {
		return 0
	}
	return len(m.ladder.Rungs) + len(m.text)
}

// View is tab.Tab's.
func (m *Model) View(focus bool) []string {
	if m.width <= 0 || m.height <= 0 || m.ladder == nil {
		return nil
	}
	out := []string{" " + m.theme.Render(theme.Bold, widget.Truncate(m.arrows(m.ladder.Headline), m.width-1, m.theme.Glyphs.Ellipsis))}
	if m.head() > 1 {
		out = append(out, "")
	}
	out = append(out, m.list.Render(m, m.width, focus)...)
	return out[:min(len(out), m.height)]
}

// arrows are the ones that the terminal can show.
func (m *Model) arrows(s string) string { return strings.ReplaceAll(s, "→", m.theme.Glyphs.Arrow) }

// Row is widget.Source's.
func (m *Model) Row(i, width int, selected, focus bool) string {
	th := m.theme
	line := ""
	if n := len(m.ladder.Rungs); i < n {
		line = m.rung(m.ladder.Rungs[i], width)
	} else {
		line = m.text[i-n].draw(th)
	}
	line = widget.Fit(line, width, th.Glyphs.Ellipsis)
	return th.Row(line, selected, focus)
}

// Widths of a rung's columns. From barLeast cells on there is a bar; from fromLeast of
// the whole on it says what the rung is FROM.
const (
	kindWidth = 6
	sizeWidth = 12
	barLeast  = 12
	fromLeast = 100
	fromWidth = 24
)

// kindWords are what a rung's kind is called where bars stand under one another.
var kindWords = map[ladder.Kind]string{ladder.Base: "base", ladder.Stage: "stage", ladder.Single: "single", ladder.Final: "ships"}

func (m *Model) rung(r ladder.Rung, width int) string {
	th := m.theme
	role := theme.Text
	switch r.Kind {
	case ladder.Final:
		role = theme.Highlight
	case ladder.Base:
		role = theme.Dim
	}
	names := min(m.names, max(10, width/3))
	line := " " + th.Render(theme.Dim, widget.Fit(kindWords[r.Kind], kindWidth, "")) + " " + th.Render(role, widget.Fit(r.Name, names, th.Glyphs.Ellipsis))
	if width >= fromLeast {
		from := ""
		if r.From != "" && r.Kind != ladder.Base {
			from = "FROM " + r.From
		}
		line += "  " + th.Render(theme.Dim, widget.Fit(from, fromWidth, th.Glyphs.Ellipsis))
	}
	if !r.Known {
		return line + "  " + th.Render(theme.Dim, "not looked at")
	}
	size := measure.Bytes(r.Bytes)
	if r.AtLeast {
		size = m.atLeast() + " " + size
	}
	line += " " + widget.FitRight(size, sizeWidth, th.Glyphs.Ellipsis) + " " + widget.FitRight(percent(r.Share), 5, "")
	room := width - widget.Width(line) - 3
	if room < barLeast {
		return line
	}
	return line + "  " + m.bar(r, room)
}

// atLeast stands before a lower bound.
func (m *Model) atLeast() string {
	if m.theme.Options().ASCII {
		return ">="
	}
	return "≥"
}

// bar is the rung's size against the largest; what its base image brought is the part
// at the left, drawn lighter.
func (m *Model) bar(r ladder.Rung, room int) string {
	th := m.theme
	n := int(math.Round(r.Share * float64(room)))
	if r.Bytes > 0 {
		n = max(n, 1)
	}
	base := 0
	if r.Bytes > 0 {
		base = int(math.Round(float64(n) * float64(r.Base) / float64(r.Bytes)))
	}
	own := theme.Text
	if r.Kind == ladder.Final {
		own = theme.Highlight
	}
	return th.Render(theme.Dim, strings.Repeat(th.Glyphs.Empty, base)) + th.Render(own, strings.Repeat(th.Glyphs.Full, n-base))
}

func percent(share float64) string {
	p := share * 100
	if p > 0 && p < 1 {
		return "<1 %"
	}
	return fmt.Sprintf("%.0f %%", p)
}
