// Package context looks at the local build context: which files .dockerignore
// lets through to BuildKit, how many they are and how large.
//
// Files is what a build could send. BuildKit asks for the paths that the needed
// COPY and ADD name only, and not again for what it has, so a build may send
// less. Select is what of it some steps take: a change to anything else leaves
// them as they are.
package context

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
	fstypes "github.com/tonistiigi/fsutil/types"

	"github.com/stagedive/stagedive/model/sanitize"
)

// Ignore is what a .dockerignore says.
type Ignore struct {
	File     string   // where it was read; "" when there is none
	Patterns []string // as BuildKit's ignorefile reads them
}

// ReadIgnore finds the ignore file as BuildKit does: the one named after the
// Dockerfile and beside it (Dockerfile.dockerignore), else the context's
// .dockerignore. dockerfile is a path, "" when it came from stdin. No file is no
// error; an empty one beside the Dockerfile counts as none
// (frontend/dockerui, Client.ReadEntrypoint and dockerIgnorePatterns).
func ReadIgnore(dir, dockerfile string) (Ignore, error) {
	var candidates []string
	if dockerfile != "" {
		candidates = append(candidates, dockerfile+".dockerignore")
	}
	for _, path := range append(candidates, filepath.Join(dir, ".dockerignore")) {
		text, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist) || err == nil && len(text) == 0:
			continue
		case err != nil:
			return Ignore{}, fmt.Errorf("reading the ignore file: %w", err)
		}
		patterns, err := ignorefile.ReadAll(bytes.NewReader(text))
		if err != nil {
			return Ignore{}, fmt.Errorf("reading the ignore file %s: %w", path, err)
		}
		return Ignore{File: path, Patterns: patterns}, nil
	}
	return Ignore{}, nil
}

// File is a file, directory or link of the build context.
type File struct {
	Path string // slash-separated, below the context, as the file system has it
	Size int64  // bytes; 0 unless it is a regular file
	Mode fs.FileMode
	Time time.Time // of the last change to its content
	Link string    // what a symbolic link points to
}

// errStopped ends a walk whose reader has seen enough.
var errStopped = errors.New("stopped")

// Files walks the context with fsutil, as BuildKit's client does, in
// lexical order. It reads directories only as far as it is asked on, and ends
// with the context's error when that is cancelled. An error is the last pair.
func Files(ctx context.Context, dir string, ignore Ignore) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		err := walk(ctx, dir, ignore, nil, func(f File) error {
			if !yield(f, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(File{}, fmt.Errorf("walking the build context %s: %w", dir, err))
		}
	}
}

// walk visits the paths that only leads to, over symbolic links too; all when it
// is empty.
func walk(ctx context.Context, dir string, ignore Ignore, only []string, visit func(File) error) error {
	root, err := fsutil.NewFS(dir)
	if err != nil {
		return err
	}
	filtered, err := fsutil.NewFilterFS(root, &fsutil.FilterOpt{ExcludePatterns: ignore.Patterns, FollowPaths: only})
	if err != nil {
		return err
	}
	return filtered.Walk(ctx, "", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		f := File{Path: filepath.ToSlash(path), Mode: info.Mode(), Time: info.ModTime()}
		switch {
		case f.Mode.IsRegular():
			f.Size = info.Size()
		case f.Mode&fs.ModeSymlink != 0:
			if st, ok := info.Sys().(*fstypes.Stat); ok {
				f.Link = st.Linkname
			}
		}
		return visit(f)
	})
}

// Summary is the build context in numbers.
type Summary struct {
	Ignore  string // the ignore file, "" when there is none
	Files   int    // everything but directories
	Dirs    int
	Bytes   int64  // of regular files; hard links count each time
	Largest []File // by size, then path; sanitised paths
}

// Measure walks the whole context and keeps the largest files.
func Measure(ctx context.Context, dir string, ignore Ignore, largest int) (Summary, error) {
	s := Summary{Ignore: sanitize.Text(ignore.File)}
	for f, err := range Files(ctx, dir, ignore) {
		if err != nil {
			return s, err
		}
		if f.Mode.IsDir() {
			s.Dirs++
			continue
		}
		s.Files++
		s.Bytes += f.Size
		s.keep(f, largest)
	}
	return s, nil
}

// keep puts a file among the largest if it belongs there.
func (s *Summary) keep(f File, most int) {
	if most <= 0 || !f.Mode.IsRegular() {
		return
	}
	f.Path = sanitize.Text(f.Path)
	i, _ := slices.BinarySearchFunc(s.Largest, f, func(have, f File) int {
		switch {
		case have.Size > f.Size:
			return -1
		case have.Size < f.Size:
			return 1
		}
		return strings.Compare(have.Path, f.Path)
	})
	if i >= most {
		return
	}
	s.Largest = slices.Insert(s.Largest, i, f)
	s.Largest = s.Largest[:min(len(s.Largest), most)]
}
