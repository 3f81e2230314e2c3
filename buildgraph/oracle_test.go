package buildgraph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerui"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	fstypes "github.com/tonistiigi/fsutil/types"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/model"
)

// offline is a BuildKit gateway without registry and build context: every image
// exists and has an empty config over one layer, and there is no .dockerignore.
type offline struct {
	gateway.Client
	opts map[string]string
}

func (c offline) BuildOpts() gateway.BuildOpts {
	caps := pb.Caps.CapSet(pb.Caps.All())
	amd64 := platforms.MustParse("linux/amd64")
	return gateway.BuildOpts{
		Opts: c.opts, LLBCaps: caps, Caps: caps,
		Workers: []gateway.WorkerInfo{{Platforms: []ocispecs.Platform{amd64}}},
	}
}

func (c offline) Solve(context.Context, gateway.SolveRequest) (*gateway.Result, error) {
	res := gateway.NewResult()
	res.SetRef(emptyRef{})
	return res, nil
}

func (c offline) ResolveImageConfig(_ context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	p := platforms.DefaultSpec()
	if opt.ImageOpt != nil && opt.ImageOpt.Platform != nil {
		p = *opt.ImageOpt.Platform
	}
	config, err := json.Marshal(map[string]any{
		"os": p.OS, "architecture": p.Architecture, "variant": p.Variant,
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{digest.FromString(ref).String()}},
	})
	return ref, "", config, err
}

type emptyRef struct{ gateway.Reference }

func (emptyRef) ReadFile(context.Context, gateway.ReadRequest) ([]byte, error) {
	return nil, fs.ErrNotExist
}

func (emptyRef) StatFile(context.Context, gateway.StatRequest) (*fstypes.Stat, error) {
	return nil, fs.ErrNotExist
}

// vertex is an op of the LLB that comes from a line of the Dockerfile.
type vertex struct {
	name   string
	line   int
	shared bool // other lines have the same LLB; the name is of one of them
}

// verdict is BuildKit's answer for one target.
type verdict struct {
	err      error
	lines    []int // of the error; empty when BuildKit does not say
	vertices []vertex
	images   []string
}

func convertOpt(src []byte, opts buildgraph.Options) (dockerfile2llb.ConvertOpt, error) {
	attrs := map[string]string{}
	for k, v := range opts.BuildArgs {
		attrs["build-arg:"+k] = v
	}
	for _, name := range opts.NamedContexts {
		attrs["context:"+name] = "docker-image://context.invalid/" + strings.ReplaceAll(strings.ReplaceAll(name, ":", "-"), "/", "-")
	}
	if len(opts.Platforms) > 0 {
		attrs["platform"] = strings.Join(opts.Platforms, ",")
	}
	gw := offline{opts: attrs}
	client, err := dockerui.NewClient(gw)
	if err != nil {
		return dockerfile2llb.ConvertOpt{}, err
	}
	conv := dockerfile2llb.ConvertOpt{
		Config:       client.Config,
		Client:       client,
		SourceMap:    llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", src),
		MetaResolver: gw,
	}
	if len(client.TargetPlatforms) > 0 {
		conv.TargetPlatform = &client.TargetPlatforms[0]
	}
	return conv, nil
}

// ask has BuildKit convert the Dockerfile for a target.
func ask(t *testing.T, src []byte, target string, opts buildgraph.Options) verdict {
	t.Helper()
	conv, err := convertOpt(src, opts)
	if err != nil {
		return verdict{err: err}
	}
	conv.Target = target
	// Without one the linter does not count, and "# check=error=true" is idle.
	conv.Warn = func(string, string, string, string, []parser.Range) {}
	res, err := dockerfile2llb.Dockerfile2LLB(context.Background(), src, conv)
	if err != nil {
		v := verdict{err: err}
		var at *parser.LocationError
		if errors.As(err, &at) {
			for _, ranges := range at.Locations {
				for _, r := range ranges {
					v.lines = append(v.lines, r.Start.Line)
				}
			}
		}
		return v
	}
	def, err := res.State.Marshal(context.Background(), llb.LinuxAmd64)
	if err != nil {
		t.Fatalf("marshalling: %v", err)
	}
	var v verdict
	for i, dt := range def.Def {
		var op pb.Op
		if err := op.UnmarshalVT(dt); err != nil {
			t.Fatalf("op %d: %v", i, err)
		}
		dgst := digest.FromBytes(dt)
		if s := op.GetSource(); s != nil {
			if ref, ok := strings.CutPrefix(s.Identifier, "docker-image://"); ok {
				v.images = append(v.images, ref)
			}
		}
		name := def.Metadata[dgst].Description["llb.customname"]
		at := def.Source.Locations[dgst.String()].GetLocations()
		for _, loc := range at {
			if len(loc.Ranges) > 0 {
				v.vertices = append(v.vertices, vertex{name, int(loc.Ranges[0].Start.Line), len(at) > 1})
			}
		}
	}
	slices.Sort(v.images)
	v.images = slices.Compact(v.images)
	return v
}

var vertexName = regexp.MustCompile(`^\[(?:(\S*/\S+) )?(?:([a-z][a-z0-9-_.]*) )? *(\d+)/(\d+)\] `)

