// Package target is the list from which the target is picked: each stage with
// what building it would run and skip.
package target

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Picker is the open list. Make one with New.
type Picker struct {
	graph   *model.Graph
	input   widget.Input
	list    widget.List
	rows    []entry
	current int // the target when the list was opened
	marks   map[int]bool
}

type entry struct {
	stage   int
	matched []int // byte indexes into the label
	plan    model.Plan
}

// New opens the list on the graph's stages with the cursor on the current target.
func New(g *model.Graph, current int) *Picker {
	p := &Picker{graph: g, current: current}
	p.list.SetHeight(1)
	p.filter()
	return p
}

// stages lists the targets as a person looks for them: the last stage, which is
// the default, first.
func (p *Picker) filter() {
	was, had := p.Stage()
	if !had {
		was = p.current
	}
	p.rows = nil
	labels := make([]string, 0, len(p.graph.Stages))
	for i := len(p.graph.Stages) - 1; i >= 0; i-- {
		labels = append(labels, p.graph.Stages[i].Label())
	}
	stage := func(i int) int { return len(p.graph.Stages) - 1 - i }
	if q := p.input.String(); q != "" {
		for _, m := range fuzzy.Find(q, labels) {
			p.add(stage(m.Index), m.MatchedIndexes)
		}
		p.list.Select(0, len(p.rows))
		return
	}
	for i := range labels {
		p.add(stage(i), nil)
		if stage(i) == was {
			p.list.Select(i, i+1)
		}
	}
}

func (p *Picker) add(stage int, matched []int) {
	p.rows = append(p.rows, entry{stage, matched, p.graph.PlanFor(stage)})
}

// Stage is the stage under the cursor.
func (p *Picker) Stage() (int, bool) {
	if p.list.Cursor < 0 || p.list.Cursor >= len(p.rows) {
		return 0, false
	}
	return p.rows[p.list.Cursor].stage, true
}

// Plan is what building the stage under the cursor would run.
func (p *Picker) Plan() (model.Plan, bool) {
	if p.list.Cursor < 0 || p.list.Cursor >= len(p.rows) {
		return model.Plan{}, false
	}
	return p.rows[p.list.Cursor].plan, true
}

// Answer is what a key did to the list.
type Answer int

// The answers.
const (
	Open        Answer = iota // it stays open
	Closed                    // the user went away
	Chosen                    // Stage is the new target
	ChosenBuild               // and shall be built
	Marked                    // Stage shall be marked for a comparison, or not any more
)

// Press handles a key.
func (p *Picker) Press(m keys.Map, msg tea.KeyPressMsg) Answer {
	switch {
	case key.Matches(msg, m.Close):
		return Closed
	case key.Matches(msg, m.Choose):
		if _, ok := p.Stage(); ok {
			return Chosen
		}
	case key.Matches(msg, m.ChooseBuild):
		if _, ok := p.Stage(); ok {
			return ChosenBuild
		}
	case key.Matches(msg, m.Mark): // no stage has a blank in its name
		if _, ok := p.Stage(); ok {
			return Marked
		}
	case msg.String() == "up", msg.String() == "ctrl+p":
		p.list.Move(-1, len(p.rows))
	case msg.String() == "down", msg.String() == "ctrl+n", key.Matches(msg, m.Next):
		p.list.Move(1, len(p.rows))
	case msg.String() == "pgup":
		p.list.Page(-1, len(p.rows))
	case msg.String() == "pgdown":
		p.list.Page(1, len(p.rows))
	case p.input.Press(msg):
		p.filter()
	}
	return Open
}

// SetMarks says which stages are marked for a comparison.
func (p *Picker) SetMarks(stages map[int]bool) { p.marks = stages }

// Paste adds text to the filter.
func (p *Picker) Paste(text string) {
	p.input.Insert(text)
	p.filter()
}

// Wheel moves the cursor.
func (p *Picker) Wheel(delta int) { p.list.Move(delta, len(p.rows)) }

