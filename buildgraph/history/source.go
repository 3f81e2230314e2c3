package history

import (
	"context"
	"encoding/json"
	"slices"

	controlapi "github.com/moby/buildkit/api/services/control"
	"github.com/moby/buildkit/solver/errdefs"
	"github.com/moby/buildkit/solver/llbsolver/provenance/types"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/grpcerrors"
	"github.com/opencontainers/go-digest"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/stagedive/stagedive/buildgraph/solve"
)

// source is what is known of a build's Dockerfile.
type source struct {
	name   string // file name, when the document tells it
	text   []byte // nil: nobody has it
	places []place
}

// place says that a vertex comes from lines of the Dockerfile.
type place struct {
	digest   digest.Digest
	op       *pb.Op
	at       *pb.Locations
	platform string
}

// sourceOf looks for the Dockerfile in all that an entry has: what stagedive put
// into the request, the provenance of the result, the error's own excerpt.
func (e *Engine) sourceOf(ctx context.Context, r *controlapi.BuildHistoryRecord, buildErr error) source {
	var out source
	if r.Result != nil {
		e.provenance(ctx, &out, r.Result.Attestations, "")
	}
	for platform, res := range r.Results {
		if len(r.Results) == 1 {
			platform = ""
		}
		e.provenance(ctx, &out, res.Attestations, platform)
	}
	if own := r.FrontendAttrs[solve.AttrDockerfile]; own != "" {
		out.text = []byte(own) // whole, also where only the part up to the target was built
	}
	for _, src := range errdefs.Sources(buildErr) {
		if out.text == nil && len(src.GetInfo().GetData()) > 0 {
			out.name, out.text = src.GetInfo().GetFilename(), src.GetInfo().GetData()
		}
	}
	return out
}

// predicate has what both forms of SLSA provenance that BuildKit writes tell
// about the Dockerfile: v1 in the first two fields, v0.2 in the others.
type predicate struct {
	BuildDefinition struct {
		InternalParameters struct {
			BuildConfig *types.BuildConfig `json:"buildConfig"`
		} `json:"internalParameters"`
	} `json:"buildDefinition"`
	RunDetails struct {
		Metadata struct {
			BuildKit metadata `json:"buildkit_metadata"`
		} `json:"metadata"`
	} `json:"runDetails"`
	BuildConfig *types.BuildConfig `json:"buildConfig"`
	Metadata    struct {
		BuildKit metadata `json:"https://mobyproject.org/buildkit@v1#metadata"`
	} `json:"metadata"`
}

type metadata struct {
	Source *types.Source `json:"source"`
}

func (e *Engine) provenance(ctx context.Context, out *source, documents []*controlapi.Descriptor, platform string) {
	for _, d := range documents {
		raw, err := e.blob(ctx, d)
		if err != nil {
			continue
		}
		var p predicate
		if json.Unmarshal(raw, &p) != nil {
			continue
		}
		config, src := p.BuildDefinition.InternalParameters.BuildConfig, p.RunDetails.Metadata.BuildKit.Source
		if config == nil {
			config = p.BuildConfig
		}
		if src == nil {
			src = p.Metadata.BuildKit.Source
		}
		if config == nil || src == nil || len(src.Infos) == 0 {
			continue
		}
		// Further ones are those of other frontends' sources, such as bake's.
		file := max(0, slices.IndexFunc(src.Infos, func(i types.SourceInfo) bool { return i.Language == "Dockerfile" }))
		if out.text == nil {
			out.name, out.text = src.Infos[file].Filename, src.Infos[file].Data
		}
		out.locate(config, src, file, platform)
	}
}

// locate keeps the places of the vertices that come from one of the sources.
func (s *source) locate(config *types.BuildConfig, src *types.Source, file int, platform string) {
	ops := map[string]*pb.Op{}
	for _, step := range config.Definition {
		ops[step.ID] = step.Op
	}
	for d, id := range config.DigestMapping {
		op := ops[id]
		if op == nil {
			continue
		}
		here := &pb.Locations{}
		for _, l := range src.Locations[id].GetLocations() {
			if int(l.GetSourceIndex()) == file {
				here.Locations = append(here.Locations, l)
			}
		}
		s.places = append(s.places, place{d, op, here, platform})
	}
}

// errorOf is the error that a build ended with, with all that the engine said
// about it; nil for one that succeeded.
func (e *Engine) errorOf(ctx context.Context, r *controlapi.BuildHistoryRecord) error {
	if r.Error == nil {
		return nil
	}
	st := r.Error
	if raw, err := e.blob(ctx, r.ExternalError); err == nil {
		var whole spb.Status
		if proto.Unmarshal(raw, &whole) == nil {
			st = &whole
		}
	}
	return grpcerrors.FromGRPC(status.FromProto(st).Err())
}
