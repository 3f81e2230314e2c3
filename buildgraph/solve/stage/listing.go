package stage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/util/apicaps"
	fstypes "github.com/tonistiigi/fsutil/types"

	"github.com/stagedive/stagedive/buildgraph/solve/hold/lister"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// listing is a whole file system: the entries of each directory, sorted by name.
// It never changes, and listings share the directories that are the same.
type listing struct {
	root     entry
	dirs     map[string][]entry // by path, without slashes around; "" is the root
	problems []string
}

// entry is one name in a directory.
type entry struct {
	name, link string // link: of a symbolic one its target, of a hard one a path like listing.dirs'
	typ        image.Type
	mode       uint32 // permission bits with setuid, setgid and sticky as in tar
	uid, gid   uint32
	size       int64
	mtime      int64 // nanoseconds since 1970
	attrs      uint32
	device     [2]int64
}

// same says whether two entries of a name tell the same. A hard link is its file:
// which of a file's names is called the link says nothing.
func (e entry) same(o entry) bool {
	file := func(t image.Type) image.Type {
		if t == image.Hardlink {
			return image.Regular
		}
		return t
	}
	if file(e.typ) != file(o.typ) || e.mode != o.mode || e.uid != o.uid || e.gid != o.gid || e.attrs != o.attrs {
		return false
	}
	switch e.typ {
	case image.Directory:
		return true // its time changes with what is in it, which is told there
	case image.Symlink:
		return e.link == o.link && e.mtime == o.mtime
	}
	return e.size == o.size && e.mtime == o.mtime && e.device == o.device
}

// most is how many directories are asked for at the same time: the engine answers
// each in some 0.2 ms, of which little is work.
const most = 16

// errMany ends a listing that would take more than it may.
var errMany = errors.New("there are many directories")

// reader lists a file system directory by directory.
type reader struct {
	ref    gateway.Reference // nil: it is empty
	told   func(entries int)
	budget *atomic.Int64 // of directories; nil for as many as there are

	mu  sync.Mutex
	out *listing
}

// list reads all of a file system.
func (r *reader) list(ctx context.Context) (*listing, error) {
	r.out = &listing{root: entry{typ: image.Directory, mode: 0o755}, dirs: map[string][]entry{"": nil}}
	if r.ref == nil {
		return r.out, nil
	}
	if err := r.stat(ctx); err != nil {
		return nil, err
	}
	return r.out, r.read(ctx, "")
}

// stat reads what the root itself is like.
func (r *reader) stat(ctx context.Context) error {
	st, err := r.ref.StatFile(ctx, gateway.StatRequest{Path: "/"})
	if err != nil {
		return refused(ctx, err)
	}
	r.out.root = entryOf("", st)
	r.out.root.name = "" // it is called as the engine has mounted it
	return nil
}

// read lists a directory and all below it.
func (r *reader) read(ctx context.Context, dir string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var busy sync.WaitGroup
	places := make(chan struct{}, most)
	var visit func(dir string)
	visit = func(dir string) {
		places <- struct{}{}
		entries, err := r.children(ctx, dir)
		<-places
		if err != nil {
			cancel(err)
			return
		}
		for _, e := range entries {
			if e.typ == image.Directory {
				busy.Go(func() { visit(path.Join(dir, e.name)) })
			}
		}
	}
	busy.Go(func() { visit(dir) })
	busy.Wait()
	return context.Cause(ctx)
}

// children lists one directory. One that can't be listed is told as a problem,
// unless it is the root.
func (r *reader) children(ctx context.Context, dir string) ([]entry, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if r.budget != nil && r.budget.Add(-1) < 0 {
		return nil, errMany
	}
	stats, err := r.ref.ReadDir(ctx, gateway.ReadDirRequest{Path: "/" + dir})
	if err != nil {
		if err = refused(ctx, err); dir == "" || ctx.Err() != nil || errors.Is(err, errRefused) {
			return nil, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.out.problems = append(r.out.problems, sanitize.Text(fmt.Sprintf("/%s can't be listed: %v", dir, err)))
		return nil, nil
	}
	entries := make([]entry, 0, len(stats))
	for _, st := range stats {
		entries = append(entries, entryOf(dir, st))
	}
	slices.SortFunc(entries, byName)
	for i, e := range entries {
		if e.typ == image.Hardlink {
			if j, ok := slices.BinarySearchFunc(entries, entry{name: path.Base(e.link)}, byName); ok {
				entries[i].size = entries[j].size
			}
		}
	}
	if r.told != nil {
		r.told(len(entries))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.dirs[dir] = entries
	return entries, nil
}

func byName(a, b entry) int { return strings.Compare(a.name, b.name) }

// entryOf is what the engine says of a file. Its mode is Go's; a hard link has the
// name of an earlier file of its directory, links between directories it can't
// see.
func entryOf(dir string, st *fstypes.Stat) entry {
	mode := fs.FileMode(st.Mode)
	e := entry{
		name: strings.Trim(st.Path, "/"), typ: typeOf(mode), mode: permissions(mode), uid: st.Uid, gid: st.Gid, mtime: st.ModTime,
		attrs: lister.Attributes(st.Xattrs),
	}
	switch {
	case e.typ == image.Symlink:
		e.link = st.Linkname
	case e.typ == image.Regular && st.Linkname != "":
		e.typ, e.link = image.Hardlink, path.Join(dir, st.Linkname)
	case e.typ == image.Regular:
		e.size = st.Size
	case e.typ == image.CharDevice, e.typ == image.BlockDevice:
		e.device = [2]int64{st.Devmajor, st.Devminor}
	}
	return e
}

func typeOf(mode fs.FileMode) image.Type {
	switch {
	case mode.IsDir():
		return image.Directory
	case mode&fs.ModeSymlink != 0:
		return image.Symlink
	case mode&fs.ModeCharDevice != 0:
		return image.CharDevice
	case mode&fs.ModeDevice != 0:
		return image.BlockDevice
	case mode&fs.ModeNamedPipe != 0:
		return image.FIFO
	}
	return image.Regular
}

// permissions are a mode's as tar has them.
func permissions(mode fs.FileMode) uint32 {
	bits := uint32(mode.Perm())
	for _, bit := range []struct {
		is   fs.FileMode
		adds uint32
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if mode&bit.is != 0 {
			bits |= bit.adds
		}
	}
	return bits
}

// errRefused is an engine that can't list files at all.
var errRefused = errors.New("this engine can't list the files of a stage; use the embedded engine (--engine embedded) or a newer BuildKit")

// refused puts plainly why the engine does not answer.
func refused(ctx context.Context, err error) error {
	var missing *apicaps.CapError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &missing):
		return errRefused
	case strings.Contains(err.Error(), "invalid UTF-8"):
		return errors.New("it has a name that is not UTF-8, which BuildKit can't pass on")
	}
	return fmt.Errorf("listing files: %w", err)
}
