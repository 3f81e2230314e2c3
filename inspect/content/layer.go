package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

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

	sparse bool  // the layer has it without its holes: nothing went there
	failed error // what kept its bytes from going there
}

// sink takes the content of a file. Of a file that its layer holds more than once it
// may have to begin again: the last one counts.
type sink interface {
	Begin() error
	io.Writer
	End() error
	Abort() // takes back what was written, after an error or after an End that was none
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
	switch err := newSearch(wants).in(in); {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case failed(wants) != nil: // where it is written, not what is read
		return failed(wants)
	case err != nil && !errors.Is(err, errAll):
		return fmt.Errorf("reading %s: %w", nth(layer), err)
	}
	for _, w := range wants {
		if !w.whole() {
			return fmt.Errorf("reading %s: %w", nth(layer), ErrChanged)
		}
	}
	return nil
}

// whole says that the file was read and is what the tree was made of.
func (w *want) whole() bool { return w.found && (w.sure || w.sum == 0) }

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

// search is what is wanted of one or more layers, by path.
type search map[string][]*want

func newSearch(wants []*want) search {
	s := search{}
	for _, w := range wants {
		s[w.path] = append(s[w.path], w)
	}
	return s
}

// in takes what is wanted out of a layer's tar. It ends with errAll when all is sure.
func (s search) in(tar scan.Stream) error {
	return scan.Walk(tar, func(item scan.Item) error {
		if item.Type != image.Regular {
			return nil
		}
		for _, w := range s[item.Path] {
			if item.Size != w.size {
				continue
			}
			if err := w.take(item); err != nil {
				return err
			}
			if w.sure {
				s.drop(w)
			}
			break // the content can be read once
		}
		if len(s) == 0 {
			return errAll
		}
		return nil
	})
}

func (s search) drop(w *want) {
	rest := slices.DeleteFunc(s[w.path], func(x *want) bool { return x == w })
	if s[w.path] = rest; len(rest) == 0 {
		delete(s, w.path)
	}
}

// take gives a file's bytes to where they are wanted, and compares them with what
// the tree says of them.
func (w *want) take(item scan.Item) error {
	if w.sparse = item.Sparse; w.sparse {
		w.found = true
		return nil
	}
	if w.failed = w.to.Begin(); w.failed != nil {
		return w.failed
	}
	sum := xxhash.New()
	if _, err := io.Copy(writers{sum, w}, item.Content); err != nil {
		w.found = false
		w.to.Abort()
		return err
	}
	w.found = true
	w.sure = w.sum != 0 && max(sum.Sum64(), 1) == w.sum
	w.failed = w.to.End()
	return w.failed
}

// writers takes the sum of what it writes, and notes which of both failed.
type writers struct {
	sum *xxhash.Digest
	to  *want
}

func (w writers) Write(p []byte) (int, error) {
	_, _ = w.sum.Write(p)
	n, err := w.to.to.Write(p)
	w.to.failed = err
	return n, err
}

// stream goes once through an image whose layers come in an order of their own, and
// takes what is wanted wherever its path, size and checksum are met. What cannot be
// told so is left: its layer has to be known.
func stream(ctx context.Context, src source.Stream, wants []*want) error {
	s := newSearch(slices.DeleteFunc(slices.Clone(wants), func(w *want) bool { return w.sum == 0 }))
	if len(s) == 0 {
		return nil
	}
	err := src.Each(ctx, func(_ string, r io.Reader) error {
		tar := source.NewTar(ctx, io.NopCloser(r))
		defer tar.Close()
		err := s.in(tar)
		if errors.Is(err, errAll) {
			return errAll
		}
		if err := failed(wants); err != nil {
			return err
		}
		return ctx.Err() // what is no layer, or a damaged one, is no concern of ours
	})
	if errors.Is(err, errAll) {
		return nil
	}
	return err
}
