package widget

import (
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
)

// Source is the rows of a list.
type Source interface {
	// Len is how many rows there are.
	Len() int
	// Row draws the i-th row in at most width cells; selected says that the
	// cursor is on it, focus that its pane has the focus.
	Row(i, width int, selected, focus bool) string
}

// List is a window with a cursor over a Source of any length. It formats the
// visible rows only. The zero List is ready; the methods that take a length
// clamp to it, so a source may shrink at any time.
type List struct {
	Cursor int
	Offset int // first visible row
	height int
}

// SetHeight says how many rows are visible.
func (l *List) SetHeight(h int) { l.height = max(0, h) }

// Height is how many rows are visible.
func (l *List) Height() int { return l.height }

// Press handles the keys that move over n rows; false says that it is another.
func (l *List) Press(k keys.Rows, msg tea.KeyPressMsg, n int) bool {
	delta, ok := k.By(msg, l.height, n)
	if ok {
		l.Move(delta, n)
	}
	return ok
}

// Move moves the cursor by delta rows of n, without wrapping around.
func (l *List) Move(delta, n int) { l.Select(l.Cursor+delta, n) }

// Page moves the cursor by delta pages.
func (l *List) Page(delta, n int) { l.Select(l.Cursor+delta*max(1, l.height-1), n) }

// Select puts the cursor on row i of n and scrolls as little as shows it.
func (l *List) Select(i, n int) {
	l.Cursor = max(0, min(i, n-1))
	l.reveal(n)
}

// Wheel scrolls by delta rows; the cursor comes along when it would leave.
func (l *List) Wheel(delta, n int) {
	l.Offset = max(0, min(l.Offset+delta, n-l.height))
	l.Cursor = max(l.Offset, min(l.Cursor, l.Offset+l.height-1, n-1))
}

// At is the row at line y of the window, and whether there is one.
func (l *List) At(y, n int) (int, bool) {
	i := l.Offset + y
	return i, y >= 0 && y < l.height && i < n
}

func (l *List) reveal(n int) {
	if l.Cursor < l.Offset {
		l.Offset = l.Cursor
	}
	if l.height > 0 && l.Cursor >= l.Offset+l.height {
		l.Offset = l.Cursor - l.height + 1
	}
	l.Offset = max(0, min(l.Offset, n-l.height))
}

// Render draws the visible rows: at most Height lines.
func (l *List) Render(src Source, width int, focus bool) []string {
	n := src.Len()
	l.Select(l.Cursor, n)
	out := make([]string, 0, l.height)
	for i := l.Offset; i < n && len(out) < l.height; i++ {
		out = append(out, src.Row(i, width, i == l.Cursor, focus))
	}
	return out
}

// Scroll is what a Frame shows of the position.
func (l *List) Scroll(n int) Scroll { return Scroll{Offset: l.Offset, Visible: l.height, Total: n} }
