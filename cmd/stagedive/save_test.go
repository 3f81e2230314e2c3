package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSaveAFile(t *testing.T) {
	dir := t.TempDir()
	f := files{home: dir}
	save := func(name string, replace bool, text string) (string, error) {
		return f.Save(context.Background(), name, replace, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
	path, err := save("~/a.log", false, "one\n")
	if err != nil || path != filepath.Join(dir, "a.log") || read("a.log") != "one\n" {
		t.Errorf("%q %v", path, err)
	}
	if _, err = save(path, false, "two\n"); !errors.Is(err, fs.ErrExist) || read("a.log") != "one\n" {
		t.Errorf("a file that is there was touched without being asked for: %v", err)
	}
	if _, err = save(path, true, "two\n"); err != nil || read("a.log") != "two\n" {
		t.Error(err)
	}
	if _, err = save(dir, true, "x"); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Error(err)
	}
	if _, err = save(filepath.Join(dir, "no", "a.log"), false, "x"); !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), ".stagedive") {
		t.Error(err)
	}
	broken := errors.New("broken")
	if _, err = f.Save(context.Background(), path, true, func(io.Writer) error { return broken }); !errors.Is(err, broken) || read("a.log") != "two\n" {
		t.Errorf("%v; the file: %q", err, read("a.log"))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = f.Save(ctx, filepath.Join(dir, "b.log"), false, func(io.Writer) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left: %v %v", left, err)
	}
}
