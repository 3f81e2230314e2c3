package widget

// Lines is the text of a log. Lines may hold SGR sequences.
type Lines interface {
	Len() int
	// Line draws line i; it may be longer than the screen.
	Line(i int) string
}

// Gutter is what Lines may have beside: something in front of each line, as its
// time, that neither wraps nor scrolls sideways.
type Gutter interface {
	// GutterWidth is how many cells each takes.
	GutterWidth() int
	// Gutter draws the one of line i in that many cells; first says that the line
	// is the first one visible, piece is not 0 beside what a wrapped line goes on
	// with.
	Gutter(i int, first bool, piece int) string
}

// Keyed is what Lines may be beside: lines that can be told from one another. A
// window over such stays on its line when lines before it go or come.
type Keyed interface {
	// Key is line i's; keys ascend.
	Key(i int) int
	// Find is the index of the first line whose key is at least key; Len when there
	// is none.
	Find(key int) int
}

// LogWindow is a window over a log of any length that can follow its end. It
// stands on a line, not on a screen row, so wrapping and resizing keep the place.
type LogWindow struct {
	Follow bool // stay at the end
	Wrap   bool // long lines go on below; else they are cut and Left scrolls
	Left   int  // first visible column, without Wrap

	top    int // first visible line
	sub    int // of a wrapped line: its first visible piece
	key    int // of the top line, when the lines have keys
	keyed  bool
	width  int
	height int
}

// SetSize says how much is visible.
func (w *LogWindow) SetSize(width, height int) { w.width, w.height = max(0, width), max(0, height) }

// Size is how much is visible.
func (w *LogWindow) Size() (width, height int) { return w.width, w.height }

// Top is the first visible line.
func (w *LogWindow) Top() int { return w.top }

// Scroll moves by delta screen rows. Moving up stops following; arriving at the
// end takes it up again.
func (w *LogWindow) Scroll(src Lines, delta int) {
	w.settle(src)
	if delta < 0 {
		w.Follow = false
	}
	for ; delta < 0; delta++ {
		if w.sub > 0 {
			w.sub--
		} else if w.top > 0 {
			w.top--
			w.sub = w.pieces(src, w.top) - 1
		} else {
			break
		}
	}
	end, endSub := w.end(src)
	for ; delta > 0; delta-- {
		if w.top > end || w.top == end && w.sub >= endSub {
			break
		}
		if w.sub+1 < w.pieces(src, w.top) {
			w.sub++
		} else {
			w.top, w.sub = w.top+1, 0
		}
		if w.top == end && w.sub == endSub {
			w.Follow = true
		}
	}
	w.remember(src)
}

// Page moves by delta screens.
func (w *LogWindow) Page(src Lines, delta int) { w.Scroll(src, delta*max(1, w.height-1)) }

// Sideways moves by delta columns, as far as the visible lines reach. false says
// that it moved nothing: with Wrap there is nothing at the side.
func (w *LogWindow) Sideways(src Lines, delta int) bool {
	if w.Wrap {
		return false
	}
	longest := 0
	for i := w.top; i < min(src.Len(), w.top+w.height); i++ {
		longest = max(longest, Width(src.Line(i)))
	}
	left := max(0, min(w.Left+delta, longest-w.text(src)))
	moved := left != w.Left
	w.Left = left
	return moved
}

// ShowColumns scrolls sideways so that a place of a line is visible, where lines
// do not wrap.
func (w *LogWindow) ShowColumns(src Lines, from, to int) {
	if text := w.text(src); !w.Wrap && (from < w.Left || to > w.Left+text) {
		w.Left = max(0, to-text*2/3)
		if to <= text {
			w.Left = 0
		}
	}
}

// Home goes to the first line.
func (w *LogWindow) Home() { w.Follow, w.top, w.sub, w.Left, w.keyed = false, 0, 0, 0, false }

// End goes to the last line and follows it.
func (w *LogWindow) End() { w.Follow = true }

// Show scrolls so that line i is visible, a third down the window when it was not.
func (w *LogWindow) Show(src Lines, i int) {
	w.settle(src)
	if i >= w.top && w.rowsBetween(src, w.top, i) < w.height-w.sub && i < src.Len() {
		w.Follow = false
		return
	}
	w.Follow, w.top, w.sub, w.keyed = false, i, 0, false
	for rows := w.height / 3; rows > 0 && w.top > 0; rows-- {
		w.top--
		rows -= w.pieces(src, w.top) - 1
	}
	w.settle(src)
}

