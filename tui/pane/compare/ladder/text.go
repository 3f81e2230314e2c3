package ladder

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// told is a line of what is explained below the bars.
type told struct {
	text string
	role theme.Role
	in   int // cells from the left
}

func (t told) draw(th *theme.Theme) string {
	return widget.Spaces(1+t.in) + th.Render(t.role, t.text)
}

// wrap breaks what is explained into lines.
func (m *Model) wrap() {
	m.text = nil
	if m.ladder == nil || m.width < 4 {
		return
	}
	b := &teller{width: m.width - 2}
	th := m.theme
	legend := th.Glyphs.Full + " its own, " + th.Glyphs.Empty + " of its base image"
	if d := m.ladder.Derived; d != nil && d.Misses != nil {
		legend += ", " + m.atLeast() + " at least"
	}
	b.lines = append(b.lines, told{})
	b.add(theme.Dim, 0, legend+"; what is stored twice counts twice")
	if d := m.ladder.Derived; d != nil {
		b.title("In one stage")
		b.add(theme.Text, 0, m.arrows(d.Stands))
		for _, p := range d.Parts {
			b.add(theme.Dim, 2, fmt.Sprintf("%9s  %s: %s", measure.Bytes(p.Bytes), p.Name, p.What))
		}
	}
	if s := m.ladder.Separate; s != nil {
		m.separate(b, s)
	}
	m.text = b.lines
}

// separate tells how it was done with a Dockerfile for each image.
func (m *Model) separate(b *teller, s *ladder.Separate) {
	b.title(fmt.Sprintf("The same without stages: %s and a script", measure.Plural(len(s.Files), "Dockerfile")))
	for _, text := range s.Replaces {
		b.add(theme.Text, 0, text)
	}
	b.title("build.sh")
	for _, line := range s.Script {
		b.code(line)
	}
	for _, f := range s.Files {
		b.title(f.Name + "  (" + strings.Join(f.Stages, ", ") + ")")
		for _, line := range f.Lines {
			b.code(line)
		}
	}
}

// teller makes lines of a width.
type teller struct {
	width int
	lines []told
}

func (b *teller) title(text string) {
	b.lines = append(b.lines, told{}, told{text: text, role: theme.Title})
}

func (b *teller) add(role theme.Role, in int, text string) {
	for i, piece := range widget.WrapWords(strings.TrimSpace(text), max(8, b.width-in)) {
		if i == 0 { // numbers that were set to the right stay there
			piece = text[:len(text)-len(strings.TrimLeft(text, " "))] + piece
		}
		b.lines = append(b.lines, told{text: piece, role: role, in: in})
	}
}

// code is a line that is not broken.
func (b *teller) code(text string) {
	b.lines = append(b.lines, told{text: text, role: theme.Dim, in: 2})
}
