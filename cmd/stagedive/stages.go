package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/stage"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui"
)

// stages keeps the stage that is open: one at a time. The zero value is ready.
type stages struct {
	mu   sync.Mutex
	open *openStage
}

// openStage is a stage that is looked at. When nobody has read from it for a
// while it is let go; its tree stays.
type openStage struct {
	*stage.Stage
	close func()
	idle  *time.Timer
}

// keep takes a stage in the place of the one before.
func (s *stages) keep(o *openStage) {
	o.idle = time.AfterFunc(heldTime, o.close)
	s.mu.Lock()
	old := s.open
	s.open = o
	s.mu.Unlock()
	old.letGo()
}

// drop lets go of the stage with an image, or with nil of any.
func (s *stages) drop(im *image.Image) {
	s.mu.Lock()
	old := s.open
	if old != nil && im != nil && old.Image != im {
		old = nil
	} else {
		s.open = nil
	}
	s.mu.Unlock()
	old.letGo()
}

func (o *openStage) letGo() {
	if o != nil {
		o.idle.Stop()
		o.close()
	}
}

// of is the open stage that an image is of; nil when there is none.
func (s *stages) of(im *image.Image) *openStage {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil || s.open.Image != im {
		return nil
	}
	s.open.idle.Reset(heldTime)
	return s.open
}

// OpenStage is tui.Stages'.
func (j *job) OpenStage(ctx context.Context, stage, step int, run bool, tell func(string)) (*image.Image, error) {
	var at *build.StepRef
	if step >= 0 {
		at = &build.StepRef{Stage: stage, Step: step}
	}
	o, err := j.openStage(ctx, stage, at, run, tell, func(build.Event) {})
	if err != nil {
		return nil, err
	}
	j.stages.keep(o)
	return o.Image, nil
}

// CloseStage is tui.Stages'.
func (j *job) CloseStage(im *image.Image) { j.stages.drop(im) }

// openStage has the engine hold a stage, or what one of its steps has made, and
// lists its files. Without run no command is run that is not cached.
func (j *job) openStage(ctx context.Context, at int, step *build.StepRef, run bool, tell func(string), also func(build.Event)) (*openStage, error) {
	h, graph, err := j.holdStage(ctx, at, step, run, tell, also)
	if err != nil {
		return nil, err
	}
	var entries atomic.Int64
	s, err := stage.Open(ctx, h.Hold, stage.Options{Graph: graph, Redact: redact.Text, Progress: func(n int) {
		tell("listing files, " + measure.Count(int(entries.Add(int64(n)))) + " so far")
	}})
	if err != nil {
		h.close()
		return nil, err
	}
	return &openStage{Stage: s, close: sync.OnceFunc(h.close)}, nil
}

// holdStage has the engine hold a stage of the Dockerfile as it is now, which is returned
// too, or what one of its steps has made.
func (j *job) holdStage(ctx context.Context, at int, step *build.StepRef, run bool, tell func(string), also func(build.Event)) (*held, *model.Graph, error) {
	req, err := j.request(at)
	if err != nil {
		return nil, nil, err
	}
	req.Export.Dir, req.Baseline, req.Unrecorded = "", solve.Baseline{}, true
	req.HoldResult, req.HoldStates, req.HoldAt = true, true, step
	// What there is is looked at: nothing is made anew or put anywhere for it.
	req.NoCache, req.NoCacheFilter, req.Pull, req.CacheTo = false, nil, false, nil
	req.Helper = newHelper()
	var would *build.StepRef
	if !run {
		req.WouldRun = func(ref build.StepRef) { would = &ref }
	}
	end, h, err := j.solve(ctx, req, func(e build.Event) {
		if text := doing(req.Graph, redacted(e)); text != "" {
			tell(text)
		}
		also(e)
	})
	switch {
	case err != nil:
		return nil, nil, err
	case h != nil:
	case ctx.Err() != nil:
		return nil, nil, context.Cause(ctx)
	case would != nil:
		return nil, nil, &tui.WouldRun{Step: *would}
	case end.Failure != nil:
		return nil, nil, errors.New(redact.Text(end.Failure.Message))
	default:
		return nil, nil, errors.New("the build has left nothing to look into")
	}
	return h, req.Graph, nil
}

// doing is what an event says that is being done, in short; "" when nothing new is.
func doing(g *model.Graph, e build.Event) string {
	switch {
	case e.Notice != nil:
		return e.Notice.Text
	case e.Vertex != nil && e.Vertex.Started != nil && e.Vertex.Completed == nil && !e.Vertex.Cached:
		for _, ref := range e.Vertex.Steps {
			step := g.Stages[ref.Stage].Steps[ref.Step]
			return fmt.Sprintf("line %d: %s", step.Line, strings.Join(strings.Fields(redact.Text(step.Text)), " "))
		}
	}
	return ""
}
