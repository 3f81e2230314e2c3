package lint

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/sanitize"
)

// byIndex is SD-B001.
func (c *checker) byIndex() {
	for _, s := range c.all() {
		t, ok := s.transfer()
		if !ok || t.from == "" {
			continue
		}
		from, isStage := c.sourceStage(s)
		if _, err := strconv.Atoi(t.from); err != nil || !isStage {
			continue
		}
		f, stage := rate(), c.g.Stages[from]
		f.Evidence = []string{fmt.Sprintf("--from=%s counts to the stage on line %d, %s", t.from, stage.Line, c.g.Stages[from].Steps[0].Text)}
		if stage.Name != "" && c.onlyName(stage.Name) {
			f.Instead = strings.Replace(s.Text, "--from="+t.from, "--from="+stage.Name, 1)
			f.Fix = fmt.Sprintf("line %d: %s", s.Line, f.Instead)
		} else {
			f.Fix = fmt.Sprintf("line %d: %s AS build; line %d: --from=build", stage.Line, sanitize.Shorten(stage.Steps[0].Text, 60), s.Line)
		}
		if s.EndLine != s.Line {
			f.Instead = ""
		}
		c.add(s, "SD-B001", "COPY --from="+t.from+" counts stages", f)
	}
}

// onlyName says that one stage has the name.
func (c *checker) onlyName(name string) bool {
	n := 0
	for _, s := range c.g.Stages {
		if strings.EqualFold(s.Name, name) {
			n++
		}
	}
	return n == 1
}

// wholeStage is SD-B002.
func (c *checker) wholeStage() {
	for _, s := range c.all() {
		t, ok := s.transfer()
		if !ok || t.from == "" || !c.plan.Needs(model.NodeID(s.stage)) {
			continue
		}
		from, isStage := c.sourceStage(s)
		if !isStage || !slices.ContainsFunc(t.sources, func(src string) bool { return path.Clean("/"+src) == "/" || src == "/*" }) {
			continue
		}
		if _, ref := c.external(from); ref == "" || c.alias(from) {
			continue
		}
		f, label := rate(), c.g.Stages[from].Label()
		built := c.builds(from)
		if built == nil {
			f.Severity = finding.Info
			f.Evidence = []string{fmt.Sprintf("no command of %s builds anything: this may be meant to make one layer of it", label)}
		} else {
			f.Evidence = []string{fmt.Sprintf("%s builds on line %d: %s", label, built.Line, sanitize.Shorten(c.g.Short(built.Step), 60))}
		}
		if !c.ships(s.stage) {
			f.Severity = finding.Info
		}
		f.Fix = fmt.Sprintf("line %d: copy the directory that the build of %s makes, instead of /", s.Line, label)
		c.add(s, "SD-B002", fmt.Sprintf("All of %s is copied", label), f)
	}
}

// alias says that a stage is another name for an image.
func (c *checker) alias(stage int) bool {
	for _, i := range c.g.Lineage(stage) {
		if len(c.stages[i]) > 1 {
			return false
		}
	}
	return true
}

// builds is the first step of a stage, or of those that it is FROM, that compiles or
// bundles; nil without one.
func (c *checker) builds(stage int) *step {
	for _, i := range slices.Backward(c.g.Lineage(stage)) {
		for j := range c.stages[i] {
			if slices.ContainsFunc(c.stages[i][j].calls, compiles) {
				return &c.stages[i][j]
			}
		}
	}
	return nil
}

// builtTree is SD-B003.
func (c *checker) builtTree() {
	for _, s := range c.shipped() {
		t, ok := s.transfer()
		if !ok || t.from == "" {
			continue
		}
		from, isStage := c.sourceStage(s)
		if !isStage {
			continue
		}
		for _, src := range t.sources {
			tree := path.Clean("/" + src)
			if tree == "/" || strings.ContainsAny(src, "*?[$") {
				continue
			}
			copied, built := c.filled(from, tree)
			if copied == nil || built == nil {
				continue
			}
			f, label := rate(), c.g.Stages[from].Label()
			f.Evidence = []string{
				fmt.Sprintf("line %d copies the build context to it: %s", copied.Line, sanitize.Shorten(c.g.Short(copied.Step), 60)),
				fmt.Sprintf("line %d builds there: %s", built.Line, sanitize.Shorten(c.g.Short(built.Step), 60)),
			}
			f.Fix = fmt.Sprintf("line %d: copy what line %d makes", s.Line, built.Line)
			if result := result(*built, tree); result != "" {
				f.Fix = fmt.Sprintf("line %d: COPY --from=%s %s %s", s.Line, t.from, result, t.written(s))
			}
			c.add(s, "SD-B003", fmt.Sprintf("%s of %s is copied with its sources", tree, label), f)
			break
		}
	}
}