// Click chooses the row at y of the list, frame included.
func (p *Picker) Click(y int) Answer {
	i, ok := p.list.At((y-2)/rowLines, len(p.rows))
	if !ok || y < 2 {
		return Open
	}
	if i == p.list.Cursor {
		return Chosen
	}
	p.list.Select(i, len(p.rows))
	return Open
}

const rowLines = 2 // what the stage is, and what building it means

// View draws the list, at most width × height cells, frame included.
func (p *Picker) View(look pane.Look, width, height int) []string {
	th := look.Theme
	want := rowLines*max(1, len(p.graph.Stages)) + 3
	f := widget.Frame{
		Width: width, Height: min(height, want), Focus: true,
		Title:  th.Render(theme.Title, "target"),
		Info:   th.Render(theme.Dim, fmt.Sprintf("%d of %d", len(p.rows), len(p.graph.Stages))),
		Footer: th.Render(theme.Key, "enter") + th.Render(theme.Dim, " choose  ") + th.Render(theme.Key, "^B") + th.Render(theme.Dim, " build it  ") + th.Render(theme.Key, "space") + th.Render(theme.Dim, " mark  ") + th.Render(theme.Key, "esc") + th.Render(theme.Dim, " close"),
	}
	w, h := f.Inside()
	p.list.SetHeight(max(1, (h-1)/rowLines))
	f.Scroll = p.list.Scroll(len(p.rows))
	lines := []string{" " + th.Render(theme.Key, ">") + " " + p.input.View(th, max(1, w-4))}
	if len(p.rows) == 0 {
		lines = append(lines, th.Render(theme.Dim, "   no stage is called like that"))
	}
	for _, row := range p.list.Render(painter{p, th}, w, true) {
		lines = append(lines, strings.Split(row, "\n")...)
	}
	return f.Render(th, lines)
}

// painter draws the rows, two lines each.
type painter struct {
	*Picker
	th *theme.Theme
}

func (p painter) Len() int { return len(p.rows) }

func (p painter) Row(i, width int, selected, _ bool) string {
	th, e := p.th, p.rows[i]
	s := p.graph.Stages[e.stage]
	mark := "  "
	if selected {
		mark = th.Glyphs.Cursor + " "
	}
	right := ""
	if e.stage == p.current {
		right = th.Render(theme.Dim, "target now ")
	} else if e.stage == p.graph.DefaultTarget() {
		right = th.Render(theme.Dim, "default ")
	}
	if p.marks[e.stage] {
		right = th.Render(theme.Highlight, th.Glyphs.Mark+" marked ") + right
	}
	first := widget.Sides(" "+mark+name(th, s.Label(), e.matched)+"  "+th.Render(theme.Dim, strings.TrimSpace(strings.TrimPrefix(s.Doc, s.Name))), right, width, th.Glyphs.Ellipsis)
	second := widget.Fit("   "+th.Render(theme.Dim, p.means(e)), width, th.Glyphs.Ellipsis)
	if selected {
		first, second = th.Over(theme.Selected, first), th.Over(theme.Selected, second)
	}
	return first + "\n" + second
}

func name(th *theme.Theme, label string, matched []int) string {
	if len(matched) == 0 {
		return th.Render(theme.Bold, label)
	}
	var b strings.Builder
	next := 0
	for i, r := range label {
		if next < len(matched) && matched[next] == i {
			b.WriteString(th.Render(theme.Highlight, string(r)))
			next++
		} else {
			b.WriteString(th.Render(theme.Bold, string(r)))
		}
	}
	return b.String()
}

// means says what building the stage runs and skips.
func (p painter) means(e entry) string {
	text := "runs " + measure.Plural(len(e.plan.Runs()), "stage")
	skips := e.plan.Skips()
	if len(skips) == 0 {
		return text + " " + p.th.Glyphs.Dot + " skips none"
	}
	names := make([]string, 0, len(skips))
	for _, i := range skips {
		names = append(names, p.graph.Stages[i].Label())
	}
	return text + " " + p.th.Glyphs.Dot + " skips " + strings.Join(names, ", ")
}
