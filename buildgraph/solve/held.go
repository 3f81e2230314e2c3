package solve

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/exporter/containerimage/exptypes"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model/build"
)

// stopped is a build that stands still, from inside.
type stopped struct {
	end  build.End
	held func(over <-chan struct{}) *hold.Hold
}

// mayHold says whether what a build makes or fails at may have to be looked into.
func (r *Request) mayHold() bool { return r.HoldFailure || r.HoldResult || r.Stopped != nil }

// holdFailure keeps the build open at the step that failed, if it may, and
// returns why it failed.
func (r *run) holdFailure(ctx context.Context, gw gateway.Client, err error) error {
	var vertex *errdefs.VertexError
	if !r.req.HoldFailure || ctx.Err() != nil || !errors.As(err, &vertex) {
		return err
	}
	d := digest.Digest(vertex.GetDigest())
	r.tr.settled(ctx, d, settleTime)
	set := r.stateAt(ctx, gw, err, d)
	if set == nil {
		return err
	}
	end := r.failed(err)
	at := build.Stop{Reason: build.StopFailed, Stage: -1}
	if f := end.Failure; f.Step != nil {
		at = r.stopAt(build.StopFailed, *f.Step, "")
	}
	r.stand(ctx, gw, at, end, set)
	return err
}

// stateAt finds what the containers at a failed step are made of: what the step
// had written where it is a command's, else what it found. nil: nothing is left.
func (r *run) stateAt(ctx context.Context, gw gateway.Client, err error, vertex digest.Digest) func(*hold.Hold) {
	var failed *errdefs.SolveError
	if errors.As(err, &failed) {
		exec := failed.Solve.GetOp().GetExec()
		if exec != nil && len(failed.Solve.GetMountIDs()) == len(exec.Mounts) {
			return func(h *hold.Hold) {
				h.SetFailed(exec, failed.Solve.GetOp().GetPlatform(), failed.Solve.GetInputIDs(), failed.Solve.GetMountIDs())
			}
		}
	}
	for i := range r.defs {
		d := &r.defs[i]
		if _, op := d.find(vertex); op != nil {
			set, err := r.stateBefore(ctx, gw, d, op)
			if err != nil {
				return nil
			}
			return set
		}
	}
	return nil
}

// stateBefore solves what an op needs. It is quick where that is done already.
func (r *run) stateBefore(ctx context.Context, gw gateway.Client, d *definition, op *pb.Op) (func(*hold.Hold), error) {
	if exec := op.GetExec(); exec != nil {
		inputs := make([]gateway.Reference, len(op.Inputs))
		for i, in := range op.Inputs {
			var err error
			if inputs[i], err = solveInput(ctx, gw, d, in); err != nil {
				return nil, err
			}
		}
		return func(h *hold.Hold) { h.SetBefore(exec, op.Platform, inputs) }, nil
	}
	var root gateway.Reference
	if in, ok := base(op); ok {
		var err error
		if root, err = solveInput(ctx, gw, d, in); err != nil {
			return nil, err
		}
	}
	config := d.settings(op)
	config.Platform = op.Platform
	return func(h *hold.Hold) { h.SetRoot(root, config) }, nil
}

func solveInput(ctx context.Context, gw gateway.Client, d *definition, in *pb.Input) (gateway.Reference, error) {
	def, err := d.upTo(in)
	if err != nil {
		return nil, err
	}
	res, err := gw.Solve(ctx, gateway.SolveRequest{Definition: def, Evaluate: true})
	if err != nil {
		return nil, err
	}
	return res.SingleRef()
}

// holdResult keeps the build open at its end, if that is what is asked for.
func (r *run) holdResult(ctx context.Context, gw gateway.Client, res *gateway.Result) error {
	if !r.req.HoldResult {
		return nil
	}
	platform, ref := "", res.Ref
	if len(r.defs) > 0 && ref == nil {
		platform, ref = r.defs[0].platform, r.defs[0].ref
	}
	at := build.Stop{Reason: build.StopEnd, Stage: r.req.targets()[0], Platform: platform}
	at.Line = r.req.Graph.Stages[at.Stage].EndLine
	config := imageConfig(res)
	var states []hold.State
	if len(r.defs) > 0 && r.req.HoldStates {
		var err error
		if states, err = r.states(ctx, gw, &r.defs[0], r.chain(&r.defs[0], at.Stage)); err != nil {
			return err
		}
	}
	r.stand(ctx, gw, at, build.End{Outcome: build.OutcomeSucceeded, Result: &build.Result{}}, func(h *hold.Hold) {
		h.SetRoot(ref, config)
		h.SetStates(states)
	})
	return nil
}

// holdStep keeps the build open at what a step has made.
func (r *run) holdStep(ctx context.Context, gw gateway.Client, res *gateway.Result) error {
	at := r.stopAt(build.StopEnd, *r.req.HoldAt, "")
	var states []hold.State
	if len(r.defs) > 0 {
		d := &r.defs[0]
		at.Platform = d.platform
		var err error
		if states, err = r.states(ctx, gw, d, upToStep(r.chain(d, at.Stage), *at.Step)); err != nil {
			return err
		}
	}
	var root gateway.Reference
	if n := len(states); n > 0 {
		root = states[n-1].Ref
	}
	config := imageConfig(res)
	r.stand(ctx, gw, at, build.End{Outcome: build.OutcomeSucceeded, Result: &build.Result{}}, func(h *hold.Hold) {
		h.SetRoot(root, config)
		h.SetStates(states)
	})
	return nil
}

// imageConfig is how the commands of an image run. Of several platforms, the
// first one's counts.
func imageConfig(res *gateway.Result) hold.Config {
	raw := res.Metadata[exptypes.ExporterImageConfigKey]
	var list exptypes.Platforms
	if json.Unmarshal(res.Metadata[exptypes.ExporterPlatformsKey], &list) == nil && len(list.Platforms) > 0 && raw == nil {
		raw = res.Metadata[exptypes.ExporterImageConfigKey+"/"+list.Platforms[0].ID]
	}
	var im struct {
		ocispecs.Image
		Config struct {
			ocispecs.ImageConfig
			Shell []string
		} `json:"config"`
	}
	if json.Unmarshal(raw, &im) != nil {
		return hold.Config{}
	}
	c := hold.Config{Image: im.Config.ImageConfig, Env: im.Config.Env, WorkingDir: im.Config.WorkingDir, User: im.Config.User, Shell: im.Config.Shell}
	if p := platforms.Normalize(im.Platform); p.OS != "" {
		c.Platform = &pb.Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant}
	}
	return c
}

// stand hands the build over as a Hold and waits until that is closed.
func (r *run) stand(ctx context.Context, gw gateway.Client, at build.Stop, end build.End, set func(*hold.Hold)) {
	let := make(chan struct{})
	r.tr.flush()
	s := stopped{end, func(over <-chan struct{}) *hold.Hold {
		h := hold.New(gw, at, r.req.Helper, over, func() { close(let) })
		set(h)
		return h
	}}
	select {
	case r.stopped <- s:
	case <-ctx.Done():
		return
	}
	select {
	case <-let:
	case <-ctx.Done():
	}
}

// stopAt says where a step is.
func (r *run) stopAt(why build.StopReason, ref build.StepRef, platform string) build.Stop {
	step := r.req.Graph.Stages[ref.Stage].Steps[ref.Step]
	return build.Stop{Reason: why, Stage: ref.Stage, Step: &ref, Line: step.Line, Text: r.req.Graph.Short(step), Platform: platform}
}
