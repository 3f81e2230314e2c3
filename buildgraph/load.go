package buildgraph

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// MaxSize is the size in bytes from which on a file is not taken for a
// Dockerfile. (BuildKit itself reads up to 16 MiB; the largest that people write
// have some hundred kilobytes.)
const MaxSize = 4 << 20

// Source is a Dockerfile's text and where it came from.
type Source struct {
	Text    []byte
	Name    string // to show
	Path    string // of the file; "" when it came from stdin
	Context string // the directory that is the build context
}

// LoadError says why there is no Dockerfile to read. Its parts make one
// sentence; it unwraps to what the file system said, if that is the reason.
type LoadError struct {
	What  string // what is wrong
	Where string // the path
	Next  string // what the user can do
	Err   error
}

func (e *LoadError) Error() string { return e.Where + ": " + e.What + "; " + e.Next }

// Unwrap returns the error of the file system, or nil.
func (e *LoadError) Unwrap() error { return e.Err }

// Load finds and reads a Dockerfile as `docker build` does. path is the build
// context's directory ("" means "."), or the Dockerfile itself. file is what -f
// names, relative to the working directory, or "-" for stdin; with neither it is
// the context's Dockerfile, dockerfile or Containerfile. A path of "-" reads the
// Dockerfile from stdin, without a context. Errors are *LoadError.
func Load(path, file string, stdin io.Reader) (Source, error) {
	if path == "-" {
		path, file = ".", "-"
	}
	if path == "" {
		path = "."
	}
	info, err := os.Stat(path)
	if err != nil {
		return Source{}, fileError(path, err, "give the directory that holds the Dockerfile")
	}
	src := Source{Context: path}
	switch {
	case file == "-":
		src.Name = "stdin"
	case file != "":
		src.Name, src.Path = file, file
	case info.IsDir():
		if src.Path, err = find(path); err != nil {
			return Source{}, err
		}
		src.Name = src.Path
	default:
		src.Name, src.Path, src.Context = path, path, filepath.Dir(path)
	}
	src.Text, err = readSource(src, stdin)
	if err != nil {
		return Source{}, err
	}
	return src, check(src)
}

// find looks for the Dockerfile of a directory.
func find(dir string) (string, error) {
	for _, name := range []string{"Dockerfile", "dockerfile", "Containerfile"} {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		switch {
		case err == nil && !info.IsDir():
			return path, nil
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return "", fileError(path, err, "make it readable or name another file with -f")
		}
	}
	return "", &LoadError{
		What: "there is no Dockerfile in this directory", Where: dir,
		Next: "name one with -f or give another directory", Err: fs.ErrNotExist,
	}
}

func readSource(src Source, stdin io.Reader) ([]byte, error) {
	if src.Path == "" {
		if stdin == nil {
			stdin = bytes.NewReader(nil)
		}
		text, err := io.ReadAll(io.LimitReader(stdin, MaxSize+1))
		if err != nil {
			return nil, fileError(src.Name, err, "pipe a Dockerfile in")
		}
		return text, nil
	}
	info, err := os.Stat(src.Path)
	if err != nil {
		return nil, fileError(src.Path, err, "name an existing Dockerfile with -f")
	}
	// A device or pipe may never end, and opening a pipe may never return.
	if !info.Mode().IsRegular() {
		what := "this is not a regular file"
		if info.IsDir() {
			what = "this is a directory"
		}
		return nil, &LoadError{What: what, Where: src.Path, Next: "name a Dockerfile with -f, or read it from stdin with -f -"}
	}
	f, err := os.Open(src.Path)
	if err != nil {
		return nil, fileError(src.Path, err, "make it readable or name another file with -f")
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, fileError(src.Path, err, "name another file with -f")
	}
	return text, nil
}

// check refuses what cannot be a Dockerfile.
func check(src Source) error {
	refuse := func(what, next string) error {
		return &LoadError{What: what, Where: src.Name, Next: next}
	}
	switch text := src.Text; {
	case len(text) == 0:
		return refuse("the Dockerfile is empty", "write at least one FROM into it")
	case bytes.IndexByte(text[:min(len(text), 8<<10)], 0) >= 0:
		return refuse("this is a binary file, not a Dockerfile", "name a Dockerfile with -f")
	case len(text) > MaxSize:
		return refuse(fmt.Sprintf("this is larger than %d MiB, too large for a Dockerfile", MaxSize>>20), "name a Dockerfile with -f")
	case bytes.IndexByte(text, 0) >= 0:
		return refuse("this is a binary file, not a Dockerfile", "name a Dockerfile with -f")
	case !utf8.Valid(text):
		return refuse(fmt.Sprintf("line %d is not UTF-8", badLine(text)), "save the file as UTF-8")
	}
	return nil
}

// badLine is the line of the first byte that is not UTF-8.
func badLine(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return 1 + bytes.Count(text[:i], []byte("\n"))
		}
		i += n
	}
	return 0
}

func fileError(path string, err error, next string) error {
	what := err.Error()
	var pe *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		what = "there is no such file or directory"
	case errors.Is(err, fs.ErrPermission):
		what = "permission denied"
	case errors.As(err, &pe):
		what = pe.Err.Error()
	}
	return &LoadError{What: what, Where: path, Next: next, Err: err}
}
