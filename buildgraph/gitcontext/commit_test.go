package gitcontext_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/gitcontext"
)

func TestCommitNames(t *testing.T) {
	r := newRepo(t)
	first := r.commit(map[string]string{"a": "1"})
	r.git("tag", "-a", "v1.0", "-m", "a tag")
	r.git("checkout", "-q", "-b", "feature/colours")
	second := r.commit(map[string]string{"a": "2"})
	r.git("checkout", "-q", "main")
	third := r.commit(map[string]string{"b": "\x1b[2J"})
	r.git("checkout", "-q", "feature/colours")
	g := r.open("")
	for ref, want := range map[string]string{
		"HEAD": second, "HEAD^": first, "HEAD~1": first, "main": third, "v1.0": first, first[:8]: first, "main...": first, "v1.0...": first,
		"feature/colours": second, "refs/heads/main": third,
	} {
		c, err := g.Commit(t.Context(), ref)
		if err != nil || c.ID != want {
			t.Errorf("%s is %s, want %s (%v)", ref, c.ID, want, err)
			continue
		}
		if c.Subject != "a commit" || !c.Time.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) || c.Base != strings.HasSuffix(ref, "...") {
			t.Errorf("%s: %+v", ref, c)
		}
	}
	c, _ := g.Commit(t.Context(), "main")
	if got, want := c.Name(), "main ("+third[:10]+")"; got != want {
		t.Errorf("called %s, want %s", got, want)
	}
	c, _ = g.Commit(t.Context(), first[:8])
	if got := c.Name(); got != first[:10] {
		t.Errorf("called %s", got)
	}
	for ref, want := range map[string]string{
		"":             `"" names no commit; name a commit, a branch or a tag`,
		"...":          `"..." names no commit; name a commit, a branch or a tag`,
		"--all":        `"--all" names no commit; name a commit, a branch or a tag`,
		"main..HEAD":   `"main..HEAD" names several commits; name one, or write NAME... for what it and HEAD have in common`,
		"mian":         `there is no commit "mian" in this repository; did you mean "main"?`,
		"v1.1":         `there is no commit "v1.1" in this repository; did you mean "v1.0"?`,
		"colours":      `there is no commit "colours" in this repository; there is "feature/colours"`,
		"nothing-like": `there is no commit "nothing-like" in this repository; name a commit, a branch or a tag`,
		"HEAD:a":       `"HEAD:a" is no commit; name a commit, a branch or a tag`,
		"x\x1b[2J":     `there is no commit "x␛[2J" in this repository; name a commit, a branch or a tag`,
	} {
		_, err := g.Commit(t.Context(), ref)
		var e *gitcontext.Error
		if !errors.As(err, &e) || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", ref, err, want)
		}
	}
}

func TestShallowClone(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a": "1"})
	r.git("checkout", "-q", "-b", "side")
	r.commit(map[string]string{"a": "2"})
	r.git("checkout", "-q", "main")
	r.commit(map[string]string{"b": "1"})
	r.git("checkout", "-q", "side")
	clone := &repo{t: t, dir: filepath.Join(t.TempDir(), "clone"), env: r.env}
	r.git("clone", "-q", "--depth", "1", "--no-single-branch", "file://"+r.dir, clone.dir)
	g := clone.open("")
	_, err := g.Commit(t.Context(), "origin/main...")
	if err == nil || !strings.Contains(err.Error(), "git fetch --unshallow") {
		t.Errorf("got %v", err)
	}
	if _, err = g.Commit(t.Context(), "v9"); err == nil || !strings.Contains(err.Error(), "the newest commits only") {
		t.Errorf("got %v", err)
	}
	if _, err = g.Commit(t.Context(), "main"); err == nil || !strings.Contains(err.Error(), `there is "origin/main"`) {
		t.Errorf("got %v", err)
	}
}

// Of a partial clone nothing is fetched: that would write into it.
func TestPartialClone(t *testing.T) {
	r := newRepo(t)
	r.git("config", "uploadpack.allowFilter", "true")
	r.git("config", "uploadpack.allowAnySHA1InWant", "true")
	r.commit(map[string]string{"a": "1"})
	r.commit(map[string]string{"a": "2"})
	clone := &repo{t: t, dir: filepath.Join(t.TempDir(), "clone"), env: r.env}
	r.git("clone", "-q", "--filter=blob:none", "file://"+r.dir, clone.dir)
	before := state(t, clone.dir)
	g := clone.open("")
	c, err := g.Commit(t.Context(), "HEAD^")
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.CheckOut(t.Context(), c, []string{""}, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "this is a partial clone") {
		t.Errorf("got %v", err)
	}
	for path, was := range state(t, clone.dir) {
		if before[path] != was {
			t.Errorf("%s changed", path)
		}
	}
}

func TestNoRepository(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a": "1"})
	empty := newRepo(t)
	plain := t.TempDir()
	for _, c := range []struct{ dir, want string }{
		{plain, "does not lie in a git repository; give a directory of one"},
		{r.path(".git"), "is no part of a git work tree"},
	} {
		_, err := gitcontext.Open(t.Context(), c.dir, append(r.env, "GIT_CEILING_DIRECTORIES="+filepath.Dir(plain)))
		var e *gitcontext.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if _, err := empty.open("").Commit(t.Context(), "HEAD"); err == nil || err.Error() != "this repository has no commit yet; commit something first" {
		t.Errorf("got %v", err)
	}
	t.Setenv("PATH", plain)
	if _, err := gitcontext.Open(t.Context(), r.dir, r.env); err == nil || err.Error() != "the program git is not in PATH; install git, or compare with a record" {
		t.Errorf("got %v", err)
	}
}

func TestForeignRepository(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a repository to somebody else")
	}
	r := newRepo(t)
	r.commit(map[string]string{"a": "1"})
	for _, path := range []string{"", ".git"} {
		if err := os.Lchown(r.path(path), 12345, 12345); err != nil {
			t.Fatal(err)
		}
	}
	_, err := gitcontext.Open(t.Context(), r.dir, r.env)
	if err == nil || !strings.Contains(err.Error(), "belongs to somebody else; if you trust it") {
		t.Errorf("got %v", err)
	}
	if _, err := gitcontext.Open(t.Context(), r.dir, append(r.env, "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")); err != nil {
		t.Error(err)
	}
}

func TestWithin(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"services/api/Dockerfile": "x"})
	if err := os.Symlink("services", r.path("s")); err != nil {
		t.Fatal(err)
	}
	g := r.open("services/api")
	for path, want := range map[string]string{
		r.dir: "", r.path("services/api"): "services/api", r.path("s/api"): "services/api", r.path("s/api/Dockerfile"): "services/api/Dockerfile",
		r.path("s/gone"): "services/gone",
	} {
		if got, ok := g.Within(path); !ok || got != want {
			t.Errorf("%s is %q, %v, want %q", path, got, ok, want)
		}
	}
	if got, ok := g.Within(t.TempDir()); ok {
		t.Errorf("got %q", got)
	}
}
