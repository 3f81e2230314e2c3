package content

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"time"

	"github.com/stagedive/stagedive/model/image"
)

// errTwice is returned where what has been written cannot be taken back.
var errTwice = errors.New("the layer holds this file more than once: extract it to a place on disk")

// Write writes the file at a path of the image to w, or the directory as a tar
// archive whose names begin with the directory's own.
func (r *Reader) Write(ctx context.Context, name string, w io.Writer, opt Options) (Report, error) {
	p, err := r.plan(name, opt)
	if err != nil {
		return Report{}, err
	}
	if p.isDir() {
		err = r.run(ctx, p, &tape{plan: p, opt: opt, w: tar.NewWriter(w)})
		return p.rep, err
	}
	pipe := &pipe{plan: p, w: w}
	if err := r.run(ctx, p, pipe); err != nil {
		return p.rep, err
	}
	if p.rep.Sparse > 0 {
		return p.rep, errSparse(name)
	}
	return p.rep, nil
}

func errSparse(name string) error {
	return fmt.Errorf("%s is stored as a sparse file, which is not put together here", shown(name))
}

// pipe writes a single file.
type pipe struct {
	*plan
	w     io.Writer
	begun bool
}

func (p *pipe) dir(node) error            { return nil }
func (p *pipe) file(file) sink            { return p }
func (p *pipe) hardlink(node, node) error { return nil }
func (p *pipe) symlink(node) error        { return nil }
func (p *pipe) end() error                { return nil }
func (p *pipe) again() bool               { return false }

// Begin implements sink.
func (p *pipe) Begin() error {
	if p.begun {
		return errTwice
	}
	p.begun = true
	return nil
}

// Write implements io.Writer.
func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.rep.Bytes += int64(n)
	return n, err
}

// End implements sink.
func (p *pipe) End() error {
	p.rep.Files++
	return nil
}

// Abort implements sink.
func (p *pipe) Abort() {}

// tape writes a tar archive.
type tape struct {
	*plan
	opt Options
	w   *tar.Writer
	out map[image.NodeID]bool // files that are in it
}

func (t *tape) header(n node, typ byte) *tar.Header {
	info := t.tree.Info(n.id)
	h := &tar.Header{
		Typeflag: typ, Name: path.Join(t.name, n.rel), Mode: int64(t.mode(n.id, t.opt).Perm()),
		ModTime: time.Unix(info.ModTime, 0), Uid: int(info.UID), Gid: int(info.GID), Format: tar.FormatPAX,
	}
	if t.opt.Setuid {
		h.Mode = int64(info.Mode)
	}
	if h.Name == "" {
		h.Name = "."
	}
	if typ == tar.TypeDir {
		h.Name += "/"
	}
	return h
}

func (t *tape) dir(n node) error {
	t.rep.Directories++
	return t.w.WriteHeader(t.header(n, tar.TypeDir))
}

func (t *tape) file(f file) sink { return &tapeFile{tape: t, file: f} }

type tapeFile struct {
	*tape
	file
}

// Begin implements sink.
func (f *tapeFile) Begin() error {
	if f.out[f.id] {
		return errTwice
	}
	if f.out == nil {
		f.out = map[image.NodeID]bool{}
	}
	f.out[f.id] = true
	h := f.header(f.node, tar.TypeReg)
	h.Size = f.at.size
	return f.w.WriteHeader(h)
}

// Write implements io.Writer.
func (f *tapeFile) Write(b []byte) (int, error) {
	n, err := f.w.Write(b)
	f.rep.Bytes += int64(n)
	return n, err
}

// End implements sink.
func (f *tapeFile) End() error {
	f.rep.Files++
	return f.w.Flush()
}

// Abort implements sink.
func (f *tapeFile) Abort() {}

func (t *tape) hardlink(to, n node) error {
	if !t.out[to.id] {
		t.rep.Sparse++
		return nil
	}
	h := t.header(n, tar.TypeLink)
	h.Linkname = path.Join(t.name, to.rel)
	t.rep.Files++
	return t.w.WriteHeader(h)
}

func (t *tape) symlink(n node) error {
	h := t.header(n, tar.TypeSymlink)
	h.Linkname = t.tree.RawLink(n.id)
	t.rep.Links++
	return t.w.WriteHeader(h)
}

func (t *tape) end() error { return t.w.Close() }

func (t *tape) again() bool { return false }
