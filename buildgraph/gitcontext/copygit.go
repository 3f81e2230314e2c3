package gitcontext

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// CopyGit puts a copy of the repository's .git into a checkout of all of it, as a
// checkout of the commit would leave it: HEAD is the commit, and the index the commit's.
// It is for builds that copy .git; without it they would differ by all of that. whole is
// false where .git is a file that names a directory elsewhere, as in a linked work tree:
// the copy names the same one.
func (r *Repository) CopyGit(ctx context.Context, c *Checkout) (whole bool, err error) {
	from, to := filepath.Join(r.Top, ".git"), c.Path(".git")
	if err := copyAll(ctx, from, to); err != nil {
		return false, fmt.Errorf("copying .git for %s: %w", c.Commit.Name(), err)
	}
	if info, err := os.Lstat(to); err != nil || !info.IsDir() {
		return false, err
	}
	index, err := os.ReadFile(filepath.Join(c.home, "index"))
	if err != nil {
		return false, err
	}
	for name, text := range map[string][]byte{"HEAD": []byte(c.Commit.ID + "\n"), "index": index} {
		path := filepath.Join(to, name)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return false, err
		}
		if err := os.Chtimes(path, c.Commit.Time, c.Commit.Time); err != nil {
			return false, err
		}
	}
	return true, nil
}

// copyAll copies files, directories and symbolic links with their permissions and times.
func copyAll(ctx context.Context, from, to string) error {
	type dir struct {
		path string
		mode fs.FileMode
		at   time.Time
	}
	var dirs []dir
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		dest := filepath.Join(to, rel)
		info, err := e.Info()
		if err != nil {
			return err
		}
		switch {
		case e.IsDir():
			dirs = append(dirs, dir{dest, info.Mode().Perm() | 0o700, info.ModTime()})
			return os.Mkdir(dest, 0o700)
		case e.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			if err := os.Symlink(link, dest); err != nil {
				return err
			}
		case e.Type().IsRegular():
			if err := copyFile(path, dest, info.Mode().Perm()); err != nil {
				return err
			}
		default:
			return nil // sockets are of whoever runs there
		}
		return setTime(dest, info.Mode(), info.ModTime())
	})
	for i := len(dirs) - 1; i >= 0 && err == nil; i-- {
		if err = os.Chmod(dirs[i].path, dirs[i].mode); err == nil {
			err = os.Chtimes(dirs[i].path, dirs[i].at, dirs[i].at)
		}
	}
	return err
}

func copyFile(from, to string, mode fs.FileMode) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close() // only read
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	if err == nil {
		err = dst.Chmod(mode)
	}
	if closing := dst.Close(); err == nil {
		err = closing
	}
	return err
}