// compare holds the graph against BuildKit's verdict for one target.
func compare(t *testing.T, g *model.Graph, stage int, v verdict, r rule) {
	t.Helper()
	plan := g.PlanFor(stage)
	refusals := g.Refusals(plan)
	if v.err != nil {
		want := v.err.Error()
		for _, p := range refusals {
			if p.Message == want && (r.lineless || len(v.lines) == 0 || v.lines[0] == 0 || slices.Contains(v.lines, p.Line)) {
				return
			}
		}
		t.Errorf("BuildKit refuses (lines %v): %s\nproblems: %s", v.lines, want, list(refusals))
		return
	}
	if len(refusals) > 0 {
		t.Errorf("BuildKit accepts, but there are problems: %s", list(refusals))
		return
	}
	seen := map[int]bool{}
	for _, x := range v.vertices {
		if !strings.HasPrefix(x.name, "[") {
			continue // the image of a COPY --from: on its first user's line, but not a step
		}
		i := g.StageAt(x.line)
		if i < 0 {
			t.Errorf("vertex %q at line %d is in no stage", x.name, x.line)
			continue
		}
		seen[i] = true
		if !x.shared {
			checkVertex(t, g, i, x, i != stage && r.shifted == g.Stages[i].Label())
		}
	}
	for i, s := range g.Stages {
		works := slices.ContainsFunc(s.Steps, func(s model.Step) bool { return s.Vertex })
		if plan.Needs(model.NodeID(i)) && works != seen[i] {
			t.Errorf("stage %s is in the plan, its steps have vertices: %v, in the LLB: %v", s.Label(), works, seen[i])
		}
		if !plan.Needs(model.NodeID(i)) && seen[i] {
			t.Errorf("stage %s is not in the plan, but in the LLB", s.Label())
		}
	}
	if got := imagesOf(g, plan); !slices.Equal(got, v.images) {
		t.Errorf("images %q, BuildKit has %q", got, v.images)
	}
}

// checkVertex checks "[stage n/m]": the label, that m is the stage's total, and
// that the nth step with a vertex stands on that line. BuildKit counts the FROM
// of a stage twice when only an ONBUILD reaches it: then n is shifted.
func checkVertex(t *testing.T, g *model.Graph, i int, x vertex, shifted bool) {
	t.Helper()
	m := vertexName.FindStringSubmatch(x.name)
	if m == nil {
		t.Errorf("vertex %q at line %d has a name of another form", x.name, x.line)
		return
	}
	if m[2] != "" && m[2] != g.Stages[i].Label() {
		t.Errorf("vertex %q at line %d: stage is %q", x.name, x.line, g.Stages[i].Label())
	}
	n, _ := strconv.Atoi(m[3])
	if shifted {
		n--
	}
	total, _ := strconv.Atoi(m[4])
	if got := g.Total(i); got != total {
		t.Errorf("vertex %q: the stage's total is %d", x.name, got)
	}
	var with []model.Step
	for _, s := range g.Stages[i].Steps {
		if s.Vertex {
			with = append(with, s)
		}
	}
	if n < 1 || n > len(with) || with[n-1].Line != x.line {
		t.Errorf("vertex %q at line %d: steps with a vertex are %+v", x.name, x.line, with)
	}
}

// imagesOf lists the images that the plan needs, as LLB names them.
func imagesOf(g *model.Graph, plan model.Plan) []string {
	var out []string
	for i, x := range g.Externals {
		if !plan.Needs(model.NodeID(len(g.Stages) + i)) {
			continue
		}
		ref := x.Ref
		if x.Kind == model.ExternalContext {
			ref = "context.invalid/" + strings.ReplaceAll(strings.ReplaceAll(ref, ":", "-"), "/", "-")
		}
		if named, err := reference.ParseNormalizedNamed(ref); err == nil {
			ref = reference.TagNameOnly(named).String()
		}
		out = append(out, ref)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// compareWarnings holds the graph's warnings against BuildKit's linter, for all
// stages. Where an image could set what is missing, BuildKit has looked at the
// image (here an empty one) and the graph has not.
func compareWarnings(t *testing.T, g *model.Graph, src []byte, opts buildgraph.Options) {
	t.Helper()
	conv, err := convertOpt(src, opts)
	if err != nil {
		return
	}
	conv.SourceMap.Definition = &llb.Definition{}
	res, err := dockerfile2llb.DockerfileLint(context.Background(), src, conv)
	if err != nil || res.Error != nil {
		return // it stopped on the way
	}
	var want, got []string
	for _, w := range res.Warnings {
		line := 0
		if w.Location != nil && len(w.Location.Ranges) > 0 {
			line = int(w.Location.Ranges[0].Start.Line)
		}
		want = append(want, fmt.Sprintf("%d %s: %s", line, w.RuleName, w.Detail))
	}
	for _, p := range g.Problems {
		if p.Level == model.LevelWarning {
			got = append(got, fmt.Sprintf("%d %s", p.Line, p.Message))
		}
	}
	for _, w := range got {
		if !slices.Contains(want, w) {
			t.Errorf("BuildKit does not warn: %s", w)
		}
	}
	for _, w := range want {
		imageDecides := strings.Contains(w, " UndefinedVar: ") || strings.Contains(w, " JSONArgsRecommended: ")
		if !slices.Contains(got, w) && !imageDecides {
			t.Errorf("BuildKit warns: %s", w)
		}
	}
}

func list(problems []model.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "\n\t%d: %s", p.Line, p.Message)
	}
	return b.String()
}
