package baseline

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tonistiigi/fsutil"
)

// Tree is a local context of a running build. It is the fsutil.FS that the engine
// reads from, and takes the digest of what goes by, so that a file is read once.
type Tree struct {
	fsutil.FS
	root string
	key  Key
	name string
	born int64 // ns; what changed later may have changed after the engine's look

	mu   sync.Mutex
	sent map[string]sent // by path: what was read in this build
	scan *scan

	reading sync.Mutex // held while a file is read
}

// sent is a file that the engine has been given, or that was read in its stead.
type sent struct {
	size, mtime int64
	content     Sum
	engine      bool // it is what the engine got
}

// scan is a listing in the making.
type scan struct {
	begin func()
	done  chan struct{}
	list  Listing
	err   error
}

// NewTree wraps the context called name, which lies in dir.
func NewTree(name, dir string, under fsutil.FS, key Key) *Tree {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return &Tree{FS: under, root: dir, key: key, name: name, born: time.Now().UnixNano(), sent: map[string]sent{}}
}

// Open implements fsutil.FS.
func (t *Tree) Open(name string) (io.ReadCloser, error) {
	f, err := t.FS.Open(name)
	if err != nil {
		return nil, err
	}
	st, ok := f.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return f, nil
	}
	fi, err := st.Stat()
	if err != nil || !fi.Mode().IsRegular() {
		return f, nil //nolint:nilerr // the reader meets the error again
	}
	return &tee{ReadCloser: f, tree: t, path: filepath.ToSlash(filepath.Clean(name)), fi: fi, hash: t.key.hash()}, nil
}

// tee takes the digest of a file on its way to the engine.
type tee struct {
	io.ReadCloser
	tree *Tree
	path string
	fi   fs.FileInfo
	hash interface {
		io.Writer
		Sum([]byte) []byte
	}
	n int64
}

func (r *tee) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.hash.Write(p[:n])
	r.n += int64(n)
	if err == io.EOF && r.n == r.fi.Size() {
		r.tree.mu.Lock()
		r.tree.sent[strings.TrimPrefix(r.path, "/")] = sent{r.n, r.fi.ModTime().UnixNano(), Sum(r.hash.Sum(nil)[:sumSize]), true}
		r.tree.mu.Unlock()
	}
	return n, err
}

// MaxEntries bounds the files of a context that are compared.
const MaxEntries = 300_000

// Scan says how to list the context: as the engine asks for it. Only the first
// call counts. The work begins when the listing is first wanted, so that it does
// not stand in the engine's way; it ends with ctx. was gives what an earlier build
// saw: what nobody touched since needs no reading.
func (t *Tree) Scan(ctx context.Context, src Source, was func() *Listing) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.scan != nil {
		return
	}
	s := &scan{done: make(chan struct{})}
	s.begin = sync.OnceFunc(func() {
		go func() {
			defer close(s.done)
			s.list, s.err = t.list(ctx, src, was())
		}()
	})
	t.scan = s
}

// Listing waits for the scan; nil where there is none or it failed.
func (t *Tree) Listing(ctx context.Context) *Listing {
	t.mu.Lock()
	s := t.scan
	t.mu.Unlock()
	if s == nil {
		return nil // nothing asked for it
	}
	s.begin()
	select {
	case <-s.done:
	default:
		select {
		case <-s.done:
		case <-ctx.Done():
			return nil
		}
	}
	if s.err != nil {
		return nil
	}
	return &s.list
}

// Content is the digest of a file's content as the engine got it: known from
// before, taken on the way, or else read now. "" where it cannot be had any more.
func (t *Tree) Content(ctx context.Context, e *Entry) Sum {
	if got, ok := t.known(e); ok {
		return got
	}
	t.reading.Lock() // a file is not read twice
	defer t.reading.Unlock()
	if got, ok := t.known(e); ok {
		return got
	}
	sum := t.read(ctx, e)
	if sum != "" {
		t.mu.Lock()
		t.sent[e.Path] = sent{e.Size, e.Mtime, sum, false}
		t.mu.Unlock()
	}
	return sum
}

func (t *Tree) known(e *Entry) (Sum, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if got, ok := t.sent[e.Path]; ok {
		return got.content, true
	}
	return e.Content, e.Content != ""
}

// read takes the digest of a file that the engine did not ask for.
func (t *Tree) read(ctx context.Context, e *Entry) Sum {
	f, err := os.Open(filepath.Join(t.root, filepath.FromSlash(e.Path)))
	if err != nil {
		return ""
	}
	defer f.Close() // only read
	h, buf := t.key.hash(), make([]byte, 128<<10)
	for n := int64(0); ; {
		if ctx.Err() != nil {
			return ""
		}
		k, err := f.Read(buf)
		h.Write(buf[:k])
		n += int64(k)
		if err == io.EOF {
			if n != e.Size {
				return "" // it is being written
			}
			return finish(h)
		}
		if err != nil {
			return ""
		}
	}
}

// Complete reads what is not known yet of a listing's files, as far as ctx allows.
func (t *Tree) Complete(ctx context.Context, l *Listing) {
	for i := range l.Entries {
		if ctx.Err() != nil {
			return
		}
		if l.Entries[i].Mode.IsRegular() {
			t.Content(ctx, &l.Entries[i])
		}
	}
}

// Final is the listing with all that has become known of its files; nil where
// there is none.
func (t *Tree) Final(ctx context.Context) *Listing {
	l := t.Listing(ctx)
	if l == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	out := *l
	if len(t.sent) > 0 {
		out.Entries = slices.Clone(l.Entries)
	}
	for i := range out.Entries {
		e := &out.Entries[i]
		got, read := t.sent[e.Path]
		same := read && got.size == e.Size && got.mtime == e.Mtime
		if read && e.Mode.IsRegular() {
			e.Content = got.content
			e.Racy = e.Racy || !same // the engine's look counts, and ours proves nothing
		}
		if max(e.Mtime, e.Ctime) >= t.born && !(same && got.engine) {
			out.Moving = true
		}
	}
	return &out
}
