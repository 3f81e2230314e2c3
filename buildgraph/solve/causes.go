package solve

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/moby/buildkit/client/llb"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/buildgraph/baseline"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/advice"
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

// tap lets the trees see what the engine reads of the local contexts.
func (c *causes) tap(in *inputs) {
	if c == nil {
		return
	}
	for name, dir := range in.dirs {
		tree := baseline.NewTree(name, dir, in.locals[name], c.store.Key)
		c.trees[name] = tree
		in.locals[name] = tree
	}
}

// learn takes in the LLB of a target before anything of it runs.
func (c *causes) learn(def *llb.Definition, steps baseline.Steps) {
	if c == nil {
		return
	}
	ignored := map[string]bool{}
	for dgst, m := range def.Metadata {
		ignored[dgst.String()] = m.IgnoreCache
	}
	for _, src := range c.def.Add(def.Def, ignored, steps) {
		tree := c.trees[src.Name]
		if tree == nil {
			continue
		}
		c.mu.Lock()
		c.locals[src.Vertex] = src.Name
		c.mu.Unlock()
		tree.Scan(c.ctx, src, func() *baseline.Listing {
			<-c.loaded
			return c.was.Newest(src.Name)
		})
	}
}

// reached learns which engine builds.
func (c *causes) reached(gw gateway.Client) {
	if c == nil {
		return
	}
	var ids []string
	for _, w := range gw.BuildOpts().Workers {
		ids = append(ids, w.ID)
	}
	slices.Sort(ids)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.engine = strings.Join(ids, " ")
}

// saw follows a vertex.
func (c *causes) saw(v build.Vertex) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if name, ok := c.locals[v.Digest]; ok && v.Completed != nil {
		delete(c.locals, v.Digest)
		tree := c.trees[name]
		c.reading.Go(func() { // what the engine asked for is known: the rest is read beside the build
			if l := tree.Listing(c.ctx); l != nil {
				tree.Complete(c.ctx, l)
			}
		})
	}
	for _, step := range v.Steps {
		ref := baseline.Ref{Stage: step.Stage, Step: step.Step, Platform: v.Platform}
		p := c.seen[ref]
		part := slices.IndexFunc(c.def.Ops(ref), func(d string) bool { return d == v.Digest || withoutCache(digest.Digest(d)) == v.Digest })
		if part >= 0 && v.Started != nil && !v.Cached && !p.asked {
			p.asked = true
			c.queue = append(c.queue, asked{ref, *v.Started})
			c.signal()
		}
		switch {
		case v.Error != "" && v.Cancelled:
			p.stopped = true
		case v.Error != "":
			p.failed = true
		case part == 0 && (v.Cached || v.Completed != nil):
			p.completed = true
		}
		c.seen[ref] = p
	}
}

func (c *causes) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// next waits for a step to judge; false when there will be none.
func (c *causes) next() (asked, bool) {
	for {
		c.mu.Lock()
		if len(c.queue) > 0 {
			a := c.queue[0]
			c.queue = c.queue[1:]
			c.mu.Unlock()
			return a, true
		}
		over := c.over
		c.mu.Unlock()
		if over {
			return asked{}, false
		}
		<-c.wake
	}
}

func (c *causes) judge() {
	<-c.loaded
	var j *baseline.Judge
	for {
		a, ok := c.next()
		if !ok {
			return
		}
		if c.was == nil {
			continue
		}
		if j == nil {
			j = c.newJudge()
		}
		cause, ok := j.Cause(c.ctx, a.ref)
		if !ok {
			continue
		}
		if cause.Kind == build.CauseFiles {
			cause.Advice = c.advise(j, a.ref, cause)
		}
		if n := len(cause.Paths); n > build.MaxCausePaths {
			cause.Paths, cause.More = cause.Paths[:build.MaxCausePaths:build.MaxCausePaths], n-build.MaxCausePaths
		}
		c.emit(build.Event{Time: a.at, Cause: &cause})
	}
}

// advise judges the order of instructions by all the paths that changed.
func (c *causes) advise(j *baseline.Judge, ref baseline.Ref, cause build.Cause) *build.Advice {
	files := j.Copied(c.ctx, ref)
	if files == nil {
		return nil
	}
	changed := make([]string, 0, len(cause.Paths))
	for _, p := range cause.Paths {
		changed = append(changed, p.Path)
	}
	return advice.Order(c.req.Graph, cause.Step, changed, files)
}

func (c *causes) newJudge() *baseline.Judge {
	j := &baseline.Judge{
		Graph: c.req.Graph, Definition: c.def, Trees: c.trees, Was: c.was, Engine: c.engineID(), Args: c.args,
		Ran: func(ref baseline.Ref) bool {
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.seen[ref].asked
		},
	}
	switch {
	case c.req.NoCache:
		j.NoCache = "--no-cache"
	case len(c.req.NoCacheFilter) > 0:
		j.NoCache = "--no-cache-filter=" + strings.Join(c.req.NoCacheFilter, ",")
	}
	j.Prepare()
	return j
}

func (c *causes) engineID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.engine
}

// How long the end of a build waits for what is still being compared or read: less
// where somebody wants to be rid of it.
const (
	patience = 2 * time.Second
	hurry    = 300 * time.Millisecond
)

func (c *causes) patience(o build.Outcome) <-chan time.Time {
	switch p := c.req.Baseline.Patience; {
	case p > 0:
		return time.After(p)
	case o == build.OutcomeCancelled:
		return time.After(hurry)
	}
	return time.After(patience)
}

// settle lets what was asked be answered. Nothing is emitted after it.
func (c *causes) settle(end build.End) {
	if c == nil {
		return
	}
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.signal()
	done := make(chan struct{})
	go func() {
		c.judged.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-c.patience(end.Outcome):
		c.cancel() // what is not known by now stays unsaid
		<-done
	}
}

// keep writes down what the next build is compared with.
func (c *causes) keep(end build.End) {
	if c == nil {
		return
	}
	defer c.cancel()
	done := make(chan struct{})
	go func() {
		c.reading.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-c.patience(end.Outcome):
	}
	c.cancel()
	<-done
	listings := c.listings() // as far as they are known
	record := baseline.Snapshot(baseline.Seen{
		Began: c.began, Engine: c.engineID(), Args: c.args, Graph: c.req.Graph,
		Definition: c.def, Listings: listings, Outcome: c.outcome(end),
	}, c.was)
	if len(record.Units) == 0 {
		return // it did not come far enough to be compared with
	}
	if record.Same(c.was) {
		_ = c.store.Touch(c.name, c.req.now()) // the worst is that it is forgotten early
		return
	}
	// Where it cannot be written, nothing is lost but an explanation, of which the
	// build that misses it could say nothing anyway.
	_ = c.store.Save(c.name, record)
}

func (c *causes) listings() []baseline.Listing {
	var out []baseline.Listing
	for _, name := range slices.Sorted(maps.Keys(c.trees)) {
		if l := c.trees[name].Final(c.ctx); l != nil {
			out = append(out, *l)
		}
	}
	return out
}

// outcome says how far a step came. What a build that succeeded never had to look
// at is in the cache.
func (c *causes) outcome(end build.End) func(baseline.Ref) (baseline.Outcome, bool) {
	return func(ref baseline.Ref) (baseline.Outcome, bool) {
		c.mu.Lock()
		defer c.mu.Unlock()
		switch p := c.seen[ref]; {
		case p.failed:
			return baseline.Failed, true
		case p.completed || end.Outcome == build.OutcomeSucceeded:
			return baseline.Completed, true
		case p.stopped || p.asked:
			return baseline.Stopped, true
		}
		return 0, false
	}
}
