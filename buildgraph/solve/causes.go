package solve

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/stagedive/stagedive/buildgraph/baseline"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Baseline says where it is kept what a later build is compared with, to say why
// a step ran again.
type Baseline struct {
	Dir    string              // "" to keep nothing and to say nothing
	Redact func(string) string // takes secrets out of text that is kept or said; nil for none

	// Patience is how long the end of a build waits for what is still being
	// compared or read; 0 for two seconds.
	Patience time.Duration
}

// causes finds out why steps run. It works beside the build: what it is told
// returns at once, and its events come when they are known.
type causes struct {
	req     *Request
	emit    func(build.Event)
	store   *baseline.Store
	name    string // of the record
	privacy baseline.Privacy
	def     *baseline.Definition
	args    []baseline.Field
	trees   map[string]*baseline.Tree
	began   time.Time

	ctx    context.Context // of all its own work
	cancel context.CancelFunc
	loaded chan struct{} // closed when was is known
	was    *baseline.Record
	judged sync.WaitGroup // the goroutine that judges

	mu      sync.Mutex
	engine  string
	locals  map[string]string // digest of the vertex that loads a context → its name
	seen    map[baseline.Ref]progress
	queue   []asked
	wake    chan struct{}
	over    bool           // nothing more is asked
	reading sync.WaitGroup // what digests files that the engine did not ask for
}

// progress is how far a step has come.
type progress struct {
	asked           bool // why it runs is being found out
	completed       bool
	failed, stopped bool
}

type asked struct {
	ref baseline.Ref
	at  time.Time
}

// newCauses returns nil where nothing is to be found out. All methods do nothing
// on nil.
func newCauses(ctx context.Context, req *Request, redact redactor, emit func(build.Event)) *causes {
	if req.Baseline.Dir == "" || req.Graph == nil || len(req.Graph.Stages) == 0 {
		return nil
	}
	store, err := baseline.Open(req.Baseline.Dir)
	if err != nil {
		emit(build.Event{Time: req.now(), Notice: &build.Notice{
			Level: model.LevelWarning, Text: "Why steps run again can't be said: keeping what they were compared with in " + sanitize.Text(req.Baseline.Dir) + ": " + sanitize.Text(err.Error()),
		}})
		return nil
	}
	c := &causes{
		req: req, emit: emit, store: store, began: req.now(),
		privacy: baseline.Privacy{Redact: func(s string) string {
			if req.Baseline.Redact != nil {
				s = req.Baseline.Redact(s)
			}
			return redact.text(s)
		}},
		trees: map[string]*baseline.Tree{}, seen: map[baseline.Ref]progress{}, locals: map[string]string{},
		loaded: make(chan struct{}), wake: make(chan struct{}, 1),
	}
	c.name = c.recordName()
	c.def = baseline.NewDefinition(req.Graph, store.Key, c.privacy)
	c.args = baseline.Fields(req.BuildArgs, store.Key, c.privacy)
	c.ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx)) // a cancelled build leaves a record too
	go c.load()
	c.judged.Go(c.judge)
	return c
}

// recordName tells apart projects, targets and platforms.
func (c *causes) recordName() string {
	place := func(path string) string {
		if abs, err := filepath.Abs(path); err == nil && path != "" {
			return abs
		}
		return path
	}
	parts := []string{place(c.req.DockerfilePath), place(c.req.ContextDir)}
	for _, t := range c.req.targets() {
		parts = append(parts, "target", c.req.Graph.Label(model.NodeID(t)))
	}
	return baseline.Name(append(append(parts, "platforms"), c.req.Platforms...)...)
}

func (c *causes) load() {
	defer close(c.loaded)
	var err error
	if c.was, err = c.store.Load(c.name); err != nil {
		c.was = nil
		text := err.Error()
		if errors.Is(err, baseline.ErrCorrupt) {
			text = "it is damaged, and is made anew by this build"
		}
		c.emit(build.Event{Time: c.req.now(), Notice: &build.Notice{
			Level: model.LevelWarning, Text: "The record of the last build can't be read, so why steps run again is not known: " + sanitize.Text(text),
		}})
	}
}
