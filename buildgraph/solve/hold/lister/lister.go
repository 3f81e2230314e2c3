// Package lister lists file systems as they lie on disk, of several that follow one
// another what each changed. It runs inside a container in which they are mounted,
// and tells the outside on a stream.
package lister

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// Entry is a name that a file system has and the one before it has not, or has
// otherwise. Parents come before what is in them.
type Entry struct {
	State    int         // which file system, from 0
	Path     string      // below its root, without slashes around; "" is the root itself
	Gone     bool        // only the one before has it; nothing else is told then
	Mode     fs.FileMode // a hard link has its file's
	Hard     bool        // Link is another name of the file, among this state's entries
	UID, GID uint32
	Size     int64 // bytes, of a regular file
	ModTime  int64 // nanoseconds since 1970
	Attrs    uint32
	Link     string // target of a symbolic link, as it stands there; or see Hard
	Problem  string // why the directory at Path can't be listed; nothing else is told then
	Last     bool   // there is no more
}

// Write lists the file systems at roots.
func Write(w io.Writer, roots []string) error {
	b := bufio.NewWriterSize(w, 64<<10)
	out := gob.NewEncoder(b)
	before := ""
	for i, root := range roots {
		l := &list{before: before, root: root, emit: func(e Entry) error {
			e.State = i
			return out.Encode(e)
		}}
		if err := l.all(); err != nil {
			return err
		}
		before = root
	}
	return errors.Join(out.Encode(Entry{Last: true}), b.Flush())
}

// Read calls f with what Write wrote, to its end.
func Read(r io.Reader, f func(Entry) error) error {
	in := gob.NewDecoder(bufio.NewReaderSize(r, 64<<10))
	for {
		var e Entry
		if err := in.Decode(&e); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return fmt.Errorf("reading the list of files: %w", err)
		}
		if e.Last {
			return nil
		}
		if err := f(e); err != nil {
			return err
		}
	}
}

// Attributes is a checksum of extended attributes; 0 when there are none. What the
// engine's own file system keeps there is not the image's.
func Attributes(attrs map[string][]byte) uint32 {
	var h *xxhash.Digest
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		if foreign(name) {
			continue
		}
		if h == nil {
			h = xxhash.New()
		}
		fmt.Fprintf(h, "%d:%s%d:%s", len(name), name, len(attrs[name]), attrs[name])
	}
	if h == nil {
		return 0
	}
	return uint32(h.Sum64()) | 1
}
