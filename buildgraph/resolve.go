package buildgraph

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/util/suggest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/sanitize"
)

// scratch is the base without files.
const scratch = "scratch"

// state is what a name can mean: a stage, or an image that COPY --from or a
// mount names (BuildKit: dispatchState).
type state struct {
	stage    *stage // nil for an image
	user     int    // the stage that names the image first
	at       span   // where it is named
	name     string // stage name, "stage-N" when it has none
	baseName string // after expansion
	baseRaw  string
	platform *ocispecs.Platform // --platform, or after dispatch the base's
	rawPlat  string             // --platform after expansion, as written
	base     *state             // the stage it is FROM
	context  string             // the named context that stands in its base's place
	replaced bool               // or in its own: its instructions never run
	noBase   bool               // BuildKit refuses the base

	commands []command
	deps     []dependency
	depAt    map[*state]int // index into deps

	scope    scope           // set by dispatch
	circular map[*state]bool // refused as part of a cycle
}

// dependency says that a stage's command uses a state.
type dependency struct {
	on *state
	at span
}

func (st *state) isScratch() bool {
	return st.baseName == scratch && st.base == nil && st.context == ""
}

// addState appends to the table of states. The base is looked up among the
// names so far, by exact case, while names are kept in lower case
// (dispatchStates.addState).
func (b *builder) addState(s *state) {
	b.states = append(b.states, s)
	if base, ok := b.byName[s.baseName]; ok && !s.noBase {
		s.base = base
	}
	if s.stage != nil && s.stage.from.Name != "" {
		b.byName[strings.ToLower(s.stage.from.Name)] = s
	}
}

// find looks a stage up as COPY --from and mounts do: in any case, among all
// stages, the last of duplicates.
func (b *builder) find(name string) (*state, bool) {
	s, ok := b.byName[strings.ToLower(name)]
	return s, ok
}

// resolveBases gives every stage its base and platform
// (dockerfile2llb.buildDispatchStates).
func (b *builder) resolveBases() {
	for i, s := range b.stages {
		st := &state{
			stage:    s,
			user:     i,
			at:       s.at,
			name:     s.from.Name,
			baseRaw:  s.from.BaseName,
			noBase:   s.broken,
			commands: s.commands,
		}
		if st.name == "" {
			st.name = "stage-" + strconv.Itoa(i)
		}
		b.lintAt = i
		b.resolveBase(st)
		b.resolvePlatform(st)
		b.resolveStageContext(st)
		b.addState(st)
		if st.replaced {
			st.base = nil
		}
	}
	b.lintAt = -1
}

func (b *builder) resolveBase(st *state) {
	from := st.stage.from
	lint := b.lint.WithMergedConfigFromComments(from.Comments)
	res, _, err := b.words.word(from.BaseName, b.globals)
	b.lintUnusedFromArgs(res.Unmatched, from, lint)
	st.baseName = res.Result
	switch {
	case st.noBase: // already reported
	case err != nil:
		b.refuse(st.at, err.Error())
		st.noBase, st.baseName = true, from.BaseName
	case st.baseName == "":
		b.refuse(st.at, fmt.Sprintf("base name (%s) should not be blank", from.BaseName))
		st.noBase = true
	}
}

func (b *builder) resolvePlatform(st *state) {
	from := st.stage.from
	if from.Platform == "" {
		return
	}
	lint := b.lint.WithMergedConfigFromComments(from.Comments)
	res, _, err := b.words.word(from.Platform, b.globals)
	b.lintPlatform(res, from, lint)
	switch {
	case err != nil:
		b.refuse(st.at, fmt.Sprintf("failed to process arguments for platform %s: %v", res.Result, err))
		return
	case res.Result == "":
		err := fmt.Errorf("empty platform value from expression %s", from.Platform)
		b.refuse(st.at, suggestAny(err, res.Unmatched, b.globals.Keys()).Error())
		return
	}
	st.rawPlat = res.Result
	p, err := platforms.Parse(res.Result)
	if err != nil {
		err = suggestAny(err, res.Unmatched, b.globals.Keys())
		b.refuse(st.at, fmt.Sprintf("failed to parse platform %s: %v", from.Platform, err))
		return
	}
	st.platform = &p
}

// suggestAny adds BuildKit's "did you mean" for one of the names.
func suggestAny(err error, names map[string]struct{}, options []string) error {
	for name := range names {
		if ok, with := suggest.WrapErrorMaybe(err, name, options, true); ok {
			return with
		}
	}
	return err
}

// resolveStageContext sets the named context that stands in a stage's place.
func (b *builder) resolveStageContext(st *state) {
	if st.stage.from.Name == "" {
		return
	}
	name, ok, err := b.context(st.stage.from.Name, b.platformOf(st))
	switch {
	case err != nil:
		b.refuse(st.at, err.Error())
	case ok:
		st.context, st.replaced = name, true
	}
}

