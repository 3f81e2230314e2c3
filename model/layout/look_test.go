package layout_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout"
	"github.com/stagedive/stagedive/model/layout/canvas"
)

func seg(s string) (string, int, string) { return s[:1], 1, s[1:] }

func TestLook(t *testing.T) {
	for name, text := range shapes {
		if w := os.Getenv("LOOK"); w == "" || w != "all" && w != name {
			continue
		}
		g := parse(text)
		for _, dir := range []layout.Direction{layout.TopDown, layout.LeftRight} {
			o := layout.Defaults(dir)
			o.Frameless = func(id model.NodeID) bool { return !g.IsStage(id) }
			o.Measure = func(id model.NodeID) (int, int) {
				if g.IsStage(id) {
					return 15, 4
				}
				return len(g.Label(id)), 1
			}
			d := layout.Place(g, o)
			c := canvas.New(d.W, d.H, 0, 0)
			st := map[model.EdgeKind]canvas.Stroke{"base": {Heavy: true}, "copy": {}, "mount": {Dash: canvas.Dashed}}
			for _, r := range d.Routes {
				c.Line(r.Net, r.Points, st[r.Kind], 1)
			}
			for _, b := range d.Boxes {
				if g.IsStage(b.Node) {
					c.Frame(b.Rect, false, 1)
					c.Text(b.X+2, b.Y+1, g.Label(b.Node), 20, 1, seg)
				} else {
					c.Text(b.X, b.Y, g.Label(b.Node), 20, 1, seg)
				}
			}
			for _, r := range d.Routes {
				p := r.Points[len(r.Points)-1]
				a := "▼"
				if dir == layout.LeftRight {
					a = "▶"
				}
				c.Put(p.X, p.Y, a, 1, 1)
			}
			fmt.Println(name, d.W, d.H)
			fmt.Print(c)
		}
	}
}
