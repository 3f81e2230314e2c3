package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"mvdan.cc/sh/v3/syntax"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/advice"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/sanitize"
)

// order is SD-B004. What a command reads is for model/advice to judge, which says
// nothing about what it does not understand whole. Of a RUN that installs and then
// builds, the first part is judged.
func (c *checker) order() {
	for i, stage := range c.stages {
		if !c.plan.Needs(model.NodeID(i)) {
			continue
		}
		for _, s := range stage {
			if t, ok := s.transfer(); !ok || t.from != "" || s.OnBuild {
				continue
			}
			if c.misplaced(s) {
				break // the copies below are as good as they can be, with this one up here
			}
		}
	}
}

// misplaced judges one copy.
func (c *checker) misplaced(s step) bool {
	at := build.StepRef{Stage: s.stage, Step: s.Index}
	files := c.files()
	if a := advice.Order(c.g, at, nil, files); a != nil {
		last := c.stages[s.stage][a.Spare[len(a.Spare)-1].Step]
		c.reorder(s, last, "", "", a.Needs)
		return true
	}
	// The first RUN below may begin with what needs less than all of it.
	for _, below := range c.stages[s.stage][s.Index+1:] {
		if below.Command != "RUN" {
			if slices.Contains([]string{"ENV", "ARG", "LABEL", "USER"}, below.Command) {
				continue
			}
			return false
		}
		first, rest := c.parted(below)
		for n := len(first); n > 0; n-- {
			head := strings.Join(first[:n], " && ")
			a := advice.Order(c.with(below, head), at, nil, files)
			if a == nil || len(a.Needs) == 0 {
				continue
			}
			tail := strings.Join(append(slices.Clone(first[n:]), rest...), " && ")
			c.reorder(s, below, head, tail, a.Needs)
			return true
		}
		return false
	}
	return false
}

// with is the graph in which a RUN runs something else.
func (c *checker) with(s step, text string) *model.Graph {
	g := *c.g
	g.Stages = slices.Clone(g.Stages)
	steps := slices.Clone(g.Stages[s.stage].Steps[:s.Index+1])
	steps[s.Index].Text = "RUN " + flagsOf(s) + text
	g.Stages[s.stage].Steps = steps
	return &g
}

// flagsOf are the flags of a RUN, as they are written, with a space behind.
func flagsOf(s step) string {
	run, ok := s.ins.Command.(*instructions.RunCommand)
	if !ok || len(run.CmdLine) == 0 {
		return ""
	}
	text := strings.TrimSpace(strings.TrimPrefix(s.Text, s.Text[:min(3, len(s.Text))]))
	flags, ok := strings.CutSuffix(text, strings.TrimSpace(run.CmdLine[0]))
	if !ok || strings.TrimSpace(flags) == "" {
		return ""
	}
	return strings.TrimSpace(flags) + " "
}

// parted parts what a RUN runs at its outermost "&&": the first parts are those that
// model/advice may understand, all but the last one.
func (c *checker) parted(s step) (first, rest []string) {
	if !s.plainRun() || !s.read {
		return nil, nil
	}
	text := s.ins.Command.(*instructions.RunCommand).CmdLine[0]
	parts := ands(text)
	if len(parts) < 2 {
		return nil, nil
	}
	return parts[:len(parts)-1], parts[len(parts)-1:]
}

// ands are the commands of a script that is nothing but a chain of "&&".
func ands(text string) []string {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil || len(file.Stmts) != 1 {
		return nil
	}
	var out []string
	var walk func(s *syntax.Stmt)
	walk = func(s *syntax.Stmt) {
		if b, ok := s.Cmd.(*syntax.BinaryCmd); ok && b.Op == syntax.AndStmt {
			walk(b.X)
			walk(b.Y)
			return
		}
		out = append(out, strings.TrimSpace(source(s, text)))
	}
	walk(file.Stmts[0])
	return out
}

// files are those of the build context; where it is not known, those that package
// managers usually read.
func (c *checker) files() advice.Files {
	if c.in.Context != nil {
		return installed{c.in.Context}
	}
	return assumed{}
}

