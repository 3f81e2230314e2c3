package content

import (
	"bytes"
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

// Opening a file is a question to somebody else: so many are asked at the same time,
// and files up to a size are read while others are waited for.
const (
	ahead = 16
	small = 256 << 10 // bytes
)

// answer is a file that was asked for.
type answer struct {
	content io.Reader
	err     error
}

// opened reads what is wanted, file by file. Where one fails the others are read all
// the same.
func (r *Reader) opened(ctx context.Context, wants []*want) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan chan answer, ahead)
	go func() {
		defer close(queue)
		for _, w := range wants {
			one := make(chan answer, 1)
			select {
			case queue <- one:
				go func() { one <- r.fetch(ctx, w.place) }()
			case <-ctx.Done():
				return
			}
		}
	}()
	var damage error
	for _, w := range wants {
		one, more := <-queue
		if !more {
			return context.Cause(ctx)
		}
		got := <-one
		err := got.err
		if err == nil {
			err = w.take(scan.Item{Content: got.content})
		}
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case w.failed != nil:
			return err
		case damage == nil:
			damage = err
		}
	}
	return damage
}

// fetch opens a file, and reads it if it is small.
func (r *Reader) fetch(ctx context.Context, at place) answer {
	in, err := r.openFile(ctx, at)
	if err != nil || at.size > small {
		return answer{in, err}
	}
	data, err := io.ReadAll(io.LimitReader(in, at.size))
	if err == nil && int64(len(data)) < at.size {
		err = ErrChanged
	}
	return answer{bytes.NewReader(data), err}
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
