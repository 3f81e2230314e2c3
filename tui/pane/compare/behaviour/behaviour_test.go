package behaviour

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

var _ tab.Tab = (*Model)(nil)

// probes are a command, a server, one that writes much, and an image's own check.
func probes() []probe.Probe {
	return []probe.Probe{
		{Name: "version", Start: probe.Command, Args: []string{"app", "--version"}, Ask: probe.End},
		{Name: "serves what it has, with a name that is long", Start: probe.Itself, Ask: probe.HTTP, Port: 8080, Path: "/healthz"},
		{Name: "list", Start: probe.Command, Args: []string{"sh", "-c", "app list | sort"}, Ask: probe.End},
		{Name: "HEALTHCHECK", Start: probe.Itself, Ask: probe.Healthcheck},
	}
}

func said(s string) probe.Bytes { return probe.Bytes{Kept: []byte(s), All: int64(len(s))} }

func exited(code int, out, err string, took time.Duration) probe.Ran {
	return probe.Ran{Exit: &code, Stdout: said(out), Stderr: said(err), Took: took}
}

// listing is a long output, with one line that is another.
func listing(other string) string {
	var b strings.Builder
	for i := range 40 {
		if i == 31 {
			b.WriteString(other)
			continue
		}
		fmt.Fprintf(&b, "entry %d\t%d bytes\n", i, i*i)
	}
	return b.String()
}

// came is what came of the probes on each side.
func came() [][]probe.Outcome {
	p := probes()
	judge := func(ran ...probe.Ran) (out []probe.Outcome) {
		for i, r := range ran {
			out = append(out, p[i].Judge(r, nil))
		}
		return out
	}
	s, ms := time.Second, time.Millisecond
	out := [][]probe.Outcome{
		judge(exited(0, "app 1.4.0\n", "warning: slow\n", 30*ms), probe.Ran{Status: 200, Body: said("fine\nall 12 parts\n"), Took: 300 * ms}, exited(0, listing(""), "", 80*ms), probe.Ran{Took: 2 * s}),
		judge(exited(0, "app 1.4.0\n", "", 20*ms), probe.Ran{Status: 200, Body: said("fine\nall 11 parts\n"), Took: 200 * ms}, exited(0, listing("entry xxxi\n"), "", 70*ms), probe.Ran{}),
		judge(exited(127, "", "", 0), probe.Ran{Problem: "it ended with exit code 3 before it answered", Last: []byte("starting\nfatal: no database\n"), Took: 90 * ms}, exited(1, "", "no such command: list\n", 10*ms), probe.Ran{Problem: "this is an image for another platform"}),
	}
	out[1][3].State, out[1][3].Failure = probe.Skipped, "the image has no HEALTHCHECK"
	out[2][0].State, out[2][0].Failure, out[2][0].Incomplete = probe.Failed, "app: there is no such program in the image's PATH", true
	out[2][3].State = probe.NotRun
	return out
}

func questions(sides int) [][]probe.Question {
	out := make([][]probe.Question, sides)
	for i := range out {
		for _, p := range probes() {
			out[i] = append(out[i], p.Question(nil))
		}
	}
	return out
}

// beside is the tab with so many sides, and what came of probes on them.
func beside(n int, outcomes [][]probe.Outcome, o theme.Options) *Model {
	names := []string{"registry.example.com/team/project/fat:1.2.3", "slim", "broken", "another"}
	sides := make([]compare.Side, n)
	for i := range sides {
		sides[i].Name = names[i]
		if i < len(outcomes) {
			sides[i].Probes = outcomes[i]
		}
	}
	cols := &tab.Columns{}
	m := New(theme.New(o), cols)
	m.SetAble(true)
	cols.SetSides(sides)
	m.Prepare(&compare.Comparison{Sides: sides})()
	return m
}

func press(m *Model, keys ...string) {
	for _, k := range keys {
		m.Key(tea.KeyPressMsg{Code: rune(k[0]), Text: k})
	}
}

