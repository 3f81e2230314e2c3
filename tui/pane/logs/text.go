package logs

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// plain is a row as plain text with its end; in a scope of several logs, whose it
// is stands in front of it.
func (p *Pane) plain(row build.Row, labelled bool) string {
	text := sanitize.Plain(row.Line.Text)
	if row.Dropped > 0 {
		text = fmt.Sprintf("… %s dropped …", measure.Plural(row.Dropped, "line"))
	}
	if labelled {
		label, _ := p.label(row.Part)
		text = label + ": " + text
	}
	return text + "\n"
}

// Text is the whole log as plain text; a line says where lines are missing.
func (p *Pane) Text() string {
	p.refresh()
	labelled := p.labelWidth() > 0
	var b strings.Builder
	for i := range p.rows.Len() {
		row, _ := p.rows.At(i)
		b.WriteString(p.plain(row, labelled))
	}
	return b.String()
}
