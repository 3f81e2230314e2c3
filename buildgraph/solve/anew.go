package solve

import (
	"context"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
)

// anew has everything made again that a target's LLB makes, for Request.Anew: the frontend
// lets a WORKDIR come from the cache in a build without cache (BuildKit 0.33.1,
// dockerfile2llb.dispatchWorkdir), with the times of an earlier build. Images and contexts
// are what they are and stay.
func (r *run) anew(ctx context.Context, gw gateway.Client, res *gateway.Result, defs []definition) error {
	for _, d := range defs {
		for dgst, op := range d.ops {
			if _, source := op.Op.(*pb.Op_Source); source || op.Op == nil {
				continue
			}
			m := d.llb.Metadata[dgst]
			m.IgnoreCache = true
			d.llb.Metadata[dgst] = m
		}
		again, err := gw.Solve(ctx, gateway.SolveRequest{Definition: d.llb.ToPB()})
		if err != nil {
			return err
		}
		for platform, ref := range res.Refs {
			if ref == d.ref {
				res.Refs[platform] = again.Ref
			}
		}
		if res.Ref == d.ref {
			res.SetRef(again.Ref)
		}
	}
	return nil
}
