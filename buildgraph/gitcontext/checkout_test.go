package gitcontext_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/buildgraph/gitcontext"
)

func TestCheckOutIsTheCommit(t *testing.T) {
	r := newRepo(t)
	first := r.commit(map[string]string{"Dockerfile": "FROM a\n", "src/main.go": "one\n", "other/x": "x"})
	r.commit(map[string]string{"Dockerfile": "FROM b\n", "src/main.go": "two\n", "src/new.go": "new\n"})
	r.write("src/main.go", "not committed\n")
	r.write("src/untracked.go", "mine\n")
	r.git("add", "src/untracked.go") // the index differs from HEAD, too
	out := r.checkOut(first)
	want := map[string]string{"Dockerfile": "FROM a\n", "src/main.go": "one\n", "other/x": "x"}
	if diff := cmp.Diff(want, files(t, out.Path(""))); diff != "" {
		t.Error(diff)
	}
	if len(out.Notes) > 0 {
		t.Errorf("notes: %q", out.Notes)
	}
}

func TestOnlyWhatIsAskedFor(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"Dockerfile": "a", "services/api/main.go": "b", "services/api/*/x": "c", "services/web/app.js": "d", "libs/l.go": "e"})
	out := r.checkOut("HEAD", "services/api", "libs", "Dockerfile")
	want := map[string]string{"Dockerfile": "a", "services/api/main.go": "b", "services/api/*/x": "c", "libs/l.go": "e"}
	if diff := cmp.Diff(want, files(t, out.Path(""))); diff != "" {
		t.Error(diff)
	}
	out = r.checkOut("HEAD", "services/api/*") // a name, no pattern
	if diff := cmp.Diff(map[string]string{"services/api/*/x": "c"}, files(t, out.Path(""))); diff != "" {
		t.Error(diff)
	}
}

