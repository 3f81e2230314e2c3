package solve

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// attribution knows which steps of the graph a vertex carries out. One vertex may
// have several steps: identical LLB in two stages is one vertex.
type attribution struct {
	graph *model.Graph

	mu       sync.Mutex
	byDigest map[string][]build.StepRef
	platform map[string]string // of vertices that belong to one of several platforms
	names    map[string]nameMatch
}

type nameMatch struct {
	refs     []build.StepRef
	platform string
}

func newAttribution(g *model.Graph) *attribution {
	if g == nil {
		g = &model.Graph{}
	}
	return &attribution{
		graph:    g,
		byDigest: map[string][]build.StepRef{},
		platform: map[string]string{},
		names:    map[string]nameMatch{},
	}
}

// learn takes in the LLB of a target: digest → Dockerfile lines → steps.
// platform is "" unless the build is for several.
func (a *attribution) learn(ops [][]byte, source *pb.Source, platform string) {
	if source == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, raw := range ops {
		var op pb.Op
		if op.UnmarshalVT(raw) != nil {
			continue
		}
		dgst := digest.FromBytes(raw)
		a.place(dgst, &op, source.Locations[dgst.String()], platform)
	}
}

// place says that the vertex of an op comes from lines of the Dockerfile. The
// caller holds mu.
func (a *attribution) place(dgst digest.Digest, op *pb.Op, at *pb.Locations, platform string) {
	var refs []build.StepRef
	for _, loc := range at.GetLocations() {
		for _, r := range loc.GetRanges() {
			refs = append(refs, a.atLine(int(r.GetStart().GetLine()), op)...)
		}
	}
	for _, d := range []string{dgst.String(), withoutCache(dgst)} {
		a.add(d, refs)
		if old, seen := a.platform[d]; seen && old != platform {
			a.platform[d] = "" // a stage that the platforms share
		} else {
			a.platform[d] = platform
		}
	}
}

// withoutCache is the digest under which the engine runs a vertex that must not
// use the cache (BuildKit: solver/jobs.go, loadUnlocked).
func withoutCache(d digest.Digest) string {
	return digest.FromString(d.String() + "-ignorecache").String()
}

// atLine finds the steps on a Dockerfile line that such an op can be.
func (a *attribution) atLine(line int, op *pb.Op) []build.StepRef {
	s := a.graph.StageAt(line)
	if s < 0 {
		return nil
	}
	var refs []build.StepRef
	for _, step := range a.graph.Stages[s].Steps {
		if line < step.Line || line > step.EndLine || !carries(op, step.Command) {
			continue
		}
		refs = append(refs, build.StepRef{Stage: s, Step: step.Index})
	}
	if len(refs) > 1 { // several ONBUILD triggers on the line of FROM
		return slices.DeleteFunc(refs, func(r build.StepRef) bool {
			return !sameCommand(a.graph.Stages[r.Stage].Steps[r.Step], op)
		})
	}
	return refs
}

// carries says whether an op of this kind is what the instruction does, rather
// than something it needs: the image of COPY --from=IMAGE has COPY's line.
func carries(op *pb.Op, command string) bool {
	switch op.Op.(type) {
	case *pb.Op_Exec:
		return command == "RUN"
	case *pb.Op_Source:
		return command == "FROM" || command == "ADD"
	case *pb.Op_File, *pb.Op_Merge:
		return command == "COPY" || command == "ADD" || command == "WORKDIR"
	}
	return true
}

// sameCommand tells steps on one line apart by what the op runs or writes.
func sameCommand(step model.Step, op *pb.Op) bool {
	switch o := op.Op.(type) {
	case *pb.Op_Exec:
		args := o.Exec.GetMeta().GetArgs()
		return len(args) > 0 && strings.Contains(step.Text, strings.TrimSpace(args[len(args)-1]))
	case *pb.Op_File:
		for _, act := range o.File.GetActions() {
			dest := act.GetCopy().GetDest() + act.GetMkdir().GetPath()
			if fields := strings.Fields(step.Text); len(fields) > 0 && strings.HasSuffix(strings.TrimSuffix(dest, "/"), strings.TrimSuffix(strings.TrimPrefix(fields[len(fields)-1], "."), "/")) {
				return true
			}
		}
		return false
	}
	return true
}

