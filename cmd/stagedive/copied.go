package main

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/stagedive/stagedive/buildgraph/solve/stage"
	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/model/build"
)

// lookTime bounds how long all that is asked of stages may take: an image is not kept
// back for long, to say of its leaks where they were copied from.
const lookTime = 30 * time.Second

// copies looks into the stages of a build that has just run, for files that were copied
// from them. Nothing runs for it: what the engine has let go of is not known. It is an
// inspect.Stages. Close it when the image has been inspected.
type copies struct {
	job  *job
	over context.Context
	end  context.CancelFunc

	mu   sync.Mutex
	held map[int]*openStage // nil for what can't be looked into
}

// copied gives options for an image that was built just now what they know of its files'
// origin, and returns what to call when it has been inspected.
func (j *job) copied(ctx context.Context, opt inspect.Options) (inspect.Options, func()) {
	c := &copies{job: j, held: map[int]*openStage{}}
	c.over, c.end = context.WithTimeout(ctx, lookTime)
	opt.Context, opt.Stages = j.contextFS(), c
	return opt, c.close
}

// Same is inspect.Stages'.
func (c *copies) Same(_ context.Context, at int, path string, size int64, sum uint64) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o, asked := c.held[at]
	if !asked {
		o = c.open(at)
		c.held[at] = o
	}
	if o == nil {
		return false, errors.New("the engine does not have the stage any more")
	}
	r, has, err := o.Open(c.over, o.Last(), path)
	if err != nil {
		if c.over.Err() != nil {
			return false, err
		}
		return false, nil // it is not there, or no file
	}
	if has != size {
		return false, nil
	}
	d := xxhash.New()
	n, err := io.Copy(d, r)
	return err == nil && n == size && d.Sum64() == sum, err
}

// open has the engine hold a stage; nil where that can't be.
func (c *copies) open(at int) *openStage {
	h, _, err := c.job.holdStage(c.over, at, nil, false, func(string) {}, func(build.Event) {})
	if err != nil {
		return nil
	}
	return &openStage{Stage: stage.Files(h.Hold), close: sync.OnceFunc(h.close)}
}

func (c *copies) close() {
	c.end()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range c.held {
		if o != nil {
			o.close()
		}
	}
}
