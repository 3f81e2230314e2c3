package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/watch"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui"
)

// watch tells of changes to what reaches a target, until ctx is over. The target
// is meant by its name: a Dockerfile that changes may have it elsewhere.
func (j *job) watch(ctx context.Context, target int, emit func(watch.Event)) {
	file, graph := j.now()
	label := graph.Label(model.NodeID(target))
	watch.Run(ctx, func(context.Context) (watch.Set, error) { return j.watchSet(file, label) }, watch.Timing{}, emit)
}

// watchSet is what the target takes from this machine, by the Dockerfile as it is
// on disk now; file is that from stdin.
func (j *job) watchSet(file buildgraph.Source, label string) (watch.Set, error) {
	if file.Path != "" {
		var err error
		if file, err = buildgraph.Load(j.path, j.flags.file, nil); err != nil {
			return watch.Set{}, err
		}
	}
	named, err := j.flags.named()
	if err != nil {
		return watch.Set{}, err
	}
	dirs := map[string]string{"": file.Context}
	for name, value := range named {
		if dir, ok := solve.LocalContext(value); ok {
			dirs[buildgraph.ContextName(name)] = dir
		}
	}
	opts, err := j.options(file)
	if err != nil {
		return watch.Set{}, err
	}
	graph := buildgraph.Parse(file.Text, opts)
	i := slices.IndexFunc(graph.Stages, func(s model.Stage) bool { return s.Label() == label })
	if i < 0 {
		i = graph.DefaultTarget()
	}
	return watch.Of(file, buildgraph.Reads(file.Text, opts, i), dirs), nil
}

// watcher is a job as the explorer's Watcher.
type watcher struct{ job *job }

func (w watcher) Watch(ctx context.Context, target int, emit func(tui.Watched)) {
	w.job.watch(ctx, target, func(e watch.Event) { emit(tui.Watched(e)) })
}

// changes collects what a watch tells while a build runs.
type changes struct {
	mu    sync.Mutex
	event watch.Event
	bell  chan struct{}
}

func (c *changes) put(e watch.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.Changed = append(c.event.Changed, e.Changed...)
	c.event = e
	select {
	case c.bell <- struct{}{}:
	default: // it has rung already
	}
}

func (c *changes) take() watch.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.event
	c.event.Changed = nil
	slices.Sort(e.Changed)
	e.Changed = slices.Compact(e.Changed)
	return e
}

// headlessWatch builds, and again after every change, until it is interrupted:
// then the last build's error is the answer. A running build is left to finish;
// whatever changes meanwhile is built once after it.
func headlessWatch(ctx context.Context, j *job, out *outputFlags, sinks *sinks) error {
	over, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	in := &changes{bell: make(chan struct{}, 1)}
	running.Go(func() { j.watch(over, j.target, in.put) })

	if err := sinks.begin(); err != nil {
		return err
	}
	var told watch.Event
	select { // what changes while the first build begins must be seen
	case <-ctx.Done():
		return exitError{exitInterrupted, nil}
	case <-in.bell:
		told = in.take()
		sinks.note(watchNote(told, watch.Event{}))
	}
	err := j.sayFailed(headlessOnce(ctx, j, out, sinks))
	for {
		select {
		case <-ctx.Done():
			return err
		case <-in.bell:
		}
		e := in.take()
		sinks.note(watchNote(e, told))
		told = e
		if len(e.Changed) == 0 {
			continue
		}
		sinks.note(build.Some(e.Changed) + " changed: building again")
		j.target = j.freshen(ctx, j.target)
		err = j.sayFailed(headlessOnce(ctx, j, out, sinks))
		if b := sinks.build; b.End != nil && ctx.Err() == nil {
			arrow := "→"
			if j.env.ascii() {
				arrow = "->"
			}
			sinks.note(b.CostOf(e.Changed, arrow))
		}
	}
}

// watchNote says what is new about the watch itself; "" when nothing is.
func watchNote(e, before watch.Event) string {
	switch {
	case e.Err != nil && (before.Err == nil || before.Err.Error() != e.Err.Error()):
		return "watching for changes: " + e.Err.Error()
	case e.Err != nil, len(e.Changed) > 0, e.Files == before.Files && e.Polling == before.Polling && before.Err == nil:
		return ""
	}
	text := "watching " + measure.Plural(e.Files, "file")
	if e.Polling != "" {
		text += ", every few seconds: " + e.Polling
	}
	return text + "; ^C ends"
}

// sayFailed tells of an error that no line of the build has told, and keeps its
// code.
func (j *job) sayFailed(err error) error {
	var exit exitError
	if err == nil || errors.As(err, &exit) && exit.err == nil {
		return err
	}
	return exitError{say(j.env.stderr, err), nil}
}

// sinks are all that the events of a headless build go to.
type sinks struct {
	progress string
	env      environment
	keep     []func(build.Event) error // across builds: the record, the timing
	show     func(build.Event) error   // of this build
	build    *build.Build
	err      error // the first
}

// sinksBeside are for a build beside which something else goes to stdout: they tell of it
// on stderr, unless that is to be quiet.
func sinksBeside(env environment, quiet bool) (*sinks, error) {
	env.stdout = env.stderr
	s := &sinks{env: env, progress: "plain"}
	return s, s.again(quiet)
}

// again makes ready for another build that is told of, or not.
func (s *sinks) again(quiet bool) error {
	err := s.begin()
	if quiet {
		s.show = func(build.Event) error { return nil }
	}
	return err
}

// failed says why the build failed, where nothing else was told of it.
func (s *sinks) failed(quiet bool) {
	if end := s.build.End; quiet && end != nil && end.Failure != nil {
		fmt.Fprintln(s.env.stderr, "stagedive:", end.Failure.Message)
	}
}

// begin makes ready for another build.
func (s *sinks) begin() error {
	show, err := shower(s.env, s.progress)
	s.show, s.build = show, build.New()
	return err
}

func (s *sinks) write(e build.Event) {
	e = redacted(e)
	s.build.Apply(e)
	for _, write := range append([]func(build.Event) error{s.show}, s.keep...) {
		if err := write(e); err != nil && s.err == nil {
			s.err = fmt.Errorf("writing the output: %w", err)
		}
	}
}

// note shows a sentence of stagedive's own.
func (s *sinks) note(text string) {
	if text = strings.TrimSpace(text); text != "" && s.show != nil {
		e := build.Event{Time: time.Now(), Notice: &build.Notice{Text: text}}
		if err := s.show(e); err != nil && s.err == nil {
			s.err = fmt.Errorf("writing the output: %w", err)
		}
	}
}
