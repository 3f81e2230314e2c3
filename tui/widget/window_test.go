package widget

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/tui/theme"
)

func TestFrameIsExact(t *testing.T) {
	th := theme.New(theme.Options{Profile: colorprofile.TrueColor})
	rapid.Check(t, func(t *rapid.T) {
		f := Frame{
			Title: anyText().Draw(t, "title"), Info: anyText().Draw(t, "info"), Footer: anyText().Draw(t, "footer"),
			Width: rapid.IntRange(0, 60).Draw(t, "w"), Height: rapid.IntRange(0, 10).Draw(t, "h"),
			Focus:  rapid.Bool().Draw(t, "focus"),
			Scroll: Scroll{rapid.IntRange(0, 50).Draw(t, "off"), rapid.IntRange(0, 10).Draw(t, "vis"), rapid.IntRange(0, 50).Draw(t, "total")},
		}
		got := f.Render(th, rapid.SliceOfN(anyText(), 0, 12).Draw(t, "lines"))
		if f.Width > 0 && len(got) != f.Height {
			t.Fatalf("%d lines, want %d", len(got), f.Height)
		}
		for _, l := range got {
			if Width(l) != f.Width {
				t.Fatalf("line %q is %d wide, want %d", l, Width(l), f.Width)
			}
		}
	})
}

func TestThumbReachesTheEndsOnlyAtTheEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := rapid.IntRange(3, 40).Draw(t, "h")
		total := rapid.IntRange(h+1, 5000).Draw(t, "total")
		off := rapid.IntRange(0, total-h).Draw(t, "off")
		from, to := Scroll{off, h, total}.thumb(h)
		if from < 0 || to > h || to <= from {
			t.Fatalf("thumb %d…%d of %d", from, to, h)
		}
		if (from == 0) != (off == 0) && to-from < h-1 {
			t.Fatalf("offset %d of %d: thumb starts at %d", off, total, from)
		}
		if off == total-h && to != h {
			t.Fatalf("at the end the thumb ends at %d of %d", to, h)
		}
	})
}

// counted is a list that counts how many rows it was asked to draw.
type counted struct{ n, drawn int }

func (c *counted) Len() int { return c.n }
func (c *counted) Row(i, _ int, selected, _ bool) string {
	c.drawn++
	if selected {
		return fmt.Sprintf("> %d", i)
	}
	return fmt.Sprint(i)
}

func TestListDrawsOnlyWhatIsVisible(t *testing.T) {
	src := &counted{n: 100_000}
	var l List
	l.SetHeight(10)
	l.Select(50_000, src.n)
	rows := l.Render(src, 20, true)
	if src.drawn != 10 || len(rows) != 10 {
		t.Errorf("drew %d rows for a window of 10", src.drawn)
	}
	if rows[9] != "> 50000" {
		t.Errorf("the cursor's row is not the last: %q", rows)
	}
}

func TestListKeepsTheCursorVisible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l List
		n := rapid.IntRange(0, 200).Draw(t, "n")
		l.SetHeight(rapid.IntRange(1, 20).Draw(t, "h"))
		for range rapid.IntRange(1, 20).Draw(t, "moves") {
			switch d := rapid.IntRange(-40, 40).Draw(t, "d"); rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				l.Move(d, n)
			case 1:
				l.Page(d%3, n)
			case 2:
				l.Wheel(d, n)
			case 3:
				n = max(0, n+d)
			}
			rows := l.Render(&counted{n: n}, 10, true)
			if len(rows) != min(n, l.Height()) {
				t.Fatalf("%d rows visible of %d in a window of %d", len(rows), n, l.Height())
			}
			if n > 0 && !strings.Contains(strings.Join(rows, "\n"), "> ") {
				t.Fatalf("the cursor %d is not among %q", l.Cursor, rows)
			}
		}
	})
}

// numbers is the tree in which n has the children 10n+1 … 10n+3, three deep.
type numbers struct{}

