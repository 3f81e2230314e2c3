package watch_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/watch"
)

const dockerfile = `FROM base AS deps
COPY package.json /
FROM deps AS build
COPY src /src
COPY --from=other shared*.txt /
FROM scratch AS docs
COPY docs /
FROM deps AS all
COPY . /all
FROM deps AS patterns
COPY conf/*.yaml conf/linked /etc/
`

// field is a project that is watched.
type field struct {
	t      *testing.T
	dir    string
	other  string
	events chan watch.Event
	files  int
}

// newField watches a target of the project. The order of events says all: there
// is no waiting for something not to happen.
func newField(t *testing.T, target string, timing watch.Timing) *field {
	t.Helper()
	f := &field{t: t, dir: t.TempDir(), other: t.TempDir(), events: make(chan watch.Event, 100)}
	for name, text := range map[string]string{
		"Dockerfile": dockerfile, ".dockerignore": "**/*.log\nnode_modules\n",
		"package.json": "{}", "src/a.ts": "a", "src/deep/b.ts": "b", "src/debug.log": "", "src/node_modules.txt": "",
		"node_modules/x/y.js": "y", "docs/index.md": "d", "conf/one.yaml": "1", "conf/two.json": "2", "real/r.txt": "r",
	} {
		f.write(name, text)
	}
	f.must(os.WriteFile(filepath.Join(f.other, "shared1.txt"), []byte("1"), 0o644))
	f.must(os.Symlink("../real/r.txt", filepath.Join(f.dir, "conf/linked")))
	set := func(context.Context) (watch.Set, error) {
		src, err := buildgraph.Load(f.dir, "", nil)
		if err != nil {
			return watch.Set{}, err
		}
		opts := buildgraph.Options{NamedContexts: []string{"other"}}
		stage, _ := buildgraph.Parse(src.Text, opts).FindStage(target)
		return watch.Of(src, buildgraph.Reads(src.Text, opts, stage), map[string]string{"": f.dir, "other": f.other}), nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		watch.Run(ctx, set, timing, func(e watch.Event) { f.events <- e })
	}()
	t.Cleanup(func() { cancel(); <-over })
	f.files = f.next().Files
	return f
}

func (f *field) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *field) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

func (f *field) write(name, text string) {
	f.t.Helper()
	f.must(os.MkdirAll(filepath.Dir(f.path(name)), 0o755))
	f.must(os.WriteFile(f.path(name), []byte(text), 0o644))
}

// save writes as editors do: another file, which takes the name.
func (f *field) save(name, text string) {
	f.t.Helper()
	f.write(name+".tmp~", text)
	f.must(os.Rename(f.path(name+".tmp~"), f.path(name)))
}

// next waits for an event; only a hung test reaches the limit.
func (f *field) next() watch.Event {
	f.t.Helper()
	select {
	case e := <-f.events:
		return e
	case <-time.After(time.Minute):
		f.t.Fatal("waited in vain for an event")
		return watch.Event{}
	}
}

// wants collects changes until these have come, and refuses others.
func (f *field) wants(want ...string) {
	f.t.Helper()
	var got []string
	for !slices.Equal(got, want) {
		e := f.next()
		f.files = e.Files
		got = append(got, e.Changed...)
		slices.Sort(got)
		got = slices.Compact(got)
		for _, path := range got {
			if !slices.Contains(want, path) {
				f.t.Fatalf("%s changed; want %q", path, want)
			}
		}
	}
}

func TestWhatReachesTheTarget(t *testing.T) {
	f := newField(t, "build", watch.Timing{})
	if f.files != 6 { // Dockerfile, package.json, 3 of src, shared1.txt
		t.Errorf("%d files are watched", f.files)
	}
	// None of these reaches build; the last one does.
	f.write("docs/index.md", "new")
	f.write("src/debug.log", "more")
	f.write("node_modules/x/y.js", "z")
	f.write("unrelated.txt", "")
	f.must(os.WriteFile(filepath.Join(f.other, "unshared.txt"), nil, 0o644))
	f.write("src/a.ts", "changed")
	f.wants("src/a.ts")
	f.must(os.WriteFile(filepath.Join(f.other, "shared2.txt"), nil, 0o644))
	f.wants("other:shared2.txt")
	f.must(os.Chmod(f.path("package.json"), 0o600))
	f.wants("package.json")
}

