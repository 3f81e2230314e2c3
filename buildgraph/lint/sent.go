package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/buildgraph/context"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// take is a step that takes files of the build context.
type take struct {
	step  step
	files []context.File
	whole bool // it asks for all of it
}

// takes are the steps of the target's stages that take files of the build context, by
// stage and in their order.
func (c *checker) takes() []take {
	var out []take
	if c.in.Context == nil {
		return nil
	}
	type place struct{ stage, step int }
	at := map[place]int{}
	asked := map[place][]context.Take{}
	for _, r := range c.in.Detail.Reads(c.in.Target) {
		if r.Context != "" {
			continue
		}
		p := place{r.Stage, r.Step}
		if _, ok := at[p]; !ok {
			at[p] = len(out)
			out = append(out, take{step: c.stages[r.Stage][r.Step]})
		}
		asked[p] = append(asked[p], r.Take)
		if r.Path == "" && r.Below == "" {
			out[at[p]].whole = true
		}
	}
	for p, i := range at {
		files, err := c.in.Context.Taken(asked[p])
		if err != nil {
			continue // BuildKit will say what is wrong with the pattern
		}
		out[i].files = files
	}
	return out
}

// buildContext is SD-B009, SD-B010 and SD-B011.
func (c *checker) buildContext() {
	if c.in.Context == nil || c.in.Detail.Skips("SD-B009") && c.in.Detail.Skips("SD-B010") {
		return
	}
	byStage := map[int][]take{}
	said := map[string]bool{}
	noIgnore := c.in.Context.Ignore.File == ""
	for _, t := range c.takes() {
		byStage[t.step.stage] = append(byStage[t.step.stage], t)
		useless := slices.DeleteFunc(c.useless(t.files), func(e context.Entry) bool { return said[e.Path] })
		if !t.whole && len(useless) == 0 || t.step.Command == "RUN" && !t.whole {
			continue
		}
		if t.whole && noIgnore && !said[""] {
			said[""] = true
			c.noIgnore(t, useless)
		} else if len(useless) > 0 {
			c.clutter(t, useless)
		}
		for _, e := range useless {
			said[e.Path] = true
		}
	}
	c.secretFiles(byStage)
}

// manyBytes is the size of a context from which on it is worth a look for its own sake.
const manyBytes = 50 << 20

func (c *checker) noIgnore(t take, useless []context.Entry) {
	n, bytes := context.Total(t.files)
	f := rate()
	if len(useless) == 0 && bytes < manyBytes {
		f.Severity = finding.Info
	}
	f.Size, f.Files = bytes, n
	for _, e := range context.Largest(t.files, 5) {
		f.Evidence = append(f.Evidence, entry(e))
	}
	f.Fix = "Write a file .dockerignore with what no build needs"
	if patterns := c.patterns(useless); len(patterns) > 0 {
		f.Fix = "Write a file .dockerignore:\n" + strings.Join(patterns, "\n")
	}
	c.add(t.step, "SD-B009", fmt.Sprintf("No .dockerignore: %s takes %s in %s", t.step.Command, measure.Bytes(bytes), measure.Plural(n, "file")), f)
}

func (c *checker) clutter(t take, useless []context.Entry) {
	f := rate()
	var names []string
	for _, e := range useless {
		f.Files += e.Files
		f.Size += e.Bytes
		names = append(names, sanitize.Text(e.Path))
		f.Evidence = append(f.Evidence, entry(e))
	}
	name := ".dockerignore"
	if file := c.in.Context.Ignore.File; file != "" {
		name = sanitize.Text(path.Base(file))
	}
	f.Fix = fmt.Sprintf("Add to %s:\n%s", name, strings.Join(c.patterns(useless), "\n"))
	c.add(t.step, "SD-B010", fmt.Sprintf("%s takes %s", t.step.Command, sanitize.Shorten(strings.Join(names, ", "), 60)), f)
}

// entry is a file or directory with its size, in a line.
func entry(e context.Entry) string {
	name := sanitize.Text(e.Path)
	if e.Dir {
		name += "/"
	}
	text := fmt.Sprintf("%s  %s", name, measure.Bytes(e.Bytes))
	if e.Dir {
		text += " in " + measure.Plural(e.Files, "file")
	}
	return text
}

