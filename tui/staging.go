package tui

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/theme"
)

// Stages opens the files of stages that are no image of their own.
type Stages interface {
	// OpenStage lists what a stage consists of, or what the step with this index has
	// made where that is not -1. Without run no command is run that is not cached: the
	// error is a *WouldRun then. tell takes what is being done, sanitised, from any
	// goroutine. What was opened before is let go.
	OpenStage(ctx context.Context, stage, step int, run bool, tell func(string)) (*image.Image, error)
	// CloseStage lets go of what an image of OpenStage was read from.
	CloseStage(*image.Image)
}

// WouldRun is why a stage was not opened: this command is not cached.
type WouldRun struct{ Step build.StepRef }

// Error says it to who has no graph.
func (w *WouldRun) Error() string { return "a command would have to run that is not cached" }

// opened is a stage that the image tab shows, or that is being opened.
type opened struct {
	inspection
	stage, step int // step is -1 for the whole stage
	doing       *atomic.Pointer[string]
	side        bool // of the comparison: an image that is there, and no stage
}

// stagedMsg brings a stage's files.
type stagedMsg struct {
	gen   int
	image *image.Image
	err   error
}

// lookInto answers the key that shows files: of the image for the target, else of
// the selected stage, or of what the selected step has made.
func (a *App) lookInto() tea.Cmd {
	if a.tab != tabBuild || a.graph == nil {
		if o := a.opened; a.tab == tabImage && o != nil && o.wouldRun() != nil {
			return a.openStage(o.stage, o.step, true)
		}
		a.tab = tabImage
		return nil
	}
	if a.opened != nil && a.opened.side {
		back := a.closeStage()
		return tea.Batch(back, a.lookInto())
	}
	if cmd, ok := a.revealStep(); ok {
		return cmd
	}
	at := a.graphPane.Selected()
	switch {
	case !a.graph.IsStage(at):
		return a.say(theme.Dim, "this is not built here: select a stage to look into")
	case int(at) == a.target && !a.unfinished(), a.cfg.Stages == nil:
		cmd := a.closeStage()
		a.tab = tabImage
		return cmd
	case a.past != nil:
		return a.notInPast()
	}
	stage, step := int(at), a.stepToOpen(int(at))
	if o := a.opened; o != nil && o.stage == stage && o.step == step && o.image != nil {
		a.tab = tabImage
		return nil
	}
	return a.openStage(stage, step, false)
}

// revealStep goes to the layer that the selected step has made in what the image tab
// shows; ok is false when a stage has to be opened for it, or no step is selected.
func (a *App) revealStep() (cmd tea.Cmd, ok bool) {
	ref, selected := a.steps.Step()
	if !selected || a.focus == placeGraph || a.inside().image == nil || a.unfinished() {
		return nil, false
	}
	if cmd, ok = a.screens.image.RevealStep(ref.Stage, ref.Step); ok {
		a.tab = tabImage
		return cmd, true
	}
	if ref.Stage != a.target || a.opened != nil {
		return nil, false
	}
	step := a.graph.Stages[ref.Stage].Steps[ref.Step]
	return a.say(theme.Dim, fmt.Sprintf("line %d left no layer in the image", step.Line)), true
}

// lookWord is what the key opens for the selected stage; "" when that is nothing
// yet.
func (a *App) lookWord() string {
	at := a.graphPane.Selected()
	switch {
	case a.cfg.Stages == nil || a.past != nil || a.graph == nil || !a.graph.IsStage(at):
		return ""
	case int(at) != a.target || a.unfinished():
		return "files"
	case a.inspection.image != nil:
		return "image"
	}
	return ""
}

// unfinished says that the last build has ended without an image.
func (a *App) unfinished() bool {
	b := a.shownBuild()
	return b != nil && b.End != nil && b.End.Outcome != build.OutcomeSucceeded || a.stop() != nil
}

// stepToOpen is the step after which a stage is shown, -1 for its end: the one
// that is selected, if not in the graph. Of a stage that the build has not brought
// to its end it is at most the last step that it has.
func (a *App) stepToOpen(stage int) int {
	steps := a.graph.Stages[stage].Steps
	last := len(steps) - 1
	for last > 0 && !steps[last].Vertex {
		last--
	}
	want := last
	if a.focus != placeGraph && a.synced.Stage == stage && a.synced.Step < len(steps) {
		want = a.synced.Step
	}
	if b := a.shownBuild(); b != nil && b.Begin.Graph == a.graph {
		made := -1
		for i := range want + 1 {
			if !steps[i].Vertex {
				continue
			}
			if st := b.Step(build.StepRef{Stage: stage, Step: i}).State; st != build.Done && st != build.Cached {
				break
			}
			made = i
		}
		if made >= 0 {
			want = made
		}
	}
	if want >= last {
		return -1
	}
	return want
}

