package buildgraph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/sanitize"
)

// scope is what a stage's instructions leave for those after them, and for the
// stages on top.
type scope struct {
	env        *env
	open       bool     // on top of an image or context, whose variables are unknown
	args       *argList // names of ARGs declared
	os         string   // of the platform
	workdir    string   // "" before the first WORKDIR
	anyDir     bool     // workdir rests on what the image says
	dirSet     bool     // a WORKDIR has been met
	shell      bool     // a SHELL has been met
	shellWords []string // what the last one says

	// of this stage alone, for the linter
	cmdAt, entrypointAt, healthcheckAt []parser.Range
}

// argList is the ARGs of a stage and those below it.
type argList struct {
	name string
	next *argList
}

// dispatchStages walks the stages in file order and makes steps and edges
// (dockerfile2llb.dispatchStages, for all stages instead of those needed).
func (b *builder) dispatchStages() {
	for _, st := range b.states[:len(b.stages)] {
		b.lintAt = st.stage.index
		b.dispatchStage(st)
	}
	b.lintAt = -1
}

func (b *builder) dispatchStage(st *state) {
	s := st.stage
	ms := model.Stage{
		Index:    s.index,
		Name:     sanitize.Text(s.from.Name),
		Base:     sanitize.Text(st.baseName),
		Platform: sanitize.Text(st.rawPlat),
		Doc:      sanitize.Text(s.from.DocComment),
		Line:     s.at.start,
		EndLine:  s.end,
	}
	if st.baseRaw != st.baseName {
		ms.BaseRaw = sanitize.Text(st.baseRaw)
	}
	b.initScope(st)
	b.graph.Stages = append(b.graph.Stages, ms)
	b.details = append(b.details, nil)
	b.note(st, nil, s.from.Comments)
	b.addStep(st, model.Step{
		Command: "FROM",
		Text:    sanitize.Text(s.text),
		Line:    s.at.start,
		EndLine: s.at.end,
		Vertex:  st.base == nil && !st.noBase && !st.isScratch() && st.context == "",
	})
	b.baseEdge(st)
	b.readBase(st)

	if st.replaced {
		// The context stands in the stage's place: its instructions never run.
		for _, c := range st.commands {
			b.note(st, nil, nil)
			b.addStep(st, newStep(c))
		}
		return
	}
	for _, c := range b.triggers(st) {
		b.dispatchCommand(st, c)
	}
	for _, c := range st.commands {
		b.dispatchCommand(st, c)
	}
}

func (b *builder) baseEdge(st *state) {
	if st.noBase && st.context == "" {
		return
	}
	from := model.None
	if st.base != nil {
		from = model.NodeID(st.base.stage.index)
	} else {
		from = b.external(st)
	}
	b.addEdge(from, st, model.EdgeBase, 0, st.at.start, nil)
}

// initScope starts a stage where its base ended (dispatchState.init).
func (b *builder) initScope(st *state) {
	p := b.platformOf(st)
	sc := scope{os: p.OS, open: !st.isScratch(), anyDir: !st.isScratch()}
	if st.base != nil {
		below := st.base.scope
		sc = scope{
			open: below.open, args: below.args, os: below.os,
			workdir: below.workdir, anyDir: below.anyDir, dirSet: below.dirSet, shell: below.shell, shellWords: below.shellWords,
		}
		sc.env = newEnv(below.env)
	} else {
		sc.env = newEnv(nil)
	}
	if _, ok := sc.env.Get("PATH"); !ok && sc.os != "windows" {
		sc.env.set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
	}
	st.scope = sc
}

// maxTriggers bounds the steps that ONBUILD makes: triggers times children.
const maxTriggers = 10_000

// triggers are the base stage's ONBUILD instructions, which run here and make
// their edges here (dockerfile2llb.initOnBuildTriggers). Their lines are those
// of this stage's FROM.
func (b *builder) triggers(st *state) []command {
	if st.base == nil {
		return nil
	}
	var out []command
	for _, c := range st.base.commands {
		ob, ok := c.ic.(*instructions.OnbuildCommand)
		if !ok {
			continue
		}
		if b.onRuns++; b.onRuns > maxTriggers {
			b.report(model.Problem{
				Level: model.LevelWarning, Line: st.at.start, EndLine: st.at.end, Stage: st.stage.index,
				Message: fmt.Sprintf("more than %d ONBUILD steps in this file: the rest is not shown", maxTriggers),
			})
			return out
		}
		t, err := b.trigger(ob.Expression, st)
		known := len(b.states)
		if err == nil {
			err = b.resolveCommand(&t, st.stage.index)
		}
		if err != nil {
			b.fail(st.stage.index, st.at, err.Error())
		}
		for _, image := range b.states[known:] {
			b.checkReference(image, b.fail)
		}
		out = append(out, t)
	}
	return out
}

