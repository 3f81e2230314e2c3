// Package layout opens images in OCI layout directories (image-spec,
// image-layout.md), among them those that BuildKit's oci exporter writes with
// tar=false.
package layout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/inspect/source"
)

// Is says whether a directory looks like a layout.
func Is(dir string) bool {
	for _, name := range []string{"index.json", "oci-layout"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// Open opens the image in the layout at dir that pick means.
func Open(ctx context.Context, dir string, pick source.Pick) (source.Source, error) {
	st := store(dir)
	d, err := st.choose(pick)
	if err != nil {
		return nil, fmt.Errorf("opening OCI layout %s: %w", dir, err)
	}
	im, err := source.Read(ctx, st, d, pick.Platform)
	if err != nil {
		return nil, fmt.Errorf("opening OCI layout %s: %w", dir, err)
	}
	return &image{im, st}, nil
}

// store is the directory of a layout.
type store string

func (st store) choose(pick source.Pick) (v1.Descriptor, error) {
	f, err := os.Open(filepath.Join(string(st), "index.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist) && pick.Digest != "":
		// A content store without an index, as BuildKit's may be: the digest says enough.
		return source.Select(&v1.IndexManifest{}, pick)
	case errors.Is(err, fs.ErrNotExist):
		return v1.Descriptor{}, errors.New("it has no index.json: give the directory that holds it, or add @DIGEST")
	case err != nil:
		return v1.Descriptor{}, err
	}
	defer f.Close()
	index, err := v1.ParseIndexManifest(f)
	if err != nil {
		return v1.Descriptor{}, fmt.Errorf("reading index.json: %w", err)
	}
	return source.Select(index, pick)
}

// Blob implements source.Store.
func (st store) Blob(_ context.Context, digest string) (io.ReadCloser, int64, error) {
	h, err := v1.NewHash(digest) // also keeps the digest from leading out of the directory
	if err != nil {
		return nil, 0, err
	}
	name := filepath.Join(string(st), "blobs", h.Algorithm, h.Hex)
	info, err := os.Stat(name) // first: opening a named pipe would wait for ever
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("blob %s is not a file", digest)
	}
	f, err := os.Open(name)
	return f, info.Size(), err
}

type image struct {
	im *source.Image
	st store
}

// Image implements source.Source.
func (i *image) Image() *source.Image { return i.im }

// Open implements source.Source.
func (i *image) Open(ctx context.Context, n int) (io.ReadCloser, error) {
	rc, _, err := i.st.Blob(ctx, i.im.Layers[n].Digest)
	return rc, err
}

// Identity implements source.Source: whoever writes the directory may call a blob what
// they like, so the file is what counts.
func (i *image) Identity(n int) string {
	rc, _, err := i.st.Blob(context.Background(), i.im.Layers[n].Digest)
	if err != nil {
		return ""
	}
	defer rc.Close()
	if f, ok := rc.(*os.File); ok {
		return source.FileIdentity(f)
	}
	return ""
}

// Close implements source.Source; a layout holds nothing open.
func (i *image) Close() error { return nil }
