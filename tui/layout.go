package tui

// rect is a rectangle of cells.
type rect struct{ x, y, w, h int }

func (r rect) has(x, y int) bool { return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h }

// place is a part of the build screen that can have the focus.
type place int

const (
	placeGraph place = iota
	placeSteps
	placeDetail // the log, or the Dockerfile
	placeCount
)

// layout names the rectangles of a screen. Those that are not shown are empty.
type layout struct {
	header, body, footer rect
	crumbs               rect // where you are, when only one pane is shown
	panes                [placeCount]rect
	one                  bool // only the pane with the focus is shown
}

// Below these sizes of the body, panes side by side are too small to read.
const (
	twoColumns = 72
	twoRows    = 14
)

// narrow is a screen on which the column with the focus gets most of the width.
const narrow = 100

// arrange divides a screen of w × h cells. focus matters when only one pane is
// shown: when there is no room for more, or alone asks for it. rows is how many
// the steps of the longest stage take: the same for all, so that the panes stay
// where they are when the selection moves.
func arrange(w, h int, focus place, alone bool, rows int) layout {
	l := layout{body: rect{0, 0, w, h}}
	if h >= 4 {
		l.header = rect{0, 0, w, 1}
		l.body.y, l.body.h = 1, h-1
	}
	if h >= 6 {
		l.footer = rect{0, h - 1, w, 1}
		l.body.h--
	}
	b := l.body
	l.one = alone || b.w < twoColumns || b.h < twoRows
	if l.one {
		if b.h >= 9 {
			l.crumbs = rect{b.x, b.y, b.w, 1}
			b.y, b.h = b.y+1, b.h-1
		}
		l.panes[focus] = b
		return l
	}
	left := max(40, min(b.w*52/100, 104))
	if b.w < narrow && focus != placeGraph {
		left = 28 // steps and log need the room more
	}
	steps := max(6, min(rows+2, b.h*2/5))
	l.panes[placeGraph] = rect{b.x, b.y, left, b.h}
	l.panes[placeSteps] = rect{b.x + left, b.y, b.w - left, steps}
	l.panes[placeDetail] = rect{b.x + left, b.y + steps, b.w - left, b.h - steps}
	return l
}

// at is the pane at a cell, and where in it the cell is.
func (l layout) at(x, y int) (p place, dx, dy int, ok bool) {
	for i, r := range l.panes {
		if r.has(x, y) {
			return place(i), x - r.x, y - r.y, true
		}
	}
	return 0, 0, 0, false
}
