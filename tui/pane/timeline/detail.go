package timeline

import (
	"fmt"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/timing"
	"github.com/stagedive/stagedive/tui/pane/work"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// detail says all that is known of the selected row's time.
func (p *Pane) detail() []string {
	h := p.boxes.detail.h
	if h == 0 {
		return nil
	}
	out := make([]string, h)
	r := p.selected()
	if r == nil {
		return out
	}
	lines := []string{p.when(r), p.waited(r), p.worth(r)}
	if h == 1 {
		out[0] = " " + p.fitting(lines...)
		return out
	}
	for i, l := range lines {
		out[i] = " " + l
	}
	return out
}

// fitting joins the parts that have room on one line.
func (p *Pane) fitting(parts ...string) string {
	sep := p.theme.Render(theme.Dim, " "+p.theme.Glyphs.Dot+" ")
	line := ""
	for _, part := range parts {
		switch {
		case part == "":
		case line == "":
			line = part
		case widget.Width(line)+widget.Width(sep)+widget.Width(part)+1 <= p.width:
			line += sep + part
		default:
			return line
		}
	}
	return line
}

// when is the state, and the time in which it ran.
func (p *Pane) when(r *row) string {
	th, w := p.theme, r.work
	state := p.stateGlyph(r.state()) + " " + th.Render(theme.StateRole(r.state()), r.state().String())
	if p.stands(r) {
		state = th.Render(theme.Warning, th.Glyphs.Break+" stopped")
	}
	if !w.Begun() {
		return p.fitting(state, p.title(r))
	}
	at := func(t time.Time) string { return measure.Fine(t.Sub(p.at.Started)) }
	span := fmt.Sprintf("from %s to %s", at(w.Start()), at(w.End()))
	ran := p.ran(r)
	if r.state() == build.Running {
		span = "since " + at(w.Start())
		return p.fitting(state, span, measure.Ticking(ran)+" so far", p.title(r))
	}
	if ran == 0 {
		return p.fitting(state, "at "+at(w.Start()), p.title(r))
	}
	took := "ran " + measure.Fine(ran)
	if n := len(w.Runs); n > 1 && r.fold == leaf {
		took += fmt.Sprintf(" in %d goes", n)
	}
	share := timing.Percent(p.at.Share(ran)) + " of the build"
	return p.fitting(state, span, took, share, p.title(r))
}

// title names the row in full, for where its label is cut.
func (p *Pane) title(r *row) string {
	th := p.theme
	switch {
	case r.id.stage == own && r.fold != leaf, r.stage != nil:
		return th.Render(theme.Bold, r.work.Name)
	case r.id.stage == own:
		return work.Name(r.work.Name)
	}
	s, _ := p.stepOf(r.id)
	return th.Render(theme.Dim, fmt.Sprintf("%s line %d: ", p.at.Graph.Label(model.NodeID(r.id.stage)), s.Line)) + r.work.Name
}

// engine is the time that BuildKit takes between two steps without that anything
// is wrong: what is longer is called a wait.
const engine = 10 * time.Millisecond

// waited says what the row had to wait for, and for how long it then waited
// though it was ready.
func (p *Pane) waited(r *row) string {
	w, th := r.work, p.theme
	if r.fold != leaf && r.stage == nil {
		return th.Render(theme.Dim, measure.Plural(p.children(r), "job")+" of BuildKit's own, before the stages begin")
	}
	if r.stage != nil {
		text := "its steps waited " + measure.Fine(w.Waited) + " in all though they were ready"
		if w.Waited < engine {
			text = "its steps ran as soon as they could"
		}
		if !w.Begun() {
			text = "none of its steps has run"
		}
		return p.fitting(th.Render(theme.Dim, text), p.after(w))
	}
	switch {
	case p.stands(r):
		return th.Render(theme.Dim, "the build stands before it until you let it go on; that time does not count")
	case w.Ready.IsZero() && !w.Begun() && !p.seen.ended:
		return th.Render(theme.Dim, "waits for the steps before it")
	case w.Ready.IsZero() && !w.Begun():
		return th.Render(theme.Dim, "never began")
	case !w.Begun() && !p.seen.ended:
		return p.fitting(fmt.Sprintf("ready for %s, waiting for the engine", measure.Ticking(p.now.Sub(w.Ready))), p.after(w))
	case w.Waited < engine:
		return p.fitting(th.Render(theme.Dim, "began as soon as it could"), p.after(w))
	}
	text := "ready, it waited " + measure.Fine(w.Waited)
	if busy := p.at.Busy(w.Ready, w.Start()); busy > 0 {
		text += " while " + measure.Plural(busy, "step") + " ran"
	} else {
		text += " for the engine"
	}
	return p.fitting(text, p.after(w))
}

// after names what had to be done first.
func (p *Pane) after(w *timing.Work) string {
	name, ref := p.at.Vertex(w.After)
	if name == "" {
		return ""
	}
	text := work.Name(name)
	if ref != nil {
		if s, ok := p.stepOf(id{stage: ref.Stage, step: ref.Step}); ok {
			text = fmt.Sprintf("%s line %d, %s", p.at.Graph.Label(model.NodeID(ref.Stage)), s.Line, p.at.Graph.Short(s))
		}
	}
	return p.theme.Render(theme.Dim, "after ") + widget.Truncate(text, max(16, p.width/2), p.theme.Glyphs.Ellipsis)
}

func (p *Pane) children(r *row) int {
	n := 0
	for i := range p.at.Own {
		if !p.at.Own[i].Follows {
			n++
		}
	}
	return n
}

// worth says what the row means for the build's length.
func (p *Pane) worth(r *row) string {
	th, w := p.theme, r.work
	var saving time.Duration
	switch {
	case r.stage != nil:
		saving = p.at.StageSaving(r.stage.Index)
	case r.id.stage != own:
		saving = p.at.Saving(build.StepRef{Stage: r.id.stage, Step: r.step})
	}
	var parts []string
	if w.Critical {
		parts = append(parts, th.Render(theme.Highlight, "on the critical path"))
	} else if w.Begun() {
		parts = append(parts, th.Render(theme.Dim, "not on the critical path"))
	}
	switch {
	case r.id.stage == own || w.Ran() == 0:
	case p.at.Outcome != build.OutcomeSucceeded:
	case saving > 0:
		parts = append(parts, "taking no time, it would save "+measure.Fine(saving)+" at most", th.Render(theme.Dim, "if all else took as long"))
	default:
		parts = append(parts, th.Render(theme.Dim, "faster, it would save nothing"), th.Render(theme.Dim, "if all else took as long"))
	}
	return strings.TrimSpace(p.fitting(parts...))
}
