package logs

import (
	"fmt"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
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

// Line draws row i with the colours it has.
func (c *content) Line(i int) string {
	th := c.look.Theme
	l, dropped := c.at(i)
	if dropped > 0 {
		g := strings.Repeat(th.Glyphs.Gap, 3)
		return th.Render(theme.Warning, fmt.Sprintf("%s %s dropped %s", g, measure.Plural(dropped, "line"), g))
	}
	switch {
	case c.search.matches(l.Text):
		return c.search.paint(th, l.Text, i)
	case th.Mono():
		return sanitize.Plain(l.Text)
	}
	return widget.Seal(l.Text)
}

// GutterWidth is widget.Gutter's.
func (c *content) GutterWidth() int {
	if c.stamps {
		return stampWidth + 2
	}
	return 1
}

// Gutter draws when a line came, unless the line before came at the same time.
func (c *content) Gutter(i int, first bool) string {
	if !c.stamps {
		return " "
	}
	l, dropped := c.at(i)
	text := stamp(l.Time.Sub(c.start))
	if dropped > 0 {
		text = ""
	} else if i > 0 && !first {
		if before, gap := c.at(i - 1); gap == 0 && stamp(before.Time.Sub(c.start)) == text {
			text = ""
		}
	}
	return c.look.Theme.Render(theme.Dim, widget.FitRight(text, stampWidth, "")) + "  "
}

// Text is the whole log as plain text; a line says where lines are missing.
func (p *Pane) Text() string {
	c := p.content(pane.Look{})
	var b strings.Builder
	for i := range c.Len() {
		l, dropped := c.at(i)
		if dropped > 0 {
			fmt.Fprintf(&b, "… %s dropped …\n", measure.Plural(dropped, "line"))
			continue
		}
		b.WriteString(sanitize.Plain(l.Text) + "\n")
	}
	return b.String()
}

const stampWidth = 6

// stamp is seconds since the build began.
func stamp(d time.Duration) string {
	if d < 10_000*time.Second {
		return fmt.Sprintf("%.1f", max(0, d).Seconds())
	}
	return fmt.Sprintf("%.0f", d.Seconds())
}
