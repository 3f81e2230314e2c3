//go:build unix

package lister

import (
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// list compares a file system with the one before it.
type list struct {
	before, root string // before is "" for the first
	emit         func(Entry) error
	files        map[[2]uint64]string // those with several names that were told, by device and inode
}

// file is a name in a directory. A nil one is none.
type file struct {
	name string
	info fs.FileInfo
	sys  *syscall.Stat_t
}

func (l *list) all() error {
	l.files = map[[2]uint64]string{}
	now, err := at(l.root)
	if err != nil {
		return err
	}
	var was *file
	if l.before != "" {
		if was, err = at(l.before); err != nil {
			return err
		}
	}
	if was == nil || !l.same("", was, now) {
		if err := l.tell("", now); err != nil {
			return err
		}
	}
	return l.dir("", was != nil)
}

// at looks at the root of a file system.
func at(root string) (*file, error) {
	info, err := os.Lstat(root)
	if err != nil {
		return nil, err
	}
	return fileOf("", info), nil
}

func fileOf(name string, info fs.FileInfo) *file {
	sys, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		sys = &syscall.Stat_t{}
	}
	return &file{name, info, sys}
}

// dir compares a directory; without one before it tells all that is in it.
func (l *list) dir(dir string, both bool) error {
	now, err := read(l.root, dir)
	if err != nil {
		return l.emit(Entry{Path: dir, Problem: plain(err)})
	}
	var was []*file
	if both {
		was, _ = read(l.before, dir) // what could not be listed had nothing
	}
	for _, f := range now {
		for len(was) > 0 && was[0].name < f.name {
			if err := l.emit(Entry{Path: join(dir, was[0].name), Gone: true}); err != nil {
				return err
			}
			was = was[1:]
		}
		var old *file
		if len(was) > 0 && was[0].name == f.name {
			old, was = was[0], was[1:]
		}
		if err := l.compare(join(dir, f.name), old, f); err != nil {
			return err
		}
	}
	for _, f := range was {
		if err := l.emit(Entry{Path: join(dir, f.name), Gone: true}); err != nil {
			return err
		}
	}
	return nil
}

func (l *list) compare(path string, was, now *file) error {
	if was != nil && untouched(was, now) {
		return nil
	}
	both := was != nil && was.info.IsDir() && now.info.IsDir()
	if was == nil || !l.same(path, was, now) {
		if err := l.tell(path, now); err != nil {
			return err
		}
	}
	if !now.info.IsDir() {
		return nil
	}
	return l.dir(path, both)
}

// untouched says that two names lead to one inode which nobody has changed between.
// That goes for a directory with all below it: where something is changed, an
// overlay of file systems makes new directories all the way up from it. Where the
// engine has copies in place of overlays every inode differs.
func untouched(a, b *file) bool {
	return a.sys.Ino != 0 && a.sys.Ino == b.sys.Ino && a.sys.Mode == b.sys.Mode && a.sys.Size == b.sys.Size &&
		changed(a.sys) == changed(b.sys) && a.info.ModTime().Equal(b.info.ModTime())
}

// same says whether two files of a name tell the same.
func (l *list) same(path string, a, b *file) bool {
	if a.sys.Mode != b.sys.Mode || a.sys.Uid != b.sys.Uid || a.sys.Gid != b.sys.Gid {
		return false
	}
	switch {
	case a.info.IsDir(): // its time changes with what is in it, which is told there
	case !a.info.ModTime().Equal(b.info.ModTime()), a.sys.Size != b.sys.Size, a.sys.Rdev != b.sys.Rdev:
		return false
	case a.info.Mode()&fs.ModeSymlink != 0:
		x, _ := os.Readlink(join(l.before, path))
		y, _ := os.Readlink(join(l.root, path))
		if x != y {
			return false
		}
	}
	return Attributes(attributes(join(l.before, path))) == Attributes(attributes(join(l.root, path)))
}

func (l *list) tell(path string, f *file) error {
	e := Entry{
		Path: path, Mode: f.info.Mode(), UID: f.sys.Uid, GID: f.sys.Gid, ModTime: f.info.ModTime().UnixNano(),
		Attrs: Attributes(attributes(join(l.root, path))),
	}
	switch {
	case e.Mode.IsRegular():
		e.Size = f.info.Size()
		if f.sys.Nlink > 1 {
			inode := [2]uint64{uint64(f.sys.Dev), f.sys.Ino} //nolint:unconvert // not 64 bits wide everywhere
			if first, seen := l.files[inode]; seen {
				e.Hard, e.Link = true, first
			} else {
				l.files[inode] = path
			}
		}
	case e.Mode&fs.ModeSymlink != 0:
		e.Link, _ = os.Readlink(join(l.root, path))
	}
	return l.emit(e)
}

// read lists a directory, sorted by name.
func read(root, dir string) ([]*file, error) {
	entries, err := os.ReadDir(join(root, dir))
	if err != nil {
		return nil, err
	}
	out := make([]*file, 0, len(entries))
	for _, e := range entries {
		if info, err := e.Info(); err == nil { // else it is gone
			out = append(out, fileOf(e.Name(), info))
		}
	}
	return out, nil
}

func join(dir, name string) string {
	switch {
	case dir == "":
		return name
	case name == "":
		return dir
	}
	return strings.TrimSuffix(dir, "/") + "/" + name
}

func plain(err error) string {
	if e, ok := err.(*fs.PathError); ok { //nolint:errorlint // of os.ReadDir
		err = e.Err
	}
	return err.Error()
}
