package crossed

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

var _ tab.Tab = (*Model)(nil)

func amount(files int, bytes int64) crossing.Amount {
	return crossing.Amount{Files: files, Bytes: bytes}
}

// report is a build as people have it: a builder of which little ships, a stage that was
// not looked at, a mount, an image that is copied from.
func report() *crossing.Report {
	return &crossing.Report{
		Target: 3, Name: "runtime", Image: amount(4_210, 165_200_000),
		Stages: []crossing.Stage{
			{Index: 0, Name: "deps", Line: 1, From: "node:20-alpine", Known: true, Total: amount(30_000, 300_000_000), Discarded: amount(30_000, 300_000_000), Kinds: []crossing.Portion{
				{Kind: crossing.DevDeps, Amount: amount(20_000, 165_000_000), Items: []crossing.Item{{Path: "/app/node_modules", Amount: amount(20_000, 165_000_000)}}},
				{Kind: crossing.BaseSystem, Amount: amount(10_000, 135_000_000)},
			}},
			{
				Index: 1, Name: "a-builder-with-a-long-name", Line: 7, From: "deps", Known: true,
				Total: amount(30_400, 451_200_000), Kept: amount(12, 1_200_000), Discarded: amount(30_388, 450_000_000),
				Kinds: []crossing.Portion{
					{Kind: crossing.Toolchain, Amount: amount(40, 120_000_000), Items: []crossing.Item{{Path: "/usr/bin/cc", Title: "C compiler gcc 12.2", Amount: amount(1, 80_000_000)}, {Path: "/usr/lib/gcc", Amount: amount(39, 40_000_000)}}},
					{Kind: crossing.Sources, Amount: amount(300, 2_000_000), Items: []crossing.Item{{Path: "/app/src", Title: "TypeScript source files", Amount: amount(300, 2_000_000)}}},
					{Kind: crossing.Intermediate, Amount: amount(30_048, 328_000_000)},
				},
				Includes: []crossing.Item{{Path: "/app/dist", Amount: amount(11, 1_199_000)}, {Path: "/app/package.json", Amount: amount(1, 1_000)}},
			},
			{Index: 2, Name: "assets", Line: 14},
			{Index: 3, Name: "runtime", Line: 20, From: "node:20-alpine", Known: true, Ships: true, Total: amount(4_210, 165_200_000), Kept: amount(4_210, 165_200_000), Includes: []crossing.Item{{Path: "/usr", Amount: amount(4_000, 160_000_000)}}},
		},
		Edges: []crossing.Edge{
			{Index: 0, Kind: model.EdgeBase, From: "deps", To: "a-builder-with-a-long-name", Stage: 0, Line: 7, Text: "FROM deps AS a-builder-with-a-long-name", Known: true, Carried: amount(30_000, 300_000_000), Source: amount(30_000, 300_000_000)},
			{
				Index: 1, Kind: model.EdgeCopy, From: "a-builder-with-a-long-name", To: "runtime", Stage: 1, Line: 22, Text: "COPY --from=a-builder-with-a-long-name /app/dist ./dist", Paths: []string{"/app/dist"},
				Known: true, Carried: amount(11, 1_199_000), Source: amount(30_400, 451_200_000), Kept: amount(10, 1_000_000), Untraced: amount(1, 10),
				Largest: []crossing.File{{From: "/app/dist/server.js", Path: "/srv/dist/server.js", Bytes: 900_000}, {Path: "/srv/dist/made", Bytes: 10}},
			},
			{Index: 2, Kind: model.EdgeMount, From: "a-builder-with-a-long-name", To: "runtime", Stage: 1, Line: 23, Text: "RUN --mount=from=a-builder-with-a-long-name cp", Known: true, Shown: amount(30_400, 451_200_000), Carried: amount(1, 1_000)},
			{Index: 3, Kind: model.EdgeCopy, From: "assets", To: "runtime", Stage: 2, Line: 24, Text: "COPY --from=assets /x /x", Paths: []string{"/x"}},
			{Index: 4, Kind: model.EdgeCopy, From: "busybox:1.37", To: "runtime", Stage: -1, Line: 25, Text: "COPY --from=busybox:1.37 /bin/sh /sh", Paths: []string{"/bin/sh"}, Known: true, Carried: amount(1, 800_000), Untraced: amount(1, 800_000), Kept: amount(1, 800_000)},
		},
	}
}

func lines(m *Model) string {
	out := strings.Split(ansi.Strip(strings.Join(m.View(true), "\n")), "\n")
	for i, l := range out {
		out[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(out, "\n") + "\n"
}

func TestGolden(t *testing.T) {
	for _, size := range [][2]int{{58, 11}, {78, 20}, {118, 34}, {198, 54}} {
		m := New(theme.New(theme.Options{}))
		m.SetSize(size[0], size[1])
		m.Set(report())
		out := ""
		for i := range m.Len() {
			if i == 1 || i >= 2 && i < 4 || i == 6 || i == m.Len()-1 {
				out += fmt.Sprintf("row %d\n", i) + lines(m)
			}
			m.Key(tea.KeyPressMsg{Code: 'j', Text: "j"})
		}
		goldens.Check(t, fmt.Sprintf("testdata/%dx%d.golden", size[0], size[1]), out)
	}
}

// TestEverySize: whatever the size, the view has it.
func TestEverySize(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		m := New(theme.New(theme.Options{ASCII: ascii}))
		m.Set(report())
		for w := range 150 {
			for h := range 40 {
				m.SetSize(w, h)
				m.Key(tea.KeyPressMsg{Code: 'j', Text: "j"})
				if h%7 == 0 {
					m.Key(tea.KeyPressMsg{Code: 'g', Text: "g"})
				}
				view := m.View(true)
				if len(view) > h {
					t.Fatalf("%d lines at %dx%d", len(view), w, h)
				}
				for _, l := range view {
					if widget.Width(l) > w {
						t.Fatalf("%q is wider than %d", l, w)
					}
				}
			}
		}
	}
}

// TestLine: enter goes to the line of what is selected; a click on it again does, too.
func TestLine(t *testing.T) {
	m := New(theme.New(theme.Options{}))
	m.SetSize(100, 40)
	m.Set(report())
	var got []int
	for i := range m.Len() {
		if _, to, taken := m.Key(tea.KeyPressMsg{Code: tea.KeyEnter}); taken && to != nil {
			got = append(got, to.Line)
		}
		if _, to := m.Click(3, headLines+i); to == nil {
			t.Errorf("a second click on row %d does nothing", i)
		}
		m.Key(tea.KeyPressMsg{Code: 'j', Text: "j"})
	}
	if want := "[1 7 7 22 23 14 24 20 25]"; fmt.Sprint(got) != want {
		t.Errorf("lines %v, want %s", got, want)
	}
}
