package gitcontext_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/buildgraph/gitcontext"
)

// repo is a real git repository in a directory of its own.
type repo struct {
	t   testing.TB
	dir string
	env []string
}

// newRepo makes an empty one; nothing of the machine's or the user's git applies to it.
func newRepo(t testing.TB) *repo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Fatal("this test needs git")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &repo{t: t, dir: dir, env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z",
	}}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = r.dir, r.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repo) path(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

func (r *repo) write(name, text string) {
	r.t.Helper()
	if err := os.MkdirAll(filepath.Dir(r.path(name)), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(r.path(name), []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// commit commits all there is and returns the commit's name.
func (r *repo) commit(files map[string]string) string {
	r.t.Helper()
	for name, text := range files {
		r.write(name, text)
	}
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", "a commit")
	return r.git("rev-parse", "HEAD")
}

func (r *repo) open(below string) *gitcontext.Repository {
	r.t.Helper()
	g, err := gitcontext.Open(r.t.Context(), r.path(below), r.env)
	if err != nil {
		r.t.Fatal(err)
	}
	return g
}

// checkOut checks a commit out, and cares that nothing of the repository changes.
func (r *repo) checkOut(ref string, paths ...string) *gitcontext.Checkout {
	r.t.Helper()
	before := state(r.t, r.dir)
	g := r.open("")
	c, err := g.Commit(r.t.Context(), ref)
	if err != nil {
		r.t.Fatal(err)
	}
	room := r.t.TempDir()
	out, err := g.CheckOut(r.t.Context(), c, paths, room)
	if err != nil {
		r.t.Fatal(err)
	}
	if diff := cmp.Diff(before, state(r.t, r.dir)); diff != "" {
		r.t.Errorf("the repository is not what it was: %s", diff)
	}
	r.t.Cleanup(func() {
		if err := out.Close(); err != nil {
			r.t.Error(err)
		}
		if left := leftIn(room); len(left) > 0 {
			r.t.Errorf("left behind: %v", left)
		}
	})
	return out
}

// leftIn are the checkouts in a directory.
func leftIn(room string) []string {
	left, _ := filepath.Glob(filepath.Join(room, "commit-*"))
	return left
}

// state is all there is in a directory: kinds, modes, times and content.
func state(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%v %v", info.Mode(), info.ModTime().UnixNano())
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %x", sha256.Sum256(text))
		}
		out[path] = line
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// files are those below a directory, with what they hold.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if e.Type()&fs.ModeSymlink != 0 {
			link, err := os.Readlink(path)
			out[filepath.ToSlash(rel)] = "→ " + link
			return err
		}
		text, err := os.ReadFile(path)
		out[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
