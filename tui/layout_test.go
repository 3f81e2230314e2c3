package tui

import (
	"testing"

	"pgregory.net/rapid"
)

// The rectangles lie within the screen, do not overlap, and cover the body.
func TestArrange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 300).Draw(t, "w"), rapid.IntRange(1, 100).Draw(t, "h")
		focus := place(rapid.IntRange(0, int(placeCount)-1).Draw(t, "focus"))
		l := arrange(w, h, focus, rapid.Bool().Draw(t, "alone"), needs{rapid.IntRange(0, 60).Draw(t, "steps"), rapid.IntRange(0, 900).Draw(t, "lines"), rapid.Bool().Draw(t, "log")})
		if focus == placeSource && !l.both {
			focus = placeDetail
		}
		area := 0
		for _, r := range append([]rect{l.header, l.footer, l.crumbs}, l.panes[:]...) {
			if r.x < 0 || r.y < 0 || r.w < 0 || r.h < 0 || r.x+r.w > w || r.y+r.h > h {
				t.Fatalf("%+v lies outside of %d × %d", r, w, h)
			}
			area += r.w * r.h
		}
		if area != w*h {
			t.Fatalf("the rectangles cover %d of %d cells: %+v", area, w*h, l)
		}
		for y := range h {
			for x := 0; x < w; x += 7 {
				n := 0
				for _, r := range append([]rect{l.header, l.footer, l.crumbs}, l.panes[:]...) {
					if r.has(x, y) {
						n++
					}
				}
				if n != 1 {
					t.Fatalf("cell %d,%d lies in %d rectangles", x, y, n)
				}
			}
		}
		if l.panes[focus].w == 0 || l.panes[focus].h == 0 {
			t.Fatalf("the pane with the focus is not shown at %d × %d", w, h)
		}
	})
}
