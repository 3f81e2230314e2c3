package logs

import (
	"fmt"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// content shows the logs of a step's vertices, one after the other, as lines;
// where lines were dropped, a line says so.
type content struct {
	look   pane.Look
	parts  []*build.LogBuffer
	start  time.Time // of the build: times count from it
	stamps bool
	search *search
}

func (c *content) Len() int {
	n := 0
	for _, p := range c.parts {
		n += rowsOf(p)
	}
	return n
}

// total is the number of lines there were, dropped ones included.
func (c *content) total() int {
	n := 0
	for _, p := range c.parts {
		n += p.Len() + p.Dropped()
	}
	return n
}

func rowsOf(p *build.LogBuffer) int {
	if p.Dropped() > 0 {
		return p.Len() + 1
	}
	return p.Len()
}

// at is the line of row i; dropped is not 0 for a row that stands for a gap.
func (c *content) at(i int) (l build.Line, dropped int) {
	for _, p := range c.parts {
		n := rowsOf(p)
		if i >= n {
			i -= n
			continue
		}
		if p.Dropped() > 0 {
			switch {
			case i == p.Gap():
				return build.Line{}, p.Dropped()
			case i > p.Gap():
				i--
			}
		}
		return p.Line(i), 0
	}
	return build.Line{}, 0
}

// Line draws row i: when it came, and its text with the colours it has.
func (c *content) Line(i int) string {
	th := c.look.Theme
	l, dropped := c.at(i)
	if dropped > 0 {
		g := strings.Repeat(th.Glyphs.Gap, 3)
		return th.Render(theme.Warning, fmt.Sprintf(" %s %s dropped %s", g, widget.Plural(dropped, "line"), g))
	}
	text := l.Text
	switch {
	case c.search.matches(text):
		text = c.search.paint(th, text, i)
	case th.Mono():
		text = sanitize.Plain(text)
	default:
		text = widget.Seal(text)
	}
	if !c.stamps {
		return " " + text
	}
	return th.Render(theme.Dim, stamp(l.Time.Sub(c.start))) + "  " + text
}

// stamp is seconds since the build began, 6 cells wide.
func stamp(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	if d < 10_000*time.Second {
		return fmt.Sprintf("%6.1f", d.Seconds())
	}
	return fmt.Sprintf("%6.0f", d.Seconds())
}
