//go:build linux

package solve_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/buildkit/client"

	"github.com/stagedive/stagedive/buildgraph"
	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
	"github.com/stagedive/stagedive/model/build"
)

// oracle compares what Reads and Select say with what BuildKit runs again.
type oracle struct {
	*project
	client *client.Client
	dirs   map[string]string // of contexts, by name
	seen   map[build.StepRef]map[string]string
}

// newOracle builds the project once, in which every stage is needed.
func newOracle(t *testing.T, c *client.Client, p *project, named map[string]string) *oracle {
	t.Helper()
	o := &oracle{project: p, client: c, dirs: map[string]string{"": p.dir}}
	for name, dir := range named {
		p.NamedContexts[name], o.dirs[name] = dir, dir
	}
	p.Graph = buildgraph.Parse(p.Dockerfile, o.options())
	p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	o.seen = o.look(t)
	return o
}

func (o *oracle) options() buildgraph.Options {
	return buildgraph.Options{File: "Dockerfile", NamedContexts: slices.Collect(maps.Keys(o.NamedContexts))}
}

// look says for each step that takes something which files it takes, as they are.
func (o *oracle) look(t *testing.T) map[build.StepRef]map[string]string {
	t.Helper()
	takes := map[build.StepRef]map[string][]buildcontext.Take{}
	for _, r := range buildgraph.Reads(o.Dockerfile, o.options(), o.Graph.DefaultTarget()) {
		ref := build.StepRef{Stage: r.Stage, Step: r.Step}
		if takes[ref] == nil {
			takes[ref] = map[string][]buildcontext.Take{}
		}
		takes[ref][r.Context] = append(takes[ref][r.Context], r.Take)
	}
	out := map[build.StepRef]map[string]string{}
	for ref, by := range takes {
		out[ref] = map[string]string{}
		for name, list := range by {
			dir := o.dirs[name]
			if dir == "" {
				continue // an image
			}
			dockerfile := ""
			if name == "" {
				dockerfile = o.DockerfilePath
			}
			ignore, err := buildcontext.ReadIgnore(dir, dockerfile)
			if err != nil {
				t.Fatal(err)
			}
			files, err := buildcontext.Select(t.Context(), dir, ignore, list)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				out[ref][name+":"+f.Path] = state(t, dir, f)
			}
		}
	}
	return out
}

// state is what BuildKit hashes of a file. A directory's mode is hashed too, but a
// change to that alone is not sent to an engine that has the directory.
func state(t *testing.T, dir string, f buildcontext.File) string {
	t.Helper()
	switch {
	case f.Mode.IsDir():
		return "directory"
	case !f.Mode.IsRegular():
		return f.Link
	}
	raw, err := os.ReadFile(filepath.Join(dir, f.Path))
	if err != nil {
		t.Fatal(err)
	}
	return f.Mode.String() + " " + string(raw)
}

// agree builds again after a change and wants to see run what takes something
// that has changed, and nothing else.
func (o *oracle) agree(t *testing.T, change string) {
	t.Helper()
	now := o.look(t)
	b := o.run(t.Context(), t, o.client).must(t, build.OutcomeSucceeded)
	for i, s := range o.Graph.Stages {
		for _, step := range s.Steps {
			ref := build.StepRef{Stage: i, Step: step.Index}
			if _, takes := now[ref]; !takes || !step.Vertex {
				continue
			}
			ran := b.Step(ref).State == build.Done
			if changed := !maps.Equal(o.seen[ref], now[ref]); ran != changed {
				t.Errorf("%s: line %d %s ran: %v, but what it takes changed: %v\n%s",
					change, step.Line, step.Text, ran, changed, cmp.Diff(o.seen[ref], now[ref]))
			}
		}
	}
	o.seen = now
}

func (o *oracle) write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// each changes, adds and removes files one after the other, and asks each time.
func (o *oracle) each(t *testing.T, dir string, files []string) {
	t.Helper()
	for n, name := range files {
		o.write(t, dir, name, fmt.Sprintf("%s %d %d\n", name, n, rand.Uint64()))
		o.agree(t, "changing "+name)
	}
}

