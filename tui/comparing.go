package tui

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/build"
	sides "github.com/stagedive/stagedive/model/compare"
	comparepane "github.com/stagedive/stagedive/tui/pane/compare"
	"github.com/stagedive/stagedive/tui/theme"
)

// Comparer puts stages of the Dockerfile side by side.
type Comparer interface {
	// Compare builds stages together and opens their images; the first one is what
	// the others are measured against. emit takes the build's events as Builder's
	// does, to an End; tell what is being done after that, sanitised. Neither blocks,
	// and both may be called from any goroutine, but not after Compare has returned.
	Compare(ctx context.Context, targets []int, emit func(build.Event), tell func(string)) (*sides.Comparison, error)
	// Dissect builds all stages that a target needs, and looks into each.
	Dissect(ctx context.Context, target int, emit func(build.Event), tell func(string)) (*Dissected, error)
}

// comparing is images that are put side by side: being built, being opened, there, or
// none of it.
type comparing struct {
	gen    int
	cancel context.CancelFunc // nil unless running
	build  *build.Build       // of the stages; nil for images
	doing  *atomic.Pointer[string]
	err    error
	// early came before the end of the build was heard; nil for nothing.
	early *sidesMsg
}

func (c *comparing) running() bool { return c.cancel != nil }

// errGivenUp is why there is no comparison that the user did not wait for.
var errGivenUp = errors.New("the comparison was cancelled")

// sidesMsg brings images side by side.
type sidesMsg struct {
	gen    int
	ready  *comparepane.Prepared // nil of a target that was taken apart
	stages *Dissected            // of one
	err    error
}

// compareTargets builds stages together and puts their images side by side. The build
// is shown as any is.
func (a *App) compareTargets(targets []int) tea.Cmd {
	if a.cfg.Comparer == nil {
		return a.say(theme.Dim, "nothing can be built here, so there are no stages to compare")
	}
	comparer, prepare := a.cfg.Comparer, a.screens.compare.Prepare
	return a.beyondBuild(targets[len(targets)-1], func(ctx context.Context, emit func(build.Event), tell func(string)) (msg sidesMsg) {
		found, err := comparer.Compare(ctx, targets, emit, tell)
		if msg.err = err; err == nil {
			msg.ready = prepare(found)
		}
		return msg
	})
}

// beyondBuild starts a build that is shown as any is, as one of a target, and goes on to
// something else when that is over.
func (a *App) beyondBuild(target int, work func(ctx context.Context, emit func(build.Event), tell func(string)) sidesMsg) tea.Cmd {
	switch {
	case a.past != nil:
		return a.notInPast()
	case a.run != nil:
		return a.say(theme.Dim, "a build is running: ^C cancels it")
	}
	a.stopInspecting()
	closed := a.closeStage()
	ctx, c := a.beginComparing()
	gen, tell := c.gen, c.tell()
	answer := make(chan sidesMsg, 1)
	begun := a.begin(target, nil, func(_ context.Context, emit func(build.Event)) error {
		over := make(chan error, 1)
		end := func(err error) {
			select {
			case over <- err:
			default: // it was over before
			}
		}
		a.working.Add(1)
		go func() {
			defer a.working.Done()
			msg := work(ctx, func(e build.Event) {
				emit(e)
				if e.End != nil {
					end(nil) // the rest is no build any more
				}
			}, tell)
			end(msg.err)
			msg.gen = gen
			answer <- msg
		}()
		return <-over
	})
	a.run.beyond, c.build = c.cancel, a.build
	life := a.life
	return tea.Batch(closed, begun, func() tea.Msg {
		select {
		case msg := <-answer:
			return msg
		case <-life.Done():
			return nil
		}
	})
}

// compareImages puts the images side by side that the program was started for.
func (a *App) compareImages() tea.Cmd {
	ctx, c := a.beginComparing()
	from, prepare := a.cfg.Comparison, a.screens.compare.Prepare
	gen, tell := c.gen, c.tell()
	a.tab = tabCompare
	a.working.Add(1)
	return tea.Batch(func() tea.Msg {
		defer a.working.Done()
		found, err := from(ctx, tell)
		if err != nil {
			return sidesMsg{gen: gen, err: err}
		}
		return sidesMsg{gen: gen, ready: prepare(found)}
	}, a.tick())
}

// beginComparing forgets what was compared before.
func (a *App) beginComparing() (context.Context, *comparing) {
	a.stopComparing()
	a.stopProbing()
	ctx, cancel := context.WithCancel(a.life)
	c := &a.comparing
	*c = comparing{gen: c.gen + 1, cancel: cancel, doing: &atomic.Pointer[string]{}}
	a.screens.compare.SetComparison(a.screens.compare.Prepare(nil))
	return ctx, c
}

func (c *comparing) tell() func(string) {
	doing := c.doing
	return func(text string) { doing.Store(&text) }
}

