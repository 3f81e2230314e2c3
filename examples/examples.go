// Package examples holds the example projects that the program carries with it:
// real Dockerfiles with everything they build, each with a README that says what
// to look at.
//
// The projects are directories beside this file, to be opened from a checkout.
// They are embedded as one archive, projects.txtar, because a directory with a
// go.mod of its own can't be embedded; a test holds the archive against the
// directories and rewrites it with -update.
package examples

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:embed projects.txtar
var archive []byte

// Names are the projects there are, sorted.
func Names() []string {
	var names []string
	for _, file := range txtar.Parse(archive).Files {
		name, _, _ := strings.Cut(file.Name, "/")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Version tells states of the examples apart: eight hexadecimal digits that change
// when any of their files does.
func Version() string {
	sum := sha256.Sum256(archive)
	return hex.EncodeToString(sum[:4])
}

// Materialise writes a project's files below dir, which it makes. Files that are
// there already stay as they are: whoever changed the demo keeps the change. Any
// number of processes may do this at once.
func Materialise(dir, name string) error {
	found := false
	for _, file := range txtar.Parse(archive).Files {
		project, inner, _ := strings.Cut(file.Name, "/")
		if project != name {
			continue
		}
		found = true
		if err := writeNew(filepath.Join(dir, filepath.FromSlash(path.Clean("/"+inner))), file.Data); err != nil {
			return fmt.Errorf("writing the example %s: %w", name, err)
		}
	}
	if !found {
		return fmt.Errorf("there is no example %q; there are %s", name, strings.Join(Names(), ", "))
	}
	return nil
}

// writeNew writes a file unless there is one; nobody ever sees a part of it.
func writeNew(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if _, err := os.Lstat(name); err == nil {
		return nil
	}
	part, err := os.CreateTemp(filepath.Dir(name), ".part-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	defer part.Close()
	if _, err := part.Write(content); err != nil {
		return err
	}
	if err := part.Chmod(0o644); err != nil {
		return err
	}
	if err := part.Close(); err != nil {
		return err
	}
	// Unlike a rename, a link does not replace what came in the meantime.
	if err := os.Link(part.Name(), name); err != nil && !os.IsExist(err) {
		return err
	}
	return nil
}
