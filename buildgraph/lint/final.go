package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/sanitize"
)

// forPeople says that a stage is named after what people do in it, not after what ships.
func forPeople(name string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' }), func(w string) bool {
		return slices.Contains([]string{
			"dev", "devel", "develop", "development", "devcontainer", "build", "builder", "ci", "test", "tests", "testing",
			"lint", "sdk", "toolchain", "debug", "debugger", "tools", "base", "deps", "compile", "compiler", "shell",
		}, w)
	})
}

// tests says that a name speaks of tests or linters.
func tests(name string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' }), func(w string) bool {
		return slices.Contains([]string{"test", "tests", "testing", "tester", "unit", "lint", "linter", "check", "checks", "vet", "e2e", "integration", "spec", "validate", "verify"}, w)
	})
}

// target is the stage that ships.
func (c *checker) target() model.Stage { return c.g.Stages[c.in.Target] }

// runtime says that the stage that ships is an image to run: it says what runs, and is
// not named after development. Other stages make files, or are for people to work in.
func (c *checker) runtime() bool {
	return !forPeople(c.target().Name) && slices.ContainsFunc(c.shipped(), func(s step) bool {
		return s.Command == "CMD" || s.Command == "ENTRYPOINT"
	})
}

// devTools is SD-B006.
func (c *checker) devTools() {
	if !c.runtime() {
		return
	}
	for _, s := range c.shipped() {
		if !s.read || s.OnBuild {
			continue
		}
		var found []string
		for i, x := range s.calls {
			for _, p := range packages(x) {
				if devPackage(p) && !removed(s.calls[i+1:], p, x) && !slices.Contains(found, p) {
					found = append(found, p)
				}
			}
		}
		if len(found) == 0 {
			continue
		}
		f := rate()
		if !slices.ContainsFunc(found, func(p string) bool { return !headers(p) }) {
			f.Severity = finding.Low
		}
		f.Evidence = []string{"installs " + strings.Join(found, ", ")}
		f.Fix = fmt.Sprintf("Install %s in a stage of its own, build there, and COPY --from it what is built", sanitize.Shorten(strings.Join(found, ", "), 60))
		if len(c.chain) > 1 || len(c.g.Stages) > 1 {
			f.Fix = fmt.Sprintf("Move %s to the stage that builds, and COPY --from it what is built", sanitize.Shorten(strings.Join(found, ", "), 60))
		}
		c.add(s, "SD-B006", "Installs "+sanitize.Shorten(strings.Join(found, ", "), 50)+" where it ships", f)
	}
}

// packages are what a command installs with the distribution's package manager, without
// versions.
func packages(x call) []string {
	verbs := []string{"install", "add", "localinstall", "groupinstall"}
	if !slices.Contains([]string{"apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper", "tdnf"}, x.name()) || !slices.Contains(verbs, x.verb()) {
		return nil
	}
	var out []string
	skip := false
	for _, w := range x.words[1:] {
		switch {
		case skip:
			skip = false
		case x.name() == "apk" && slices.Contains([]string{"-t", "--virtual", "-X", "--repository", "-p", "--root"}, w), w == "-o", w == "-c", w == "-t":
			skip = true
		case strings.HasPrefix(w, "-") || slices.Contains(verbs, w):
		default:
			if i := strings.IndexAny(w, "=<>~@"); i > 0 {
				w = w[:i]
			}
			out = append(out, w)
		}
	}
	return out
}

// devPackage says that a distribution's package is for building only.
func devPackage(p string) bool {
	if headers(p) {
		return true
	}
	base := strings.TrimRight(p, "0123456789.-")
	if slices.Contains([]string{
		"build-essential", "build-base", "gcc", "g++", "clang", "make", "cmake", "ninja", "ninja-build", "autoconf", "automake",
		"libtool", "gcc-c++", "golang", "golang-go", "rustc", "cargo", "rust", "maven", "gradle", "alpine-sdk", "meson", "nasm",
		"yasm", "bison", "flex", "binutils", "base-devel", "default-jdk", "default-jdk-headless", "go", "ccache", "bazel",
	}, base) {
		return true
	}
	return strings.Contains(p, "openjdk") && strings.Contains(p, "-jdk")
}