func (numbers) Children(id int) []int {
	if id == Root {
		return []int{1, 2, 3}
	}
	return []int{10*id + 1, 10*id + 2, 10*id + 3}
}
func (numbers) Leaf(id int) bool { return id >= 100 }
func (numbers) TreeRow(r TreeRow, _ int, selected, _ bool) string {
	mark := " "
	if selected {
		mark = ">"
	}
	return mark + Spaces(r.Depth) + fmt.Sprint(r.ID)
}

func TestTree(t *testing.T) {
	var tr Tree
	tr.SetHeight(20)
	tr.Reset(numbers{}, false)
	see := func(want string) {
		t.Helper()
		if got := strings.Join(tr.Render(numbers{}, 20, true), "|"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	see(">1| 2| 3")
	tr.Open(numbers{})
	see(">1|  11|  12|  13| 2| 3")
	tr.Open(numbers{})
	see(" 1|> 11|  12|  13| 2| 3")
	tr.Close(numbers{})
	see(">1|  11|  12|  13| 2| 3")
	tr.Close(numbers{})
	see(">1| 2| 3")
	tr.Reveal(numbers{}, []int{2, 22, 223})
	see(" 1| 2|  21|  22|   221|   222|>  223|  23| 3")
	tr.Reset(numbers{}, true)
	see(" 1| 2|  21|  22|   221|   222|>  223|  23| 3")
	tr.Reset(numbers{}, false)
	see(">1| 2| 3")
}

type logLines []string

func (l logLines) Len() int          { return len(l) }
func (l logLines) Line(i int) string { return l[i] }

func TestLogWindow(t *testing.T) {
	var src logLines
	for i := range 20 {
		src = append(src, fmt.Sprintf("%02d", i))
	}
	w := LogWindow{Follow: true, Wrap: true}
	w.SetSize(10, 3)
	see := func(want string) {
		t.Helper()
		if got := strings.Join(w.Render(src, "…"), " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	see("17 18 19")
	src = append(src, "a line that wraps")
	see("19 a line tha t wraps")
	w.Scroll(src, -1)
	see("18 19 a line tha")
	src = append(src, "more")
	see("18 19 a line tha")
	w.Scroll(src, 1)
	w.Scroll(src, 5)
	see("a line tha t wraps more")
	if !w.Follow {
		t.Error("scrolling to the end does not follow again")
	}
	w.Wrap = false
	see("19 a line th… more")
	w.Home()
	see("00 01 02")
	w.Show(src, 10)
	see("09 10 11")
	w.Show(src, 11)
	see("09 10 11")
}

func TestLogWindowFillsWhatItCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := logLines(rapid.SliceOfN(anyText(), 0, 30).Draw(t, "lines"))
		w := LogWindow{Follow: rapid.Bool().Draw(t, "follow"), Wrap: rapid.Bool().Draw(t, "wrap")}
		for range 8 {
			w.SetSize(rapid.IntRange(2, 20).Draw(t, "w"), rapid.IntRange(1, 12).Draw(t, "h"))
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0:
				w.Scroll(src, rapid.IntRange(-40, 40).Draw(t, "d"))
			case 1:
				w.Home()
			case 2:
				w.End()
			case 3:
				if len(src) > 0 {
					w.Show(src, rapid.IntRange(0, len(src)-1).Draw(t, "i"))
				}
			case 4:
				src = src[:len(src)/2]
			}
			rows := w.Render(src, "…")
			total := 0
			for i := range src {
				total += w.pieces(src, i)
			}
			if len(rows) != min(total, w.height) {
				t.Fatalf("%d rows visible of %d in a window of %d", len(rows), total, w.height)
			}
			for _, r := range rows {
				if Width(r) > w.width {
					t.Fatalf("row %q is wider than %d", r, w.width)
				}
			}
		}
	})
}

func BenchmarkListPage(b *testing.B) {
	src := &counted{n: 100_000}
	var l List
	l.SetHeight(50)
	b.ReportAllocs()
	for b.Loop() {
		l.Page(1, src.n)
		l.Render(src, 80, true)
	}
}