// installed are the files of the build context without the packages that are installed in
// it: SD-B009 and SD-B010 tell of those, and that they lie there must not hide the rest.
type installed struct{ advice.Files }

func (i installed) Has(p string) bool { return path.Base(p) != "node_modules" && i.Files.Has(p) }

// assumed are the usual manifests, with nothing odd in them.
type assumed struct{}

func (assumed) Has(p string) bool {
	return slices.Contains([]string{"package.json", "requirements.txt", "go.mod", "Gemfile"}, p)
}

func (assumed) Read(string) ([]byte, bool) { return []byte("{}"), true }

// reorder says to copy what is needed above, and the rest below the step last. head and
// tail are the parts of last that stand above and below the copy, "" for all above.
func (c *checker) reorder(s, last step, head, tail string, needs []string) {
	f := rate()
	installs := c.g.Short(last.Step)
	if head != "" {
		installs = "RUN " + head
	}
	what := "no file of it"
	if len(needs) > 0 {
		what = "only " + strings.Join(needs, ", ")
	}
	f.Evidence = []string{fmt.Sprintf("line %d: %s needs %s", last.Line, sanitize.Shorten(installs, 60), what)}
	if c.in.Context == nil {
		f.Severity = finding.Info
		f.Evidence = []string{fmt.Sprintf("line %d: %s usually needs only its manifests", last.Line, sanitize.Shorten(installs, 60))}
		f.Fix = fmt.Sprintf("Copy the manifests above line %d, and the rest below it", last.Line)
		c.add(s, "SD-B004", "All files are copied before dependencies are installed", f)
		return
	}
	var lines []string
	if len(needs) > 0 {
		lines = append(lines, manifests(s, needs))
	}
	if head == "" {
		lines = append(lines, c.g.Lines[s.EndLine:last.EndLine]...)
	} else {
		lines = append(lines, c.g.Lines[s.EndLine:last.Line-1]...)
		lines = append(lines, "RUN "+flagsOf(last)+head)
	}
	lines = append(lines, c.g.Lines[s.Line-1:s.EndLine]...)
	if tail != "" {
		lines = append(lines, "RUN "+flagsOf(last)+tail)
	}
	f.Instead, f.EndLine = strings.Join(lines, "\n"), last.EndLine
	f.Fix = fmt.Sprintf("Write instead of %s:\n%s", span(s.Line, last.EndLine), f.Instead)
	c.add(s, "SD-B004", "All files are copied before dependencies are installed", f)
}

// manifests is a copy of some files, to where the step copies all.
func manifests(s step, needs []string) string {
	words := strings.Fields(s.Text)
	flags := slices.DeleteFunc(words[1:len(words)-2], func(w string) bool { return strings.HasPrefix(w, "--exclude") })
	dest := strings.TrimSuffix(words[len(words)-1], "/") + "/"
	return strings.Join(slices.Concat([]string{"COPY"}, flags, needs, []string{dest}), " ")
}

// update is SD-B024.
func (c *checker) update() {
	for i, stage := range c.stages {
		for j, s := range stage {
			if !c.plan.Needs(model.NodeID(i)) || !s.read || !slices.ContainsFunc(s.calls, aptUpdate) || slices.ContainsFunc(s.calls, func(x call) bool { return !aptUpdate(x) }) {
				continue
			}
			for _, below := range stage[j+1:] {
				if !below.read || !slices.ContainsFunc(below.calls, func(x call) bool { return apt(x) && x.verb() == "install" }) || slices.ContainsFunc(below.calls, aptUpdate) {
					continue
				}
				f := rate()
				f.Evidence = []string{fmt.Sprintf("line %d installs: %s", below.Line, sanitize.Shorten(c.g.Short(below.Step), 60))}
				f.Fix = fmt.Sprintf("Write apt-get update && in front of the installation on line %d, and remove line %d", below.Line, s.Line)
				if below.Index == s.Index+1 {
					c.join(&f, s, below)
				}
				c.add(s, "SD-B024", "apt-get update in a layer of its own", f)
				break
			}
		}
	}
}

func apt(c call) bool { return c.name() == "apt-get" || c.name() == "apt" }

func aptUpdate(c call) bool { return apt(c) && c.verb() == "update" }