func (a *attribution) add(digest string, refs []build.StepRef) {
	for _, r := range refs {
		if !slices.Contains(a.byDigest[digest], r) {
			a.byDigest[digest] = append(a.byDigest[digest], r)
		}
	}
}

// of gives the steps and the platform of a vertex.
func (a *attribution) of(digest, name string) ([]build.StepRef, string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if refs := a.byDigest[digest]; len(refs) > 0 {
		return refs, a.platform[digest]
	}
	m, ok := a.names[name]
	if !ok {
		m.refs, m.platform = a.byName(name)
		a.names[name] = m
	}
	return m.refs, m.platform
}

// byName is the fallback for vertices that no known LLB has.
func (a *attribution) byName(name string) ([]build.StepRef, string) {
	if ctx, ok := parseContextName(name); ok {
		return a.fromContext(ctx), ""
	}
	v, ok := parseVertexName(name)
	if !ok {
		return nil, ""
	}
	s := a.stageNamed(v.Stage)
	if s < 0 {
		return nil, v.Platform
	}
	if step, ok := a.stepCalled(s, v); ok {
		return []build.StepRef{{Stage: s, Step: step}}, v.Platform
	}
	return nil, v.Platform
}

// stageNamed finds a stage by the name it has in vertices. Of duplicates the
// last one: it is the one that later stages can reach.
func (a *attribution) stageNamed(name string) int {
	if name == "" {
		if len(a.graph.Stages) > 0 {
			return 0
		}
		return -1
	}
	for i := len(a.graph.Stages) - 1; i >= 0; i-- {
		if a.graph.Stages[i].Name == name {
			return i
		}
	}
	if rest, ok := strings.CutPrefix(name, "stage-"); ok {
		if i, err := strconv.Atoi(rest); err == nil && i >= 0 && i < len(a.graph.Stages) && a.graph.Stages[i].Name == "" {
			return i
		}
	}
	return -1
}

// stepCalled finds the n-th step of m that has a vertex. The count goes wrong by
// one where the base turned out to be empty or a named context, because FROM is
// counted in m then but gets no number: so the text decides between a step and
// the one after it, or at least the command does.
func (a *attribution) stepCalled(stage int, v vertexName) (int, bool) {
	var steps []model.Step
	for _, s := range a.graph.Stages[stage].Steps {
		if s.Vertex {
			steps = append(steps, s)
		}
	}
	command, _, _ := strings.Cut(v.Command, " ")
	fits := func(i int, exact bool) bool {
		if i >= len(steps) || steps[i].OnBuild != v.OnBuild || steps[i].Command != strings.ToUpper(command) {
			return false
		}
		return !exact || sameWords(steps[i].Text, v.Command)
	}
	for _, exact := range []bool{true, false} {
		for _, i := range []int{v.N - 1, v.N} {
			if fits(i, exact) && (i < v.N || steps[0].Command == "FROM") {
				return steps[i].Index, true
			}
		}
	}
	return 0, false
}

// sameWords compares texts of an instruction but for spaces and the case of the
// instruction itself.
func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	return len(x) == len(y) && strings.EqualFold(x[0], y[0]) && slices.Equal(x[1:], y[1:])
}

// fromContext lists the FROMs whose base the named context is.
func (a *attribution) fromContext(name string) []build.StepRef {
	var refs []build.StepRef
	for _, e := range a.graph.Edges {
		x := int(e.From) - len(a.graph.Stages)
		if e.Kind != model.EdgeBase || x < 0 || x >= len(a.graph.Externals) {
			continue
		}
		if key, err := contextKey(a.graph.Externals[x].Ref); err == nil && key == name {
			refs = append(refs, build.StepRef{Stage: int(e.To), Step: e.Step})
		}
	}
	return refs
}
