//go:build unix

package userland

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// copyFiles is `cp [-rRapfLPdTv] SOURCE… TARGET`.
func copyFiles(ctx context.Context, args []string, s streams) error {
	opts, err := parseOptions("cp", args, "rRapfLPdTvn", s)
	if err != nil {
		return err
	}
	if len(opts.words) < 2 {
		fmt.Fprintln(s.err, "usage: cp [-rapfLPT] SOURCE… TARGET")
		return status(1)
	}
	last := len(opts.words) - 1
	target, sources := opts.words[last], opts.words[:last]
	info, err := os.Stat(target)
	intoDir := err == nil && info.IsDir() && !opts.has('T')
	if len(sources) > 1 && !intoDir {
		fmt.Fprintf(s.err, "cp: %s is no directory\n", target)
		return status(1)
	}
	job := copying{
		ctx:       ctx,
		recursive: opts.has('r') || opts.has('R') || opts.has('a'),
		keep:      opts.has('a') || opts.has('p'),
		links:     !opts.has('L') && (opts.has('r') || opts.has('R') || opts.has('a') || opts.has('P') || opts.has('d')),
	}
	var failed error
	for _, source := range sources {
		to := target
		if intoDir {
			to = filepath.Join(target, filepath.Base(source))
		}
		if err := job.copy(source, to); err != nil {
			fmt.Fprintf(s.err, "cp: %v\n", err)
			failed = status(1)
		}
	}
	return failed
}

// copying says how to copy.
type copying struct {
	ctx       context.Context
	recursive bool
	keep      bool // mode, owner and time as well
	links     bool // symbolic links stay links
}

func (c copying) copy(from, to string) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	stat := os.Stat
	if c.links {
		stat = os.Lstat
	}
	info, err := stat(from)
	if err != nil {
		return err
	}
	if old, err := os.Stat(to); err == nil && os.SameFile(info, old) {
		return fmt.Errorf("%s and %s are the same file", from, to)
	}
	switch {
	case info.IsDir() && !c.recursive:
		return fmt.Errorf("%s is a directory, and -r was not given", from)
	case info.IsDir():
		err = c.dir(from, to, info)
	case info.Mode()&fs.ModeSymlink != 0:
		err = copyLink(from, to)
	case info.Mode().IsRegular() || !c.recursive:
		err = copyContent(from, to, info)
	default:
		err = fmt.Errorf("%s is a special file", from)
	}
	if err != nil || !c.keep {
		return err
	}
	return keepMetadata(to, info)
}

func (c copying) dir(from, to string, info fs.FileInfo) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.Mkdir(to, info.Mode().Perm()|0o700); err != nil {
		if there, statErr := os.Stat(to); statErr != nil || !there.IsDir() {
			return err
		}
	}
	for _, entry := range entries {
		if err := c.copy(filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

func copyLink(from, to string) error {
	target, err := os.Readlink(from)
	if err != nil {
		return err
	}
	if err := os.Remove(to); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.Symlink(target, to)
}

func copyContent(from, to string, info fs.FileInfo) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, info.Mode().Perm())
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// keepMetadata gives a copy what -p and -a promise. The owner needs root, so
// that one may fail; cp leaves it too.
func keepMetadata(path string, info fs.FileInfo) error {
	if raw, ok := info.Sys().(*syscall.Stat_t); ok {
		_ = os.Lchown(path, int(raw.Uid), int(raw.Gid))
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return nil
	}
	if err := os.Chmod(path, info.Mode()); err != nil {
		return err
	}
	return os.Chtimes(path, info.ModTime(), info.ModTime())
}
