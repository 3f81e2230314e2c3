package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing"
	"github.com/stagedive/stagedive/model/timing/trace"
)

// timer writes the timing of each build that ends into a file; of several, that
// of the last stays.
type timer struct {
	path  string // "": nothing is written
	build *build.Build
}

// newTimer says at once when the file could not be written later.
func newTimer(path string) (*timer, error) {
	t := &timer{path: path, build: build.New()}
	if path == "" {
		return t, nil
	}
	if err := writable(path); err != nil {
		return nil, usage(fmt.Errorf("--timing %s: %w; name a file that can be written", path, err))
	}
	return t, nil
}

// writable says why a file could not be made or replaced. It leaves nothing
// behind and changes nothing.
func writable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return errors.New("this is a directory")
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return reason(err)
		}
		return f.Close()
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return reason(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".stagedive-*")
	if err != nil {
		return reason(err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// reason is a path error without the path.
func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// write takes an event; with the last of a build it writes the file. Logs have no
// part in it.
func (t *timer) write(e build.Event) error {
	if t.path == "" || e.Log != nil {
		return nil
	}
	if e.Begin != nil {
		t.build = build.New()
	}
	t.build.Apply(e)
	if e.End == nil || t.build.Started.IsZero() {
		return nil
	}
	a := timing.Analyze(t.build, e.Time)
	if err := replace(t.path, func(w io.Writer) error { return trace.Write(w, t.build, a) }); err != nil {
		return fmt.Errorf("writing the timing: %w", err)
	}
	return nil
}

// replace writes a file as a whole or not at all. What is no regular file, such as
// a pipe, is written to as it is.
func replace(path string, write func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays one
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".stagedive-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
