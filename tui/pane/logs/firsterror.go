package logs

import (
	"math"
	"slices"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/errorline"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/widget"
)

// wanted is the first line that tells an error, while it is looked for.
type wanted struct {
	rows *build.Rows // lines that may tell one; nil when none is wanted
}

// errorBytes is how much text is judged at once; judging is slower than finding.
const errorBytes = 16 << 10

// wantError goes to the first line that tells an error: of the step that failed
// if one did, else of all that is shown.
func (p *Pane) wantError() {
	p.wanted = wanted{build.NewRows(func(l build.Line) bool {
		return errorline.Judge(sanitize.Plain(l.Text)) != errorline.No
	}, false)}
	p.refresh()
}

// seek looks further for the error that is wanted; true when it must go on.
func (p *Pane) seek() (more bool) {
	w := p.wanted.rows
	if w == nil {
		return false
	}
	logs := p.logs
	if f := p.failure(); f != nil && f.Vertex != "" && slices.Contains(p.shown, f.Vertex) {
		logs = []*build.LogBuffer{p.build.Log(f.Vertex)}
	}
	w.Set(logs)
	if !w.Sync(errorBytes) {
		return true
	}
	p.wanted = wanted{}
	i, ok := errorline.First(w.Len(), func(i int) string {
		row, _ := w.At(i)
		return sanitize.Plain(row.Line.Text)
	})
	if !ok {
		p.marked = marks{}
		p.said = "no line looks like an error: this is the end"
		p.Window.End()
		return false
	}
	row, _ := w.At(i)
	p.marked = marks{true, row.Key, row.Key}
	c := p.drawn()
	if c.at(c.Find(row.Key)).Key != row.Key {
		p.said = "the filter is off: it had hidden the error"
		p.setFilter(widget.Query{})
		p.rows.Sync(math.MaxInt)
	}
	p.Window.Show(c, c.Find(row.Key))
	return false
}
