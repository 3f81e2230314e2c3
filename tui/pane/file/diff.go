package file

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Diff is how a file differs from the version before.
type Diff struct {
	Layer    int // that wrote the version before
	rows     []diffRow
	added    int // lines
	removed  int
	facts    []factRow // of both, where they are no texts
	sameText bool
}

// diffRow is a line of one of the versions or of both, or how many are left out.
type diffRow struct {
	sign     byte // '+', '-', ' ', or 0 for a gap
	text     string
	old, new int // line numbers; 0 where the version lacks the line
}

// factRow is what is known of both versions.
type factRow struct{ label, before, after string }

// context is how many lines are shown around what differs.
const context = 3

// Compare tells how two versions of a file differ. It may take some time: it is for
// a command.
func Compare(before, after *preview.Preview, layer int) *Diff {
	d := &Diff{Layer: layer}
	d.facts = bothFacts(before, after)
	if before.Text == nil && before.Size > 0 || after.Text == nil && after.Size > 0 {
		return d
	}
	a, b := textOf(before), textOf(after)
	changes := difference.Edits(a, b)
	d.sameText = len(changes) == 0
	same := func(from, to, shift int) { // lines of a
		for i := from; i < to; i++ {
			d.rows = append(d.rows, diffRow{' ', a[i], i + 1, i + 1 + shift})
		}
	}
	at, shift := 0, 0
	for n, e := range changes {
		if from := max(at, e.From-context); n == 0 || from > at+context {
			if n > 0 {
				same(at, at+context, shift)
				at += context
			}
			from = max(at, e.From-context)
			d.gap(from - at)
			at = from
		}
		same(at, e.From, shift)
		for i := e.From; i < e.To; i++ {
			d.rows = append(d.rows, diffRow{'-', a[i], i + 1, 0})
		}
		for i := e.NewFrom; i < e.NewTo; i++ {
			d.rows = append(d.rows, diffRow{'+', b[i], 0, i + 1})
		}
		d.removed += e.To - e.From
		d.added += e.NewTo - e.NewFrom
		at, shift = e.To, e.NewTo-e.To
	}
	if len(changes) > 0 {
		end := min(len(a), at+context)
		same(at, end, shift)
		d.gap(len(a) - end)
	}
	return d
}

func (d *Diff) gap(n int) {
	if n > 0 {
		d.rows = append(d.rows, diffRow{text: measure.Plural(n, "line") + " the same"})
	}
}

func textOf(p *preview.Preview) []string {
	if p.Text == nil {
		return nil
	}
	return p.Text.Lines
}

// bothFacts joins what is known of two versions by its label.
func bothFacts(before, after *preview.Preview) []factRow {
	out := []factRow{
		{"is", before.What, after.What},
		{"bytes", measure.Count(int(before.Size)), measure.Count(int(after.Size))},
	}
	add := func(label, b, a string) {
		if i := slices.IndexFunc(out, func(r factRow) bool { return r.label == label }); i >= 0 {
			if b != "" {
				out[i].before = b
			}
			if a != "" {
				out[i].after = a
			}
			return
		}
		out = append(out, factRow{label, b, a})
	}
	for _, f := range before.Facts {
		add(f.Label, f.Text, "")
	}
	for _, f := range after.Facts {
		add(f.Label, "", f.Text)
	}
	return out
}

// diffView is what the page knows of a Diff.
type diffView struct {
	asked bool
	*Diff
	back view // the way of looking to go back to
}

// compare shows the differences, or asks for them, or goes back from them.
func (p *Page) compare() Act {
	switch {
	case p.at == viewDiff:
		p.at, p.found = p.diff.back, -1
	case p.diff.Diff != nil:
		p.diff.back, p.at, p.found = p.at, viewDiff, -1
	case !p.diff.asked:
		p.diff.asked = true
		p.note = "comparing with the version before"
		return Differ
	}
	return Stay
}

// SetDiff shows how the file differs from the version before.
func (p *Page) SetDiff(d *Diff) {
	p.diff.Diff, p.note = d, ""
	p.views = append(p.views, viewDiff)
	p.diff.back, p.at, p.found = p.at, viewDiff, -1
	if p.it == nil {
		p.diff.back = viewHex
	}
}

// NoDiff says why there is none.
func (p *Page) NoDiff(why string) { p.diff.asked, p.note = false, why }

// diffLines are the rows of a Diff.
type diffLines struct {
	painter
	diff *diffView
}

func (l diffLines) texts() bool { return len(l.diff.rows) > 0 || l.diff.sameText }

func (l diffLines) Len() int {
	if l.texts() {
		return max(1, len(l.diff.rows))
	}
	return len(l.diff.facts) * 3
}

func (l diffLines) plain(i int) string {
	switch {
	case l.texts() && len(l.diff.rows) == 0:
		return "The text is the same, line by line."
	case l.texts():
		return l.diff.rows[i].text
	}
	f := l.diff.facts[i/3]
	if i%3 == 0 {
		return f.label
	}
	if f.before == f.after {
		return []string{"", "  " + f.before, ""}[i%3]
	}
	return []string{"", "- " + f.before, "+ " + f.after}[i%3]
}

func (l diffLines) Line(i int) string {
	plain := l.plain(i)
	role := theme.Text
	if l.texts() && len(l.diff.rows) > 0 {
		switch l.diff.rows[i].sign {
		case '+':
			role = theme.Added
		case '-':
			role = theme.Removed
		case 0:
			role = theme.Dim
			plain = l.th.Glyphs.Gap + " " + plain
		}
	} else if !l.texts() {
		switch f := l.diff.facts[i/3]; {
		case i%3 == 0:
			role = theme.Dim
		case f.before == f.after:
		case i%3 == 1:
			role = theme.Removed
		default:
			role = theme.Added
		}
	}
	return l.mark(l.th.Render(role, plain), plain, i)
}

func (l diffLines) GutterWidth() int {
	if !l.texts() || len(l.diff.rows) == 0 {
		return 1
	}
	return 2*l.digits() + 4
}

func (l diffLines) digits() int {
	most := 0
	for i := len(l.diff.rows) - 1; i >= 0 && i > len(l.diff.rows)-8; i-- {
		most = max(most, l.diff.rows[i].old, l.diff.rows[i].new)
	}
	return digits(most)
}

func (l diffLines) Gutter(i int, _ bool, piece int) string {
	if !l.texts() || len(l.diff.rows) == 0 {
		return " "
	}
	r, w := l.diff.rows[i], l.digits()
	if piece > 0 || r.sign == 0 {
		return widget.Spaces(2*w + 4)
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	role := map[byte]theme.Role{'+': theme.Added, '-': theme.Removed, ' ': theme.Dim}[r.sign]
	return l.th.Render(theme.Dim, widget.FitRight(number(r.old), w, "")+" "+widget.FitRight(number(r.new), w, "")) +
		" " + l.th.Render(role, string(r.sign)) + " "
}

// summary says in a line how the versions differ.
func (d *Diff) summary() string {
	from := "from layer " + measure.Count(d.Layer+1)
	switch {
	case len(d.rows) > 0:
		return fmt.Sprintf("%s: %s added, %s removed", from, measure.Plural(d.added, "line"), measure.Count(d.removed))
	case d.sameText:
		return from + ": the same text"
	}
	return from + ": no text, so what is known of both"
}
