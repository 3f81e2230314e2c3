// Package spool gives an image's layers as a registry would: each by the digest of its
// stored bytes, with its size, as often as somebody asks. Most sources have them so, of
// some only the digests must be found out first. Of those whose layers go by once a copy
// is made, in a directory of its own, which is gone when it is closed.
package spool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stagedive/stagedive/inspect/source"
)

// Layers are an image's layers. They are safe for use by several goroutines.
type Layers struct {
	// List has of every layer the Digest, the DiffID, the Size and the MediaType.
	List []source.Layer

	src    source.Source
	dir    string         // "" when nothing was copied
	copies map[int]string // files in dir, by layer
}

// Open makes the layers of an image ready. Copies go into a new directory in dir. The
// source stays the caller's and must stay open; of a Stream that was not read yet, all
// is copied. What somebody who was killed left there a day ago is removed. The caller
// closes the Layers.
func Open(ctx context.Context, src source.Source, dir string) (_ *Layers, err error) {
	sweep(dir)
	l := &Layers{src: src, copies: map[int]string{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	if s, ok := src.(source.Stream); ok {
		if err := l.stream(ctx, s, dir); err != nil {
			return nil, err
		}
	}
	for i, layer := range src.Image().Layers {
		if layer, err = l.ready(ctx, i, layer); err != nil {
			return nil, fmt.Errorf("reading layer %d: %w", i+1, err)
		}
		l.List = append(l.List, layer)
	}
	return l, nil
}

// Open opens the stored bytes of layer i.
func (l *Layers) Open(ctx context.Context, i int) (io.ReadCloser, error) {
	if name, ok := l.copies[i]; ok {
		return os.Open(name)
	}
	return l.src.Open(ctx, i)
}

// Close removes what was copied.
func (l *Layers) Close() error {
	if l.dir == "" {
		return nil
	}
	return os.RemoveAll(l.dir)
}

// stream copies all that may be a layer, and keeps what is one.
func (l *Layers) stream(ctx context.Context, s source.Stream, dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		l.dir, err = os.MkdirTemp(dir, "layers-")
	}
	if err != nil {
		return err
	}
	names, n := map[string]string{}, 0 // of several of one name the last counts
	err = s.Each(ctx, func(name string, r io.Reader) error {
		n++
		names[name] = filepath.Join(l.dir, strconv.Itoa(n))
		return write(names[name], r)
	})
	if err != nil {
		return err
	}
	for i := range s.Image().Layers {
		if file, ok := names[s.Name(i)]; ok {
			l.copies[i] = file
		}
	}
	all, err := os.ReadDir(l.dir)
	if err != nil {
		return err
	}
	for _, e := range all {
		if file := filepath.Join(l.dir, e.Name()); !slices.Contains(slices.Collect(maps.Values(l.copies)), file) {
			err = errors.Join(err, os.Remove(file))
		}
	}
	return err
}

// forgotten is how old a copy is that nobody uses any more: whoever made it was killed.
const forgotten = 24 * time.Hour

// sweep removes forgotten copies.
func sweep(dir string) {
	all, _ := os.ReadDir(dir) // no directory, no copies
	for _, e := range all {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > forgotten {
			_ = os.RemoveAll(filepath.Join(dir, e.Name())) // the next one tries again
		}
	}
}

// write copies into a new file.
func write(name string, r io.Reader) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// ready finds out what is not known of a layer.
func (l *Layers) ready(ctx context.Context, i int, layer source.Layer) (source.Layer, error) {
	if layer.Unreadable != "" {
		return layer, errors.New(layer.Unreadable)
	}
	form, err := l.form(ctx, i)
	if err != nil {
		return layer, err
	}
	layer.MediaType = form.mediaType()
	if form == plain && layer.Digest == "" {
		layer.Digest = layer.DiffID // the tar is what is stored
	}
	if form == plain && layer.DiffID == "" {
		layer.DiffID = layer.Digest
	}
	if layer.Digest != "" && layer.DiffID != "" && layer.Size >= 0 {
		return layer, nil
	}
	return l.learn(ctx, i, layer)
}

// learn goes through a layer to know it.
func (l *Layers) learn(ctx context.Context, i int, layer source.Layer) (source.Layer, error) {
	in, err := l.Open(ctx, i)
	if err != nil {
		return layer, err
	}
	tar := source.NewTar(ctx, in) // which closes it
	defer tar.Close()
	sums, err := tar.Finish()
	if err != nil {
		return layer, err
	}
	layer.Digest, layer.DiffID, layer.Size = sums.Stored, sums.Diff, sums.Size
	return layer, nil
}

// form is how a layer is compressed.
type form int

const (
	plain form = iota
	gzip
	zstd
)

// form is told by a layer's first bytes where what lists it says that it is plain: in
// docker-archives that need not be so.
func (l *Layers) form(ctx context.Context, i int) (form, error) {
	switch kind := l.src.Image().Layers[i].MediaType; {
	case strings.HasSuffix(kind, "gzip"):
		return gzip, nil
	case strings.HasSuffix(kind, "zstd"):
		return zstd, nil
	}
	in, err := l.Open(ctx, i)
	if err != nil {
		return plain, err
	}
	defer in.Close()
	head := make([]byte, 4)
	n, err := io.ReadFull(in, head)
	switch head = head[:n]; {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return plain, err
	case n >= 2 && head[0] == 0x1f && head[1] == 0x8b:
		return gzip, nil
	case string(head) == "\x28\xb5\x2f\xfd":
		return zstd, nil
	}
	return plain, nil
}

// mediaType is the OCI one (image-spec, layer.md).
func (f form) mediaType() string {
	const tar = "application/vnd.oci.image.layer.v1.tar"
	switch f {
	case gzip:
		return tar + "+gzip"
	case zstd:
		return tar + "+zstd"
	}
	return tar
}
