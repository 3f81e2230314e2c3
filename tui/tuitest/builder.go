package tuitest

import (
	"context"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// Builder is a tui.Builder whose builds say what they are told to.
type Builder struct {
	// Graph is what Reload returns, with ReloadErr.
	Graph     *model.Graph
	ReloadErr error

	started chan *Run
}

// Run is a build that a Builder is running.
type Run struct {
	Target int
	emit   func(build.Event)
	ctx    context.Context
	over   chan struct{}
	said   int // events
}

// NewBuilder returns a Builder without builds.
func NewBuilder() *Builder { return &Builder{started: make(chan *Run, 16)} }

// Build is tui.Builder's: it runs until the test ends it.
func (b *Builder) Build(ctx context.Context, target int, emit func(build.Event)) {
	r := &Run{Target: target, emit: emit, ctx: ctx, over: make(chan struct{})}
	b.started <- r
	<-r.over
}

// Reload is tui.Builder's.
func (b *Builder) Reload(context.Context) (*model.Graph, error) { return b.Graph, b.ReloadErr }

// Replay is a tui.Builder that plays a script's events in their own time.
type Replay struct {
	Script func(target int) *Script
	Speed  float64
}

// Build is tui.Builder's.
func (r Replay) Build(ctx context.Context, target int, emit func(build.Event)) {
	events := r.Script(target).Events()
	for i, e := range events {
		if i > 0 {
			wait := time.Duration(float64(e.Time.Sub(events[i-1].Time)) / r.Speed)
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				emit(build.Event{Time: e.Time, End: &build.End{Outcome: build.OutcomeCancelled}})
				return
			}
		}
		emit(e)
	}
}

// Reload is tui.Builder's: a script has nothing to read again.
func (Replay) Reload(context.Context) (*model.Graph, error) { return nil, nil }
