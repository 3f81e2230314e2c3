package content

import (
	"context"
	"io"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/image"
)

// Opener opens files of something that has trees as an image has them, and no layers
// that could be read: a stage of a build.
type Opener interface {
	// Open opens the regular file at a path (image.Tree.RawPath) as it is after a
	// layer, and tells its size.
	Open(ctx context.Context, layer int, path string) (io.Reader, int64, error)
}

// From returns a Reader of what an Opener opens.
func From(im *image.Image, files Opener) *Reader { return &Reader{im: im, ref: im.Ref, files: files} }

// opened reads what is wanted, file by file.
func (r *Reader) opened(ctx context.Context, wants []*want) error {
	for _, w := range wants {
		in, err := r.openFile(ctx, w.place)
		if err != nil {
			return err
		}
		if err := w.take(scan.Item{Content: in}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (r *Reader) openFile(ctx context.Context, at place) (io.Reader, error) {
	in, size, err := r.files.Open(ctx, at.layer, "/"+at.path)
	if err != nil {
		return nil, err
	}
	if size != at.size {
		return nil, ErrChanged
	}
	return in, nil
}

// beginning reads no more of a file than is asked for.
func (r *Reader) beginning(ctx context.Context, at place, limit int64) ([]byte, error) {
	in, err := r.openFile(ctx, at)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(in, limit))
}
