package solve

import (
	"context"
	"sync"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/exporter/containerimage/exptypes"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/identity"
	"golang.org/x/sync/errgroup"

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
func Run(ctx context.Context, c *client.Client, req Request, emit func(build.Event)) build.End {
	r := &run{req: &req, client: c, emit: serial(emit)}
	r.emit(build.Event{Time: req.now(), Begin: &build.Begin{
		Version: build.SchemaVersion, Graph: req.Graph, Targets: req.targets(),
		Platforms: req.Platforms, Engine: req.Engine,
	}})
	end := r.build(ctx)
	r.causes.settle()
	r.emit(build.Event{Time: req.now(), End: &end})
	r.causes.keep(end)
	return end
}

func serial(emit func(build.Event)) func(build.Event) {
	var mu sync.Mutex
	return func(e build.Event) {
		mu.Lock()
		defer mu.Unlock()
		emit(e)
	}
}

// run is one build under way.
type run struct {
	req    *Request
	client *client.Client
	emit   func(build.Event)
	tr     *translator
	causes *causes
}

func (r *run) build(ctx context.Context) build.End {
	in, err := r.req.inputs()
	r.tr = newTranslator(r.req.Graph, in.secrets, r.req.now(), r.emit)
	if err != nil {
		return r.failed(err)
	}
	defer in.close()
	r.causes = newCauses(ctx, r.req, r.tr.redact, r.emit)
	r.causes.tap(in)
	r.tr.causes = r.causes
	opt, store, err := r.req.options(in)
	if err != nil {
		return r.failed(err)
	}
	if store != nil {
		defer store.close()
	}

	status := make(chan *client.SolveStatus)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for s := range status { // to its end, whatever happens: the client blocks otherwise
			r.tr.status(s)
		}
		r.tr.flush()
	}()
	opt.Ref = identity.NewID()
	r.describe(opt.FrontendAttrs)
	resp, err := r.client.Build(ctx, opt, product, r.frontend(in), status)
	<-drained
	if r.tr.redact.found.Load() {
		r.forget(opt.Ref)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return build.End{Outcome: build.OutcomeCancelled}
	case err != nil:
		return r.failed(err)
	}

	result := &build.Result{Digest: resp.ExporterResponse[exptypes.ExporterImageDigestKey], Tags: r.req.Tags}
	if store != nil {
		if result.Ref, err = store.keep(resp.ExporterResponse, r.req.Tags, r.req.now()); err != nil {
			return r.failed(err)
		}
	}
	return build.End{Outcome: build.OutcomeSucceeded, Result: result}
}

func (r *run) failed(err error) build.End {
	return build.End{Outcome: build.OutcomeFailed, Failure: r.tr.explain(err)}
}

func (r *run) notice(text string) {
	r.emit(build.Event{Time: r.req.now(), Notice: &build.Notice{Level: model.LevelWarning, Text: text}})
}

// frontend runs inside the build: it has the Dockerfile frontend make LLB of the
// first target, learns from it which vertex is which step, and hands the lazy
// result on to be evaluated and exported. Further targets are evaluated beside it.
func (r *run) frontend(in *inputs) gateway.BuildFunc {
	return func(ctx context.Context, gw gateway.Client) (*gateway.Result, error) {
		r.causes.reached(gw)
		attrs, err := r.frontendAttrs(ctx, gw, in)
		if err != nil {
			return nil, err
		}
		targets := r.req.targets()
		if len(targets) == 0 {
			return r.toLLB(ctx, gw, attrs)
		}
		others, othersCtx := errgroup.WithContext(ctx)
		var first *gateway.Result
		for i, t := range targets {
			res, err := r.toLLB(ctx, gw, withTarget(attrs, r.req.Graph, t))
			if err != nil {
				return nil, err
			}
			if i == 0 {
				first = res
				continue
			}
			others.Go(func() error {
				return res.EachRef(func(ref gateway.Reference) error { return ref.Evaluate(othersCtx) })
			})
		}
		return first, others.Wait()
	}
}

// toLLB has the frontend translate the Dockerfile; nothing is executed yet.
func (r *run) toLLB(ctx context.Context, gw gateway.Client, attrs map[string]string) (*gateway.Result, error) {
	res, err := gw.Solve(ctx, gateway.SolveRequest{Frontend: "dockerfile.v0", FrontendOpt: attrs})
	if err != nil {
		return nil, err
	}
	r.tr.learn(ctx, res)
	return res, nil
}
