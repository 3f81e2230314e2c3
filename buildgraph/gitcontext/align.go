package gitcontext

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
)

// align gives the files of a checkout what git does not keep of them: see CheckOut.
func (r *Repository) align(ctx context.Context, c *Checkout, names []string) error {
	dirs := map[string]bool{}
	for _, name := range names {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := alignFile(c.Path(name), filepath.Join(r.Top, filepath.FromSlash(name)), c.Commit.Time); err != nil {
			return err
		}
		for _, d := range parents(name) {
			if dirs[d] {
				break
			}
			dirs[d] = true
		}
	}
	var deepest []string
	for d := range dirs {
		deepest = append(deepest, d)
	}
	slices.SortFunc(deepest, func(a, b string) int { return strings.Compare(b, a) })
	for _, d := range deepest {
		if err := alignDir(c.Path(d), filepath.Join(r.Top, filepath.FromSlash(d)), c.Commit.Time); err != nil {
			return err
		}
	}
	return nil
}

// alignFile is align for what is no directory.
func alignFile(path, today string, commit time.Time) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	now, err := os.Lstat(today)
	if err != nil || now.Mode().Type() != info.Mode().Type() {
		return setTime(path, info.Mode(), commit)
	}
	at := commit
	switch {
	case info.Mode().IsRegular():
		const executable = 0o100
		if now.Mode()&executable == info.Mode()&executable {
			if err := os.Chmod(path, now.Mode().Perm()); err != nil {
				return err
			}
		}
		if now.Size() == info.Size() {
			if same, err := buildcontext.SameContent(path, today); err == nil && same {
				at = now.ModTime()
			}
		}
	case info.Mode()&fs.ModeSymlink != 0:
		a, err1 := os.Readlink(path)
		b, err2 := os.Readlink(today)
		if a == b && err1 == nil && err2 == nil {
			at = now.ModTime()
		}
	}
	return setTime(path, info.Mode(), at)
}

// alignDir is align for a directory. Its owner must be able to remove it.
func alignDir(path, today string, commit time.Time) error {
	now, err := os.Lstat(today)
	if err != nil || !now.IsDir() {
		return os.Chtimes(path, commit, commit)
	}
	if err := os.Chmod(path, now.Mode().Perm()|0o700); err != nil {
		return err
	}
	return os.Chtimes(path, now.ModTime(), now.ModTime())
}

func setTime(path string, mode fs.FileMode, at time.Time) error {
	if mode&fs.ModeSymlink != 0 {
		return setLinkTime(path, at)
	}
	return os.Chtimes(path, at, at)
}
