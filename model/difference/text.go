package difference

import (
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/preview"
)

// Bounds of what is told.
const (
	context  = 3      // lines around what differs
	headRows = 200    // of what only one side has
	mostRows = 50_000 // of anything
)

// text compares line by line.
func (f *File) text() {
	a, b := linesOf(f.Was), linesOf(f.Is)
	edits := Edits(a, b)
	if len(edits) == 0 {
		f.bytes()
		f.Summary = "line by line the same text: what differs are blanks, line ends, or what cannot be shown"
		return
	}
	f.Numbered = true
	same := func(from, to, shift int) { // lines of a
		for i := from; i < to; i++ {
			f.row(Row{Same, a[i], i + 1, i + 1 + shift})
		}
	}
	added, removed := 0, 0
	at, shift := 0, 0
	for n, e := range edits {
		if from := max(at, e.From-context); n == 0 || from > at+context {
			if n > 0 {
				same(at, at+context, shift)
				at += context
			}
			from = max(at, e.From-context)
			f.gap(from - at)
			at = from
		}
		same(at, e.From, shift)
		for i := e.From; i < e.To; i++ {
			f.row(Row{Removed, a[i], i + 1, 0})
		}
		for i := e.NewFrom; i < e.NewTo; i++ {
			f.row(Row{Added, b[i], 0, i + 1})
		}
		removed += e.To - e.From
		added += e.NewTo - e.NewFrom
		at, shift = e.To, e.NewTo-e.To
	}
	end := min(len(a), at+context)
	same(at, end, shift)
	f.gap(len(a) - end)
	f.Summary = measure.Plural(added, "line") + " added, " + measure.Count(removed) + " removed"
	for _, v := range []Version{f.Was, f.Is} {
		if v.Content.Text != nil && v.Content.Text.More != "" && f.More == "" {
			f.More = "of " + v.Name + " " + v.Content.Text.More
		}
	}
}

func linesOf(v Version) []string {
	if v.Content.Text == nil {
		return nil
	}
	return v.Content.Text.Lines
}

func (f *File) row(r Row) {
	if len(f.Rows) == mostRows {
		f.More = "only the first " + measure.Count(mostRows) + " rows are shown"
		return
	}
	f.Rows = append(f.Rows, r)
}

func (f *File) gap(n int) {
	if n > 0 {
		f.row(Row{Sign: Gap, Text: measure.Plural(n, "line") + " the same"})
	}
}

// alone shows the beginning of what has no counterpart.
func (f *File) alone() {
	if f.Summary == "" {
		only, v := f.Was.Name, f.Was
		if f.Is.There {
			only, v = f.Is.Name, f.Is
		}
		f.Summary = "only in " + only
		if v.Problem != "" {
			f.Summary += "; its content is not known: " + v.Problem
		}
	}
	for _, x := range []struct {
		Version
		sign Sign
	}{{f.Was, Removed}, {f.Is, Added}} {
		if x.Content != nil {
			f.head(x.Content, x.sign)
		}
	}
}

// head is the beginning of a content.
func (f *File) head(it *preview.Preview, sign Sign) {
	switch {
	case it.List != nil && len(it.List.Rows) > 0:
		l := it.List
		f.row(Row{Sign: Head, Text: l.What})
		for _, cells := range l.Rows[:min(len(l.Rows), headRows)] {
			f.row(Row{Sign: sign, Text: joined(cells, widths(l.Rows), l.Columns)})
		}
		f.left(len(l.Rows), "row")
	case it.Text != nil:
		f.Numbered = true
		for i, line := range it.Text.Lines[:min(len(it.Text.Lines), headRows)] {
			r := Row{Sign: sign, Text: line, Is: i + 1}
			if sign == Removed {
				r.Was, r.Is = i+1, 0
			}
			f.row(r)
		}
		f.left(len(it.Text.Lines), "line")
	case len(it.Bytes) > 0:
		for i := range min(it.HexRows(), headRows/10) {
			f.row(Row{Sign: sign, Text: hexRow(it, i)})
		}
		f.left(int(it.Size), "byte")
	}
}

// left says that there is more than the head.
func (f *File) left(n int, noun string) {
	if n > headRows {
		f.More = "the beginning of " + measure.Plural(n, noun)
	}
}
