package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/model"
)

func newStep(m model.Step, stage int, i buildgraph.Instruction) step {
	s := step{Step: m, stage: stage, ins: i}
	run, ok := i.Command.(*instructions.RunCommand)
	if !ok {
		return s
	}
	if !run.PrependShell && len(run.CmdLine) > 0 && script(run, i.Shell) == "" {
		s.calls, s.read = []call{{words: run.CmdLine, feeds: -1}}, true
		return s
	}
	s.calls = calls(script(run, i.Shell))
	s.read = len(s.calls) > 0
	return s
}

// transfer is what a COPY or ADD does.
type transfer struct {
	sources []string
	dest    string // absolute, or as written where the working directory is not known
	from    string // of --from, as written
	chown   string
	inline  bool // heredocs are among the sources
	parents bool
	exclude bool
}

// transfer reads a COPY or ADD; ok is false for other steps.
func (s step) transfer() (t transfer, ok bool) {
	var in instructions.SourcesAndDest
	switch c := s.ins.Command.(type) {
	case *instructions.CopyCommand:
		in = c.SourcesAndDest
		t = transfer{from: c.From, chown: c.Chown, parents: c.Parents, exclude: len(c.ExcludePatterns) > 0}
	case *instructions.AddCommand:
		in = c.SourcesAndDest
		t = transfer{chown: c.Chown, exclude: len(c.ExcludePatterns) > 0}
	default:
		return t, false
	}
	t.sources, t.inline, t.dest = in.SourcePaths, len(in.SourceContents) > 0, in.DestPath
	if !path.IsAbs(t.dest) && s.ins.Workdir != "" {
		t.dest = path.Join(s.ins.Workdir, t.dest)
	}
	if path.IsAbs(t.dest) {
		t.dest = path.Clean(t.dest)
	}
	return t, true
}

// mounted says whether a mount of that type lies at one of the directories, above or
// below it.
func (s step) mounted(kind string, dirs ...string) bool {
	return slices.ContainsFunc(s.Mounts, func(m model.Mount) bool {
		return m.Type == kind && slices.ContainsFunc(dirs, func(d string) bool { return within(d, m.Target) || within(m.Target, d) })
	})
}

// within says whether a path is dir or below it.
func within(name, dir string) bool {
	return name == dir || dir == "/" || strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/")
}

// text is all that a RUN says, for looking for a word whatever it means.
func (s step) text() string {
	run, ok := s.ins.Command.(*instructions.RunCommand)
	if !ok {
		return s.Step.Text
	}
	var b strings.Builder
	b.WriteString(strings.Join(run.CmdLine, " "))
	for _, f := range run.Files {
		b.WriteString("\n" + f.Data)
	}
	return b.String()
}

// mentions says whether a text stands anywhere in a RUN.
func (s step) mentions(text string) bool { return strings.Contains(s.text(), text) }

// plainRun says that the step is a RUN that a shell reads, written on the line of its
// instruction and not in a heredoc: its text may be joined with another's.
func (s step) plainRun() bool {
	run, ok := s.ins.Command.(*instructions.RunCommand)
	return ok && run.PrependShell && len(run.Files) == 0 && len(run.CmdLine) > 0 && !s.OnBuild
}

// external is the image that a stage begins with, through all stages that it is FROM:
// the last of them, and the reference. It is "" for scratch and for named contexts.
func (c *checker) external(stage int) (root int, ref string) {
	chain := c.g.Lineage(stage)
	root = chain[len(chain)-1]
	for _, e := range c.g.Into(model.NodeID(root)) {
		if x, ok := c.g.External(e.From); ok && e.Kind == model.EdgeBase && x.Kind == model.ExternalImage {
			return root, x.Ref
		}
	}
	return root, ""
}

// sourceStage is the stage that a COPY --from takes from.
func (c *checker) sourceStage(s step) (int, bool) {
	for _, e := range c.g.Into(model.NodeID(s.stage)) {
		if e.Step == s.Index && e.Kind == model.EdgeCopy && c.g.IsStage(e.From) {
			return int(e.From), true
		}
	}
	return 0, false
}

// image parts a reference into its repository, without a registry's library, and its tag.
// digest is set where one pins it.
func image(ref string) (repository, tag string, digest bool) {
	ref, _, digest = strings.Cut(ref, "@")
	name := ref
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		name, tag = ref[:i], ref[i+1:]
	}
	for _, prefix := range []string{"docker.io/", "index.docker.io/", "library/"} {
		name = strings.TrimPrefix(name, prefix)
	}
	return name, tag, digest
}

// span names lines.
func span(from, to int) string {
	if from == to {
		return fmt.Sprintf("line %d", from)
	}
	return fmt.Sprintf("lines %d to %d", from, to)
}