// ShowTop puts line i on top, as far as what follows fills the window.
func (w *LogWindow) ShowTop(src Lines, i int) {
	w.Follow, w.top, w.sub, w.keyed = false, i, 0, false
	w.settle(src)
}

// rowsBetween is how many screen rows the lines from ≤ i < to take, counting no
// further than a window.
func (w *LogWindow) rowsBetween(src Lines, from, to int) int {
	rows := 0
	for i := from; i < to && rows < w.height; i++ {
		rows += w.pieces(src, i)
	}
	return rows
}

// settle puts the window where it belongs: at the end when it follows, and never
// past it.
func (w *LogWindow) settle(src Lines) {
	if k, ok := src.(Keyed); ok && w.keyed {
		if top := k.Find(w.key); top != w.top {
			if top == src.Len() || k.Key(top) != w.key {
				w.sub = 0
			}
			w.top = top
		}
	}
	end, sub := w.end(src)
	if w.Follow || w.top > end || w.top == end && w.sub > sub {
		w.top, w.sub = end, sub
	}
	w.sub = min(w.sub, w.pieces(src, w.top)-1)
	w.remember(src)
}

// remember notes which line the window stands on.
func (w *LogWindow) remember(src Lines) {
	k, ok := src.(Keyed)
	if w.keyed = ok && w.top < src.Len(); w.keyed {
		w.key = k.Key(w.top)
	}
}

// end is the place that shows the last line at the bottom.
func (w *LogWindow) end(src Lines) (top, sub int) {
	rows := w.height
	for i := src.Len() - 1; i >= 0; i-- {
		n := w.pieces(src, i)
		if n >= rows {
			return i, n - rows
		}
		rows -= n
	}
	return 0, 0
}

func (w *LogWindow) pieces(src Lines, i int) int {
	if !w.Wrap || w.width <= 0 || i < 0 || i >= src.Len() {
		return 1
	}
	return len(Wrap(src.Line(i), w.text(src)))
}

// text is how many cells a line has beside its gutter.
func (w *LogWindow) text(src Lines) int {
	if g, ok := src.(Gutter); ok {
		return max(1, w.width-g.GutterWidth())
	}
	return w.width
}

// Render draws the visible rows: at most the window's height.
func (w *LogWindow) Render(src Lines, ellipsis string) []string {
	w.settle(src)
	out := make([]string, 0, w.height)
	gutter, _ := src.(Gutter)
	skip := w.sub
	for i := w.top; i < src.Len() && len(out) < w.height; i++ {
		pieces := w.draw(src, i, ellipsis)
		for n, piece := range pieces[min(skip, len(pieces)-1):] {
			if len(out) == w.height {
				break
			}
			if gutter != nil {
				piece = gutter.Gutter(i, len(out) == 0, n+skip) + piece
			}
			out = append(out, Truncate(piece, w.width, ""))
		}
		skip = 0
	}
	return out
}

// draw is the pieces of line i.
func (w *LogWindow) draw(src Lines, i int, ellipsis string) []string {
	line, width := src.Line(i), w.text(src)
	if w.Wrap {
		return Wrap(line, width)
	}
	if w.Left > 0 {
		line = Cut(line, w.Left, w.Left+width)
	}
	return []string{Truncate(line, width, ellipsis)}
}

// Visible is the range of lines that can be seen, if only in part.
func (w *LogWindow) Visible(src Lines) (from, to int) {
	w.settle(src)
	rows := w.height + w.sub
	for to = w.top; to < src.Len() && rows > 0; to++ {
		rows -= w.pieces(src, to)
	}
	return w.top, to
}

// At is the line at a row of the window; false when none is there.
func (w *LogWindow) At(src Lines, row int) (i int, ok bool) {
	w.settle(src)
	if row < 0 || row >= w.height {
		return 0, false
	}
	row += w.sub
	for i := w.top; i < src.Len(); i++ {
		if row -= w.pieces(src, i); row < 0 {
			return i, true
		}
	}
	return 0, false
}

// Position is what a Frame shows of it.
func (w *LogWindow) Position(src Lines) Scroll {
	return Scroll{Offset: w.top, Visible: w.height, Total: src.Len()}
}
