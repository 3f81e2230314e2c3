package tui

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/saving"
	"github.com/stagedive/stagedive/tui/theme"
)

// inspection is looking into a built image: running, done, or neither.
type inspection struct {
	gen         int
	cancel      context.CancelFunc // nil unless running
	done, total *atomic.Int64
	target      int // stage index that the image is of; -1 unknown
	image       *image.Image
	findings    []finding.Finding
	proofs      [][]saving.Proof
	err         error
}

func (i *inspection) running() bool { return i.cancel != nil }

// startInspecting looks into what the last build, of target, made.
func (a *App) startInspecting(target int) tea.Cmd {
	e := a.build.End
	if a.cfg.Inspector == nil || e == nil || e.Result == nil {
		return nil
	}
	return a.inspect(*e.Result, target)
}

// inspect looks into an image, beside what is shown.
func (a *App) inspect(result build.Result, target int) tea.Cmd {
	a.stopInspecting()
	ctx, cancel := context.WithCancel(a.life)
	in := &a.inspection
	*in = inspection{gen: in.gen + 1, cancel: cancel, target: target, done: &atomic.Int64{}, total: &atomic.Int64{}}
	a.working.Add(1)
	inspector := a.cfg.Inspector
	gen, done, total := in.gen, in.done, in.total
	work := func() tea.Msg {
		defer a.working.Done()
		found, err := inspector.Inspect(ctx, result, target, func(d, t int64) {
			done.Store(d)
			total.Store(t)
		})
		return inspectedMsg{gen, found, err}
	}
	if a.opened != nil { // who looks into a stage goes on
		return tea.Batch(work, a.tick())
	}
	return tea.Batch(work, a.screens.show(nil, nil, nil, a.graph), a.tick())
}

func (a *App) stopInspecting() {
	if a.inspection.cancel != nil {
		a.inspection.cancel()
		a.inspection.cancel = nil
		a.inspection.gen++
	}
}

func (a *App) inspected(msg inspectedMsg) tea.Cmd {
	in := &a.inspection
	if msg.gen != in.gen || in.cancel == nil {
		return nil
	}
	in.cancel()
	in.cancel = nil
	if msg.err != nil {
		in.err = msg.err
		if errors.Is(msg.err, context.Canceled) {
			return nil
		}
		if a.cfg.Ref != "" { // there is nothing else to see: who started us tells why
			a.failure = msg.err
			return tea.Quit
		}
		return a.say(theme.Error, "looking into the image: "+msg.err.Error())
	}
	if a.cfg.Ref != "" || a.watch.cost != "" { // one image after the other: the tabs say enough
		return a.showImage(msg.found)
	}
	return tea.Batch(a.showImage(msg.found), a.tell(nextRole(msg.found.Image, msg.found.Findings), a.whatNext(msg.found.Image, msg.found.Findings)))
}

func nextRole(im *image.Image, found []finding.Finding) theme.Role {
	if finding.Count(found).AtLeast(finding.Medium) > 0 || len(im.Unread()) > 0 {
		return theme.Warning
	}
	return theme.Good
}

// whatNext says what there is to see now that an image is built.
func (a *App) whatNext(im *image.Image, found []finding.Finding) string {
	text := "press 3: "
	if a.tab == tabImage {
		text = "" // it is there
	}
	text += fmt.Sprintf("%s, %s %s ", measure.Plural(len(im.Layers), "layer"), measure.Bytes(im.Size()), a.theme.Glyphs.Dot)
	if unread := im.UnreadInWords(); unread != "" {
		text += unread + " unread " + a.theme.Glyphs.Dot + " "
		if len(found) == 0 {
			return text + "no leaks in the rest"
		}
	}
	if len(found) == 0 {
		return text + "no leaks found"
	}
	return text + "4: leaks, " + finding.Count(found).String()
}

// showImage hands an image to the tabs.
func (a *App) showImage(found Inspected) tea.Cmd {
	in := &a.inspection
	in.image, in.findings, in.proofs, in.err = found.Image, found.Findings, found.Proofs, nil
	if a.opened != nil {
		return nil
	}
	g := a.graph
	if g == nil { // an image alone: there is no line to go to, and each says which it is
		g = found.Graph
	}
	return a.screens.show(in.image, in.findings, in.proofs, g)
}

// Failure is why there is nothing to show; nil when there is.
func (a *App) Failure() error { return a.failure }

// Image is the image that is shown; nil when there is none.
func (a *App) Image() *image.Image { return a.inspection.image }

// Findings are what was found in it.
func (a *App) Findings() []finding.Finding { return a.inspection.findings }

// imageInWords is what the image of the build that is shown comes to; "" when it
// is not known.
func (a *App) imageInWords() string {
	im, _ := a.builtImage()
	if im == nil {
		return ""
	}
	return measure.Plural(len(im.Layers), "layer") + ", " + measure.Bytes(im.Size())
}

// builtImage is the image of the build that is shown and its target; nil when the
// build made none, or it has not been looked into.
func (a *App) builtImage() (*image.Image, int) {
	b := a.shownBuild()
	if b == nil || b.End == nil || b.End.Outcome != build.OutcomeSucceeded || a.inspection.target < 0 {
		return nil, -1
	}
	return a.inspection.image, a.inspection.target
}