func (b *builder) platformOf(st *state) ocispecs.Platform {
	if st.platform != nil {
		return *st.platform
	}
	return b.target
}

// resolveSources finds what every COPY --from and mount means
// (dockerfile2llb.buildStageDependencyGraph). Images join the table of states
// as they come, so that COPY --from=N may even reach one.
func (b *builder) resolveSources() {
	for i := range b.states {
		st := b.states[i]
		for j := range st.commands {
			c := &st.commands[j]
			if err := b.resolveCommand(c, st.stage.index); err != nil {
				b.refuseIn(st.stage.index, c.at, err.Error())
			}
			st.addDeps(*c)
		}
	}
}

// addDeps notes what a command uses; of several on one state BuildKit keeps the
// last.
func (st *state) addDeps(c command) {
	for _, src := range c.sources {
		if i, ok := st.depAt[src]; ok {
			st.deps[i].at = c.at
			continue
		}
		if st.depAt == nil {
			st.depAt = map[*state]int{}
		}
		st.depAt[src] = len(st.deps)
		st.deps = append(st.deps, dependency{src, c.at})
	}
}

// resolveCommand fills in the sources of a COPY or RUN
// (dockerfile2llb.toCommand, detectRunMount).
func (b *builder) resolveCommand(c *command, user int) error {
	switch ic := c.ic.(type) {
	case *instructions.CopyCommand:
		if ic.From == "" {
			return nil
		}
		res, _, err := b.words.word(ic.From, nil)
		if err != nil {
			return err
		}
		if res.Result != ic.From {
			return errors.New("variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround")
		}
		if n, err := strconv.Atoi(ic.From); err == nil {
			if n < 0 || n >= len(b.states) {
				return fmt.Errorf("invalid stage index %d", n)
			}
			st := b.states[n]
			if st.stage == nil {
				b.addState(st) // an image joins the table again with every use
			}
			c.sources = []*state{st}
			return nil
		}
		c.sources = []*state{b.source(ic.From, c.at, user)}
	case *instructions.RunCommand:
		for _, m := range instructions.GetMounts(ic) {
			from := m.From
			if from == "" {
				// Also for mounts that need no source: with a stage named scratch
				// every RUN --mount depends on it.
				from = scratch
			}
			c.sources = append(c.sources, b.source(from, c.at, user))
		}
	}
	return nil
}

// source finds a stage, or adds an image to the table.
func (b *builder) source(name string, at span, user int) *state {
	if st, ok := b.find(name); ok {
		return st
	}
	st := &state{baseName: name, at: at, user: user}
	b.addState(st)
	return st
}

// checkReferences looks at the image references, which BuildKit parses for all
// stages, needed or not (dockerfile2llb.resolveBaseImage), and replaces images
// by named contexts.
func (b *builder) checkReferences() {
	for _, st := range b.states {
		b.checkReference(st, b.refuseIn)
	}
}

func (b *builder) checkReference(st *state, refuse func(stage int, at span, msg string)) {
	if st.base != nil || st.noBase || st.isScratch() {
		return
	}
	ref, err := reference.ParseNormalizedNamed(st.baseName)
	if err != nil {
		refuse(st.user, st.at, fmt.Sprintf("failed to parse stage name %q: %v", st.baseName, err))
		st.noBase = true
		return
	}
	if st.context == "" {
		full := reference.TagNameOnly(ref).String()
		if name, ok, _ := b.context(full, b.platformOf(st)); ok {
			st.context = name
		}
	}
}

// node is the graph's node for what a state's files come from, or None: a stage
// that is not above stage `to` has none, unless a context stands in its place.
func (b *builder) node(st *state, to int) model.NodeID {
	switch {
	case st.stage != nil && st.stage.index < to:
		return model.NodeID(st.stage.index)
	case st.stage != nil && !st.replaced:
		return model.None
	}
	return b.external(st)
}

// external is the node of the image or context that a state comes from.
func (b *builder) external(st *state) model.NodeID {
	if st.noBase && st.context == "" || st.isScratch() {
		return model.None
	}
	x, key := model.External{Kind: model.ExternalContext, Ref: st.context}, st.context
	if st.context == "" {
		ref, err := reference.ParseNormalizedNamed(st.baseName)
		if err != nil {
			return model.None
		}
		x = model.External{Kind: model.ExternalImage, Ref: st.baseName}
		key = reference.TagNameOnly(ref).String()
	}
	key = string(x.Kind) + " " + key
	id, ok := b.nodes[key]
	if !ok {
		id = model.NodeID(len(b.stages) + len(b.graph.Externals))
		x.Ref = sanitize.Text(x.Ref)
		b.graph.Externals = append(b.graph.Externals, x)
		b.nodes[key] = id
	}
	return id
}