// join makes one RUN of two that follow each other the fix, where both are plain.
func (c *checker) join(f *finding.Finding, above, below step) {
	if !above.plainRun() || !below.plainRun() || flagsOf(above) != flagsOf(below) || above.Line == below.Line {
		return
	}
	first := above.ins.Command.(*instructions.RunCommand).CmdLine[0]
	second := below.ins.Command.(*instructions.RunCommand).CmdLine[0]
	parts := slices.Concat(ands(first), ands(second))
	if len(ands(first)) == 0 || len(ands(second)) == 0 {
		return
	}
	f.Instead = "RUN " + flagsOf(above) + strings.Join(parts, " \\\n && ")
	f.EndLine = below.EndLine
	f.Fix = fmt.Sprintf("Write instead of %s:\n%s", span(above.Line, below.EndLine), f.Instead)
}

// lateCleaning is SD-B023.
func (c *checker) lateCleaning() {
	var before []step
	for _, s := range c.shipped() {
		if s.Command != "RUN" || !s.read || s.OnBuild {
			continue
		}
		if !slices.ContainsFunc(s.calls, func(x call) bool { return cleans(x) == "" }) {
			manager := cleans(s.calls[0])
			for _, at := range slices.Backward(before) {
				if !slices.ContainsFunc(at.calls, func(x call) bool { return installer(x) == manager }) {
					continue
				}
				f := rate()
				f.Evidence = []string{fmt.Sprintf("line %d stores them: %s", at.Line, sanitize.Shorten(c.g.Short(at.Step), 60))}
				f.Fix = fmt.Sprintf("Write it behind && at the end of the RUN on line %d, and remove line %d", at.Line, s.Line)
				title := fmt.Sprintf("What line %d leaves is removed a layer too late", at.Line)
				if at.stage == s.stage && at.Index == s.Index-1 {
					// The finding stands on the line that removes; the text replaces both.
					c.join(&f, at, s)
					f.Instead, f.EndLine = "", 0
				}
				c.late[at.Line] = true
				c.add(s, "SD-B023", title, f)
				break
			}
		}
		before = append(before, s)
	}
}

// cleans is the package manager after which a command cleans up, "" when it does
// something else.
func cleans(x call) string {
	switch n := x.name(); n {
	case "apt-get", "apt":
		if slices.Contains([]string{"clean", "autoclean", "purge", "remove", "autoremove", "distclean"}, x.verb()) {
			return "apt"
		}
	case "yum", "dnf", "microdnf":
		if x.verb() == "clean" || x.verb() == "remove" {
			return "dnf"
		}
	case "apk":
		if x.verb() == "del" || x.verb() == "cache" {
			return "apk"
		}
	case "npm", "yarn", "pip", "pip3":
		if x.verb() == "cache" {
			return strings.TrimSuffix(n, "3")
		}
	case "rm":
		out := ""
		for _, w := range x.args() {
			m := ""
			for prefix, manager := range map[string]string{
				"/var/lib/apt": "apt", "/var/cache/apt": "apt", "/var/cache/apk": "apk", "/var/cache/yum": "dnf", "/var/cache/dnf": "dnf",
				"/root/.cache/pip": "pip", "/root/.npm": "npm",
			} {
				if strings.HasPrefix(w, prefix) {
					m = manager
				}
			}
			if m == "" && w != "/tmp/*" && w != "/var/tmp/*" {
				return ""
			}
			if out == "" {
				out = m
			}
		}
		return out
	}
	return ""
}

// installer is the package manager that a command installs with, "" when it does not.
func installer(x call) string {
	switch n := x.name(); n {
	case "apt-get", "apt":
		if x.verb() == "install" || x.verb() == "update" {
			return "apt"
		}
	case "yum", "dnf", "microdnf":
		if x.verb() == "install" {
			return "dnf"
		}
	case "apk":
		if x.verb() == "add" {
			return "apk"
		}
	case "npm", "yarn":
		if slices.Contains([]string{"install", "ci", "i", "add"}, x.verb()) {
			return n
		}
	case "pip", "pip3":
		if x.verb() == "install" {
			return "pip"
		}
	}
	return ""
}