// headers says that a package is the headers of a library.
func headers(p string) bool {
	return strings.HasSuffix(p, "-dev") || strings.HasSuffix(p, "-devel") || p == "linux-headers" || strings.HasPrefix(p, "linux-headers-")
}

// removed says that the commands behind an installation take a package away again, or
// may.
func removed(after []call, pkg string, by call) bool {
	for _, x := range after {
		verb := x.verb()
		if !slices.Contains([]string{"apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper", "dpkg"}, x.name()) || !slices.Contains([]string{"purge", "remove", "autoremove", "del", "erase"}, verb) {
			continue
		}
		if x.open() {
			return true
		}
		virtual := by.after("--virtual")
		if virtual == "" {
			virtual = by.after("-t")
		}
		for _, w := range x.args()[1:] {
			if w == pkg || virtual != "" && w == virtual || strings.ContainsAny(w, "*?") {
				return true
			}
		}
	}
	return false
}

// fromBuilder is SD-B015.
func (c *checker) fromBuilder() {
	if len(c.chain) < 2 || !c.runtime() {
		return
	}
	below := c.chain[1]
	built := c.builds(below)
	if built == nil {
		return
	}
	from := c.stages[c.in.Target][0]
	f := rate()
	f.Evidence = []string{fmt.Sprintf("%s builds on line %d: %s", c.g.Stages[built.stage].Label(), built.Line, sanitize.Shorten(c.g.Short(built.Step), 60))}
	f.Fix = fmt.Sprintf("line %d: FROM a base to run on; below it, COPY --from=%s what line %d makes", from.Line, c.g.Stages[below].Label(), built.Line)
	c.add(from, "SD-B015", fmt.Sprintf("Everything in %s ships: this stage is FROM it", c.g.Stages[below].Label()), f)
}

// bases are SD-B016, SD-B017 and SD-B021.
func (c *checker) bases() {
	root, ref := c.external(c.in.Target)
	name, tag, digest := image(ref)
	from := c.stages[root][0]
	fromBuilder := slices.ContainsFunc(c.out, func(f finding.Finding) bool { return f.Rule == "SD-B015" })
	switch better := c.smaller(name, tag); {
	case ref == "" || digest && tag == "" || !c.runtime() || fromBuilder:
	case better != "" && sdk(name, tag):
		f := rate()
		f.Evidence = []string{fmt.Sprintf("the stage that ships begins with %s", ref)}
		f.Fix = fmt.Sprintf("Give line %d a name (AS build), and add a stage below: FROM %s, with COPY --from=build what is built", from.Line, better)
		c.add(from, "SD-B016", fmt.Sprintf("%s ships with its compiler", name), f)
	case better != "":
		f := rate()
		f.Evidence = []string{fmt.Sprintf("%s is the variant with compilers and headers", ref)}
		f.Fix = fmt.Sprintf("line %d: FROM %s", from.Line, better)
		if len(c.chain) > 1 || len(c.g.Stages) > 1 {
			f.Fix += "; what needs a compiler belongs in a stage before it"
		}
		c.add(from, "SD-B017", fmt.Sprintf("%s ships with its build tools", name), f)
	}
	c.untagged()
}

// sdk says that an official image exists to build.
func sdk(name, tag string) bool {
	switch name {
	case "golang", "rust", "gcc", "maven", "gradle", "haskell", "mcr.microsoft.com/dotnet/sdk":
		return true
	case "openjdk", "eclipse-temurin", "amazoncorretto":
		return !strings.Contains(tag, "jre")
	}
	return false
}

