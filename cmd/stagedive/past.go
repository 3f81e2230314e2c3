package main

import (
	"context"
	"sync"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/model/sanitize"
)

// remembered is a tui.History: the builds of the engine that the flags name. It
// is reached anew for each question, which takes milliseconds when it runs; the
// embedded one is started when it does not.
type remembered struct {
	engine  engineFlags
	project string

	mu    sync.Mutex
	ref   string       // of the image of the build that was told of last; "" when none is here
	graph *model.Graph // and its Dockerfile, which may not be today's
}

// List gives the builds that the engine remembers.
func (r *remembered) List(ctx context.Context) ([]history.Record, error) {
	conn, err := r.engine.reach(ctx, func(string) {})
	if err != nil {
		return nil, err
	}
	defer conn.Close() // only read
	return historyOf(conn).List(ctx)
}

// Tell tells of one of them. An image that it made and that is still kept for
// looking at can be opened.
func (r *remembered) Tell(ctx context.Context, ref string, emit func(build.Event)) error {
	conn, err := r.engine.reach(ctx, func(text string) {
		emit(build.Event{Notice: &build.Notice{Text: sanitize.Text(text)}})
	})
	if err != nil {
		return err
	}
	defer conn.Close() // only read
	var graph *model.Graph
	return historyOf(conn).Tell(ctx, ref, func(e build.Event) {
		switch {
		case e.Begin != nil:
			graph = e.Begin.Graph
		case e.End != nil:
			e = r.withImage(e, graph)
		}
		emit(e)
	})
}

// withImage adds to the end of a build where its image lies.
func (r *remembered) withImage(e build.Event, graph *model.Graph) build.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ref, r.graph = "", nil
	dir, err := imageStore()
	if err != nil || e.End.Result == nil {
		return e
	}
	ref, ok := solve.Kept(dir, e.End.Result.Digest)
	if !ok {
		return e
	}
	end, result := *e.End, *e.End.Result
	result.Ref, end.Result, e.End = ref, &result, &end
	r.ref, r.graph = ref, graph
	return e
}

// dockerfile is that of the image, when it is a past build's that is looked at.
func (r *remembered) dockerfile(ref string) (*model.Graph, bool) {
	if r == nil {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.graph, r.ref == ref && ref != ""
}

// forget says that a build of the explorer's own is looked at now.
func (r *remembered) forget() {
	if r == nil {
		return // a replay looks at no past builds
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ref, r.graph = "", nil
}

// Project names the context whose builds come first.
func (r *remembered) Project() string { return r.project }
