package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/tui/pane/graph"
	"github.com/stagedive/stagedive/tui/theme"
)

// What edges carried stands beside them, and the drawing is otherwise the same.
func TestCarried(t *testing.T) {
	for _, name := range shapes {
		for _, size := range [][2]int{{60, 30}, {80, 24}, {120, 40}} {
			g := dockerfile(t, name)
			p := graph.New(theme.New(theme.Options{}))
			p.SetSize(size[0], size[1])
			p.SetGraph(g)
			before := strings.Split(ansi.Strip(p.View()), "\n")
			carried := map[int]int64{}
			for i, e := range g.Edges {
				if e.Kind == model.EdgeBase {
					continue
				}
				carried[i] = int64(i+1) * 1_234_567
			}
			p.SetCarried(carried)
			after := ansi.Strip(p.View())
			for y, line := range strings.Split(after, "\n") {
				was, is := []rune(before[y]), []rune(line)
				if len(was) != len(is) {
					t.Fatalf("%s: line %d has another length", name, y)
				}
				for x := range is {
					if is[x] != was[x] && !strings.ContainsRune(" ─━╌┈", was[x]) {
						t.Errorf("%s at %v: %q was written over at %d,%d:\n%s", name, size, was[x], x, y, after)
					}
				}
			}
			if name == "shop" || name == "spa" || name == "fan" {
				goldens.Check(t, fmt.Sprintf("testdata/carried/%s-%dx%d.golden", name, size[0], size[1]), after+"\n")
			}
		}
	}
}