// smaller is the base that an image's result runs on, "" where nothing smaller is known.
func (c *checker) smaller(name, tag string) string {
	switch name {
	case "golang", "rust", "gcc", "haskell":
		return "debian:stable-slim"
	case "maven", "gradle":
		return "eclipse-temurin:21-jre"
	case "mcr.microsoft.com/dotnet/sdk":
		return strings.TrimSuffix("mcr.microsoft.com/dotnet/aspnet:"+tag, ":")
	case "eclipse-temurin":
		if strings.Contains(tag, "jre") {
			return ""
		}
		return name + ":" + strings.TrimSuffix(strings.ReplaceAll(tag+"-jre", "-jdk-jre", "-jre"), "-")
	case "openjdk":
		return "eclipse-temurin:21-jre"
	case "node", "python", "ruby", "perl":
		if strings.Contains(tag, "slim") || strings.Contains(tag, "alpine") || strings.Contains(tag, "windows") || strings.Contains(tag, "nanoserver") {
			return ""
		}
		if tag == "" || tag == "latest" {
			return name + ":slim"
		}
		return name + ":" + tag + "-slim"
	}
	return ""
}

// untagged is SD-B021.
func (c *checker) untagged() {
	said := map[string]bool{}
	for _, e := range c.g.Edges {
		x, ok := c.g.External(e.From)
		if !ok || x.Kind != model.ExternalImage || !c.plan.Needs(e.To) || said[x.Ref] {
			continue
		}
		name, tag, digest := image(x.Ref)
		if digest || tag != "" && tag != "latest" || name == "scratch" || strings.Contains(x.Ref, "$") {
			continue
		}
		s := c.stages[e.To][e.Step]
		said[x.Ref] = true
		f := rate()
		f.Evidence = []string{fmt.Sprintf("%s is whatever image has the tag latest on the day of the build", x.Ref)}
		f.Fix = fmt.Sprintf("line %d: name a version: %s:VERSION", s.Line, path.Base(name))
		title := x.Ref + " has no version"
		if tag == "latest" {
			title = x.Ref + " names no version"
		}
		c.add(s, "SD-B021", title, f)
	}
}

// user is SD-B022.
func (c *checker) user() {
	if !c.runtime() {
		return
	}
	for _, s := range c.shipped() {
		if u, ok := s.ins.Command.(*instructions.UserCommand); ok && u.User != "" {
			return
		}
	}
	_, ref := c.external(c.in.Target)
	name, tag, _ := image(ref)
	root := c.g.Stages[c.chain[len(c.chain)-1]].Base == "scratch" || slices.Contains([]string{
		"debian", "ubuntu", "alpine", "golang", "node", "python", "ruby", "perl", "php", "busybox", "fedora", "rockylinux", "almalinux",
		"amazonlinux", "archlinux", "openjdk", "eclipse-temurin", "rust", "gcc",
	}, name)
	if !root || strings.Contains(tag, "nonroot") {
		return
	}
	from := c.stages[c.in.Target][0]
	f := rate()
	f.Evidence = []string{"no USER in the stage that ships, nor in those that it is FROM"}
	f.Fix = fmt.Sprintf("Add at the end of the stage, on line %d: USER 65532:65532, or a user that a RUN makes", c.target().EndLine)
	c.add(from, "SD-B022", "Runs as root", f)
}

