package logs

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/pane"
)

// Text is rows of a log as they were at one time, to be written down as plain
// text; that may be done beside what goes on.
type Text struct {
	lines  []textLine
	labels []string // by part; none when all lines are from one place
}

type textLine struct {
	text    string
	part    int
	dropped int
}

// Lines is how many lines there are; that some were dropped is none.
func (t Text) Lines() int {
	n := 0
	for _, l := range t.lines {
		if l.dropped == 0 {
			n++
		}
	}
	return n
}

func (p *Pane) text() Text {
	var t Text
	if p.labelWidth() > 0 {
		for i := range p.logs {
			label, _ := p.label(i)
			t.labels = append(t.labels, label)
		}
	}
	return t
}

func (t *Text) add(row build.Row) {
	t.lines = append(t.lines, textLine{row.Line.Text, row.Part, row.Dropped})
}

// Write writes the lines without styles; where several logs are together, each
// begins with whose it is.
func (t Text) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, l := range t.lines {
		if t.labels != nil {
			_, _ = b.WriteString(t.labels[l.part] + ": ") // bufio keeps the first error for Flush
		}
		if l.dropped > 0 {
			_, _ = fmt.Fprintf(b, "… %s dropped …\n", measure.Plural(l.dropped, "line"))
			continue
		}
		_, _ = b.WriteString(sanitize.Plain(l.text) + "\n")
	}
	return b.Flush()
}

// String is what Write writes.
func (t Text) String() string {
	var b strings.Builder
	_ = t.Write(&b) // a Builder takes all
	return b.String()
}

// All is the whole log of the scope, whatever a filter leaves of it on the screen.
func (p *Pane) All() Text {
	rows := build.NewRows(nil, true)
	rows.Set(p.logs)
	rows.Sync(0)
	t := p.text()
	t.lines = make([]textLine, 0, rows.Len())
	for i := range rows.Len() {
		row, _ := rows.At(i)
		t.add(row)
	}
	return t
}

// Copied is what a copy should have, and what that is in a word: the marked
// lines, else those that a filter or a search has found, else those on the screen.
// (All of a log would be more than a clipboard is for: Save is.)
func (p *Pane) Copied(look pane.Look) (t Text, what string) {
	c := p.content(look)
	t = p.text()
	switch {
	case p.marked.on:
		from, to := min(p.marked.from, p.marked.to), max(p.marked.from, p.marked.to)
		for i := c.Find(from); i < c.Len() && c.at(i).Key <= to; i++ {
			t.add(c.at(i))
		}
		return t, "marked"
	case !p.search.query.Empty():
		for i := range p.search.found.Len() {
			row, _ := p.search.found.At(i)
			t.add(row)
		}
		return t, "matching"
	case !p.filter.query.Empty():
		for i := range c.Len() {
			if row := c.at(i); row.Dropped == 0 {
				t.add(row)
			}
		}
		return t, "matching"
	}
	from, to := p.Window.Visible(c)
	for i := from; i < to; i++ {
		t.add(c.at(i))
	}
	return t, "visible"
}
