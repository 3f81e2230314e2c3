package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/cespare/xxhash/v2"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
)

// want is a file that is looked for in a layer, and where its bytes go.
type want struct {
	place
	to    sink
	found bool // its bytes have gone there
	sure  bool // and are those that the tree was made of

	sparse bool // the layer has it without its holes: nothing went there
}

// sink takes the content of a file. Of a file that its layer holds more than once it
// may have to begin again: the last one counts.
type sink interface {
	Begin() error
	io.Writer
	End() error
	Abort() // instead of End, after an error
}

// errAll ends a layer's reading when nothing more is wanted of it.
var errAll = errors.New("all is found")

// layer reads a layer once, until all that is wanted is found.
func (r *Reader) layer(ctx context.Context, src source.Source, layer int, wants []*want) error {
	if len(wants) == 0 {
		return nil
	}
	if !r.same(src, layer) {
		return ErrChanged
	}
	in, done, err := tarOf(ctx, src, layer)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("reading %s: its content is not part of the image", nth(layer))
	case err != nil:
		return fmt.Errorf("reading %s: %w", nth(layer), err)
	}
	defer done()
	switch err := pick(in, wants); {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && !errors.Is(err, errAll):
		return fmt.Errorf("reading %s: %w", nth(layer), err)
	}
	for _, w := range wants {
		if !w.found || !w.sure && w.sum != 0 {
			return fmt.Errorf("reading %s: %w", nth(layer), ErrChanged)
		}
	}
	return nil
}

// tarOf opens a layer's tar: at random where it can be.
func tarOf(ctx context.Context, src source.Source, layer int) (scan.Stream, func() error, error) {
	p, err := source.OpenPlain(ctx, src, layer)
	if err != nil {
		return nil, nil, err
	}
	if p != nil {
		return p, p.Close, nil
	}
	t, err := source.OpenTar(ctx, src, layer)
	if err != nil {
		return nil, nil, err
	}
	return t, t.Close, nil
}

// pick takes what is wanted out of a layer's tar.
func pick(in scan.Stream, wants []*want) error {
	open := map[string]*want{}
	for _, w := range wants {
		open[w.path] = w
	}
	return scan.Walk(in, func(item scan.Item) error {
		w := open[item.Path]
		if w == nil || item.Type != image.Regular || item.Size != w.size {
			return nil
		}
		if w.sparse = item.Sparse; w.sparse {
			w.found = true
			return nil
		}
		if err := w.take(item.Content); err != nil {
			return err
		}
		if w.sure {
			if delete(open, w.path); len(open) == 0 {
				return errAll
			}
		}
		return nil
	})
}

// take gives a file's bytes to where they are wanted, and compares them with what
// the tree says of them.
func (w *want) take(r io.Reader) error {
	if err := w.to.Begin(); err != nil {
		return err
	}
	sum := xxhash.New()
	if _, err := io.Copy(io.MultiWriter(sum, w.to), r); err != nil {
		w.to.Abort()
		return err
	}
	w.found = true
	w.sure = w.sum != 0 && max(sum.Sum64(), 1) == w.sum
	return w.to.End()
}
