// Package content reads files out of an image that has been looked through: one of
// them, or a whole directory into a place on disk. The image's trees say which layer
// holds what; the layers are opened again, each at most once, and streamed.
//
// Nothing that is read is trusted to be what the tree saw: sizes and checksums are
// compared, so that an image that has changed meanwhile is told and not shown.
package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Errors that tell why there is nothing to read.
var (
	ErrNoFile  = errors.New("no such file in the image")
	ErrChanged = errors.New("the image is not the one that was opened any more: open it again")
	ErrRecord  = errors.New("this is a record of an image, which has no contents of files: open the image itself")
)

// Reader reads files of one image. Its methods may be called concurrently.
type Reader struct {
	im  *image.Image
	ref string
	src source.Source // that im was read from, if it is open still

	files Opener // in the place of all that; nil for an image
}

// New returns a Reader of an image with its trees. ref is where to find it, if that
// is not im.Ref, which is sanitised.
func New(im *image.Image, ref string) *Reader {
	if im.Recorded {
		return From(im, nothing{})
	}
	if ref == "" {
		ref = im.Ref
	}
	return &Reader{im: im, ref: ref}
}

// nothing is the Opener of a record.
type nothing struct{}

// Open implements Opener.
func (nothing) Open(context.Context, int, string) (io.Reader, int64, error) { return nil, 0, ErrRecord }

// Of returns a Reader of an image whose source is still open, after it was read: that
// spares looking for it, and going through a stream to learn what is in it. The source
// stays the caller's.
func Of(im *image.Image, src source.Source) *Reader { return &Reader{im: im, ref: im.Ref, src: src} }

// borrowed is a source that somebody else closes.
type borrowed struct{ source.Source }

// Close implements source.Source.
func (borrowed) Close() error { return nil }

// open opens the image again.
func (r *Reader) open(ctx context.Context) (source.Source, error) {
	if r.src != nil && len(r.src.Image().Layers) == len(r.im.Layers) {
		return borrowed{r.src}, nil
	}
	src, err := resolve.Open(ctx, r.ref, resolve.Options{Platform: r.im.Platform})
	if err != nil && ctx.Err() == nil { // one without platforms may call itself by none that can be asked for
		var second error
		if src, second = resolve.Open(ctx, r.ref, resolve.Options{}); second == nil {
			err = nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("opening the image again: %w", err)
	}
	return src, nil
}

// take reads what is wanted. again says that what went somewhere can be taken back.
func (r *Reader) take(ctx context.Context, wants []*want, again bool) error {
	if len(wants) == 0 {
		return ctx.Err()
	}
	if r.files != nil {
		return r.opened(ctx, wants)
	}
	src, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer src.Close()
	if s, ok := src.(source.Stream); ok {
		if again {
			if err := stream(ctx, s, wants); err != nil {
				return err
			}
			wants = slices.DeleteFunc(slices.Clone(wants), func(w *want) bool { return w.sure })
			if len(wants) == 0 {
				return nil
			}
		}
		// Only its end says which of its files are layers.
		if err := s.Each(ctx, func(string, io.Reader) error { return nil }); err != nil {
			return err
		}
	}
	if len(src.Image().Layers) != len(r.im.Layers) {
		return ErrChanged
	}
	byLayer := make([][]*want, len(r.im.Layers))
	for _, w := range wants {
		byLayer[w.layer] = append(byLayer[w.layer], w)
	}
	var damage error // the first layer's: the others may be whole
	for layer, wants := range byLayer {
		err := r.layer(ctx, src, layer, wants)
		switch {
		case err == nil:
			continue
		case !again || ctx.Err() != nil || failed(wants) != nil:
			return err
		case damage == nil:
			damage = err
		}
		for _, w := range wants {
			if w.found && !w.whole() {
				w.found = false
				w.to.Abort()
			}
		}
	}
	return damage
}

// failed is what kept the bytes of one of them from going where they are wanted.
func failed(wants []*want) error {
	for _, w := range wants {
		if w.failed != nil {
			return w.failed
		}
	}
	return nil
}

// same says whether a layer of an opened image is the one that was looked through,
// as far as digests are known.
func (r *Reader) same(src source.Source, layer int) bool {
	now, was := src.Image().Layers[layer], r.im.Layers[layer]
	return now.DiffID == was.DiffID && (now.Digest == was.Digest || now.DiffID != "")
}

// Read returns up to limit bytes of the file that a layer wrote at path (as
// image.Tree.RawPath has it), and its whole size. A hard link is its file.
func (r *Reader) Read(ctx context.Context, layer int, path string, limit int64) (data []byte, size int64, err error) {
	at, err := r.finder().find(layer, path)
	if err != nil {
		return nil, 0, err
	}
	if r.files != nil {
		data, err = r.beginning(ctx, at, limit)
		return data, at.size, err
	}
	h := &head{limit: limit}
	w := &want{place: at, to: h}
	if err := r.take(ctx, []*want{w}, true); err != nil {
		return nil, 0, err
	}
	if w.sparse {
		return nil, 0, errSparse(path)
	}
	return h.data, at.size, nil
}

// head keeps the beginning of a file.
type head struct {
	limit int64
	data  []byte
}

// Begin implements sink.
func (h *head) Begin() error {
	h.data = nil
	return nil
}

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	if room := h.limit - int64(len(h.data)); room > 0 {
		h.data = append(h.data, p[:min(int64(len(p)), room)]...)
	}
	return len(p), nil
}

// End implements sink.
func (h *head) End() error { return nil }

// Abort implements sink.
func (h *head) Abort() {}

// notFile says why something cannot be read as a file.
func notFile(t *image.Tree, id image.NodeID) error {
	path := t.Path(id)
	switch info := t.Info(id); info.Type {
	case image.Directory, image.Opaque:
		return fmt.Errorf("%s is a directory", path)
	case image.Symlink:
		return fmt.Errorf("%s is a symbolic link to %s", path, info.Link)
	case image.Whiteout:
		return fmt.Errorf("%w: the layer removes %s", ErrNoFile, path)
	}
	return fmt.Errorf("%s is a device or a pipe: it has no content", path)
}

func missing(path string, layer int) error {
	return fmt.Errorf("%w: %s in %s", ErrNoFile, shown(path), nth(layer))
}

func shown(path string) string { return sanitize.Text(path) }

func nth(layer int) string { return "layer " + measure.Count(layer+1) }