// written is where a transfer copies to, as it is written.
func (t transfer) written(s step) string {
	switch c := s.ins.Command.(type) {
	case *instructions.CopyCommand:
		return c.DestPath
	case *instructions.AddCommand:
		return c.DestPath
	}
	return t.dest
}

// filled finds the step that copies a directory of the build context to tree or below
// it, and one that builds there afterwards.
func (c *checker) filled(stage int, tree string) (copied, built *step) {
	for _, i := range slices.Backward(c.g.Lineage(stage)) {
		for j := range c.stages[i] {
			s := &c.stages[i][j]
			t, ok := s.transfer()
			switch {
			case ok && t.from == "" && !t.inline && within(t.dest, tree) && slices.ContainsFunc(t.sources, whole):
				copied = s
			case copied != nil && slices.ContainsFunc(s.calls, compiles) && (s.ins.Workdir == "" || within(s.ins.Workdir, tree)):
				built = s
			}
		}
	}
	return copied, built
}

// whole says that a source is all of the build context.
func whole(src string) bool { return path.Clean("/"+src) == "/" }

// result is where a build is known to leave what it makes, "" where that is not known;
// tree is where it works when its own directory is not known.
func result(s step, tree string) string {
	dir := s.ins.Workdir
	if dir == "" {
		dir = tree
	}
	for _, call := range s.calls {
		out, name := "", call.name()
		if name == "npx" {
			name = call.verb()
		}
		switch name {
		case "go":
			out = call.after("-o")
		case "vite", "webpack", "rollup":
			out = "dist"
		}
		switch {
		case out == "" || strings.ContainsAny(out, "$`"):
		case path.IsAbs(out):
			return out
		default:
			return path.Join(dir, out)
		}
	}
	return ""
}

// after is the argument behind a flag, or behind its "=".
func (c call) after(flag string) string {
	for i, w := range c.words {
		if w == flag && i+1 < len(c.words) {
			return c.words[i+1]
		}
		if v, ok := strings.CutPrefix(w, flag+"="); ok {
			return v
		}
	}
	return ""
}

// compiles says that a command makes programs or bundles of sources.
func compiles(c call) bool {
	verb := c.verb()
	switch c.name() {
	case "go", "cargo", "dotnet", "swift", "zig", "stack", "cabal":
		return slices.Contains([]string{"build", "install", "publish", "test", "b"}, verb) && (c.name() != "go" || verb == "build" || verb == "install")
	case "mvn", "mvnw":
		return slices.ContainsFunc(c.args(), func(w string) bool { return slices.Contains([]string{"package", "install", "verify", "compile"}, w) })
	case "gradle", "gradlew":
		return slices.ContainsFunc(c.args(), func(w string) bool {
			w = w[strings.LastIndexByte(w, ':')+1:]
			return slices.Contains([]string{"build", "assemble", "bootJar", "jar", "shadowJar", "installDist"}, w)
		})
	case "npm", "pnpm", "bun":
		return verb == "run" && len(c.args()) > 1 && strings.HasPrefix(c.args()[1], "build") || verb == "build" && c.name() != "npm"
	case "yarn":
		return verb == "build" || verb == "run" && len(c.args()) > 1 && strings.HasPrefix(c.args()[1], "build")
	case "npx":
		return slices.Contains([]string{"tsc", "vite", "webpack", "ng", "esbuild", "rollup"}, verb)
	case "tsc", "vite", "webpack", "esbuild", "rollup", "gcc", "g++", "cc", "c++", "clang", "clang++", "rustc", "javac", "ghc", "make", "ninja", "xx-go", "xx-cargo", "sbt":
		return verb != "--version" && !(c.name() == "make" && verb == "install")
	case "cmake":
		return c.has("--build")
	}
	return false
}

