// Package archive opens images in tar files: docker-archives (manifest.json, as
// docker save writes them), OCI archives (a tar of an OCI layout), and those
// that are both. The file is indexed once and then read at random, so layers
// stream in parallel. What can only be read from its beginning to its end, such as
// an archive that is compressed as a whole, is a source.Stream. Nothing is ever
// unpacked to a file.
package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/stagedive/stagedive/inspect/source"
)

// Open opens the image in the tar file that pick means. If the file is compressed,
// with gzip or zstd, the source is a source.Stream.
func Open(ctx context.Context, name string, pick source.Pick) (source.Source, error) {
	f, err := source.OpenFile(name)
	if err != nil {
		return nil, fmt.Errorf("opening image archive %s: %w", name, err)
	}
	src, err := openFile(ctx, f, pick)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("opening image archive %s: %w", name, err)
	}
	return src, nil
}

func openFile(ctx context.Context, f *os.File, pick source.Pick) (source.Source, error) {
	packed, err := compressed(f)
	if err != nil {
		return nil, err
	}
	if packed {
		return newFileStream(f, pick), nil
	}
	ix, err := newIndex(f)
	if err != nil {
		return nil, err
	}
	src := &image{ix: ix}
	return src, src.readImage(ctx, pick)
}

// readImage reads manifest and configuration out of the archive's documents.
func (i *image) readImage(ctx context.Context, pick source.Pick) error {
	var err error
	switch oci, docker := i.ix.has("index.json"), i.ix.has("manifest.json"); {
	case oci:
		// The layout says more than manifest.json. But docker save may list
		// platforms in it whose blobs it leaves out: then manifest.json counts.
		err = i.fromLayout(ctx, pick)
		if err != nil && docker {
			if second := i.fromManifest(pick); second == nil {
				err = nil
			}
		}
	case docker:
		err = i.fromManifest(pick)
	case i.ix.broken != nil && i.salvage(ctx, pick):
	case i.ix.broken != nil:
		return fmt.Errorf("%s, and that is no whole image: fetch or save it again", cutOrDamaged(i.ix.broken))
	default:
		return errors.New("it has neither index.json nor manifest.json: it is no image (docker export writes the files only; use docker save)")
	}
	if err != nil {
		return err
	}
	if i.ix.broken != nil {
		i.im.Problems = append(i.im.Problems, i.ix.problem())
	}
	return nil
}

func cutOrDamaged(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it is cut off"
	case errors.Is(err, source.ErrBomb):
		return err.Error()
	}
	return fmt.Sprintf("it is damaged or no tar file (%v)", err)
}

// compressed says whether a file is compressed as a whole, by its first bytes.
func compressed(f *os.File) (bool, error) {
	var magic [6]byte
	n, err := f.ReadAt(magic[:], 0)
	if err != nil && err != io.EOF {
		return false, err
	}
	if n == 0 {
		return false, errors.New("it is empty")
	}
	for _, k := range [...]struct{ magic, tool string }{
		{"\x1f\x8b", ""}, {"\x28\xb5\x2f\xfd", ""}, // gzip and zstd, which source unpacks
		{"\xfd7zXZ\x00", "unxz"}, {"BZh", "bunzip2"}, {"PK\x03\x04", "unzip"},
	} {
		switch {
		case !bytes.HasPrefix(magic[:n], []byte(k.magic)):
		case k.tool != "":
			return false, fmt.Errorf("it is compressed as a whole: unpack it first with %s", k.tool)
		default:
			return true, nil
		}
	}
	return false, nil
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

// Identity implements source.Source.
func (i *image) Identity(n int) string {
	_, f, err := i.ix.find(i.paths[n])
	if err != nil || f.offset+f.size > i.ix.size {
		return ""
	}
	return source.PartIdentity(i.ix.f, f.offset, f.size)
}

// Store implements source.Blobs.
func (i *image) Store() source.Store { return i.ix }

// Close implements source.Source.
func (i *image) Close() error { return i.ix.f.Close() }
