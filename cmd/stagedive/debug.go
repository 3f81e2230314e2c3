package main

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// heldTime is how long what a build has left is kept open when nobody looks into
// it: the engine keeps files for it, and does not rest.
const heldTime = 30 * time.Minute

// debugger keeps what builds leave to be looked into: at most the last one's.
type debugger struct {
	life context.Context // the explorer's; nil when nobody is there to look

	mu          sync.Mutex
	held        *held
	goOn        chan struct{} // of a build at a breakpoint
	breakpoints []build.StepRef
	idle        *time.Timer
}

// held is a Hold with what it needs to live.
type held struct {
	*hold.Hold
	close func()
}

// prepare asks for what a person wants to look into.
func (d *debugger) prepare(req *solve.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.life != nil {
		req.HoldFailure, req.Helper = true, newHelper()
		req.Breakpoints, req.Stopped = slices.Clone(d.breakpoints), d.stopped
	}
}

// stopped keeps a build at a breakpoint until Continue.
func (d *debugger) stopped(ctx context.Context, h *hold.Hold) {
	goOn := make(chan struct{})
	d.mu.Lock()
	d.held, d.goOn = &held{h, func() {}}, goOn
	d.mu.Unlock()
	select {
	case <-goOn:
	case <-ctx.Done():
	}
	d.mu.Lock()
	d.held, d.goOn = nil, nil
	d.mu.Unlock()
}

// keep takes what a build has left, nil when that is nothing.
func (d *debugger) keep(h *held) {
	if h == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held = h
	d.idle = time.AfterFunc(heldTime, func() { d.drop(h) })
}

// drop lets h go if it is still what is kept.
func (d *debugger) drop(h *held) {
	d.mu.Lock()
	mine := d.held == h
	if mine {
		d.held = nil
	}
	d.mu.Unlock()
	if mine {
		h.close()
	}
}

// letGo gives up what is kept.
func (d *debugger) letGo() {
	d.mu.Lock()
	h, idle := d.held, d.idle
	d.idle = nil
	d.mu.Unlock()
	if idle != nil {
		idle.Stop()
	}
	if h != nil {
		d.drop(h)
	}
}

// use puts off the end of what is kept until done is called.
func (d *debugger) use() (done func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	idle := d.idle
	if idle == nil || !idle.Stop() {
		return func() {}
	}
	return func() { idle.Reset(heldTime) }
}

// kept is what is kept.
func (d *debugger) kept() *held {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held == nil {
		return nil
	}
	select {
	case <-d.held.Over(): // the engine is gone
		return nil
	default:
		return d.held
	}
}

// Held is tui.Debugger's.
func (j *job) Held() (build.Stop, bool) {
	h := j.debug.kept()
	if h == nil {
		return build.Stop{}, false
	}
	return h.Stop, true
}

// SetBreakpoints is tui.Debugger's.
func (j *job) SetBreakpoints(at []build.StepRef) {
	j.debug.mu.Lock()
	defer j.debug.mu.Unlock()
	j.debug.breakpoints = slices.Clone(at)
}

// Continue is tui.Debugger's.
func (j *job) Continue() {
	j.debug.mu.Lock()
	defer j.debug.mu.Unlock()
	if j.debug.goOn != nil {
		close(j.debug.goOn)
		j.debug.goOn = nil
	}
}

// Changes is tui.Debugger's.
func (j *job) Changes(ctx context.Context) ([]build.Change, bool, error) {
	h := j.debug.kept()
	if h == nil {
		return nil, false, hold.ErrOver
	}
	defer j.debug.use()()
	return h.Changes(ctx)
}

// ChangedText is tui.Debugger's.
func (j *job) ChangedText(ctx context.Context, index int) (string, error) {
	h := j.debug.kept()
	if h == nil {
		return "", hold.ErrOver
	}
	defer j.debug.use()()
	raw, err := h.Text(ctx, index)
	if bytes.IndexByte(raw, 0) >= 0 {
		return "\x00", err
	}
	return sanitize.Lines(string(raw)), err
}
