package containerd

import (
	"context"
	"io"
	"io/fs"

	content "github.com/containerd/containerd/api/services/content/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// store is one namespace's part of a content store. It is a source.Store.
type store struct {
	c     content.ContentClient
	space string
}

// Blob implements source.Store. A blob that another namespace brought is missing in
// this one, and so is a layer that Kubernetes dropped once it was unpacked.
func (s *store) Blob(ctx context.Context, digest string) (io.ReadCloser, int64, error) {
	ctx, cancel := context.WithCancel(within(ctx, s.space))
	info, err := s.c.Info(ctx, &content.InfoRequest{Digest: digest})
	var r content.Content_ReadClient
	if err == nil {
		r, err = s.c.Read(ctx, &content.ReadContentRequest{Digest: digest})
	}
	if err != nil {
		cancel()
		return nil, 0, known(err)
	}
	return &blob{stream: r, cancel: cancel}, info.Info.Size, nil
}

// blob is the content of a blob on its way.
type blob struct {
	stream content.Content_ReadClient
	cancel context.CancelFunc
	rest   []byte
}

// Read implements io.Reader.
func (b *blob) Read(p []byte) (int, error) {
	for len(b.rest) == 0 {
		m, err := b.stream.Recv()
		if err != nil {
			return 0, known(err)
		}
		b.rest = m.Data
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// Close implements io.Closer.
func (b *blob) Close() error {
	b.cancel()
	return nil
}

// known gives errors that cross the wire their names back.
func known(err error) error {
	switch status.Code(err) {
	case codes.NotFound:
		return fs.ErrNotExist
	case codes.Canceled:
		return context.Canceled
	case codes.DeadlineExceeded:
		return context.DeadlineExceeded
	}
	return err
}
