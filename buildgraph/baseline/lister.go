package baseline

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tonistiigi/fsutil"
	fstypes "github.com/tonistiigi/fsutil/types"
)

// lister is a directory as fsutil's filters want it, which asks the system no
// more than once about a file that nobody touched since was: on Linux, writing to
// a file or its attributes moves its ctime.
type lister struct {
	root  string
	key   Key
	was   *Listing         // nil: nothing is known
	found map[string]Entry // what filters asked about
	racy  int64            // ns; what changed later may change again unseen
}

// racyTime is how long before a look a change may have been so that a second one
// would leave the same times: file systems stamp by the kernel's tick.
const racyTime = 20 * time.Millisecond

// list walks the context as the engine asks for it in src (the same filters as
// BuildKit's session/filesync).
func (t *Tree) list(ctx context.Context, src Source, was *Listing) (Listing, error) {
	l := Listing{Local: t.name, Exclude: src.Exclude, Whole: true}
	dir := &lister{root: t.root, key: t.key, was: was, found: map[string]Entry{}, racy: time.Now().Add(-racyTime).UnixNano()}
	filtered, err := fsutil.NewFilterFS(dir, &fsutil.FilterOpt{
		ExcludePatterns: src.Exclude, IncludePatterns: src.Include, FollowPaths: src.Follow,
	})
	if err != nil {
		return l, err
	}
	err = filtered.Walk(ctx, "", func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(l.Entries) >= MaxEntries {
			l.Whole = false
			return filepath.SkipAll
		}
		l.Entries = append(l.Entries, dir.found[filepath.ToSlash(p)])
		return nil
	})
	slices.SortFunc(l.Entries, func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) })
	return l, err
}

// Walk implements fsutil.FS. target is a path, "" or "/" for all.
func (d *lister) Walk(ctx context.Context, target string, fn fs.WalkDirFunc) error {
	return filepath.WalkDir(filepath.Join(d.root, target), func(p string, entry fs.DirEntry, walkErr error) (err error) {
		defer func() {
			if err != nil && os.IsNotExist(err) { // it went away meanwhile
				err = filepath.SkipDir
			}
		}()
		rel, err := filepath.Rel(d.root, p)
		if err != nil || rel == "." {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if entry == nil {
			return fn(rel, nil, walkErr)
		}
		return fn(rel, &listed{DirEntry: entry, dir: d, path: rel, full: p}, walkErr)
	})
}

// Open implements fsutil.FS.
func (d *lister) Open(name string) (io.ReadCloser, error) {
	return os.Open(filepath.Join(d.root, name))
}

// listed is an entry that is looked at when a filter asks.
type listed struct {
	fs.DirEntry
	dir  *lister
	path string
	full string
}

// Info implements fs.DirEntry.
func (l *listed) Info() (fs.FileInfo, error) {
	info, err := l.DirEntry.Info()
	if err != nil {
		return nil, err
	}
	e := Entry{Path: filepath.ToSlash(l.path), Mode: info.Mode() &^ fs.ModeSocket, Mtime: info.ModTime().UnixNano()}
	if e.Mode.IsRegular() {
		e.Size = info.Size()
	}
	identify(info, &e)
	e.Racy = max(e.Mtime, e.Ctime) >= l.dir.racy
	if e.Mode&fs.ModeSymlink != 0 {
		e.Mode = fs.ModeSymlink // permissions of a link mean nothing
	}
	if err := l.dir.complete(&e, l.full); err != nil {
		return nil, err
	}
	l.dir.found[e.Path] = e
	return &fsutil.StatInfo{Stat: &fstypes.Stat{
		Path: l.path, Mode: uint32(info.Mode()), Size: e.Size, ModTime: e.Mtime, Linkname: e.Link,
	}}, nil
}

// complete takes over what is known of a file that nobody touched, and asks about
// any other.
func (d *lister) complete(e *Entry, full string) error {
	if d.was != nil {
		if i, ok := d.was.find(e.Path); ok && e.untouched(d.was.Entries[i]) {
			old := d.was.Entries[i]
			e.Link, e.Xattrs, e.Content = old.Link, old.Xattrs, old.Content
			return nil
		}
	}
	st, err := fsutil.Stat(full)
	if err != nil {
		return err
	}
	e.Xattrs = d.xattrs(st.Xattrs)
	if e.Mode&fs.ModeSymlink != 0 {
		e.Link = st.Linkname
	}
	return nil
}

// xattrs is the digest of the attributes that count (BuildKit:
// cache/contenthash.v1TarHeaderSelect).
func (d *lister) xattrs(all map[string][]byte) Sum {
	var parts []string
	for name, value := range all {
		if name == "security.capability" || !strings.HasPrefix(name, "security.") && !strings.HasPrefix(name, "system.") {
			parts = append(parts, name+"\x00"+string(value))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	slices.Sort(parts)
	return d.key.sum(parts...)
}