// stopComparing gives up what is being put side by side.
func (a *App) stopComparing() {
	if c := &a.comparing; c.running() {
		c.cancel()
		c.cancel = nil
		c.gen++
	}
}

// builtSides goes on when the build of a comparison is over.
func (a *App) builtSides() tea.Cmd {
	switch e := a.build.End; e.Outcome {
	case build.OutcomeSucceeded:
		if a.tab == tabBuild {
			a.tab = tabCompare
		}
		if early := a.comparing.early; early != nil {
			return a.putSideBySide(*early)
		}
		return nil
	case build.OutcomeCancelled:
		a.giveUpComparing()
		return a.say(theme.Cancelled, "cancelled: "+a.label(a.keys.Compare)+" compares again")
	default:
		return a.sayFailure(e.Failure)
	}
}

// putSideBySide shows a comparison.
func (a *App) putSideBySide(msg sidesMsg) tea.Cmd {
	c := &a.comparing
	if msg.gen != c.gen || !c.running() {
		return nil
	}
	if msg.err == nil && a.run != nil && a.run.beyond != nil {
		c.early = &msg
		return nil
	}
	c.cancel()
	c.cancel = nil
	if msg.err != nil {
		c.err = msg.err
		switch {
		case errors.Is(msg.err, context.Canceled):
			return nil
		case a.graph == nil: // there is nothing else to see: who started us tells why
			a.failure = msg.err
			return tea.Quit
		case a.failed():
			return nil // which is shown
		}
		return a.say(theme.Error, "comparing: "+msg.err.Error())
	}
	if msg.stages != nil {
		return a.showStages(msg.stages)
	}
	cmd := a.screens.compare.SetComparison(msg.ready)
	cmd = tea.Batch(cmd, a.showSide(a.mainSide()), a.beginProbes())
	if a.tab != tabCompare {
		return tea.Batch(cmd, a.tell(theme.Good, a.label(a.keys.CompareTab)+": "+a.sideNames()+" side by side"))
	}
	return cmd
}

// mainSide is the side that the other tabs show: the target's, else the last.
func (a *App) mainSide() int {
	found := a.screens.compare.Comparison()
	for i := range found.Sides {
		if t := a.stageOf(i); t >= 0 && t == a.target {
			return i
		}
	}
	return len(found.Sides) - 1
}

// showSide makes the image of a side the one that the tabs show.
func (a *App) showSide(i int) tea.Cmd {
	side := a.screens.compare.Comparison().Sides[i]
	if side.Image == nil {
		return nil
	}
	a.stopInspecting()
	a.inspection.target = a.stageOf(i)
	return a.showImage(Inspected{Image: side.Image, Findings: side.Found, Proofs: side.Proofs, Graph: side.Graph})
}

// stageOf is the stage that a side is of; -1 for none that is known.
func (a *App) stageOf(side int) int {
	b := a.comparing.build
	if b == nil || b.End == nil || b.End.Result == nil || side >= len(b.End.Result.Images) {
		return -1
	}
	return b.End.Result.Images[side].Target
}

// sideNames lists what is compared.
func (a *App) sideNames() string {
	text := ""
	found := a.screens.compare.Comparison()
	if found == nil {
		return ""
	}
	for i, s := range found.Sides {
		if i > 0 {
			text += " " + a.theme.Glyphs.Dot + " "
		}
		text += s.Name
	}
	return text
}

// compareState is what the tab says while nothing stands side by side, and what to do
// then.
func (a *App) compareState() (what, next string) {
	c, g := &a.comparing, a.theme.Glyphs
	switch {
	case c.running() && a.run != nil:
		return g.Spinner(a.now()) + " the stages are being built: 1 shows it", ""
	case c.running():
		text := g.Spinner(a.clock.Now()) + " opening the images"
		if doing := c.doing.Load(); doing != nil {
			text = g.Spinner(a.clock.Now()) + " " + *doing
		}
		return text, ""
	case errors.Is(c.err, errGivenUp), errors.Is(c.err, context.Canceled):
		return "The comparison was cancelled.", a.howToCompare()
	case c.err != nil && a.failed():
		return "the build failed" + a.failedAt() + " " + g.Dot + " 1 goes there", ""
	case c.err != nil:
		return "comparing: " + c.err.Error(), ""
	}
	return "Nothing stands side by side yet.", a.howToCompare()
}

// howToCompare says what to press for a comparison.
func (a *App) howToCompare() string {
	if a.cfg.Comparer == nil {
		return "Nothing can be built here: stagedive compare IMAGE IMAGE puts images side by side."
	}
	return fmt.Sprintf("%[2]s builds every stage of the target and shows how large each is and what crossed. With 2 to %[1]d stages marked, by space in the graph, it sets those side by side.",
		sides.Most, a.label(a.keys.Compare))
}
