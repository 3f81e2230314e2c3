//go:build unix

package userland

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// basename is `basename PATH [SUFFIX]`.
func basename(_ context.Context, args []string, s streams) error {
	if len(args) == 0 {
		fmt.Fprintln(s.err, "usage: basename PATH [SUFFIX]")
		return status(1)
	}
	name := filepath.Base(args[0])
	if len(args) > 1 && name != args[1] {
		name = strings.TrimSuffix(name, args[1])
	}
	fmt.Fprintln(s.out, name)
	return nil
}

// dirname is `dirname PATH…`.
func dirname(_ context.Context, args []string, s streams) error {
	for _, path := range args {
		fmt.Fprintln(s.out, filepath.Dir(path))
	}
	return nil
}

// link is `ln [-s] [-f] [-n] TARGET… [NAME|DIR]`.
func link(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("ln", args, "sfn", s)
	if err != nil {
		return err
	}
	words := opts.words
	switch len(words) {
	case 0:
		fmt.Fprintln(s.err, "usage: ln [-sf] TARGET… [NAME|DIR]")
		return status(1)
	case 1:
		words = append(words, ".")
	}
	place, targets := words[len(words)-1], words[:len(words)-1]
	stat := os.Stat
	if opts.has('n') {
		stat = os.Lstat
	}
	info, err := stat(place)
	intoDir := err == nil && info.IsDir()
	if len(targets) > 1 && !intoDir {
		fmt.Fprintf(s.err, "ln: %s is no directory\n", place)
		return status(1)
	}
	make := os.Link
	if opts.has('s') {
		make = os.Symlink
	}
	for _, target := range targets {
		name := place
		if intoDir {
			name = filepath.Join(place, filepath.Base(target))
		}
		if opts.has('f') {
			if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
				return err
			}
		}
		if err := make(target, name); err != nil {
			return err
		}
	}
	return nil
}

// readlink is `readlink [-f] PATH…`.
func readlink(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("readlink", args, "f", s)
	if err != nil {
		return err
	}
	read := os.Readlink
	if opts.has('f') {
		read = func(path string) (string, error) {
			path, err := filepath.Abs(path)
			if err != nil {
				return "", err
			}
			return filepath.EvalSymlinks(path)
		}
	}
	for _, path := range opts.words {
		target, err := read(path)
		if err != nil {
			return status(1)
		}
		fmt.Fprintln(s.out, target)
	}
	return nil
}

// makeDirs is `mkdir [-p] [-m MODE] DIR…`; MODE is that of the last directory.
func makeDirs(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("mkdir", args, "pm:v", s)
	if err != nil {
		return err
	}
	create := os.Mkdir
	if opts.has('p') {
		create = os.MkdirAll
	}
	var failed error
	for _, path := range opts.words {
		err := create(path, 0o777)
		if mode, given := opts.set['m']; err == nil && given {
			err = changeMode(path, mode)
		}
		if err != nil {
			fmt.Fprintf(s.err, "mkdir: %v\n", err)
			failed = status(1)
		}
	}
	return failed
}

// rmdir is `rmdir DIR…`; unlike rm -r it refuses a directory with something in it.
func rmdir(_ context.Context, args []string, s streams) error {
	var failed error
	for _, path := range args {
		info, err := os.Lstat(path)
		if err == nil && !info.IsDir() {
			err = fmt.Errorf("%s is no directory", path)
		}
		if err == nil {
			err = os.Remove(path)
		}
		if err != nil {
			fmt.Fprintf(s.err, "rmdir: %v\n", err)
			failed = status(1)
		}
	}
	return failed
}

// tee is `tee [-a] FILE…`.
func tee(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("tee", args, "a", s)
	if err != nil {
		return err
	}
	mode := os.O_TRUNC
	if opts.has('a') {
		mode = os.O_APPEND
	}
	writers := []io.Writer{s.out}
	for _, path := range opts.words {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|mode, 0o666)
		if err != nil {
			return err
		}
		defer file.Close()
		writers = append(writers, file)
	}
	_, err = io.Copy(io.MultiWriter(writers...), s.in)
	return err
}

// eachInput hands every named file to do in turn, or the standard input when
// none is named. A file that can't be read is reported and the rest still done.
func eachInput(name string, paths []string, s streams, do func(path string, in io.Reader) error) error {
	if len(paths) == 0 {
		return do("", s.in)
	}
	var failed error
	for _, path := range paths {
		if path == "-" {
			if err := do("-", s.in); err != nil {
				return err
			}
			continue
		}
		file, err := os.Open(path)
		if err == nil {
			err = do(path, file)
			file.Close()
		}
		if err != nil {
			fmt.Fprintf(s.err, "%s: %v\n", name, err)
			failed = status(1)
		}
	}
	return failed
}
