package gitcontext_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A copy of .git is as a checkout of the commit would leave it.
func TestCopyGit(t *testing.T) {
	r := newRepo(t)
	first := r.commit(map[string]string{"a": "1", "sub/b": "b"})
	r.git("tag", "v1")
	r.commit(map[string]string{"a": "2"})
	before := state(t, r.dir)
	out := r.checkOut(first, "")
	whole, err := r.open("").CopyGit(t.Context(), out)
	if err != nil || !whole {
		t.Fatal(whole, err)
	}
	if diff := cmp.Diff(before, state(t, r.dir)); diff != "" {
		t.Errorf("the repository is not what it was: %s", diff)
	}
	for _, c := range []struct{ args, want string }{
		{"rev-parse HEAD", first}, {"describe --tags", "v1"}, {"status --porcelain", ""}, {"fsck --no-progress", ""},
	} {
		cmd := exec.Command("git", strings.Fields(c.args)...)
		cmd.Dir, cmd.Env = out.Path(""), r.env
		if said, err := cmd.CombinedOutput(); err != nil || strings.TrimSpace(string(said)) != c.want {
			t.Errorf("git %s says %q, want %q (%v)", c.args, said, c.want, err)
		}
	}
	// What did not change has its time and permissions, so that a build takes it for the same.
	for _, name := range []string{".git/config", ".git/refs/tags/v1", ".git/objects"} {
		was, err := os.Lstat(r.path(name))
		if err != nil {
			t.Fatal(err)
		}
		if is, err := os.Lstat(out.Path(name)); err != nil || !is.ModTime().Equal(was.ModTime()) || is.Mode() != was.Mode() {
			t.Errorf("%s is %v, was %v (%v)", name, is, was, err)
		}
	}
}

func TestCopyGitOfLinkedWorkTree(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a": "1"})
	linked := filepath.Join(t.TempDir(), "linked")
	r.git("worktree", "add", "-q", linked)
	side := &repo{t: t, dir: linked, env: r.env}
	out := side.checkOut("HEAD", "")
	whole, err := side.open("").CopyGit(t.Context(), out)
	if err != nil || whole {
		t.Fatal(whole, err)
	}
	if got, want := files(t, out.Path(""))[".git"], files(t, linked)[".git"]; got != want || got == "" {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFilterThatFails(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{".gitattributes": "*.x filter=gone\n", "a.x": "a"})
	r.git("config", "filter.gone.smudge", "false")
	r.git("config", "filter.gone.required", "true")
	g := r.open("")
	c, err := g.Commit(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.CheckOut(t.Context(), c, []string{""}, t.TempDir()); err == nil || !strings.Contains(err.Error(), "and that the filters it needs are installed") {
		t.Errorf("got %v", err)
	}
}
