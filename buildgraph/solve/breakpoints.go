package solve

import (
	"context"
	"slices"
	"sync"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model/build"
)

// breakpoints stops before each step that has one, in the order in which they are
// reached, while others make all that needs none of them.
func (r *run) breakpoints(ctx context.Context, gw gateway.Client, others *sync.WaitGroup) error {
	if r.req.Stopped == nil || len(r.req.Breakpoints) == 0 {
		return nil
	}
	for i := range r.defs {
		if err := r.breakIn(ctx, gw, &r.defs[i], others); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) breakIn(ctx context.Context, gw gateway.Client, d *definition, others *sync.WaitGroup) error {
	left := map[digest.Digest]bool{}
	order := r.brokenAt(d)
	for _, b := range order {
		left[b.op] = true
	}
	for _, b := range order {
		for _, in := range d.beside(left) {
			// It goes on when the build does: then it is part of the whole. Why one fails
			// is told there too.
			others.Go(func() { _, _ = solveInput(ctx, gw, d, in) })
		}
		if err := r.breakBefore(ctx, gw, d, b); err != nil {
			return err
		}
		delete(left, b.op)
	}
	return nil
}

// broken is a breakpoint in a target's LLB.
type broken struct {
	op   digest.Digest
	step build.StepRef
}

// brokenAt finds the ops of the steps with breakpoints. Those of one step follow
// one another, the last one makes its result; a breakpoint stands before that.
func (r *run) brokenAt(d *definition) []broken {
	var out []broken
	for _, dgst := range d.order {
		refs, _ := r.tr.attr.of(dgst.String(), "")
		for _, ref := range refs {
			if !slices.Contains(r.req.Breakpoints, ref) {
				continue
			}
			if i := slices.IndexFunc(out, func(b broken) bool { return b.step == ref }); i >= 0 {
				out = slices.Delete(out, i, i+1)
			}
			if !slices.ContainsFunc(out, func(b broken) bool { return b.op == dgst }) {
				out = append(out, broken{dgst, ref})
			}
		}
	}
	return out
}

// breakBefore makes what the step needs, and waits.
func (r *run) breakBefore(ctx context.Context, gw gateway.Client, d *definition, b broken) error {
	set, err := r.stateBefore(ctx, gw, d, d.ops[b.op])
	if err != nil {
		return err
	}
	at := r.stopAt(build.StopBreakpoint, b.step, d.platform)
	over := make(chan struct{})
	h := hold.New(gw, at, r.req.Helper, over, func() { close(over) })
	set(h)
	defer h.Close()
	r.emit(build.Event{Time: r.req.now(), Stop: &at})
	r.req.Stopped(ctx, h)
	if ctx.Err() == nil {
		past := at
		past.Over = true
		r.emit(build.Event{Time: r.req.now(), Stop: &past})
	}
	return context.Cause(ctx)
}
