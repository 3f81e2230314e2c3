package structure

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/model/image"
)

// fileSystem is what a container of the image would see.
type fileSystem struct {
	on   Subject
	tree *image.Tree // of all layers; nil until it is needed
	kept map[content.At]file
}

// file is what was read of one.
type file struct {
	data []byte
	size int64
	err  error
}

func newFileSystem(on Subject) *fileSystem {
	return &fileSystem{on: on, kept: map[content.At]file{}}
}

func (f *fileSystem) all() *image.Tree {
	if f.tree == nil {
		trees := []*image.Tree{image.NewBuilder().Tree()} // for images without layers
		for _, l := range f.on.Image.Layers {
			trees = append(trees, l.Tree)
		}
		f.tree = image.Stack(trees...)
	}
	return f.tree
}

// entry is what lies at a path.
type entry struct {
	mode     fs.FileMode
	uid, gid int
	layer    int  // that wrote it
	made     bool // not by the image but by the engine, in every container
}

// stat finds what lies at a path. Links on the way are followed and the last part is
// not, as Docker does it when it is asked for a path in a container; with a slash
// behind it, it is.
func (f *fileSystem) stat(name string) (entry, bool) {
	t := f.all()
	clean := path.Clean("/" + name)
	id, ok := t.Follow(clean)
	if !strings.HasSuffix(name, "/") && clean != "/" {
		var dir image.NodeID
		if dir, ok = t.Follow(path.Dir(clean)); ok {
			id, ok = t.Child(dir, path.Base(clean))
			ok = ok && t.Change(id) != image.Removed
		}
	}
	if !ok {
		e, made := engineFiles()[clean]
		return e, made
	}
	info := t.Info(id)
	return entry{mode: modeOf(info), uid: int(info.UID), gid: int(info.GID), layer: info.Layer - 1}, true
}

// modeOf is a mode as Go writes it, which is what permissions are compared with.
func modeOf(info image.Info) fs.FileMode {
	mode := fs.FileMode(info.Mode & 0o777)
	for bit, m := range map[uint32]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if info.Mode&bit != 0 {
			mode |= m
		}
	}
	switch info.Type {
	case image.Directory, image.Opaque:
		mode |= fs.ModeDir
	case image.Symlink:
		mode |= fs.ModeSymlink
	case image.CharDevice:
		mode |= fs.ModeDevice | fs.ModeCharDevice
	case image.BlockDevice:
		mode |= fs.ModeDevice
	case image.FIFO:
		mode |= fs.ModeNamedPipe
	}
	return mode
}

// engineFiles are what Docker puts into every container where the image has nothing
// (its init layer). Suites that were written against containers count on them.
func engineFiles() map[string]entry {
	dir, plain := entry{mode: fs.ModeDir | 0o755, layer: -1, made: true}, entry{mode: 0o755, layer: -1, made: true}
	return map[string]entry{
		"/dev": dir, "/dev/pts": dir, "/dev/shm": dir, "/proc": dir, "/sys": dir, "/etc": dir,
		"/etc/resolv.conf": plain, "/etc/hosts": plain, "/etc/hostname": plain, "/dev/console": plain, "/.dockerenv": plain,
		"/etc/mtab": {mode: fs.ModeSymlink | 0o777, layer: -1, made: true},
	}
}

// unread says in which layers something may be that is not known; "" for none.
func (f *fileSystem) unread() string { return f.on.Image.UnreadInWords() }

// find is the regular file that a path leads to, all links followed.
func (f *fileSystem) find(name string) (at content.At, size int64, err error) {
	t := f.all()
	id, ok := t.Follow(path.Clean("/" + name))
	if !ok {
		return at, 0, fs.ErrNotExist
	}
	info := t.Info(id)
	switch info.Type {
	case image.Regular, image.Hardlink:
		return content.At{Layer: t.Layer(id) - 1, Path: t.RawPath(id)}, info.Size, nil
	case image.Directory, image.Opaque:
		return at, 0, fmt.Errorf("it is a directory")
	}
	return at, 0, fmt.Errorf("it is no file that could be read")
}

// Bounds of what is read of files.
const (
	maxContent = 64 << 20 // bytes of one file: more is no text that a suite looks into
	maxAhead   = 64 << 20 // bytes of all files that are read in one go
)

// prepare reads many files in one go, so that each layer is opened once. What is too
// large or can't be found is left to read.
func (f *fileSystem) prepare(ctx context.Context, names []string) {
	var files []content.At
	room := int64(maxAhead)
	for _, name := range names {
		at, size, err := f.find(name)
		if _, done := f.kept[at]; err != nil || done || size > room {
			continue
		}
		room -= size
		files = append(files, at)
	}
	if len(files) > 1 {
		_ = f.on.Files.ReadAll(ctx, files, maxContent, func(i int, data []byte, size int64, err error) {
			f.kept[files[i]] = file{data, size, err}
		})
	}
}

// read is what a path leads to, up to maxContent bytes of it, and its size.
func (f *fileSystem) read(ctx context.Context, name string) ([]byte, int64, error) {
	at, size, err := f.find(name)
	if err != nil {
		if e, ok := f.stat(name); ok && e.made && e.mode.IsRegular() {
			return nil, 0, nil // the engine makes it, and empty
		}
		return nil, size, err
	}
	if got, ok := f.kept[at]; ok {
		return got.data, got.size, got.err
	}
	var out file
	err = f.on.Files.ReadAll(ctx, []content.At{at}, maxContent, func(_ int, data []byte, size int64, err error) {
		out = file{data, size, err}
	})
	if err != nil {
		return nil, 0, err
	}
	return out.data, out.size, out.err
}