func TestPatternsAndLinks(t *testing.T) {
	f := newField(t, "patterns", watch.Timing{})
	f.write("conf/two.json", "3")
	f.write("conf/new.yaml", "n")
	f.wants("conf/new.yaml")
	f.write("real/other.txt", "")
	f.write("real/r.txt", "s")
	f.wants("real/r.txt")
}

func TestHowFilesAreSaved(t *testing.T) {
	f := newField(t, "build", watch.Timing{})
	f.save("src/a.ts", "saved")
	f.wants("src/a.ts")
	f.save("src/a.ts", "saved again")
	f.wants("src/a.ts")
	f.must(os.Remove(f.path("src/deep/b.ts")))
	f.wants("src/deep/b.ts")
	f.must(os.RemoveAll(f.path("src")))
	f.wants("src/a.ts", "src/deep", "src/node_modules.txt")
	f.write("src/deep/er/c.ts", "c") // directories that were not there
	f.wants("src/deep/er/c.ts")
	f.write("src/deep/er/c.ts", "cc")
	f.wants("src/deep/er/c.ts")
	f.must(os.Rename(f.path("src/deep"), f.path("src/moved")))
	f.wants("src/deep/er/c.ts", "src/moved/er/c.ts")
	f.write("src/moved/er/c.ts", "ccc")
	f.wants("src/moved/er/c.ts")
}

func TestDockerfileAndIgnoreFile(t *testing.T) {
	f := newField(t, "build", watch.Timing{})
	f.write(".dockerignore", "**/*.log\nnode_modules\n# no more\n") // lets the same through
	f.save("Dockerfile", strings.Replace(dockerfile, "COPY src /src", "COPY docs /src", 1))
	f.wants("Dockerfile")
	f.write("src/a.ts", "not any more")
	f.write("docs/index.md", "but this")
	f.wants("docs/index.md")
	f.write(".dockerignore", "**/*.log\ndocs/index.md\n")
	f.wants(".dockerignore")
	f.must(os.Remove(f.path("Dockerfile"))) // while it is away nothing is said
	f.write("docs/more.md", "")
	f.wants("docs/more.md")
	f.write("Dockerfile", dockerfile)
	f.wants("Dockerfile")
}

// Many changes at once are told at once.
func TestChangesAreCollected(t *testing.T) {
	f := newField(t, "all", watch.Timing{Quiet: 2 * time.Second, Most: time.Minute})
	want := []string{}
	for i := range 300 {
		name := "src/many/" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + ".ts"
		f.write(name, "x")
		if !slices.Contains(want, name) {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, f.next().Changed); diff != "" {
		t.Error(diff)
	}
}

// Under constant noise it is told all the same.
func TestNoiseDoesNotStarve(t *testing.T) {
	f := newField(t, "build", watch.Timing{Quiet: time.Minute, Most: 50 * time.Millisecond})
	for n := 0; ; n++ {
		f.write("src/a.ts", strings.Repeat("n", n%100))
		select {
		case e := <-f.events:
			if diff := cmp.Diff([]string{"src/a.ts"}, e.Changed); diff != "" {
				t.Error(diff)
			}
			return
		default:
		}
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	f := newField(t, "build", watch.Timing{Poll: 20 * time.Millisecond})
	f.write(".dockerignore", "[\n")
	for e := f.next(); e.Err == nil; e = f.next() {
	}
	f.write(".dockerignore", "**/*.log\n")
	for e := f.next(); e.Err != nil; e = f.next() {
	}
	f.write("src/a.ts", "again")
	f.wants("src/a.ts")
}
