// Package archive opens images in tar files: docker-archives (manifest.json, as
// docker save writes them), OCI archives (a tar of an OCI layout), and those
// that are both. The file is indexed once and then read at random, so layers
// stream in parallel and nothing is unpacked.
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

// Open opens the image in the tar file that pick means.
func Open(ctx context.Context, name string, pick source.Pick) (source.Source, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening image archive: %w", err)
	}
	src, err := open(ctx, f, pick)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("opening image archive %s: %w", name, err)
	}
	return src, nil
}

func open(ctx context.Context, f *os.File, pick source.Pick) (source.Source, error) {
	if err := uncompressed(f); err != nil {
		return nil, err
	}
	ix, err := newIndex(f)
	if err != nil {
		return nil, err
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

// uncompressed refuses a compressed archive: it can't be read at random.
func uncompressed(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a file")
	}
	var magic [4]byte
	n, err := f.ReadAt(magic[:], 0)
	if err != nil && err != io.EOF {
		return err
	}
	switch {
	case n == 0:
		return errors.New("it is empty")
	case magic[0] == 0x1f && magic[1] == 0x8b:
		return errors.New("it is compressed as a whole: unpack it first with gunzip")
	case magic == [4]byte{0x28, 0xb5, 0x2f, 0xfd}:
		return errors.New("it is compressed as a whole: unpack it first with zstd -d")
	}
	return nil
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
