package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// files keeps what the explorer saves. It is a tui.Saver.
type files struct {
	home string // what ~ stands for
}

// Save is tui.Saver's. A file that is replaced is so as a whole: who reads it at
// that moment sees the old one or the new one, and a failure leaves the old one.
func (f files) Save(ctx context.Context, name string, replace bool, write func(io.Writer) error) (string, error) {
	path := name
	if rest, ok := strings.CutPrefix(name, "~/"); ok && f.home != "" {
		path = filepath.Join(f.home, rest)
	}
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.IsDir():
		return "", fmt.Errorf("%s is a directory: name a file in it", name)
	case err == nil && !replace:
		return "", fmt.Errorf("%s: %w", name, fs.ErrExist)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".stagedive-*")
	if err != nil {
		return "", plainPathError(name, err)
	}
	defer os.Remove(tmp.Name()) // gone already when all went well
	err = write(tmp)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		err = place(tmp.Name(), path, replace)
	}
	if err != nil {
		return "", plainPathError(name, err)
	}
	return path, nil
}

// place gives a finished file its name. Without replace it does not, should
// another have taken the name meanwhile.
func place(tmp, path string, replace bool) error {
	if replace {
		return os.Rename(tmp, path)
	}
	return os.Link(tmp, path)
}

// plainPathError tells of the name that the user knows, not of the temporary one.
func plainPathError(name string, err error) error {
	switch e := err.(type) { //nolint:errorlint // the outermost one names the path
	case *fs.PathError:
		return fmt.Errorf("writing %s: %w", name, e.Err)
	case *os.LinkError:
		return fmt.Errorf("writing %s: %w", name, e.Err)
	}
	return fmt.Errorf("writing %s: %w", name, err)
}
