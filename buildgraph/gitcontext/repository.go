// Package gitcontext makes build contexts of commits: the files of a build context as
// they were at another commit of the repository that it lies in.
//
// The git program does it, so that line ends, filters and symbolic links are what a
// checkout would make of them. It works with an index and a work tree of our own: the
// repository's work tree, its index, HEAD and all else in .git are only read. Nothing is
// fetched and no hook is run.
package gitcontext

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Error says why there is no build context of a commit. Its parts make one sentence.
type Error struct {
	What string // what is wrong, sanitised
	Next string // what the user can do
	Err  error  // the reason, where it is more than that; may be nil
}

func (e *Error) Error() string { return e.What + "; " + e.Next }

// Unwrap returns the reason, or nil.
func (e *Error) Unwrap() error { return e.Err }

// Repository is a git repository with a work tree.
type Repository struct {
	// Top is the work tree's directory: absolute, without symbolic links.
	Top string

	git    string   // the program
	dir    string   // the directory that is .git, or that .git names
	common string   // the same of the main work tree
	env    []string // without what points git elsewhere
}

// Open finds the repository that a directory lies in. environ is the environment of the
// git program; what in it names another repository, index or work tree is left out, as
// this may run from a hook. Errors are *Error, or the context's.
func Open(ctx context.Context, dir string, environ []string) (*Repository, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, &Error{"the program git is not in PATH", "install git, or compare with a record", err}
	}
	r := &Repository{git: program, env: cleaned(environ)}
	for _, q := range []struct {
		to   *string
		args []string
	}{
		{&r.Top, []string{"--show-toplevel"}},
		{&r.dir, []string{"--absolute-git-dir"}},
		{&r.common, []string{"--git-common-dir"}},
	} {
		out, err := r.ask(ctx, dir, append([]string{"rev-parse"}, q.args...)...)
		if err != nil {
			return nil, notOpened(dir, err)
		}
		*q.to = strings.TrimSuffix(out, "\n")
	}
	if !filepath.IsAbs(r.common) {
		r.common = filepath.Join(dir, r.common)
	}
	if r.common, err = filepath.Abs(r.common); err != nil {
		return nil, err
	}
	if r.Top, err = filepath.EvalSymlinks(filepath.FromSlash(r.Top)); err != nil {
		return nil, fmt.Errorf("looking for the repository's work tree: %w", err)
	}
	return r, nil
}

// notOpened says why git finds no repository at a directory.
func notOpened(dir string, err error) error {
	var failed *gitError
	if !errors.As(err, &failed) {
		return err
	}
	switch said := failed.said; {
	case strings.Contains(said, "dubious ownership"):
		return &Error{
			quote(dir) + " lies in a git repository that belongs to somebody else",
			"if you trust it, run git config --global --add safe.directory with its directory", err,
		}
	case strings.Contains(said, "not a git repository"):
		return &Error{
			quote(dir) + " does not lie in a git repository",
			"give a directory of one, or compare with a record or another image", err,
		}
	case strings.Contains(said, "must be run in a work tree"):
		return &Error{quote(dir) + " is no part of a git work tree", "give a directory of a checkout", err}
	}
	return &Error{"git can't read the repository of " + quote(dir) + ": " + failed.said, "see that git status works there", err}
}

// Within is the path of a file or directory below Top, with slashes, "" for Top itself;
// false for what lies elsewhere. Symbolic links in the way to it are followed, itself it
// may be one.
func (r *Repository) Within(path string) (string, bool) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	whole := abs
	if info, err := os.Stat(abs); err == nil && info.IsDir() {
		if whole, err = filepath.EvalSymlinks(abs); err != nil {
			return "", false
		}
	} else if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		whole = filepath.Join(dir, filepath.Base(abs))
	}
	rel, err := filepath.Rel(r.Top, whole)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	if rel == "." {
		return "", true
	}
	return filepath.ToSlash(rel), true
}

// Key names the repository and a commit of it, for whoever keeps what was made of them.
func (r *Repository) Key(c Commit) string { return r.common + "\x00" + c.ID }