// openStage begins to open a stage; with run also by running what is missing.
func (a *App) openStage(stage, step int, run bool) tea.Cmd {
	back := a.closeStage()
	ctx, cancel := context.WithCancel(a.life)
	a.openings++
	o := &opened{inspection: inspection{gen: a.openings, cancel: cancel}, stage: stage, step: step, doing: &atomic.Pointer[string]{}}
	a.opened, a.tab = o, tabImage
	a.working.Add(1)
	from := a.cfg.Stages
	work := func() tea.Msg {
		defer a.working.Done()
		im, err := from.OpenStage(ctx, stage, step, run, func(text string) { o.doing.Store(&text) })
		return stagedMsg{o.gen, im, err}
	}
	return tea.Batch(back, work, a.screens.show(nil, nil, nil, a.graph), a.tick())
}

// staged takes a stage's files. Those that nobody waits for any more are let go.
func (a *App) staged(msg stagedMsg) tea.Cmd {
	o := a.opened
	if o == nil || msg.gen != o.gen {
		if msg.image != nil {
			return a.release(msg.image)
		}
		return nil
	}
	o.cancel()
	o.cancel = nil
	if o.image, o.err = msg.image, msg.err; msg.err != nil {
		return nil // the tab says it
	}
	return a.screens.show(o.image, nil, nil, a.graph)
}

// closeStage lets the open stage go: the tabs show the built image again.
func (a *App) closeStage() tea.Cmd {
	o := a.opened
	if o == nil {
		return nil
	}
	a.opened = nil
	if o.cancel != nil {
		o.cancel()
	}
	show := a.screens.show(a.inspection.image, a.inspection.findings, a.inspection.proofs, a.graph)
	if o.image == nil || o.side {
		return show
	}
	return tea.Batch(show, a.release(o.image))
}

// release tells the engine that nobody looks at a stage any more.
func (a *App) release(im *image.Image) tea.Cmd {
	a.working.Add(1)
	from := a.cfg.Stages
	return func() tea.Msg {
		defer a.working.Done()
		from.CloseStage(im)
		return nil
	}
}

// inside is what the tabs of the image show: the open stage, or the built image.
func (a *App) inside() *inspection {
	if a.opened != nil {
		return &a.opened.inspection
	}
	return &a.inspection
}

// wouldRun is the step because of which the stage is not open.
func (o *opened) wouldRun() *build.StepRef {
	var would *WouldRun
	if errors.As(o.err, &would) {
		return &would.Step
	}
	return nil
}

// name is what is opened, in words.
func (o *opened) name(g *model.Graph) string {
	what := "stage " + g.Label(model.NodeID(o.stage))
	if o.step >= 0 && g.IsStage(model.NodeID(o.stage)) && o.step < len(g.Stages[o.stage].Steps) {
		what += fmt.Sprintf(" after line %d", g.Stages[o.stage].Steps[o.step].EndLine)
	}
	return what
}

// openingState is what the image tab says while it has no stage.
func (a *App) openingState() string {
	o := a.opened
	what, dot := o.name(a.graph), " "+a.theme.Glyphs.Dot+" "
	switch ref := o.wouldRun(); {
	case o.running():
		text := a.theme.Glyphs.Spinner(a.clock.Now()) + " opening " + what
		if doing := o.doing.Load(); doing != nil {
			text += dot + *doing
		}
		return text
	case ref != nil && a.graph.IsStage(model.NodeID(ref.Stage)) && ref.Step < len(a.graph.Stages[ref.Stage].Steps):
		step := a.graph.Stages[ref.Stage].Steps[ref.Step]
		return fmt.Sprintf("%s is not in the cache: line %d would have to run, %s%s%s runs what is missing and opens it, %s goes back",
			what, step.Line, a.graph.Short(step), dot, a.label(a.keys.Inspect), a.label(a.keys.Back))
	case o.err != nil:
		return "opening " + what + ": " + o.err.Error()
	}
	return ""
}

// leaveStage answers keys that mean something else while a stage is open.
func (a *App) leaveStage(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch {
	case a.opened == nil || a.tab != tabImage && (a.tab != tabLeaks || !a.opened.side):
		return nil, false
	case key.Matches(msg, a.keys.Back) && a.opened.side:
		a.tab = tabCompare
		return a.closeStage(), true
	case key.Matches(msg, a.keys.Back):
		a.tab = tabBuild
		return a.closeStage(), true
	case key.Matches(msg, a.keys.ImageTab) && (a.inspection.image != nil || a.inspection.running()):
		return a.closeStage(), true
	}
	return nil, false
}