// adds is SD-B018.
func (c *checker) adds() {
	for _, s := range c.all() {
		add, ok := s.ins.Command.(*instructions.AddCommand)
		if !ok || len(add.SourcePaths) == 0 || strings.Contains(s.Text, "$") || add.Checksum != "" || add.KeepGitDir != nil || add.Unpack != nil || slices.ContainsFunc(add.SourcePaths, special) {
			continue
		}
		if c.in.Context != nil && slices.ContainsFunc(add.SourcePaths, c.holdsArchive) {
			continue
		}
		f := rate()
		f.Evidence = []string{"the sources are plain files or directories: " + strings.Join(add.SourcePaths, ", ")}
		if s.EndLine == s.Line && len(s.Text) > 3 {
			f.Instead = "COPY" + s.Text[3:]
			f.Fix = fmt.Sprintf("line %d: %s", s.Line, f.Instead)
		}
		c.add(s, "SD-B018", "ADD where COPY does the same", f)
	}
}

// special says that ADD does more with a source than COPY would, or that nobody knows.
func special(src string) bool {
	return remote(src) || archive(src) || strings.ContainsAny(src, "$*?[")
}

func remote(src string) bool {
	return strings.Contains(src, "://") || strings.HasPrefix(src, "git@") || strings.HasPrefix(src, "github.com/") || strings.HasSuffix(src, ".git")
}

func archive(src string) bool {
	return slices.ContainsFunc([]string{".tar", ".tgz", ".gz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".zst", ".tzst"}, func(ext string) bool {
		return strings.HasSuffix(strings.ToLower(src), ext)
	})
}

// holdsArchive says that a source is no directory, and may be an archive under another name.
func (c *checker) holdsArchive(src string) bool {
	name := strings.TrimPrefix(path.Clean("/"+src), "/")
	if name == "" {
		return false
	}
	return !c.in.Context.Has(name)
}

// owners is SD-B020.
func (c *checker) owners() {
	var copies []step
	for _, s := range c.shipped() {
		if _, ok := s.transfer(); ok {
			copies = append(copies, s)
		}
		if s.Command != "RUN" || !s.read || len(s.calls) != 1 {
			continue
		}
		call := s.calls[0]
		if call.name() != "chown" && call.name() != "chmod" || !call.has("-R", "--recursive", "-Rf", "-hR", "-Rh", "-vR", "-Rv") || len(call.args()) < 2 {
			continue
		}
		mode, dirs := call.args()[0], call.args()[1:]
		for _, at := range slices.Backward(copies) {
			t, _ := at.transfer()
			if t.chown != "" || at.stage != s.stage || !slices.ContainsFunc(dirs, func(d string) bool { return s.covers(d, t.dest) }) {
				continue
			}
			f, flag := rate(), "--"+call.name()+"="+mode
			f.Evidence = []string{fmt.Sprintf("line %d copies to it: %s", at.Line, sanitize.Shorten(c.g.Short(at.Step), 60))}
			if call.name() == "chmod" && strings.Trim(mode, "01234567") != "" {
				f.Fix = fmt.Sprintf("Set the mode where the files are made, or with COPY --chmod on line %d, and remove line %d", at.Line, s.Line)
			} else {
				to := at.Command + " " + flag + strings.TrimPrefix(at.Text, at.Command)
				f.Fix = fmt.Sprintf("line %d: %s; remove line %d", at.Line, to, s.Line)
			}
			c.add(s, "SD-B020", fmt.Sprintf("%s -R stores %s again", call.name(), strings.Join(dirs, " ")), f)
			break
		}
	}
}

// covers says that a directory that a command names is where files were copied to, or
// above it.
func (s step) covers(dir, dest string) bool {
	if strings.ContainsAny(dir, "$*?[") {
		return false
	}
	if !path.IsAbs(dir) {
		if s.ins.Workdir == "" {
			return false
		}
		dir = path.Join(s.ins.Workdir, dir)
	}
	return path.Clean(dir) != "/" && within(dest, path.Clean(dir))
}
