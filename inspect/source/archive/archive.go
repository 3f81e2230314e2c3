// Package archive opens images in tar files: docker-archives (manifest.json, as
// docker save writes them), OCI archives (a tar of an OCI layout), and those
// that are both. The file is indexed once and then read at random, so layers
// stream in parallel and nothing is unpacked, unless the archive is compressed as a
// whole.
package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/stagedive/stagedive/inspect/source"
)

// Open opens the image in the tar file that pick means, which may be compressed
// with gzip or zstd.
func Open(ctx context.Context, name string, pick source.Pick, to Scratch) (source.Source, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening image archive: %w", err)
	}
	tar, cut, err := readable(ctx, f, to)
	if tar != f {
		f.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("opening image archive %s: %w", name, err)
	}
	src, err := open(ctx, tar, cut, pick)
	if err != nil {
		tar.Close()
		return nil, fmt.Errorf("opening image archive %s: %w", name, err)
	}
	return src, nil
}

func open(ctx context.Context, f *os.File, cut error, pick source.Pick) (source.Source, error) {
	ix, err := newIndex(f)
	if err != nil {
		return nil, err
	}
	if cut != nil {
		ix.broken = cut
	}
	src := &image{ix: ix}
	switch oci, docker := ix.has("index.json"), ix.has("manifest.json"); {
	case oci:
		// The layout says more than manifest.json. But docker save may list
		// platforms in it whose blobs it leaves out: then manifest.json counts.
		err = src.fromLayout(ctx, pick)
		if err != nil && docker {
			if second := src.fromManifest(pick); second == nil {
				err = nil
			}
		}
	case docker:
		err = src.fromManifest(pick)
	case ix.broken != nil && src.salvage(ctx, pick):
	case ix.broken != nil:
		return nil, fmt.Errorf("%s, and that is no whole image: fetch or save it again", cutOrDamaged(ix.broken))
	default:
		return nil, errors.New("it has neither index.json nor manifest.json: it is no image (docker export writes the files only; use docker save)")
	}
	if err != nil {
		return nil, err
	}
	if ix.broken != nil {
		src.im.Problems = append(src.im.Problems, ix.problem())
	}
	return src, nil
}

func cutOrDamaged(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "it is cut off"
	}
	return fmt.Sprintf("it is damaged or no tar file (%v)", err)
}

// readable returns the archive as a file that can be read at random: f itself, or
// what it unpacks to. cut is what ended the unpacking early.
func readable(ctx context.Context, f *os.File, to Scratch) (tar *os.File, cut, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errors.New("it is not a file")
	}
	var magic [6]byte
	n, err := f.ReadAt(magic[:], 0)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	if n == 0 {
		return nil, nil, errors.New("it is empty")
	}
	switch how, tool := formOf(magic[:n]); how {
	case plain:
		return f, nil, nil
	case foreign:
		return nil, nil, fmt.Errorf("it is compressed as a whole: unpack it first with %s", tool)
	default:
		return unpack(ctx, f, info.Size(), how, to)
	}
}

// image is an image in an archive.
type image struct {
	ix    *index
	im    *source.Image
	paths []string // of the layers in the archive
}

// Image implements source.Source.
func (i *image) Image() *source.Image { return i.im }

// Open implements source.Source.
func (i *image) Open(_ context.Context, n int) (io.ReadCloser, error) {
	rc, _, err := i.ix.open(i.paths[n])
	if errors.Is(err, fs.ErrNotExist) {
		err = fs.ErrNotExist
	}
	return rc, err
}

// Close implements source.Source.
func (i *image) Close() error { return i.ix.f.Close() }
