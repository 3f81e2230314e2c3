package buildgraph

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Options say how the Dockerfile is to be read, as the flags of `docker build`
// do.
type Options struct {
	File          string            // name to show
	Target        string            // --target; the graph feels it only through the TARGETSTAGE argument
	BuildArgs     map[string]string // --build-arg
	Platforms     []string          // --platform; the graph is that of the first. BuildPlatform when empty
	BuildPlatform string            // the builder's platform; this machine's when empty
	NamedContexts []string          // the names given with --build-context
}

// bom is the byte-order mark, which the parser takes off the first line only.
const bom = "\ufeff"

// builder carries one Parse from its beginning to its end.
type builder struct {
	opts     Options
	graph    *model.Graph
	words    expander
	contexts map[string]bool // named contexts, as BuildKit looks them up

	target, build ocispecs.Platform

	lint     *linter.Linter
	lintAt   int              // the stage that warnings are for, -1 outside
	violated map[int][]string // rule names by stage
	globals  *env             // platform arguments and global ARGs
	declared map[string]bool  // names of global ARGs
	metaArgs []*instructions.ArgCommand

	stages []*stage
	states []*state // as dispatchStates.states: COPY --from=N counts in it
	byName map[string]*state

	nodes   map[string]model.NodeID // externals by kind and normalised name
	onRuns  int                     // steps that ONBUILD made
	reads   []Read                  // of all stages
	details [][]Instruction         // by stage and step
}

// Parse reads a Dockerfile. It never fails: what is wrong with the file becomes
// Problems, and the rest of the graph stands.
func Parse(src []byte, opts Options) *model.Graph { return parse(src, opts).graph }

func parse(src []byte, opts Options) *builder {
	b := &builder{
		opts:     opts,
		graph:    &model.Graph{File: sanitize.Text(opts.File), Stages: []model.Stage{}},
		contexts: contextNames(opts.NamedContexts),
		lintAt:   -1,
		violated: map[int][]string{},
		declared: map[string]bool{},
		byName:   map[string]*state{},
		nodes:    map[string]model.NodeID{},
	}
	if len(src) == 0 {
		b.refuse(span{}, "the Dockerfile cannot be empty")
		return b
	}
	// Go's text/scanner, under the parser's lexer, complains to stderr about
	// these, and stderr is the user's terminal.
	src = bytes.ReplaceAll(bytes.ToValidUTF8(src, []byte("\uFFFD")), []byte{0}, []byte("\uFFFD"))

	b.graph.Lines = sourceLines(src)
	b.graph.Syntax = syntaxImage(src, opts.BuildArgs)
	b.setPlatforms()
	b.setLinter(src)

	doc := read(src)
	b.words = expander{lex: shell.NewLex(doc.escape), left: maxExpanded}
	b.emptyContinuations(doc)
	b.readStages(doc)
	switch {
	case doc.err != nil:
		b.refuse(doc.errAt, doc.err.Error())
	case len(b.stages) == 0 && !b.refused():
		b.refuse(span{}, "dockerfile contains no stages to build")
	}
	b.lintFile()
	b.setGlobals()
	b.resolveBases()
	b.resolveSources()
	b.findCycle()
	b.checkReferences()
	b.dispatchStages()
	b.failOnWarnings(src)
	b.finish()
	return b
}

// finish puts edges and problems into the order that the model promises.
func (b *builder) finish() {
	g := b.graph
	slices.SortStableFunc(g.Edges, func(x, y model.Edge) int {
		if x.To != y.To {
			return int(x.To - y.To)
		}
		if x.Step != y.Step {
			return x.Step - y.Step
		}
		return x.Line - y.Line
	})
	for i := range g.Problems {
		// The linter speaks of a FROM before its stage is known.
		if p := &g.Problems[i]; p.Stage < 0 && p.Line > 0 {
			p.Stage = b.stageAt(p.Line)
		}
	}
	slices.SortStableFunc(g.Problems, func(x, y model.Problem) int { return x.Line - y.Line })
	g.Problems = slices.Compact(g.Problems)
}

// syntaxImage is the frontend image that BuildKit would forward the file to
// (frontend/dockerfile/builder.Build).
func syntaxImage(src []byte, args map[string]string) string {
	if line, ok := args["BUILDKIT_SYNTAX"]; ok {
		ref, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		return sanitize.Text(ref)
	}
	ref, _, _, _ := parser.DetectSyntax(src)
	return sanitize.Text(ref)
}

// sourceLines cuts src into lines that may be shown.
func sourceLines(src []byte) []string {
	text := strings.TrimPrefix(string(src), bom)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, l := range lines {
		l = strings.ReplaceAll(strings.TrimSuffix(l, "\r"), "\t", "    ")
		lines[i] = sanitize.Text(l)
	}
	return lines
}

// setPlatforms reads --platform as BuildKit's dockerui does: parsed, then
// normalised; the builder's own platform stands where none is given.
func (b *builder) setPlatforms() {
	b.build = platforms.Normalize(platforms.DefaultSpec())
	if v := b.opts.BuildPlatform; v != "" {
		if p, err := platforms.Parse(v); err == nil {
			b.build = platforms.Normalize(p)
		} else {
			b.refuse(span{}, fmt.Sprintf("failed to parse build platform %s: %v", v, err))
		}
	}
	b.target = b.build
	if len(b.opts.Platforms) > 0 {
		v := b.opts.Platforms[0]
		if p, err := platforms.Parse(v); err == nil {
			b.target = platforms.Normalize(p)
		} else {
			b.refuse(span{}, fmt.Sprintf("failed to parse target platform %s: %v", v, err))
		}
	}
}
