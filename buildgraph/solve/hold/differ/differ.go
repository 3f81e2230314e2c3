// Package differ compares two directories as they lie on disk. It runs inside a
// container of a failed step, where both states of the step's files are mounted,
// and tells the outside on a stream of JSON lines.
package differ

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Entry is a file that is not in both directories as it is.
type Entry struct {
	Path string      `json:"path"` // below the directories, with a leading slash
	Kind string      `json:"kind"` // added, changed, removed
	Size int64       `json:"size"` // bytes; of a removed file, what it had
	Was  int64       `json:"was,omitempty"`
	Mode fs.FileMode `json:"mode"`
}

// The kinds of entries.
const (
	Added   = "added"
	Changed = "changed"
	Removed = "removed"
)

// Write compares and writes a line for each difference. What is a directory in
// both is not one, whatever else became of it. What can't be read is left out.
func Write(w io.Writer, before, after string) error {
	out := json.NewEncoder(w)
	return compare(before, after, "", func(e Entry) error { return out.Encode(e) })
}

// Read reads what Write wrote, up to a number of entries; more says that there
// were others.
func Read(r io.Reader, most int) (entries []Entry, more bool, err error) {
	in := json.NewDecoder(r)
	for in.More() {
		var e Entry
		if err := in.Decode(&e); err != nil {
			return entries, false, fmt.Errorf("reading what changed: %w", err)
		}
		if len(entries) == most {
			more = true
			continue // to its end: the writer must not be stuck
		}
		entries = append(entries, e)
	}
	return entries, more, nil
}

func compare(before, after, at string, emit func(Entry) error) error {
	old, now := list(filepath.Join(before, at)), list(filepath.Join(after, at))
	names := make([]string, 0, len(now))
	for name := range now {
		names = append(names, name)
	}
	for name := range old {
		if now[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		path, was, is := at+"/"+name, old[name], now[name]
		var err error
		switch {
		case was == nil:
			err = all(after, path, is, Added, emit)
		case is == nil:
			err = all(before, path, was, Removed, emit)
		case was.IsDir() && is.IsDir():
			err = compare(before, after, path, emit)
		case was.IsDir() || is.IsDir():
			if err = all(before, path, was, Removed, emit); err == nil {
				err = all(after, path, is, Added, emit)
			}
		case differ(before, after, path, was, is):
			err = emit(Entry{Path: path, Kind: Changed, Size: is.Size(), Was: was.Size(), Mode: is.Mode()})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// list are the files of a directory by name.
func list(dir string) map[string]fs.FileInfo {
	entries, _ := os.ReadDir(dir) // one that can't be read has nothing to compare
	out := make(map[string]fs.FileInfo, len(entries))
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			out[e.Name()] = info
		}
	}
	return out
}

// all tells of a file, and of those in it where it is a directory.
func all(root, path string, info fs.FileInfo, kind string, emit func(Entry) error) error {
	if err := emit(Entry{Path: path, Kind: kind, Size: size(info), Mode: info.Mode()}); err != nil || !info.IsDir() {
		return err
	}
	inside := list(filepath.Join(root, path))
	names := make([]string, 0, len(inside))
	for name := range inside {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := all(root, path+"/"+name, inside[name], kind, emit); err != nil {
			return err
		}
	}
	return nil
}

func size(info fs.FileInfo) int64 {
	if info.Mode().IsRegular() {
		return info.Size()
	}
	return 0
}

// differ compares as an archiver would: type and mode, owner, size and time of a
// file, the target of a link.
func differ(before, after, path string, was, is fs.FileInfo) bool {
	if was.Mode() != is.Mode() || owner(was) != owner(is) {
		return true
	}
	switch {
	case is.Mode().IsRegular():
		return was.Size() != is.Size() || !was.ModTime().Equal(is.ModTime())
	case is.Mode()&fs.ModeSymlink != 0:
		a, _ := os.Readlink(filepath.Join(before, path))
		b, _ := os.Readlink(filepath.Join(after, path))
		return a != b
	}
	return false
}

// Dump writes the beginning of a file, at most so many bytes of it.
func Dump(w io.Writer, root, path string, most int64) error {
	// No link on the way leads out: the root is what the container sees.
	r, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	defer r.Close()
	name := strings.TrimPrefix(path, "/")
	info, err := r.Lstat(name)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		target, err := r.Readlink(name)
		if err == nil {
			_, err = fmt.Fprintf(w, "a symbolic link to %s\n", target)
		}
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no file with content", path)
	}
	f, err := r.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, io.LimitReader(f, most))
	return err
}
