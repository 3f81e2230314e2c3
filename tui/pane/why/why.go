// Package why shows what made steps run again: what began each cascade, the
// steps that ran only because of it, the time that took, and the order of
// instructions that would have spared it.
package why

import (
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Page is the open page. The zero Page is ready; it shows what SetBuild gave.
type Page struct {
	build  *build.Build
	at     build.StepRef // the step that is selected; else the first one is
	scroll int
	height int // of the last drawing, inside the frame

	all    []build.Rebuild // of build, as it was at states, with the times of now
	order  []build.StepRef // the steps of all, as they stand on the page
	states int
	now    time.Time
}

// SetBuild says whose steps to explain; nil before the first build.
func (p *Page) SetBuild(b *build.Build) {
	if b != p.build {
		p.build, p.states = b, -1
	}
}

// rebuilds is what began each cascade, with the times of now.
func (p *Page) rebuilds(now time.Time) []build.Rebuild {
	switch {
	case p.build == nil:
		return nil
	case p.states == p.build.States() && (now.IsZero() || now.Equal(p.now)):
		return p.all
	}
	p.all, p.states, p.now, p.order = p.build.Rebuilds(now), p.build.States(), now, nil
	for _, r := range p.all {
		p.order = append(p.order, r.Steps()...)
	}
	return p.all
}

// Answer is what a key on the page asks for.
type Answer int

// The answers.
const (
	Stay  Answer = iota
	Close        // the page goes
	Jump         // the page goes, and Step is selected
)

// Step is the selected step; false where there is none.
func (p *Page) Step() (build.StepRef, bool) {
	steps := p.steps()
	if len(steps) == 0 {
		return build.StepRef{}, false
	}
	return steps[max(0, slices.Index(steps, p.at))], true
}

// Press handles a key.
func (p *Page) Press(k keys.Map, msg tea.KeyPressMsg) Answer {
	switch {
	case key.Matches(msg, k.Up):
		p.move(-1)
	case key.Matches(msg, k.Down):
		p.move(1)
	case key.Matches(msg, k.PageUp, k.HalfUp):
		p.move(-max(1, p.height/2))
	case key.Matches(msg, k.PageDown, k.HalfDown):
		p.move(max(1, p.height/2))
	case key.Matches(msg, k.Home):
		p.move(-len(p.steps()))
	case key.Matches(msg, k.End):
		p.move(len(p.steps()))
	case key.Matches(msg, k.Enter, k.Right):
		if _, some := p.Step(); some {
			return Jump
		}
		return Close
	case key.Matches(msg, k.Why, k.Back, k.Left, k.Quit):
		return Close
	}
	return Stay
}

// move moves the selection by steps as they stand on the page.
func (p *Page) move(by int) {
	steps := p.steps()
	if len(steps) == 0 {
		return
	}
	at := max(0, slices.Index(steps, p.at)) + by
	p.at = steps[max(0, min(at, len(steps)-1))]
}

// steps lists the steps as they stand on the page.
func (p *Page) steps() []build.StepRef {
	if p.rebuilds(time.Time{}) == nil {
		return nil
	}
	return p.order
}

// Wheel moves the selection by notches.
func (p *Page) Wheel(notches int) { p.move(notches) }

// View draws the page with its frame, in at most width × height cells.
func (p *Page) View(look pane.Look, k keys.Map, width, height int) []string {
	th := look.Theme
	p.rebuilds(look.Now)
	f := widget.Frame{
		Title: th.Render(theme.Title, "why it ran"), Info: p.info(look),
		Footer: th.Render(theme.Key, "esc") + th.Render(theme.Dim, " close"),
		Width:  width, Focus: true,
	}
	w, _ := f.Inside()
	d := drawing{Page: p, look: look, width: w}
	d.draw()
	if _, some := p.Step(); some {
		f.Footer = th.Render(theme.Key, k.Enter.Help().Key) + th.Render(theme.Dim, " to the step  ") + f.Footer
	}
	f.Height = min(height, len(d.lines)+2)
	_, p.height = f.Inside()
	p.reveal(d)
	f.Scroll = widget.Scroll{Offset: p.scroll, Visible: p.height, Total: len(d.lines)}
	return f.Render(th, d.window(p.scroll, p.height))
}

// reveal scrolls as little as shows the selected step with what is said of it.
func (p *Page) reveal(d drawing) {
	if d.to > d.from {
		if d.from < p.scroll {
			p.scroll = d.from
		}
		if d.to > p.scroll+p.height {
			p.scroll = min(d.from, d.to-p.height)
		}
		if d.first {
			p.scroll = 0
		}
	}
	p.scroll = max(0, min(p.scroll, len(d.lines)-p.height))
}
