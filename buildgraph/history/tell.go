package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	controlapi "github.com/moby/buildkit/api/services/control"
	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Tell tells of one build as solve.Run would have: a finished one at once, a
// running one until it ends. When ctx ends first, Tell returns its error without
// an End event, and the build goes on. Any other error says why nothing, or no
// more, could be told.
func (e *Engine) Tell(ctx context.Context, ref string, emit func(build.Event)) error {
	entry, err := e.entry(ctx, ref)
	if err != nil {
		return err
	}
	buildErr := e.errorOf(ctx, entry)
	t := &tale{engine: e, entry: entry, src: e.sourceOf(ctx, entry, buildErr), emit: emit}
	running := entry.CompletedAt == nil
	if running {
		err = t.follow(ctx)
		if errors.Is(err, errStands) {
			t.r.Fail(t.stands.at, t.stands.failed)
			return nil
		}
	} else {
		err = t.recall(ctx)
	}
	if err != nil {
		return reading(ctx, err)
	}
	if running {
		if t.entry, err = e.ended(ctx, ref); err != nil {
			return reading(ctx, err)
		}
		buildErr = e.errorOf(ctx, t.entry)
		t.learnLate(ctx, buildErr)
	}
	t.r.End(stamp(t.entry.CompletedAt), outcomeOf(t.entry), buildErr, resultOf(t.entry))
	return nil
}

func reading(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrGone):
		return err
	case grpcerrors.Code(err) == codes.Unavailable:
		return errors.New("the engine does not answer any more: see whether it still runs")
	case grpcerrors.Code(err) == codes.NotFound:
		return errors.New("the engine has lost the log of this build; stagedive history rm takes it off the list")
	}
	return fmt.Errorf("reading the engine's log of this build: %w", err)
}

// tale is one build being told.
type tale struct {
	engine *Engine
	entry  *controlapi.BuildHistoryRecord
	src    source
	emit   func(build.Event)
	r      *solve.Retelling
	stands standing // of one that runs
}

// errStands ends the report of a build that has failed and is kept open.
var errStands = errors.New("the build stands at a step that failed")

// begin starts the tale with a graph.
func (t *tale) begin(g *model.Graph) {
	t.r = solve.Retell(build.Begin{
		Graph: g, Targets: t.targets(g), Platforms: recordOf(t.entry).Platforms, Engine: t.engine.info,
	}, stamp(t.entry.CreatedAt), t.emit)
	t.placeAll()
}

func (t *tale) placeAll() {
	for _, p := range t.src.places {
		t.r.Place(p.digest, p.op, p.at, p.platform)
	}
}

// parsed is the graph of the Dockerfile, if anybody has it.
func (t *tale) parsed() *model.Graph {
	if t.src.text == nil {
		return nil
	}
	a := t.entry.FrontendAttrs
	g := buildgraph.Parse(t.src.text, buildgraph.Options{
		File: sanitize.Text(cmp.Or(recordOf(t.entry).Title(), t.src.name)), Target: a["target"], BuildArgs: argsOf(a),
		Platforms: recordOf(t.entry).Platforms, NamedContexts: contextsOf(a),
	})
	if len(g.Stages) == 0 && len(g.Problems) == 0 {
		return nil
	}
	return g
}

func (t *tale) targets(g *model.Graph) []int {
	if name := targetOf(t.entry.FrontendAttrs); name != "" {
		if i, ok := g.FindStage(name); ok {
			return []int{i}
		}
	}
	if d := g.DefaultTarget(); d >= 0 {
		return []int{d}
	}
	return nil
}

// recall tells of a build that has ended.
func (t *tale) recall(ctx context.Context) error {
	names := solve.NewNames()
	var all []*client.SolveStatus
	err := t.engine.status(ctx, t.entry.Ref, func(s *client.SolveStatus) {
		names.Add(s)
		all = append(all, s)
	})
	if err != nil {
		return err
	}
	if g := t.parsed(); g != nil {
		t.begin(g)
		if len(t.src.places) == 0 {
			t.r.Named(names)
		}
	} else {
		t.begin(t.unknown())
		t.r.Redraw(names, t.entry.FrontendAttrs["target"])
		t.withoutDockerfile()
	}
	for _, s := range all {
		t.r.Status(s)
	}
	return nil
}

// follow tells of a build that runs. What its vertices are is known by their
// names only: the engine writes the provenance at the end.
func (t *tale) follow(ctx context.Context) error {
	g := t.parsed()
	learn := func(n *solve.Names) { t.r.Named(n) }
	if g == nil {
		g = t.unknown()
		learn = func(n *solve.Names) { t.r.Redraw(n, t.entry.FrontendAttrs["target"]) }
	}
	t.begin(g)
	if t.src.text == nil {
		t.withoutDockerfile()
	}
	names := solve.NewNames()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	err := t.engine.status(ctx, t.entry.Ref, func(s *client.SolveStatus) {
		if names.Add(s) {
			learn(names)
		}
		t.r.Status(s)
		if t.stands.add(s); holds(t.entry) && t.stands.still() {
			cancel(errStands)
		}
	})
	if errors.Is(context.Cause(ctx), errStands) {
		return errStands
	}
	return err
}

// learnLate shows the Dockerfile of a build that was watched without one, when its
// end has brought it.
func (t *tale) learnLate(ctx context.Context, buildErr error) {
	if t.src.text != nil {
		return
	}
	t.src = t.engine.sourceOf(ctx, t.entry, buildErr)
	if g := t.parsed(); g != nil {
		t.r.Known(g, t.targets(g), func() { t.placeAll() })
	}
}

// unknown is the graph of a build of which no step is known.
func (t *tale) unknown() *model.Graph { return &model.Graph{File: recordOf(t.entry).Title()} }

func (t *tale) withoutDockerfile() {
	t.emit(build.Event{Time: stamp(t.entry.CreatedAt), Notice: &build.Notice{
		Text: "The engine has not told this build's Dockerfile: its stages are drawn from the names of its steps.",
	}})
}

// status reads the reports of a build, to the end of those there are.
func (e *Engine) status(ctx context.Context, ref string, report func(*client.SolveStatus)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := e.client.ControlClient().Status(ctx, &controlapi.StatusRequest{Ref: ref})
	if err != nil {
		return err
	}
	for {
		s, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		report(client.NewSolveStatus(s))
	}
}

// ended waits until the engine has written down how a build ended.
func (e *Engine) ended(ctx context.Context, ref string) (*controlapi.BuildHistoryRecord, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events, err := e.client.ControlClient().ListenBuildHistory(ctx, &controlapi.BuildHistoryRequest{}) // not by Ref: see solve, waitWritten
	if err != nil {
		return nil, err
	}
	for {
		ev, err := events.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil, ErrGone
		case err != nil:
			return nil, err
		case ev.Record.GetRef() != ref:
		case ev.Type == controlapi.BuildHistoryEventType_COMPLETE:
			return ev.Record, nil
		case ev.Type == controlapi.BuildHistoryEventType_DELETED:
			return nil, ErrGone
		}
	}
}

// resultOf is what a build made, as far as it can be told from here: the image
// itself may be gone from where it was sent.
func resultOf(r *controlapi.BuildHistoryRecord) *build.Result {
	if outcomeOf(r) != build.OutcomeSucceeded {
		return nil
	}
	var out build.Result
	if r.Result != nil {
		d := r.Result.ResultDeprecated
		for _, first := range r.Result.Results {
			d = first
		}
		out.Digest = sanitize.Text(d.GetDigest())
	}
	return &out
}
