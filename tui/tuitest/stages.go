package tuitest

import (
	"context"
	"sync"
	"time"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui"
)

// Stages is a tui.Stages whose answers the test gives.
type Stages struct {
	asked chan *StageAsked

	mu     sync.Mutex
	closed []*image.Image
}

// StageAsked is a stage that is to be opened.
type StageAsked struct {
	Stage, Step int
	Run         bool
	Ctx         context.Context
	Tell        func(string)
	answer      chan stageAnswer
}

type stageAnswer struct {
	im  *image.Image
	err error
}

var _ tui.Stages = (*Stages)(nil)

// NewStages returns a Stages of which nothing is open.
func NewStages() *Stages { return &Stages{asked: make(chan *StageAsked, 16)} }

// OpenStage is tui.Stages': it returns what Answer says, even late.
func (s *Stages) OpenStage(ctx context.Context, stage, step int, run bool, tell func(string)) (*image.Image, error) {
	a := &StageAsked{Stage: stage, Step: step, Run: run, Ctx: ctx, Tell: tell, answer: make(chan stageAnswer)}
	s.asked <- a
	got := <-a.answer
	return got.im, got.err
}

// CloseStage is tui.Stages'.
func (s *Stages) CloseStage(im *image.Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = append(s.closed, im)
}

// Closed says whether an image was let go.
func (s *Stages) Closed(im *image.Image) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.closed {
		if c == im {
			return true
		}
	}
	return false
}

// Opening waits for a stage to be asked for.
func (d *Driver) Opening(s *Stages) *StageAsked {
	d.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case a := <-s.asked:
			return a
		case msg := <-d.msgs:
			d.take(msg)
		case <-deadline:
			d.t.Fatalf("no stage is to be opened; the screen:\n%s", d.Screen())
		}
	}
}

// Answer is what opening it comes to.
func (a *StageAsked) Answer(im *image.Image, err error) { a.answer <- stageAnswer{im, err} }
