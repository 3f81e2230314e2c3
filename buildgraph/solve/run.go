package solve

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/moby/buildkit/client"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/identity"
	"golang.org/x/sync/errgroup"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// product is how we name ourselves to the engine's capability negotiation.
const product = "stagedive"

// Run builds and reports every step of it through emit, from one Begin to one
// End event, which it also returns. Cancelling ctx cancels the build; Run still
// returns only when the engine has let go of it.
//
// emit is never called concurrently. While it blocks, so does the build.
//
// Where the request asks for it, the Hold is what the build has left to look
// into, nil when that is nothing. It lives on when ctx is cancelled after Run has
// returned; the caller closes it, and the client after that.
func Run(ctx context.Context, c *client.Client, req Request, emit func(build.Event)) (build.End, *hold.Hold) {
	r := &run{req: &req, client: c, out: outlet{emit: emit}, stopped: make(chan stopped)}
	r.emit(build.Event{Time: req.now(), Begin: &build.Begin{
		Version: build.SchemaVersion, Graph: req.Graph, Targets: req.targets(),
		Platforms: req.Platforms, Engine: req.Engine,
	}})
	end, held := r.build(ctx)
	r.causes.settle(end)
	r.out.last(build.Event{Time: req.now(), End: &end})
	r.causes.keep(end)
	return end, held
}

// outlet passes events on, one at a time, until the last one has passed.
type outlet struct {
	mu   sync.Mutex
	emit func(build.Event)
	done bool
}

func (o *outlet) send(e build.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.done {
		o.emit(e)
	}
}

func (o *outlet) last(e build.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done = true
	o.emit(e)
}

// run is one build under way.
type run struct {
	req    *Request
	client *client.Client
	out    outlet
	tr     *translator
	causes *causes
	defs   []definition        // of the targets, learned so far
	images []build.TargetImage // that are exported together, without where they lie

	spare   sparing
	stopped chan stopped // takes one, when the build has stopped and is to be held
}

func (r *run) emit(e build.Event) {
	if e.Vertex != nil {
		r.spare.saw(*e.Vertex)
	}
	r.out.send(e)
}

func (r *run) build(ctx context.Context) (build.End, *hold.Hold) {
	in, err := r.req.inputs()
	r.tr = newTranslator(r.req.Graph, in.secrets, r.req.now(), r.emit)
	r.tr.redact = r.tr.redact.with(told(r.req.Graph, r.req.BuildArgs))
	if err != nil {
		return r.failed(err), nil
	}
	r.causes = newCauses(ctx, r.req, r.tr.redact, r.emit)
	r.causes.tap(in)
	r.tr.causes, r.tr.together = r.causes, r.req.ExportAll
	opt, store, err := r.req.options(in)
	if err != nil {
		in.close()
		return r.failed(err), nil
	}
	// A held build outlives ctx, and so does all that it uses.
	buildCtx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	r.spare.graph = r.req.Graph
	spared := atomic.Bool{}
	if r.req.WouldRun != nil {
		r.spare.from(func(ref build.StepRef) {
			spared.Store(true)
			r.req.WouldRun(ref)
			cancel(errWouldRun)
		})
	}
	var resp *client.SolveResponse
	over := make(chan struct{})
	go func() {
		defer close(over)
		resp, err = r.solve(buildCtx, opt, r.frontend(in))
	}()
	tidy := func() {
		<-over
		cancel(nil)
		in.close()
		if store != nil {
			store.close()
		}
	}
	select {
	case s := <-r.stopped:
		if stop() {
			go tidy()
			return s.end, s.held(over)
		}
	case <-over:
	}
	<-over
	defer tidy()
	switch {
	case err != nil && (ctx.Err() != nil || spared.Load()):
		return build.End{Outcome: build.OutcomeCancelled}, nil
	case err != nil:
		return r.failed(err), nil
	}

	result, err := r.result(store, resp.ExporterResponse)
	if err != nil {
		return r.failed(err), nil
	}
	return build.End{Outcome: build.OutcomeSucceeded, Result: result}, nil
}

// solve runs the build and reports what happens in it, all of it.
func (r *run) solve(ctx context.Context, opt client.SolveOpt, frontend gateway.BuildFunc) (*client.SolveResponse, error) {
	status := make(chan *client.SolveStatus)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for s := range status { // to its end, whatever happens: the client blocks otherwise
			r.tr.status(s)
		}
		r.tr.flush()
	}()
	opt.Ref, opt.Internal = identity.NewID(), r.req.Unrecorded
	r.describe(opt.FrontendAttrs)
	resp, err := r.client.Build(ctx, opt, product, frontend, status)
	<-drained
	if r.tr.redact.found.Load() && !r.req.Unrecorded {
		r.forget(opt.Ref)
	}
	return resp, err
}

func (r *run) failed(err error) build.End {
	return build.End{Outcome: build.OutcomeFailed, Failure: r.tr.explain(err)}
}

func (r *run) notice(text string) {
	r.emit(build.Event{Time: r.req.now(), Notice: &build.Notice{Level: model.LevelWarning, Text: text}})
}

// frontend runs inside the build: it has the Dockerfile frontend make LLB of the
// first target, learns from it which vertex is which step, and hands the lazy
// result on to be evaluated and exported. Further targets are evaluated beside it,
// and so is the first one where the build may be held.
func (r *run) frontend(in *inputs) gateway.BuildFunc {
	return func(ctx context.Context, gw gateway.Client) (*gateway.Result, error) {
		r.causes.reached(gw)
		var others sync.WaitGroup
		defer others.Wait()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		attrs, err := r.frontendAttrs(ctx, gw, in)
		if err != nil {
			return nil, err
		}
		targets := r.req.targets()
		if len(targets) == 0 {
			return r.toLLB(ctx, gw, attrs)
		}
		var first *gateway.Result
		var all, evaluated []*gateway.Result
		for i, t := range targets {
			res, err := r.toLLB(ctx, gw, withTarget(attrs, r.req.Graph, t))
			if err != nil {
				return nil, err
			}
			if i == 0 {
				first = res
			}
			all = append(all, res)
			if i > 0 && !r.req.ExportAll || r.req.mayHold() {
				evaluated = append(evaluated, res)
			}
		}
		if r.req.HoldResult && r.req.HoldAt != nil {
			return gateway.NewResult(), r.holdStep(ctx, gw, first)
		}
		if err := r.breakpoints(ctx, gw, &others); err != nil {
			return nil, r.holdFailure(ctx, gw, err)
		}
		if err := evaluate(ctx, evaluated); err != nil {
			return nil, r.holdFailure(ctx, gw, err)
		}
		if err := r.holdResult(ctx, gw, first); err != nil || !r.req.ExportAll {
			return first, err
		}
		return r.together(all)
	}
}

// evaluate makes results, all at once, until one fails.
func evaluate(ctx context.Context, results []*gateway.Result) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, res := range results {
		_ = res.EachRef(func(ref gateway.Reference) error {
			all.Go(func() error { return ref.Evaluate(ctx) })
			return nil
		})
	}
	return all.Wait()
}

// toLLB has the frontend translate the Dockerfile; nothing is executed yet.
func (r *run) toLLB(ctx context.Context, gw gateway.Client, attrs map[string]string) (*gateway.Result, error) {
	res, err := gw.Solve(ctx, gateway.SolveRequest{Frontend: "dockerfile.v0", FrontendOpt: attrs})
	if err != nil {
		return nil, err
	}
	defs := r.tr.learn(ctx, res)
	r.defs = append(r.defs, defs...)
	if r.req.Anew {
		err = r.anew(ctx, gw, res, defs)
	}
	return res, err
}
