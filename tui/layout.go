package tui

// rect is a rectangle of cells.
type rect struct{ x, y, w, h int }

func (r rect) has(x, y int) bool { return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h }

// place is a part of the build screen that can have the focus.
type place int

const (
	placeGraph place = iota
	placeSteps
	placeSource // the Dockerfile, on screens that have room for it beside the log
	placeDetail // the log; the Dockerfile too where both have one place
	placeCount
)

// layout names the rectangles of a screen. Those that are not shown are empty.
type layout struct {
	header, body, footer rect
	crumbs               rect // where you are, when only one pane is shown
	panes                [placeCount]rect
	one                  bool // only the pane with the focus is shown
	both                 bool // Dockerfile and log have a place each
}

// needs is what there is to show: the rows of the longest stage's steps and of the
// Dockerfile, and whether there is a log. It is the same whatever is selected, so
// that the panes stay where they are when the selection moves.
type needs struct {
	steps, lines int
	log          bool
}

// Below these sizes of the body, panes side by side are too small to read.
const (
	twoColumns = 72
	twoRows    = 14
)

// From these sizes of the body on, Dockerfile and log are shown together: one
// above the other on a tall screen, side by side on a wide one.
const (
	tall         = 44
	threeColumns = 176
	threeRows    = 20
	halves       = 120 // below it, columns are too narrow for a Dockerfile
)

// narrow is a screen on which the column with the focus gets most of the width.
const narrow = 100

// arrange divides a screen of w × h cells. focus matters when only one pane is
// shown: when there is no room for more, or alone asks for it.
func arrange(w, h int, focus place, alone bool, need needs) layout {
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
	l.both = need.log && (b.w >= twoColumns && b.h >= tall || b.w >= threeColumns && b.h >= threeRows)
	if focus == placeSource && !l.both {
		focus = placeDetail
	}
	l.one = alone || b.w < twoColumns || b.h < twoRows
	if l.one {
		if b.h >= 9 {
			l.crumbs = rect{b.x, b.y, b.w, 1}
			b.y, b.h = b.y+1, b.h-1
		}
		l.panes[focus] = b
		return l
	}
	steps := max(6, min(need.steps+2, b.h*2/5))
	source := max(8, min(need.lines+2, b.h*9/20))
	left := max(40, min(b.w*52/100, 104))
	switch {
	case l.both && b.h < tall: // graph │ Dockerfile │ steps over log
		left = b.w * 36 / 100
		wide := b.w * 31 / 100
		l.panes[placeGraph] = rect{b.x, b.y, left, b.h}
		l.panes[placeSource] = rect{b.x + left, b.y, wide, b.h}
		l.right(rect{b.x + left + wide, b.y, b.w - left - wide, b.h}, steps)
	case l.both && b.w < halves: // graph │ steps, over the Dockerfile, over the log
		top, log := b.h*2/5, b.h*7/20
		source = b.h - top - log
		l.panes[placeGraph] = rect{b.x, b.y, left, top}
		l.panes[placeSteps] = rect{b.x + left, b.y, b.w - left, top}
		l.panes[placeSource] = rect{b.x, b.y + top, b.w, source}
		l.panes[placeDetail] = rect{b.x, b.y + top + source, b.w, log}
	case l.both: // graph over Dockerfile │ steps over log
		l.panes[placeGraph] = rect{b.x, b.y, left, b.h - source}
		l.panes[placeSource] = rect{b.x, b.y + b.h - source, left, source}
		l.right(rect{b.x + left, b.y, b.w - left, b.h}, steps)
	default: // graph │ steps over what the user looks at
		if b.w < narrow && focus != placeGraph {
			left = 28 // steps and log need the room more
		}
		l.panes[placeGraph] = rect{b.x, b.y, left, b.h}
		l.right(rect{b.x + left, b.y, b.w - left, b.h}, steps)
	}
	return l
}

// right divides the column at the right side: steps over detail.
func (l *layout) right(r rect, steps int) {
	l.panes[placeSteps] = rect{r.x, r.y, r.w, steps}
	l.panes[placeDetail] = rect{r.x, r.y + steps, r.w, r.h - steps}
}

// next is the place after p, or before it, that can have the focus.
func (l layout) next(p place, by int) place {
	p = (p + place(by) + placeCount) % placeCount
	if p == placeSource && !l.both {
		p += place(by)
	}
	return p
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
