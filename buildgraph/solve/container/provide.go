package container

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/errdefs"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// provider gives an image's blobs to the engine over the session. It is read only, and
// nothing is kept of what goes by.
//
// Each piece that the engine asks for is a question of its own; they come in order. So
// a layer stays open between them, where the last one ended.
type provider struct {
	im    *Image
	small map[digest.Digest][]byte // the manifest and the configuration
	large map[digest.Digest]*blob
}

func newProvider(im *Image) (p *provider, manifest digest.Digest, err error) {
	m, c, err := im.documents()
	if err != nil {
		return nil, "", err
	}
	manifest = digest.FromBytes(m)
	p = &provider{im: im, small: map[digest.Digest][]byte{manifest: m, digest.FromBytes(c): c}, large: map[digest.Digest]*blob{}}
	for i, l := range im.Layers {
		p.large[digest.Digest(l.Digest)] = &blob{size: l.Size, open: func(ctx context.Context) (io.ReadCloser, error) { return im.Open(ctx, i) }}
	}
	return p, manifest, nil
}

// close closes what is open.
func (p *provider) close() {
	for _, b := range p.large {
		b.mu.Lock()
		b.shut()
		b.mu.Unlock()
	}
}

// failure is why a layer could not be read; nil when all could.
func (p *provider) failure() error {
	for i, l := range p.im.Layers {
		b := p.large[digest.Digest(l.Digest)]
		b.mu.Lock()
		err := b.err
		b.mu.Unlock()
		if err != nil {
			return fmt.Errorf("reading layer %d: %w", i+1, err)
		}
	}
	return nil
}

// Info implements content.InfoProvider.
func (p *provider) Info(_ context.Context, d digest.Digest) (content.Info, error) {
	if raw, ok := p.small[d]; ok {
		return content.Info{Digest: d, Size: int64(len(raw))}, nil
	}
	if b, ok := p.large[d]; ok {
		return content.Info{Digest: d, Size: b.size}, nil
	}
	return content.Info{}, fmt.Errorf("%s: %w", d, errdefs.ErrNotFound)
}

// ReaderAt implements content.Provider.
func (p *provider) ReaderAt(_ context.Context, desc ocispecs.Descriptor) (content.ReaderAt, error) {
	if raw, ok := p.small[desc.Digest]; ok {
		return document{bytes.NewReader(raw)}, nil
	}
	if b, ok := p.large[desc.Digest]; ok {
		return b, nil
	}
	return nil, fmt.Errorf("%s: %w", desc.Digest, errdefs.ErrNotFound)
}

// document is a blob in memory.
type document struct{ *bytes.Reader }

// Close implements content.ReaderAt.
func (document) Close() error { return nil }

// blob is a layer that is read from its beginning to its end.
type blob struct {
	size int64
	open func(context.Context) (io.ReadCloser, error)

	mu  sync.Mutex
	in  io.ReadCloser // nil when closed
	at  int64         // where in is
	err error         // why it could not be read the last time
}

// Size implements content.ReaderAt.
func (b *blob) Size() int64 { return b.size }

// Close implements content.ReaderAt: whoever asks next goes on from there.
func (*blob) Close() error { return nil }

// ReadAt implements io.ReaderAt. Going back opens the layer again.
func (b *blob) ReadAt(p []byte, off int64) (n int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer func() {
		if err != nil && err != io.EOF {
			b.shut()
			b.err = err
		}
	}()
	if b.in == nil || off < b.at {
		b.shut()
		// It outlives the question that it is opened for.
		if b.in, err = b.open(context.Background()); err != nil {
			return 0, err
		}
	}
	if off > b.at {
		skipped, err := io.CopyN(io.Discard, b.in, off-b.at)
		if b.at += skipped; err != nil {
			return 0, err
		}
	}
	n, err = io.ReadFull(b.in, p)
	b.at += int64(n)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	if b.at >= b.size {
		b.shut()
	}
	return n, err
}

func (b *blob) shut() {
	if b.in != nil {
		_ = b.in.Close() // all that was wanted of it has been read
	}
	b.in, b.at = nil, 0
}

// What follows is no part of giving.

// Update implements content.Manager.
func (*provider) Update(context.Context, content.Info, ...string) (content.Info, error) {
	return content.Info{}, errdefs.ErrNotImplemented
}

// Walk implements content.Manager.
func (*provider) Walk(context.Context, content.WalkFunc, ...string) error {
	return errdefs.ErrNotImplemented
}

// Delete implements content.Manager.
func (*provider) Delete(context.Context, digest.Digest) error { return errdefs.ErrNotImplemented }

// Status implements content.IngestManager.
func (*provider) Status(context.Context, string) (content.Status, error) {
	return content.Status{}, errdefs.ErrNotImplemented
}

// ListStatuses implements content.IngestManager.
func (*provider) ListStatuses(context.Context, ...string) ([]content.Status, error) {
	return nil, errdefs.ErrNotImplemented
}

// Abort implements content.IngestManager.
func (*provider) Abort(context.Context, string) error { return errdefs.ErrNotImplemented }

// Writer implements content.Ingester.
func (*provider) Writer(context.Context, ...content.WriterOpt) (content.Writer, error) {
	return nil, errdefs.ErrNotImplemented
}
