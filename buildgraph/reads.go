package buildgraph

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/dfgitutil"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/stagedive/stagedive/buildgraph/context"
	"github.com/stagedive/stagedive/model"
)

// Read is what one step takes from a context: the build context or a named one.
// A change to anything else in there does not make the step run again.
type Read struct {
	Stage, Step int
	Context     string // "" for the build context, else as in External.Ref
	context.Take
}

// Reads lists what the steps that the targets need take from contexts, in file
// order. Whether a named context is a directory is not known here. What a name
// or a flag hides from this page, such as a variable that only the base image
// sets, counts as all of the context.
func Reads(src []byte, opts Options, targets ...int) []Read {
	return parse(src, opts).readsFor(targets)
}

func (b *builder) readsFor(targets []int) []Read {
	plan := b.graph.PlanFor(targets...)
	var out []Read
	for _, r := range b.reads {
		if !plan.Needs(model.NodeID(r.Stage)) {
			continue
		}
		// Of a context in the place of a stage, what the others copy counts, and
		// all of it only when it is what is built.
		if b.states[r.Stage].replaced && !slices.Contains(targets, r.Stage) {
			continue
		}
		out = append(out, r)
	}
	return out
}

func (b *builder) addRead(st *state, step int, name string, t context.Take) {
	b.reads = append(b.reads, Read{Stage: st.stage.index, Step: step, Context: name, Take: t})
}

// readBase notes a stage that begins with a context's files.
func (b *builder) readBase(st *state) {
	switch {
	case st.context != "":
		b.addRead(st, 0, st.context, context.Take{})
	case st.base != nil && st.base.replaced:
		b.addRead(st, 0, st.base.context, context.Take{})
	}
}

// local says whether a step's files come from a context, and from which; src is
// what --from or from= names, nil without one.
func local(src *state) (name string, ok bool) {
	switch {
	case src == nil:
		return "", true
	case src.context != "" && (src.stage == nil || src.replaced):
		return src.context, true
	}
	return "", false
}

// readCopy notes the sources of a COPY or ADD.
func (r *run) readCopy(src *state, sources []string, parents bool, exclude []string) {
	name, ok := local(src)
	if !ok {
		return
	}
	// A variable in a pattern stands for nothing that can be left out for certain.
	exclude = slices.DeleteFunc(slices.Clone(exclude), func(p string) bool { return r.guess && strings.Contains(p, "$") })
	for _, s := range sources {
		t := context.Copied(s, parents, exclude)
		if r.guess && strings.Contains(s, "$") {
			t = context.Take{}
		}
		r.addRead(r.st, r.step.Index, name, t)
	}
}

// localSources are the sources of an ADD that are not downloaded.
func localSources(c *instructions.AddCommand) []string {
	var out []string
	for _, src := range c.SourcePaths {
		ref, _, err := dfgitutil.ParseGitRef(src)
		if err == nil && !ref.IndistinguishableFromLocal || isHTTP(src) {
			continue
		}
		out = append(out, src)
	}
	return out
}

// readMount notes what a mount shows the command.
func (r *run) readMount(m *instructions.Mount, src *state) {
	switch m.Type {
	case instructions.MountTypeBind:
		if m.From == "" {
			src = nil
		}
	case instructions.MountTypeCache:
		if m.From == "" {
			return
		}
	default:
		return
	}
	if name, ok := local(src); ok {
		t := context.Mounted(m.Source)
		if r.guess && strings.Contains(m.Source, "$") {
			t = context.Take{}
		}
		r.addRead(r.st, r.step.Index, name, t)
	}
}