// unused are SD-B007 and SD-B008. A file with several stages that only --target reaches
// is one for several images, and gets one finding.
func (c *checker) unused() {
	var targets []int
	label := c.g.Stages[c.in.Target].Label()
	for i, stage := range c.g.Stages {
		if i == c.in.Target || i == c.g.DefaultTarget() || len(c.g.OutOf(model.NodeID(i))) > 0 || c.chosen(stage.Name) {
			continue
		}
		s, f := c.stages[i][0], rate()
		if stage.Name == "" {
			f.Severity = finding.Low
			f.Evidence = []string{"it has no name: --target can't name it either"}
			f.Fix = fmt.Sprintf("Remove %s, or name the stage with AS", span(stage.Line, stage.EndLine))
			c.add(s, "SD-B007", fmt.Sprintf("Nothing uses the stage on line %d", stage.Line), f)
			continue
		}
		ran := c.testing(i)
		if forPeople(stage.Name) && !tests(stage.Name) {
			continue
		}
		if !tests(stage.Name) && ran == "" {
			targets = append(targets, i)
			continue
		}
		f.Evidence = []string{"no stage is FROM it, copies from it or mounts it"}
		if ran != "" {
			f.Evidence = append(f.Evidence, ran)
		}
		f.Fix = fmt.Sprintf("Build it before the image: --target %s; or have %s need it: have %s write a file, and COPY --from=%s it there", stage.Name, label, stage.Name, stage.Name)
		c.add(s, "SD-B008", fmt.Sprintf("Building %s does not run %s", label, stage.Name), f)
	}
	if len(targets) == 0 {
		return
	}
	first, f := c.g.Stages[targets[0]], rate()
	title := "Nothing uses stage " + first.Name
	f.Evidence = []string{"no stage is FROM it, copies from it or mounts it"}
	f.Fix = fmt.Sprintf("Remove %s, unless somebody builds it with --target %s", span(first.Line, first.EndLine), first.Name)
	if len(targets) > 1 {
		title = fmt.Sprintf("%d stages are built only when --target names them", len(targets))
		f.Evidence = nil
		for _, i := range targets {
			f.Evidence = append(f.Evidence, fmt.Sprintf("%s, %s", c.g.Stages[i].Name, span(c.g.Stages[i].Line, c.g.Stages[i].EndLine)))
		}
		f.Evidence = shortList(f.Evidence, 8)
		f.Fix = "Remove those that nobody builds"
	}
	c.add(c.stages[targets[0]][0], "SD-B007", title, f)
}

// shortList is a list of at most some entries, the last of which counts the rest.
func shortList(list []string, most int) []string {
	if len(list) <= most {
		return list
	}
	return append(slices.Clone(list[:most-1]), fmt.Sprintf("and %d more", len(list)-most+1))
}

// chosen says that a variable in another stage's FROM may name the stage: app-$TARGETOS.
func (c *checker) chosen(name string) bool {
	return name != "" && slices.ContainsFunc(c.g.Stages, func(s model.Stage) bool {
		fixed, rest, ok := strings.Cut(s.BaseRaw, "$")
		if !ok || !strings.HasPrefix(name, strings.ToLower(fixed)) {
			return false
		}
		tail := rest[strings.LastIndexByte(rest, '}')+1:]
		if !strings.HasPrefix(rest, "{") {
			tail = strings.TrimLeft(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789")
		}
		if strings.Contains(tail, "$") || strings.HasPrefix(rest, "{") && strings.Count(s.BaseRaw, "$") > 1 {
			tail = ""
		}
		return (fixed != "" || tail != "") && strings.HasSuffix(name, strings.ToLower(tail)) ||
			fixed == "" && tail == "" && c.anyArgNames(s.BaseRaw)
	})
}

// anyArgNames says that a base is one global variable whose default is a stage: its
// other values are stages too.
func (c *checker) anyArgNames(raw string) bool {
	name := strings.Trim(raw, "${}")
	return slices.ContainsFunc(c.g.Args, func(a model.Arg) bool {
		_, isStage := c.g.FindStage(a.Default)
		return a.Name == name && isStage && a.Default != ""
	})
}

// testing tells of a command of the stage that runs tests, "" without one.
func (c *checker) testing(stage int) string {
	for _, s := range c.stages[stage] {
		for _, x := range s.calls {
			verb := x.verb()
			switch x.name() {
			case "go", "cargo", "dotnet", "npm", "yarn", "pnpm", "mvn", "gradle", "make":
				if verb == "test" || verb == "vet" || verb == "run" && len(x.args()) > 1 && strings.HasPrefix(x.args()[1], "test") {
					return fmt.Sprintf("line %d runs tests: %s", s.Line, sanitize.Shorten(c.g.Short(s.Step), 60))
				}
			case "pytest", "rspec", "jest", "vitest", "phpunit", "golangci-lint", "eslint":
				return fmt.Sprintf("line %d runs tests: %s", s.Line, sanitize.Shorten(c.g.Short(s.Step), 60))
			}
		}
	}
	return ""
}