// useless are the directories and files among some that tools make again, or that belong
// to the machine of whoever writes the program.
func (c *checker) useless(files []context.File) []context.Entry {
	installs := c.any(func(x call) bool {
		return slices.Contains([]string{"npm", "yarn", "pnpm", "bun"}, x.name()) && slices.Contains([]string{"install", "ci", "i", ""}, x.verb())
	})
	versioned := slices.ContainsFunc(c.all(), func(s step) bool {
		return s.Command == "RUN" && (s.mentions("git ") || s.mentions(".git") || !s.read)
	}) || c.any(func(x call) bool { return x.name() == "make" || strings.HasSuffix(x.words[0], ".sh") })
	is := func(dir string) bool {
		base, above := path.Base(dir), path.Dir(dir)
		has := func(name string) bool { return c.in.Context.Has(path.Join(above, name)) }
		switch base {
		case ".git", ".hg", ".svn":
			return !versioned
		case "node_modules":
			return installs
		case "target":
			return has("Cargo.toml") || has("pom.xml")
		case ".venv", "venv":
			return c.in.Context.Has(dir + "/pyvenv.cfg")
		case "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".gradle", ".idea", ".vscode", ".terraform", ".nyc_output", ".parcel-cache", ".turbo":
			return true
		case ".next", ".nuxt":
			return has("package.json") && installs
		}
		return false
	}
	at := map[string]int{}
	var out []context.Entry
	verdict := map[string]bool{}
	for _, f := range files {
		if f.Mode.IsDir() {
			continue
		}
		for dir := parent(f.Path); dir != ""; dir = parent(dir) {
			bad, ok := verdict[dir]
			if !ok {
				bad = is(dir)
				verdict[dir] = bad
			}
			if !bad {
				continue
			}
			i, ok := at[dir]
			if !ok {
				i = len(out)
				at[dir] = i
				out = append(out, context.Entry{Path: dir, Dir: true})
			}
			out[i].Files++
			out[i].Bytes += f.Size
			break
		}
	}
	slices.SortFunc(out, func(a, b context.Entry) int {
		if a.Bytes != b.Bytes {
			return int(min(max(b.Bytes-a.Bytes, -1), 1))
		}
		return strings.Compare(a.Path, b.Path)
	})
	return out
}

func parent(name string) string {
	if i := strings.LastIndexByte(name, '/'); i > 0 {
		return name[:i]
	}
	return ""
}

// any says whether a command of the file is one.
func (c *checker) any(is func(call) bool) bool {
	return slices.ContainsFunc(c.all(), func(s step) bool { return slices.ContainsFunc(s.calls, is) })
}

// patterns are the lines of an ignore file that keep entries out.
func (c *checker) patterns(entries []context.Entry) []string {
	var out []string
	for _, e := range entries {
		line := sanitize.Text(e.Path)
		switch path.Base(e.Path) {
		case "node_modules", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".idea", ".vscode", ".terraform":
			line = "**/" + path.Base(e.Path)
		}
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// Sent is what a build may take of its context.
type Sent struct {
	Ignore  string  `json:"ignore"`  // the ignore file; "" when there is none
	Files   int     `json:"files"`   // that it lets through
	Bytes   int64   `json:"bytes"`   // of them
	Taken   int     `json:"taken"`   // files that the target's instructions take
	Needed  int64   `json:"needed"`  // bytes of them
	Largest []Large `json:"largest"` // of what is taken, at most ten
	Suggest string  `json:"suggest"` // lines to write into the ignore file; "" for none
}

// Large is a file, or a directory with all below it, and the lines of the Dockerfile
// that take it.
type Large struct {
	Path  string `json:"path"`
	Dir   bool   `json:"dir"`
	Files int    `json:"files"`
	Bytes int64  `json:"bytes"`
	Lines []int  `json:"lines"`
}

// largest is how many entries tell of a context.
const largest = 10

// Context tells what the build may take; nil where the context is not known.
func Context(in Input) *Sent {
	if in.Context == nil || len(in.Detail.Graph.Stages) <= in.Target || in.Target < 0 {
		return nil
	}
	c := newChecker(in)
	out := &Sent{Ignore: sanitize.Text(in.Context.Ignore.File), Largest: []Large{}}
	out.Files, out.Bytes = context.Total(in.Context.Files)
	takes := c.takes()
	taken := map[string]context.File{}
	lines := map[string][]int{}
	for _, t := range takes {
		for _, f := range t.files {
			taken[f.Path] = f
			for p := f.Path; p != ""; p = parent(p) {
				if l := lines[p]; len(l) == 0 || l[len(l)-1] != t.step.Line {
					lines[p] = append(l, t.step.Line)
				}
			}
		}
	}
	var files []context.File
	for _, f := range in.Context.Files {
		if _, ok := taken[f.Path]; ok {
			files = append(files, f)
		}
	}
	out.Taken, out.Needed = context.Total(files)
	for _, e := range context.Largest(files, largest) {
		out.Largest = append(out.Largest, Large{Path: sanitize.Text(e.Path), Dir: e.Dir, Files: e.Files, Bytes: e.Bytes, Lines: lines[e.Path]})
	}
	out.Suggest = strings.Join(c.patterns(c.useless(files)), "\n")
	return out
}
