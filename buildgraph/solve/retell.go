package solve

import (
	"errors"
	"strconv"
	"time"

	"github.com/moby/buildkit/client"
	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// Retelling makes events of a build that Run did not begin: one that the engine
// remembers, or that somebody else has it run. They are the events that Run would
// have told of it, as far as the engine knows.
//
// A Retelling is used by one goroutine.
type Retelling struct {
	begin   build.Begin
	started time.Time
	emit    func(build.Event)
	tr      *translator
}

// Retell emits Begin. No secret of the build is known here: Run saw to it that
// the engine keeps none (see forget).
func Retell(begin build.Begin, started time.Time, emit func(build.Event)) *Retelling {
	begin.Version = build.SchemaVersion
	r := &Retelling{begin: begin, started: started, emit: emit, tr: newTranslator(begin.Graph, nil, started, emit)}
	r.emit(build.Event{Time: started, Begin: &r.begin})
	return r
}

// Place says that the vertex of an op comes from lines of the Dockerfile. Call
// it before the vertex is told of.
func (r *Retelling) Place(dgst digest.Digest, op *pb.Op, at *pb.Locations, platform string) {
	r.tr.attr.mu.Lock()
	defer r.tr.attr.mu.Unlock()
	r.tr.attr.place(dgst, op, at, platform)
}

// Graph is the graph that is told of now.
func (r *Retelling) Graph() *model.Graph { return r.begin.Graph }

// Named says which steps the vertices carry out by their names. It is for builds
// of which the graph is known and the vertices have no place.
func (r *Retelling) Named(n *Names) {
	r.tr.attr.mu.Lock()
	for d, refs := range n.places(r.tr.attr) {
		r.tr.attr.add(d, refs)
	}
	r.tr.attr.mu.Unlock()
	r.tr.again(false)
}

// Redraw begins once more, with the graph that the names alone make. target is a
// stage's name; the last stage is meant when there is none of it.
func (r *Retelling) Redraw(n *Names, target string) {
	g, places := n.graph(r.begin.Graph.File)
	r.begin.Graph, r.begin.Targets = g, nil
	if i, ok := g.FindStage(target); ok {
		r.begin.Targets = []int{i}
	} else if d := g.DefaultTarget(); d >= 0 {
		r.begin.Targets = []int{d}
	}
	r.again(places, func() {})
}

// Known begins once more, with the graph of the Dockerfile, which has become
// known after all. place calls Place for the vertices.
func (r *Retelling) Known(g *model.Graph, targets []int, place func()) {
	r.begin.Graph, r.begin.Targets = g, targets
	r.again(map[string][]build.StepRef{}, place)
}

func (r *Retelling) again(places map[string][]build.StepRef, place func()) {
	a := r.tr.attr
	a.mu.Lock()
	a.graph, a.byDigest, a.names = r.begin.Graph, places, map[string]nameMatch{}
	a.mu.Unlock()
	place()
	begin := r.begin
	r.emit(build.Event{Time: r.started, Begin: &begin})
	r.tr.again(true)
}

// Status tells what the engine reports.
func (r *Retelling) Status(s *client.SolveStatus) { r.tr.status(s) }

// Fail ends a build at a step whose vertex said why.
func (r *Retelling) Fail(at time.Time, message string) {
	err := errors.New(message)
	if m := processEnded.FindStringSubmatch(message); m != nil {
		if code, convErr := strconv.ParseUint(m[2], 10, 32); convErr == nil {
			err = &gatewaypb.ExitError{ExitCode: uint32(code), Err: err}
		}
	}
	r.End(at, build.OutcomeFailed, err, nil)
}

// End tells how it ended. err is the build's error, as the engine gave it.
func (r *Retelling) End(at time.Time, outcome build.Outcome, err error, result *build.Result) {
	r.tr.flush()
	end := build.End{Outcome: outcome, Result: result}
	if err != nil && outcome == build.OutcomeFailed {
		end.Failure = r.tr.explain(err)
	}
	if latest := r.tr.latest; at.Before(latest) || outcome == build.OutcomeFailed && latest.After(r.started) {
		at = latest // a build that was kept open after it failed ended with its last step
	}
	r.emit(build.Event{Time: at, End: &end})
}
