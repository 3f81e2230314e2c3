package solve

import (
	"slices"

	"github.com/moby/buildkit/client/llb"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
)

// definition is the LLB of a target for one platform, taken apart.
type definition struct {
	llb      *llb.Definition
	ref      gateway.Reference
	platform string // "" unless the build is for several
	order    []digest.Digest
	ops      map[digest.Digest]*pb.Op
}

func takeApart(def *llb.Definition, ref gateway.Reference, platform string) definition {
	d := definition{llb: def, ref: ref, platform: platform, ops: map[digest.Digest]*pb.Op{}}
	for _, raw := range def.Def {
		var op pb.Op
		if op.UnmarshalVT(raw) != nil {
			continue
		}
		dgst := digest.FromBytes(raw)
		d.order = append(d.order, dgst)
		d.ops[dgst] = &op
	}
	return d
}

// find gives the op of a vertex, which may run under the digest for "without
// cache".
func (d *definition) find(vertex digest.Digest) (digest.Digest, *pb.Op) {
	for dgst, op := range d.ops {
		if dgst == vertex || withoutCache(dgst) == vertex.String() {
			return dgst, op
		}
	}
	return "", nil
}

// below are the ops that an op needs, itself included.
func (d *definition) below(top digest.Digest) map[digest.Digest]bool {
	out := map[digest.Digest]bool{}
	var walk func(digest.Digest)
	walk = func(at digest.Digest) {
		if op := d.ops[at]; op != nil && !out[at] {
			out[at] = true
			for _, in := range op.Inputs {
				walk(digest.Digest(in.Digest))
			}
		}
	}
	walk(top)
	return out
}

// upTo is a definition whose result is an input of some op: LLB ends with an op of
// no kind that points at the result.
func (d *definition) upTo(in *pb.Input) (*pb.Definition, error) {
	needed := d.below(digest.Digest(in.Digest))
	out := &pb.Definition{Metadata: map[string]*pb.OpMetadata{}, Source: d.llb.Source}
	for i, dgst := range d.order {
		if needed[dgst] {
			out.Def = append(out.Def, d.llb.Def[i])
			if m, ok := d.llb.Metadata[dgst]; ok {
				out.Metadata[dgst.String()] = m.ToPB()
			}
		}
	}
	end, err := (&pb.Op{Inputs: []*pb.Input{in}}).Marshal()
	if err != nil {
		return nil, err
	}
	out.Def = append(out.Def, end)
	return out, nil
}

// base is the input whose file system an op changes: an exec's root, a copy's
// destination. ok is false where it begins with an empty one.
func base(op *pb.Op) (in *pb.Input, ok bool) {
	at := int64(-1)
	switch o := op.Op.(type) {
	case *pb.Op_Exec:
		for _, m := range o.Exec.Mounts {
			if m.Dest == pb.RootMount {
				at = m.Input
			}
		}
	case *pb.Op_File:
		// An action's inputs are numbered through: first the op's, then the results of
		// the actions before it.
		if len(o.File.Actions) > 0 {
			at = o.File.Actions[0].Input
		}
	case *pb.Op_Merge:
		if len(o.Merge.Inputs) > 0 {
			at = o.Merge.Inputs[0].Input
		}
	}
	if at < 0 || at >= int64(len(op.Inputs)) {
		return nil, false
	}
	return op.Inputs[at], true
}

// settings are how commands run where an op is none itself: as the last one did
// that its file system comes from.
func (d *definition) settings(op *pb.Op) hold.Config {
	for {
		in, ok := base(op)
		if !ok {
			return hold.Config{}
		}
		if op = d.ops[digest.Digest(in.Digest)]; op == nil {
			return hold.Config{}
		}
		if m := op.GetExec().GetMeta(); m != nil {
			return hold.Config{Env: m.Env, WorkingDir: m.Cwd, User: m.User}
		}
	}
}

// beside are results that can be made while the build stands still before some
// ops: of all that does not need those, what nothing else of the kind needs.
func (d *definition) beside(stopped map[digest.Digest]bool) []*pb.Input {
	free := map[digest.Digest]bool{}
	for _, dgst := range d.order {
		op := d.ops[dgst]
		free[dgst] = !stopped[dgst] && op.Op != nil &&
			!slices.ContainsFunc(op.Inputs, func(in *pb.Input) bool { return !free[digest.Digest(in.Digest)] })
	}
	var out []*pb.Input
	for _, dgst := range d.order {
		if free[dgst] {
			continue
		}
		for _, in := range d.ops[dgst].Inputs {
			if free[digest.Digest(in.Digest)] && !slices.ContainsFunc(out, func(o *pb.Input) bool { return o.Digest == in.Digest && o.Index == in.Index }) {
				out = append(out, in)
			}
		}
	}
	return out
}
