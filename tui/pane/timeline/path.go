package timeline

import (
	"fmt"
	"slices"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/timing"
	"github.com/stagedive/stagedive/tui/pane/work"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// stretch is what one vertex has of the critical path without anything between.
type stretch struct {
	timing.Link
	ran time.Duration
}

// stretches are the critical path by vertices.
func (p *Pane) stretches() []stretch {
	var out []stretch
	for _, l := range p.at.Path.Links {
		if k := len(out); k > 0 && out[k-1].Vertex == l.Vertex {
			last := &out[k-1]
			last.ran += l.End.Sub(l.Start)
			last.Waited, last.End, last.Busy = last.Waited+l.Waited, l.End, max(last.Busy, l.Busy)
			continue
		}
		out = append(out, stretch{l, l.End.Sub(l.Start)})
	}
	return out
}

// weightiest keeps the n that took longest, in the order of the path, and says
// what the others took.
func weightiest(all []stretch, n int) (keep []stretch, rest time.Duration) {
	if len(all) <= n {
		return all, 0
	}
	took := make([]time.Duration, len(all))
	for i, s := range all {
		took[i] = s.ran + s.Waited
	}
	slices.Sort(took)
	least := took[len(took)-n]
	for _, s := range all {
		if d := s.ran + s.Waited; d >= least && len(keep) < n {
			keep = append(keep, s)
		} else {
			rest += d
		}
	}
	return keep, rest
}

// path lists the critical path where the chart leaves room: what each link waited
// and ran, and its share of the build.
func (p *Pane) path() []string {
	b, th := p.boxes.path, p.theme
	if b.h == 0 {
		return nil
	}
	f := widget.Frame{
		Title: th.Render(theme.Title, "critical path"), Info: th.Render(theme.Dim, p.ledger()),
		Width: b.w, Height: b.h,
	}
	w, h := f.Inside()
	all := p.stretches()
	n := h
	if len(all) > h {
		n = h - 1
	}
	keep, rest := weightiest(all, n)
	var lines []string
	for _, s := range keep {
		lines = append(lines, p.stretch(s, w))
	}
	if len(all) > len(keep) {
		text := fmt.Sprintf(" %s more took %s together", measure.Count(len(all)-len(keep)), measure.Duration(rest))
		lines = append(lines, th.Render(theme.Dim, text))
	}
	return f.Render(th, lines)
}

// ledger is how the wall time adds up.
func (p *Pane) ledger() string {
	text := fmt.Sprintf("ran %s + waited %s", measure.Duration(p.at.Path.Ran), measure.Duration(p.at.Path.Waited))
	if p.seen.ended && p.at.Path.Tail >= engine {
		text += " + finishing " + measure.Duration(p.at.Path.Tail)
	}
	return text
}

// wait says how long a stretch was waited for, in as many words as there is room
// for; "" where it was not.
func (s stretch) wait(width int) string {
	text := "waited " + measure.Duration(s.Waited)
	switch {
	case s.Waited < 50*time.Millisecond || width < 72: // it would read <0.1s
		return ""
	case width < wide:
		return text
	case s.Busy > 0:
		return text + " while " + measure.Plural(s.Busy, "step") + " ran"
	}
	return text + " for the engine"
}

func (p *Pane) stretch(s stretch, width int) string {
	th := p.theme
	name := work.Name(s.Name)
	where := th.Render(theme.Dim, "BuildKit ")
	if s.Step != nil {
		where = th.Render(theme.Bold, p.at.Graph.Label(model.NodeID(s.Step.Stage))) + " "
		if step, ok := p.stepOf(id{stage: s.Step.Stage, step: s.Step.Step}); ok {
			name = p.at.Graph.Short(step)
			where += th.Render(theme.Dim, fmt.Sprintf("line %d ", step.Line))
		}
	}
	left := " " + th.Render(theme.Dim, widget.FitRight(measure.Duration(s.Start.Sub(p.at.Started)), timeWidth, "")) + "  " + where + name
	share := p.at.Share(s.ran)
	right := th.Render(theme.Dim, s.wait(width)) + widget.FitRight(measure.Duration(s.ran), timeWidth, "") +
		th.Render(theme.Dim, widget.FitRight(fmt.Sprintf("%.0f %%", 100*share), 6, ""))
	if width >= wide {
		const cells = 24
		full := int(share*cells + 0.5)
		right += " " + th.Render(theme.Dim, widget.Fit(bar(th, full), cells, ""))
	}
	return widget.Sides(left, right+" ", width, th.Glyphs.Ellipsis)
}

func bar(th *theme.Theme, cells int) string {
	s := ""
	for range cells {
		s += th.Glyphs.Full
	}
	return s
}

// pathAt is the step of the critical path at line y of the list.
func (p *Pane) pathAt(y int) (id, bool) {
	h := p.boxes.path.h - 2
	all := p.stretches()
	if len(all) > h {
		all, _ = weightiest(all, h-1)
	}
	if y < 0 || y >= len(all) || all[y].Step == nil {
		return id{}, false
	}
	return id{stage: all[y].Step.Stage, step: all[y].Step.Step}, true
}