func TestCheckOutFilters(t *testing.T) {
	r := newRepo(t)
	r.git("config", "filter.shout.smudge", "tr a-z A-Z")
	r.git("config", "filter.shout.clean", "tr A-Z a-z")
	r.commit(map[string]string{".gitattributes": "*.txt eol=crlf\n*.loud filter=shout\nhidden export-ignore\n", "a.txt": "a\n", "b.loud": "b\n", "hidden": "h"})
	r.commit(map[string]string{".gitattributes": "# other attributes now\n"})
	// The commit's own attributes count, not those of today.
	want := map[string]string{"a.txt": "a\r\n", "b.loud": "B\n", "hidden": "h"}
	got := files(t, r.checkOut("HEAD^").Path(""))
	delete(got, ".gitattributes")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A repository's settings and hooks run nothing and write nothing.
func TestNothingElseRuns(t *testing.T) {
	r := newRepo(t)
	first := r.commit(map[string]string{"a": "1", "b/c": "2"})
	mark := filepath.Join(t.TempDir(), "ran")
	script := "#!/bin/sh\necho \"$0 $*\" >> '" + mark + "'\n"
	for _, hook := range []string{"post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"} {
		r.write(".git/hooks/"+hook, script)
		if err := os.Chmod(r.path(".git/hooks/"+hook), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	r.git("config", "core.fsmonitor", r.path(".git/hooks/fsmonitor-watchman"))
	r.git("config", "core.splitIndex", "true")
	r.git("config", "feature.manyFiles", "true")
	r.git("config", "log.showSignature", "true")
	r.git("config", "gpg.program", r.path(".git/hooks/fsmonitor-watchman"))
	r.write("a", "changed")
	r.git("update-index", "--split-index", "a")
	if err := os.RemoveAll(mark); err != nil { // git itself has run some
		t.Fatal(err)
	}
	out := r.checkOut(first)
	if got := files(t, out.Path("")); got["a"] != "1" {
		t.Errorf("got %q", got)
	}
	if text, err := os.ReadFile(mark); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something ran: %s, %v", text, err)
	}
}

// Inside of a hook git's variables name the repository that the hook is of.
func TestForeignEnvironment(t *testing.T) {
	other := newRepo(t)
	other.commit(map[string]string{"a": "of another repository"})
	r := newRepo(t)
	r.commit(map[string]string{"a": "mine"})
	r.env = append(r.env, "GIT_DIR="+other.path(".git"), "GIT_WORK_TREE="+other.dir, "GIT_INDEX_FILE="+other.path(".git/index"), "GIT_TRACE=1")
	before := state(t, other.dir)
	g, err := gitcontext.Open(t.Context(), r.dir, r.env)
	if err != nil {
		t.Fatal(err)
	}
	c, err := g.Commit(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	out, err := g.CheckOut(t.Context(), c, []string{""}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if diff := cmp.Diff(map[string]string{"a": "mine"}, files(t, out.Path(""))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, state(t, other.dir)); diff != "" {
		t.Error(diff)
	}
}

// What is the same as in the work tree has its permissions and time, so that a build
// takes one for the other; the rest has the commit's time.
func TestSameFilesLookTheSame(t *testing.T) {
	r := newRepo(t)
	first := r.commit(map[string]string{"d/same": "s", "d/other": "1", "gone": "g", "run.sh": "#!/bin/sh\n"})
	r.commit(map[string]string{"d/other": "2"})
	if err := os.Symlink("d/same", r.path("link")); err != nil {
		t.Fatal(err)
	}
	second := r.commit(nil)
	r.git("rm", "-q", "gone")
	long := time.Date(2020, 5, 6, 7, 8, 9, 123456789, time.UTC)
	for name, mode := range map[string]fs.FileMode{"d/same": 0o640, "d/other": 0o664, "d": 0o750, "run.sh": 0o755} {
		if err := os.Chmod(r.path(name), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(r.path(name), long, long); err != nil {
			t.Fatal(err)
		}
	}
	committed := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for ref, want := range map[string]map[string]struct {
		mode fs.FileMode
		at   time.Time
	}{
		first:  {"d/same": {0o640, long}, "d/other": {0o664, committed}, "d": {0o750, long}, "gone": {0o644, committed}, "run.sh": {0o644, long}},
		second: {"d/other": {0o664, long}},
	} {
		out := r.checkOut(ref)
		for name, w := range want {
			info, err := os.Lstat(out.Path(name))
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != w.mode || !info.ModTime().Equal(w.at) {
				t.Errorf("%s at %.7s is %v of %v, want %v of %v", name, ref, info.Mode().Perm(), info.ModTime().UTC(), w.mode, w.at)
			}
		}
	}
	out := r.checkOut(second)
	now, err := os.Lstat(r.path("link"))
	if err != nil {
		t.Fatal(err)
	}
	if then, err := os.Lstat(out.Path("link")); err != nil || !then.ModTime().Equal(now.ModTime()) {
		t.Errorf("the link is of %v, want %v (%v)", then.ModTime(), now.ModTime(), err)
	}
}

func TestSubmodulesAreTold(t *testing.T) {
	lib := newRepo(t)
	lib.commit(map[string]string{"lib.c": "c"})
	r := newRepo(t)
	r.commit(map[string]string{"app/main.c": "m"})
	r.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", lib.dir, "app/vendor/lib")
	r.commit(nil)
	out := r.checkOut("HEAD", "app")
	if diff := cmp.Diff([]string{"1 submodule is left out, as a commit has only its name: app/vendor/lib"}, out.Notes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"main.c": "m"}, files(t, out.Path("app"))); diff != "" {
		t.Error(diff)
	}
	if only := r.checkOut("HEAD", "app/vendor"); len(files(t, only.Path("app/vendor"))) != 0 {
		t.Error("there is something in it")
	}
}

func TestLinkedWorkTree(t *testing.T) {
	r := newRepo(t)
	first := r.commit(map[string]string{"a": "1"})
	r.commit(map[string]string{"a": "2"})
	linked := filepath.Join(t.TempDir(), "linked")
	r.git("worktree", "add", "-q", linked, "-b", "side")
	resolved, err := filepath.EvalSymlinks(linked)
	if err != nil {
		t.Fatal(err)
	}
	main := state(t, r.dir)
	side := &repo{t: t, dir: resolved, env: r.env}
	out := side.checkOut(first)
	if diff := cmp.Diff(map[string]string{"a": "1"}, files(t, out.Path(""))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(main, state(t, r.dir)); diff != "" {
		t.Error(diff)
	}
}

func TestSparseCheckoutIsTold(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a/x": "1", "b/y": "2"})
	r.git("sparse-checkout", "set", "--cone", "a")
	out := r.checkOut("HEAD")
	if diff := cmp.Diff(map[string]string{"a/x": "1", "b/y": "2"}, files(t, out.Path(""))); diff != "" {
		t.Error(diff)
	}
	if len(out.Notes) != 1 || !strings.Contains(out.Notes[0], "sparse") {
		t.Errorf("notes: %q", out.Notes)
	}
}

func TestWhatACommitDoesNotHave(t *testing.T) {
	r := newRepo(t)
	first := r.commit(map[string]string{"a": "1"})
	r.commit(map[string]string{"services/api/Dockerfile": "FROM x"})
	g := r.open("")
	c, err := g.Commit(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	room := t.TempDir()
	_, err = g.CheckOut(t.Context(), c, []string{"services/api"}, room)
	if want := `"services/api" did not exist at ` + first[:10] + "; name a later commit, or one that has it"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if left := leftIn(room); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for path, want := range map[string]bool{"": true, "a": true, "services": false, "*": false} {
		if has, err := g.Has(t.Context(), c, path); err != nil || has != want {
			t.Errorf("Has(%q) is %v, %v", path, has, err)
		}
	}
}

func TestCancelledCheckOutLeavesNothing(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a": "1"})
	g := r.open("")
	c, err := g.Commit(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	room := t.TempDir()
	if _, err := g.CheckOut(ctx, c, []string{""}, room); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left := leftIn(room); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What somebody left who was killed goes with the next checkout; what another one uses
// at the same time stays.
func TestForgottenCheckoutsGo(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a": "1"})
	room := t.TempDir()
	forgotten := filepath.Join(room, "commit-1")
	if err := os.MkdirAll(filepath.Join(forgotten, "tree", "deep"), 0o755); err != nil {
		t.Fatal(err)
	}
	g := r.open("")
	c, err := g.Commit(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	var used []*gitcontext.Checkout
	for range 2 {
		out, err := g.CheckOut(t.Context(), c, []string{""}, room)
		if err != nil {
			t.Fatal(err)
		}
		used = append(used, out)
	}
	if _, err := os.Stat(forgotten); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	for _, out := range used {
		if diff := cmp.Diff(map[string]string{"a": "1"}, files(t, out.Path(""))); diff != "" {
			t.Error(diff)
		}
		if err := out.Close(); err != nil {
			t.Error(err)
		}
	}
	if left := leftIn(room); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