// A step runs again when something changed that Select says it takes, and is
// cached otherwise: for every way to take something.
func TestReadsAgainstBuildKit(t *testing.T) {
	c := dial(t)
	other := t.TempDir()
	for name, text := range map[string]string{".dockerignore": "*.log\n", "o1.txt": "1", "o2.log": "2", "sub/o3.txt": "3"} {
		(&oracle{}).write(t, other, name, text)
	}
	files := map[string]string{
		".dockerignore": "ignored\n**/*.tmp\nvendor\n!vendor/keep\n",
		"a.txt":         "a", "b.txt": "b", "c.md": "c", "ignored/i.txt": "i", "x.tmp": "x",
		"src/main.go": "m", "src/main_test.go": "t", "src/deep/util.go": "u", "src/deep/util.tmp": "ut", "src/deep/note.md": "n",
		"vendor/gone/g.txt": "g", "vendor/keep/k.txt": "k",
		"apps/one/package.json": "1", "apps/one/index.js": "1", "apps/two/package.json": "2", "apps/two/lib/package.json": "3",
		"real/r1.txt": "r", "real/r2.txt": "r", "list/l[1].txt": "l", "list/l1.txt": "l", "z.tar.txt": "z",
	}
	takes := []string{
		"COPY a.txt /", "COPY a.txt b.txt /d/", "COPY src /src", "COPY src/ /src", "COPY ./src/deep/../main.go /",
		"COPY *.txt /t/", "COPY src/*.go /g/", "COPY src/*/util.go /u/", "COPY [ab].txt /", "COPY nothing*.here /n/",
		"COPY . /all", "COPY --exclude=*.md . /nomd", "COPY --exclude=**/*.md --exclude=deep src /s", "COPY --exclude=*_test.go src/*.go /x/",
		"COPY --exclude=util.go src/d* /dd/",
		"COPY --parents apps/*/package.json /p/", "COPY --parents src/./deep/*.go /pp/", "COPY --parents apps/**/package.json /ppp/", "COPY --parents src/deep /q/",
		"COPY link.txt /", "COPY linked /l/", "COPY linked/r1.txt /", "COPY li*d /w/", "COPY vendor /v", "ADD b.txt /", "ADD --exclude=*.md src/deep /ad/",
		`COPY list/l[[]1].txt /`, "COPY --link c.md /", "COPY --from=other o1.txt /", "COPY --from=other . /o/",
		"COPY --from=other --exclude=sub . /o/",
	}
	mounts := []string{"target=/m", "source=src,target=/m", "source=src/deep,target=/m,rw", "from=other,source=sub,target=/m", "source=linked,target=/m"}
	var df, last strings.Builder
	n := 0
	stage := func(base, step string) {
		fmt.Fprintf(&df, "FROM %s AS s%d\n%s\n", base, n, step)
		fmt.Fprintf(&last, "COPY --from=s%d / /%d\n", n, n)
		n++
	}
	for _, take := range takes {
		stage("scratch", take)
	}
	for i, m := range mounts {
		stage("shell", fmt.Sprintf("RUN --mount=type=bind,%s echo %d > /out", m, i))
	}
	files["Dockerfile"] = df.String() + "FROM scratch AS unused\nCOPY c.md /\nFROM scratch\n" + last.String()
	p := newProject(t, files)
	for link, to := range map[string]string{"link.txt": "real/r1.txt", "linked": "/real", "src/inner": "../real/r2.txt"} {
		if err := os.Symlink(to, filepath.Join(p.dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	o := newOracle(t, c, p, map[string]string{"other": other})
	delete(files, "Dockerfile")
	delete(files, ".dockerignore")
	o.each(t, p.dir, slices.Sorted(maps.Keys(files)))
	o.each(t, other, []string{"o1.txt", "o2.log", "sub/o3.txt"})
	o.each(t, p.dir, []string{"new.txt", "src/new.go", "src/deep/new/new.md", "apps/three/package.json", "ignored/new", "real/r3.txt", "unrelated/u.bin"})
	change := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		o.agree(t, what)
	}
	change("removing", os.Remove(filepath.Join(p.dir, "src/main_test.go")))
	change("renaming", os.Rename(filepath.Join(p.dir, "src/deep/note.md"), filepath.Join(p.dir, "src/deep/note2.md")))
	change("chmod of a file", os.Chmod(filepath.Join(p.dir, "a.txt"), 0o600))
	change("chmod of a directory", os.Chmod(filepath.Join(p.dir, "src/deep"), 0o700))
	change("an empty directory", os.Mkdir(filepath.Join(p.dir, "src/empty"), 0o755))
	if err := os.Remove(filepath.Join(p.dir, "link.txt")); err != nil {
		t.Fatal(err)
	}
	change("another target of a link", os.Symlink("real/r2.txt", filepath.Join(p.dir, "link.txt")))
	o.write(t, p.dir, ".dockerignore", "ignored\n")
	change("the ignore file", nil)
}

// The same for sources, flags and ignore files that nobody would write.
func TestRandomReadsAgainstBuildKit(t *testing.T) {
	c := dial(t)
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 4))
			pick := func(of ...string) string { return of[r.IntN(len(of))] }
			names := []string{"a", "b", "ab", "c.x", "d.x"}
			files := map[string]string{}
			for len(files) < 10 {
				path := ""
				for range r.IntN(3) {
					path += pick("p", "q", "pq") + "/"
				}
				path += pick(names...)
				files[path] = path
			}
			pattern := func(parts ...string) string {
				path := ""
				for range r.IntN(3) { // a plain name would have to be there
					path += pick("[p]", "[q]", "*", "p*", "?", "[pq]") + "/"
				}
				return path + pick(parts...)
			}
			var ignore, df, last strings.Builder
			for range r.IntN(4) {
				ignore.WriteString(pick("", "", "!", "**/") + pattern("a", "*.x", "?", "b", "**") + "\n")
			}
			for n := range 24 {
				flags, source := "", pattern("[a]", "*", "a*", "?", "*.x", "[b-d]*")
				for range r.IntN(3) {
					flags += " --exclude=" + pick("", "**/", "!") + pattern("a", "*.x", "?", "q")
				}
				if r.IntN(3) == 0 {
					flags += " --parents"
					source = pick(source, pick("p*", "*")+"/./"+source, "./"+source, pick("p", "q", "*")+"/**")
				}
				if r.IntN(8) == 0 {
					source = "."
				}
				fmt.Fprintf(&df, "FROM scratch AS s%d\nCOPY%s %s*  /d/\n", n, flags, source)
				fmt.Fprintf(&last, "COPY --from=s%d / /%d\n", n, n)
			}
			given := maps.Clone(files)
			given["Dockerfile"] = df.String() + "FROM scratch\n" + last.String()
			given[".dockerignore"] = ignore.String()
			t.Logf("%s\n%s\n%s", given[".dockerignore"], given["Dockerfile"], slices.Sorted(maps.Keys(files)))
			p := newProject(t, given)
			o := newOracle(t, c, p, nil)
			o.each(t, p.dir, slices.Sorted(maps.Keys(files)))
		})
	}
}
