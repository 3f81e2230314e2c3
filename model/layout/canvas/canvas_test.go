package canvas_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

func pts(xy ...int) []layout.Point {
	var out []layout.Point
	for i := 0; i < len(xy); i += 2 {
		out = append(out, layout.Point{X: xy[i], Y: xy[i+1]})
	}
	return out
}

// wide is a Segmenter for tests: 界 takes two cells, all else one.
func wide(s string) (string, int, string) {
	if rest, ok := strings.CutPrefix(s, "界"); ok {
		return "界", 2, rest
	}
	r := []rune(s)[0]
	return string(r), 1, s[len(string(r)):]
}

func TestDrawings(t *testing.T) {
	heavy, dashed := canvas.Stroke{Heavy: true}, canvas.Stroke{Dash: canvas.Dashed}
	for _, tt := range []struct {
		name  string
		w, h  int
		ascii bool
		draw  func(c *canvas.Canvas)
		want  string
	}{
		{"lines of one net join", 5, 3, false, func(c *canvas.Canvas) {
			c.Line(1, pts(2, 0, 2, 1, 0, 1, 0, 2), canvas.Stroke{}, 1)
			c.Line(1, pts(2, 0, 2, 2), canvas.Stroke{}, 1)
			c.Line(1, pts(2, 0, 2, 1, 4, 1, 4, 2), canvas.Stroke{}, 1)
		}, "  ╷\n╭─┼─╮\n╵ ╵ ╵\n"},
		{"lines of two nets cross", 3, 3, false, func(c *canvas.Canvas) {
			c.Line(1, pts(0, 1, 2, 1), canvas.Stroke{}, 1)
			c.Line(2, pts(1, 0, 1, 2), canvas.Stroke{}, 1)
		}, " ╷\n╶│╴\n ╵\n"},
		{"a line above others is not cut", 3, 3, false, func(c *canvas.Canvas) {
			c.Above = 5
			c.Line(1, pts(0, 1, 2, 1), canvas.Stroke{}, 5)
			c.Line(2, pts(1, 0, 1, 2), canvas.Stroke{}, 1)
		}, " ╷\n╶─╴\n ╵\n"},
		{"a heavy line and a light one are both whole", 3, 3, false, func(c *canvas.Canvas) {
			c.Line(1, pts(0, 1, 2, 1), canvas.Stroke{}, 1)
			c.Line(2, pts(1, 0, 1, 2), heavy, 1)
		}, " ╻\n╶╂╴\n ╹\n"},
		{"a heavy line is cut in ASCII", 3, 3, true, func(c *canvas.Canvas) {
			c.Line(1, pts(0, 1, 2, 1), canvas.Stroke{}, 1)
			c.Line(2, pts(1, 0, 1, 2), heavy, 1)
		}, " |\n-|-\n |\n"},
		{"a short line does not vanish", 5, 3, false, func(c *canvas.Canvas) {
			c.Line(1, pts(0, 1, 4, 1), canvas.Stroke{}, 1)
			c.Line(2, pts(2, 0, 2, 2), dashed, 1)
			c.Put(2, 0, "v", 1, 1)
			c.Put(2, 2, "v", 1, 1)
		}, "  v\n╶─╎─╴\n  v\n"},
		{"a dashed line goes below", 3, 3, false, func(c *canvas.Canvas) {
			c.Line(1, pts(0, 1, 2, 1), canvas.Stroke{}, 1)
			c.Line(2, pts(1, 0, 1, 2), dashed, 1)
		}, " ╷\n╶─╴\n ╵\n"},
		{"a line leaves a frame", 5, 4, false, func(c *canvas.Canvas) {
			c.Line(1, pts(2, 2, 2, 3), heavy, 1)
			c.Frame(layout.Rect{W: 5, H: 3}, false, 2)
			c.Text(1, 1, "abcd", 3, 3, wide)
		}, "╭───╮\n│abc│\n╰─┰─╯\n  ╹\n"},
		{"a line leaves a heavy frame", 5, 3, false, func(c *canvas.Canvas) {
			c.Line(1, pts(4, 1, 4, 1), canvas.Stroke{}, 1)
			c.Frame(layout.Rect{W: 4, H: 3}, true, 2)
			c.Line(1, pts(3, 1, 4, 1), canvas.Stroke{}, 1)
		}, "┏━━┓\n┃  ┠╴\n┗━━┛\n"},
		{"dashes", 3, 3, false, func(c *canvas.Canvas) {
			c.Line(1, pts(0, 0, 2, 0, 2, 2), dashed, 1)
			c.Line(1, pts(0, 0, 2, 0), dashed, 1)
		}, "╶╌╮\n  ╎\n  ╵\n"},
		{"wide clusters are not cut", 5, 2, false, func(c *canvas.Canvas) {
			c.Text(0, 0, "a界b", 5, 1, wide)
			c.Text(0, 1, "abc界", 4, 1, wide)
			c.Put(4, 1, "界", 2, 1)
		}, "a界b\nabc\n"},
		{"ASCII", 5, 4, true, func(c *canvas.Canvas) {
			c.Frame(layout.Rect{W: 5, H: 3}, false, 2)
			c.Line(1, pts(2, 2, 2, 3, 4, 3), heavy, 1)
		}, "+---+\n|   |\n+-+-+\n  +==\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := canvas.New(tt.w, tt.h, 0, 0)
			c.ASCII = tt.ascii
			tt.draw(c)
			if got := c.String(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestALineStandsOutFromItsFirstCell looks at the border that lines leave.
func TestALineStandsOutFromItsFirstCell(t *testing.T) {
	c := canvas.New(5, 3, 0, 0)
	c.Above = 5
	c.Line(1, pts(1, 1, 1, 2), canvas.Stroke{}, 4)
	c.Line(2, pts(3, 1, 3, 2), canvas.Stroke{}, 5)
	c.Frame(layout.Rect{W: 5, H: 2}, false, 2)
	if _, r := c.Cell(1, 1); r != 2 {
		t.Errorf("where any line leaves the border has role %d, want its own, 2", r)
	}
	if _, r := c.Cell(3, 1); r != 5 {
		t.Errorf("where a line leaves that stands out the border has role %d, want the line's, 5", r)
	}
}

// TestWindow draws the same into the whole and into windows of it.
func TestWindow(t *testing.T) {
	draw := func(c *canvas.Canvas) {
		c.Line(1, pts(1, 0, 1, 4, 9, 4, 9, 7), canvas.Stroke{}, 1)
		c.Line(2, pts(4, 0, 4, 7), canvas.Stroke{Heavy: true}, 1)
		c.Frame(layout.Rect{X: 6, Y: 1, W: 5, H: 3}, false, 1)
		c.Text(7, 2, "abc", 3, 1, wide)
	}
	whole := canvas.New(12, 8, 0, 0)
	draw(whole)
	for oy := -2; oy < 9; oy++ {
		for ox := -2; ox < 13; ox++ {
			part := canvas.New(5, 4, ox, oy)
			draw(part)
			for y := range 4 {
				for x := range 5 {
					want := " "
					if wx, wy := x+ox, y+oy; wx >= 0 && wy >= 0 && wx < 12 && wy < 8 {
						want, _ = whole.Cell(wx, wy)
					}
					if got, _ := part.Cell(x, y); got != want {
						t.Fatalf("window at %d,%d shows %q at %d,%d, want %q", ox, oy, got, x, y, want)
					}
				}
			}
		}
	}
}

// TestDrawingInPieces resets a low canvas to one piece after the other.
func TestDrawingInPieces(t *testing.T) {
	draw := func(c *canvas.Canvas) {
		c.Line(1, pts(4, 2, 4, 6, 9, 6, 9, 9), canvas.Stroke{}, 1)
		c.Line(2, pts(1, 5, 12, 5), canvas.Stroke{Heavy: true}, 1)
		c.Frame(layout.Rect{X: 1, Y: 0, W: 8, H: 3}, true, 1)
		c.Text(3, 1, "a界b", 4, 1, wide)
		c.Frame(layout.Rect{X: 6, Y: 9, W: 7, H: 4}, false, 1)
	}
	whole := canvas.New(14, 13, 0, 0)
	draw(whole)
	for rows := 1; rows <= 13; rows++ {
		c := canvas.New(14, rows, 0, 0)
		var got []byte
		for y := 0; y < 13; y += rows {
			c.Reset(0, y)
			c.H = min(c.H, 13-y)
			draw(c)
			got = c.Append(got)
		}
		if string(got) != whole.String() {
			t.Errorf("pieces of %d rows:\n%swant\n%s", rows, got, whole)
		}
	}
}