func (b *builder) trigger(expression string, st *state) (command, error) {
	text, _, _ := strings.Cut(expression, "\n")
	keyword, _, _ := strings.Cut(text, " ")
	c := command{keyword: strings.ToUpper(keyword), text: text, at: st.at, onBuild: true}
	res, _, err := parseLines([]byte(expression), []int{0, len(expression)}, 0, 1, 0)
	if err != nil {
		return c, err
	}
	if len(res.AST.Children) != 1 {
		return c, fmt.Errorf("onbuild trigger should be a single expression")
	}
	node := res.AST.Children[0]
	node.StartLine, node.EndLine = st.at.start, st.at.end
	ins, err := parseInstruction(node, linter.New(&linter.Config{SkipAll: true}))
	if err != nil {
		return c, err
	}
	ic, ok := ins.(instructions.Command)
	if !ok {
		return c, fmt.Errorf("%T is not a command type", ins)
	}
	c.ic, c.keyword, c.text = ic, strings.ToUpper(node.Value), strings.TrimSpace(node.Original)
	return c, nil
}

func newStep(c command) model.Step {
	return model.Step{
		Command: sanitize.Text(c.keyword),
		Text:    sanitize.Text(c.text),
		Line:    c.at.start,
		EndLine: c.at.end,
		OnBuild: c.onBuild,
	}
}

func (b *builder) addStep(st *state, step model.Step) *model.Step {
	ms := &b.graph.Stages[st.stage.index]
	step.Index = len(ms.Steps)
	ms.Steps = append(ms.Steps, step)
	return &ms.Steps[step.Index]
}

func (b *builder) addEdge(from model.NodeID, st *state, kind model.EdgeKind, step, line int, paths []string) {
	if from == model.None {
		return
	}
	b.graph.Edges = append(b.graph.Edges, model.Edge{
		From: from, To: model.NodeID(st.stage.index), Kind: kind, Step: step, Line: line, Paths: paths,
	})
}

// run is one instruction being dispatched.
type run struct {
	*builder
	st   *state
	cmd  command
	step *model.Step
	lint *linter.Linter
	// guess is set when a word names a variable that the image may set: what
	// follows from the word is not known.
	guess bool
	dest  string // of a COPY or ADD, as written
}

func (b *builder) dispatchCommand(st *state, c command) {
	r := &run{builder: b, st: st, cmd: c, step: b.addStep(st, newStep(c)), dest: destination(c.ic)}
	if c.ic == nil {
		b.note(st, nil, nil)
		r.step.Vertex = slices.Contains([]string{"RUN", "COPY", "ADD", "WORKDIR"}, c.keyword)
		return
	}
	b.note(st, c.ic, c.ic.Comments())
	r.lint = b.lint.WithMergedConfigFromComments(c.ic.Comments())
	sources := sourcePaths(c.ic)
	err := r.expand()
	if err != nil {
		r.step.Vertex = c.keyword == "RUN" || c.keyword == "COPY" || c.keyword == "ADD" || c.keyword == "WORKDIR"
		r.fail(err)
	}
	if r.guess || err != nil {
		restoreSourcePaths(c.ic, sources)
	}
	r.dispatch(err == nil)
}

// fail reports an error unless it hangs on what only the image knows.
func (r *run) fail(err error) {
	if err != nil && !r.guess {
		r.builder.fail(r.st.stage.index, r.cmd.at, err.Error())
	}
}

// expand replaces the variables in the instruction's words
// (dockerfile2llb.dispatch).
func (r *run) expand() error {
	_, isArg := r.cmd.ic.(*instructions.ArgCommand)
	if x, ok := r.cmd.ic.(instructions.SupportsSingleWordExpansion); ok && !isArg {
		if err := x.Expand(func(word string) (string, error) { return r.word(r.words.lex, word) }); err != nil {
			return err
		}
	}
	if x, ok := r.cmd.ic.(instructions.SupportsSingleWordExpansionRaw); ok {
		lex := shell.NewLex('\\')
		lex.SkipProcessQuotes = true
		return x.ExpandRaw(func(word string) (string, error) { return r.word(lex, word) })
	}
	return nil
}

func (r *run) word(lex *shell.Lex, word string) (string, error) {
	res, missed, err := r.words.with(lex, word, r.st.scope.env)
	r.guess = r.guess || missed && r.st.scope.open
	r.lintUnmatched(res.Unmatched)
	return res.Result, err
}

// sourcePaths copies what a COPY or ADD takes, as written.
func sourcePaths(ic instructions.Command) []string {
	switch c := ic.(type) {
	case *instructions.CopyCommand:
		return slices.Clone(c.SourcePaths)
	case *instructions.AddCommand:
		return slices.Clone(c.SourcePaths)
	}
	return nil
}

func restoreSourcePaths(ic instructions.Command, paths []string) {
	switch c := ic.(type) {
	case *instructions.CopyCommand:
		c.SourcePaths = paths
	case *instructions.AddCommand:
		c.SourcePaths = paths
	}
}