func screen(m *Model) string {
	out := strings.Split(ansi.Strip(strings.Join(m.View(true), "\n")), "\n")
	for i, l := range out {
		out[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(out, "\n") + "\n"
}

func TestGolden(t *testing.T) {
	for _, size := range [][2]int{{58, 11}, {78, 20}, {118, 34}, {198, 54}} {
		out := ""
		show := func(title string, m *Model, keys ...string) {
			m.SetSize(size[0], size[1])
			press(m, keys...)
			out += "= " + title + "\n" + screen(m)
		}
		show("nothing to ask", beside(2, nil, theme.Options{}))
		empty := beside(2, nil, theme.Options{})
		empty.SetQuestions(nil, nil)
		show("nothing to ask, as is known", empty)
		wrong := beside(2, nil, theme.Options{})
		wrong.SetQuestions(nil, errors.New(".stagedive.yaml:3: unknown key \"htp\"; did you mean http?"))
		show("a policy that is none", wrong)
		ready := beside(2, nil, theme.Options{})
		ready.SetQuestions(questions(2), nil)
		show("not run yet", ready)
		runs := beside(3, nil, theme.Options{})
		runs.SetQuestions(questions(3), nil)
		runs.Begin()
		runs.SetDoing("sending 12 MB to the engine")
		for side, list := range came()[:2] {
			for _, o := range list[:4-2*side] {
				runs.Hear(side, o)
			}
		}
		show("it runs", runs, "j", "j")
		runs.End(true)
		show("cancelled", runs)
		two := beside(2, came(), theme.Options{})
		show("the same", two)
		show("another answer", two, "j")
		show("far below", two, "j")
		show("skipped", two, "j")
		three := beside(3, came(), theme.Options{})
		show("failed", three)
		show("ended before", three, "j")
		show("another exit code", three, "j")
		show("not run", three, "j")
		show("in ASCII", beside(3, came(), theme.Options{ASCII: true}), "j")
		goldens.Check(t, fmt.Sprintf("testdata/%dx%d.golden", size[0], size[1]), out)
	}
}

// TestEverySize: whatever the size, the view has it.
func TestEverySize(t *testing.T) {
	for sides := 1; sides <= 4; sides++ {
		m := beside(sides, came(), theme.Options{ASCII: sides%2 == 0})
		m.SetQuestions(questions(sides), nil)
		empty := beside(sides, nil, theme.Options{})
		empty.SetQuestions(nil, nil)
		for w := range 130 {
			for h := range 40 {
				press(m, "j")
				if h%5 == 0 {
					press(m, "g")
				}
				for _, m := range []*Model{m, empty} {
					m.SetSize(w, h)
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
}

// TestRuns: rows stand in the order of what is asked, each cell says where it stands, and
// what was known is forgotten when all is asked again.
func TestRuns(t *testing.T) {
	m := beside(2, came(), theme.Options{})
	m.SetSize(100, 30)
	if _, to, taken := m.Key(tea.KeyPressMsg{Code: 'P', Text: "P", ShiftedCode: 'P'}); !taken || to == nil || !to.Probe {
		t.Fatalf("P: %v %v", to, taken)
	}
	has := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(screen(m), w) {
				t.Errorf("no %q in\n%s", w, screen(m))
			}
		}
	}
	has("Of 4 probes 2 came out otherwise.", "✓ same", "≠ differs", "⊘ skipped")
	m.Begin()
	has("looking for probes")
	m.SetQuestions(questions(2), nil)
	has("● 1 of 8 · asking registry.example.com/team/project/fat:1.2.3: version", "● asking", "○ waits")
	m.Hear(0, came()[0][0])
	has("● 2 of 8 · asking", "✓ passed, exit 0, <0.1s")
	m.End(true)
	has("Cancelled when 1 of 8 were answered: P asks again.", "○ not asked")
	if text, good := m.Verdict(); !good || text == "" {
		t.Errorf("%q, good: %v", text, good)
	}
	m.Begin()
	m.End(true)
	has("Cancelled: P asks again.")
	other := questions(2)
	other[0], other[1] = other[0][2:], other[1][:1]
	m.SetQuestions(other, nil)
	has("list", "⊘ skipped")
	m.Prepare(nil)()
	if m.Ready() || len(m.View(true)) > 0 {
		t.Error("it shows something of nothing")
	}
}

// TestAlone: what was asked is shown where nobody can ask, and is not asked again.
func TestAlone(t *testing.T) {
	m := beside(2, came(), theme.Options{})
	m.SetAble(false)
	if _, _, taken := m.Key(tea.KeyPressMsg{Code: 'P', Text: "P"}); taken || !m.Ready() || len(m.Hints()) > 0 {
		t.Error("P is taken, or it shows nothing")
	}
	if m = beside(2, nil, theme.Options{}); !m.Ready() {
		t.Error("it says nothing of how to write probes")
	}
	if m.SetAble(false); m.Ready() {
		t.Error("it says how to write probes where they can't be run")
	}
}
