package buildgraph

import (
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"

	"github.com/stagedive/stagedive/model"
)

// Detail is a Dockerfile with what the graph leaves out, for those that judge it. Its
// instructions are as BuildKit has them: neither sanitised nor free of secrets.
type Detail struct {
	Graph  *model.Graph
	Stages [][]Instruction // by stage and step, as the graph's
	b      *builder
}

// Instruction is one of a stage.
type Instruction struct {
	Command  instructions.Command // words expanded where that is possible; nil for FROM, and for what BuildKit refuses
	Comments []string             // those right above it
	Workdir  string               // where it runs and copies to; "" where only the base image knows
	Shell    []string             // what SHELL says; nil for the usual one
	lint     *linter.Linter
}

// Examine is Parse for those that need the detail.
func Examine(src []byte, opts Options) Detail {
	b := parse(src, opts)
	return Detail{Graph: b.graph, Stages: b.details, b: b}
}

// Reads is what the steps that the targets need take from contexts, as the function
// of that name says.
func (d Detail) Reads(targets ...int) []Read { return d.b.readsFor(targets) }

// Skips says whether "# check=skip=" at the top of the file turns a rule off.
func (d Detail) Skips(rule string) bool { return skips(d.b.lint, rule) }

// Skips says whether "# check=skip=", above the instruction or at the top of the file,
// turns a rule off. BuildKit leaves rules alone that it does not know, so the directive
// serves for others too.
func (i Instruction) Skips(rule string) bool { return skips(i.lint, rule) }

func skips(l *linter.Linter, rule string) bool {
	if l == nil {
		return false
	}
	_, skipped := l.SkippedRules[rule]
	return skipped || l.SkipAll
}

// Strict says whether "# check=error=true" makes BuildKit refuse what its linter
// objects to.
func (d Detail) Strict() bool { return d.b.lint != nil && d.b.lint.ReturnAsError }

// note keeps the detail of the step that is about to be dispatched.
func (b *builder) note(st *state, ic instructions.Command, comments []string) {
	i := Instruction{Command: ic, Comments: slices.Clone(comments), Shell: st.scope.shellWords, lint: b.lint.WithMergedConfigFromComments(comments)}
	switch sc := st.scope; {
	case sc.anyDir:
	case sc.workdir == "":
		i.Workdir = "/"
	default:
		i.Workdir = sc.workdir
	}
	at := st.stage.index
	b.details[at] = append(b.details[at], i)
}
