package solve

import (
	"context"
	"errors"
	"slices"
	"time"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model/build"
)

// link is one of the file systems that a result was built up from.
type link struct {
	in   *pb.Input // what it is a result of
	step *build.StepRef
}

// chain is what a target's result was built up from, the lowest first, itself
// last: one for each step of its stage, of those that it is based on, and for the
// image below those.
func (r *run) chain(d *definition, target int) []link {
	if len(d.order) == 0 {
		return nil
	}
	stages := r.req.Graph.Lineage(target)
	var out []link
	// LLB ends with an op of no kind that points at the result.
	ends := d.ops[d.order[len(d.order)-1]].Inputs
	if len(ends) == 0 {
		return nil
	}
	for in, ok := ends[0], true; ok; {
		op := d.ops[digest.Digest(in.Digest)]
		if op == nil {
			break
		}
		l := link{in: in, step: r.stepIn(stages, in)}
		// Of the several ops of one step the last one makes its result.
		if len(out) == 0 || l.step == nil || out[len(out)-1].step == nil || *l.step != *out[len(out)-1].step {
			out = append(out, l)
		}
		in, ok = base(op)
	}
	slices.Reverse(out)
	return out
}

// stepIn is the step of one of the stages that an op carries out.
func (r *run) stepIn(stages []int, in *pb.Input) *build.StepRef {
	refs, _ := r.tr.attr.of(in.Digest, "")
	for _, ref := range refs {
		if slices.Contains(stages, ref.Stage) {
			return &ref
		}
	}
	return nil
}

// upToStep cuts a chain off after a step, or the last one before it that made
// files. None are left when there is no such step.
func upToStep(chain []link, at build.StepRef) []link {
	end := 0
	for i, l := range chain {
		switch {
		case l.step == nil:
			if i == end {
				end = i + 1 // what everything stands on
			}
		case l.step.Stage != at.Stage || l.step.Step <= at.Step:
			end = i + 1
		}
	}
	return chain[:end]
}

// lateTime bounds how long the end of what has run is waited for: the engine may
// tell of it under the digest that another build has given it.
const lateTime = time.Second

// states makes all that a chain consists of. The last one's is what everything
// else rests on, and may have to be made; where another one's would, because the
// engine has let go of it, the states begin above that.
func (r *run) states(ctx context.Context, gw gateway.Client, d *definition, chain []link) ([]hold.State, error) {
	var out []hold.State
	for i, l := range slices.Backward(chain) {
		part, cancel := context.WithCancelCause(ctx)
		if i < len(chain)-1 {
			// What is told late of the last one is nothing new, where that may have run.
			if i == len(chain)-2 && r.req.WouldRun == nil {
				r.tr.settled(ctx, digest.Digest(chain[i+1].in.Digest), lateTime)
			}
			r.spare.from(func(build.StepRef) { cancel(errWouldRun) })
		}
		ref, err := solveInput(part, gw, d, l.in)
		lost := errors.Is(context.Cause(part), errWouldRun)
		cancel(nil)
		switch {
		case lost && ctx.Err() == nil:
			return out, nil
		case err != nil:
			return nil, err
		}
		out = slices.Insert(out, 0, hold.State{Ref: ref, Step: l.step})
	}
	return out, nil
}
