package baseline

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// Definition is the LLB of a running build, cut into units. Add it target by
// target; it may be asked from another goroutine meanwhile.
type Definition struct {
	graph   *model.Graph
	key     Key
	privacy Privacy

	vars *variables

	mu    sync.Mutex
	units map[Ref]*unit
}

// unit is a Unit with what is only known while the build runs.
type unit struct {
	Unit
	ref     Ref
	ops     []string // digests; the one that ends the step first
	ignored bool     // the cache must not be used
}

// NewDefinition is of a Dockerfile.
func NewDefinition(g *model.Graph, key Key, p Privacy) *Definition {
	return &Definition{graph: g, key: key, privacy: p, vars: newVariables(g), units: map[Ref]*unit{}}
}

// Source is a local context that the LLB reads.
type Source struct {
	Name    string // as in the session
	Vertex  string // digest
	Exclude []string
	Include []string
	Follow  []string
}

// Steps tells which steps an op carries out, and on which of several platforms.
type Steps func(digest string) (refs []build.StepRef, platform string)

// Add takes the LLB of one target and platform. ignored names the ops that must
// not be taken from the cache.
func (d *Definition) Add(ops [][]byte, ignored map[string]bool, steps Steps) []Source {
	r := reader{
		Definition: d, steps: steps, ignored: ignored,
		ops: map[string]*pb.Op{}, refs: map[string][]Ref{}, sums: map[Ref]Sum{}, memo: map[string]Field{},
	}
	for _, raw := range ops {
		var op pb.Op
		if op.UnmarshalVT(raw) != nil {
			continue
		}
		dgst := digest.FromBytes(raw).String()
		r.ops[dgst] = &op
		r.order = append(r.order, dgst)
		if op.GetSource() != nil {
			continue
		}
		refs, platform := steps(dgst)
		for _, ref := range refs {
			r.refs[dgst] = append(r.refs[dgst], Ref{ref.Stage, ref.Step, platform})
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, dgst := range r.order { // inputs come before what takes them: a step's last op stays
		for _, ref := range r.refs[dgst] {
			d.units[ref] = r.unit(dgst, ref)
		}
	}
	return r.sources()
}

// reader is one Add.
type reader struct {
	*Definition
	steps   Steps
	ignored map[string]bool
	ops     map[string]*pb.Op
	order   []string
	refs    map[string][]Ref
	sums    map[Ref]Sum
	memo    map[string]Field
}

// unit describes a step by the op that ends it. Ops before it that belong to the
// same step or to none, such as the file of a here-document, are part of it.
func (r *reader) unit(dgst string, ref Ref) *unit {
	u := &unit{ref: ref}
	stage := r.graph.Stages[ref.Stage]
	desc := describer{key: r.key, privacy: r.privacy, memo: r.memo, scope: func(name string) string { return r.vars.scope(ref, name) }}
	sum := []string{}
	seen := map[string]bool{}
	var take func(dgst, prefix string)
	take = func(dgst, prefix string) {
		op := r.ops[dgst]
		if op == nil || seen[dgst] {
			return
		}
		seen[dgst] = true
		u.ops = append(u.ops, dgst)
		u.ignored = u.ignored || r.ignored[dgst]
		for _, f := range desc.own(op) {
			f.Name = prefix + f.Name
			u.Fields = append(u.Fields, f)
			sum = append(sum, f.Name, string(f.Sum))
		}
		for _, use := range uses(op) {
			if use.input >= len(op.Inputs) {
				continue
			}
			from := op.Inputs[use.input].GetDigest()
			in := Input{Role: use.role, Content: use.content, Selected: use.selected}
			if src := r.ops[from].GetSource(); src != nil {
				r.source(&in, src, ref)
				sum = append(sum, in.Role, in.Identity, in.Name)
			} else if by, ok := r.producer(from, ref); ok {
				in.Kind, in.By, in.StageName = InputStep, by, r.graph.Stages[by.Stage].Label()
				in.Line = r.line(r.graph.Stages[by.Stage].Steps[by.Step])
				sum = append(sum, in.Role, string(r.sums[by]))
			} else {
				take(from, prefix+"+")
				continue
			}
			u.Inputs = append(u.Inputs, in)
		}
	}
	take(dgst, "")
	slices.SortStableFunc(u.Fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	u.Sum = r.key.sum(append(sum, stage.Steps[ref.Step].Command)...)
	u.Text = r.line(stage.Steps[ref.Step]).Key
	r.sums[ref] = u.Sum
	return u
}

// producer is the other step that an op belongs to: of several, that in the same
// stage.
func (r *reader) producer(dgst string, of Ref) (Ref, bool) {
	refs := r.refs[dgst]
	if len(refs) == 0 || slices.Contains(refs, of) {
		return Ref{}, false
	}
	for _, ref := range refs {
		if ref.Stage == of.Stage {
			return ref, true
		}
	}
	return refs[0], true
}

// source describes an input that no step makes.
func (r *reader) source(in *Input, src *pb.SourceOp, of Ref) {
	scheme, rest, _ := strings.Cut(src.GetIdentifier(), "://")
	switch scheme {
	case "docker-image", "oci-layout":
		in.Kind = InputImage
		in.Name, in.Identity, _ = strings.Cut(rest, "@")
		in.Name = r.imageName(in.Name, scheme, in.Role, of)
	case "local":
		in.Kind, in.Name, in.Identity = InputContext, rest, rest
	default:
		in.Kind, in.Name = InputRemote, src.GetIdentifier()
		attrs := src.GetAttrs()
		in.Identity = src.GetIdentifier() + asJSON(attrs)
		in.Pinned = attrs[pb.AttrHTTPChecksum] != "" || attrs[pb.AttrGitChecksum] != "" || commit.MatchString(in.Name)
	}
}

// commit is a Git URL that names one.
var commit = regexp.MustCompile(`^git://.*#[0-9a-f]{40}(?::|$)`)

// imageName is an image's name as the Dockerfile has it.
func (r *reader) imageName(name, scheme, role string, of Ref) string {
	if role == "base" {
		stage := of.Stage
		for base := baseOf(r.graph, stage); base >= 0; base = baseOf(r.graph, base) {
			stage = base
		}
		return r.graph.Stages[stage].Base
	}
	for _, e := range r.graph.Into(model.NodeID(of.Stage)) {
		x, ok := r.graph.External(e.From)
		if ok && e.Step == of.Step && e.Kind != model.EdgeBase {
			return x.Ref
		}
	}
	if scheme == "oci-layout" {
		return "its image" // a store's name means nothing to a person
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "docker.io/"), "library/")
	return name
}

func (r *reader) line(s model.Step) Line { return lineOf(r.graph, s, r.key, r.privacy) }

// sources lists the local contexts that the LLB reads.
func (r *reader) sources() []Source {
	var out []Source
	for _, dgst := range r.order {
		src := r.ops[dgst].GetSource()
		name, ok := strings.CutPrefix(src.GetIdentifier(), "local://")
		if !ok {
			continue
		}
		attrs := src.GetAttrs()
		out = append(out, Source{
			Name: name, Vertex: dgst, Exclude: list(attrs[pb.AttrExcludePatterns]),
			Include: list(attrs[pb.AttrIncludePatterns]), Follow: list(attrs[pb.AttrFollowPaths]),
		})
	}
	return out
}

// unit returns the unit of a step.
func (d *Definition) unit(ref Ref) *unit {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.units[ref]
}

// Ops lists the digests of what a step does, the op that ends it first. What it
// takes from elsewhere, such as a URL, is not among them.
func (d *Definition) Ops(ref Ref) []string {
	if u := d.unit(ref); u != nil {
		return u.ops
	}
	return nil
}

// refs lists the steps that have a unit.
func (d *Definition) refs() []Ref {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Ref, 0, len(d.units))
	for ref := range d.units {
		out = append(out, ref)
	}
	return out
}
