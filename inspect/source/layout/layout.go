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
	src, err := open(ctx, store(dir), pick)
	if err != nil {
		return nil, fmt.Errorf("opening OCI layout %s: %w", dir, err)
	}
	return src, nil
}

func open(ctx context.Context, st store, pick source.Pick) (source.Source, error) {
	index, err := st.index(pick)
	if err != nil {
		return nil, err
	}
	d, err := source.Select(index, pick)
	if err != nil {
		return nil, err
	}
	im, err := source.Read(ctx, st, d, pick.Platform)
	if err != nil {
		return nil, err
	}
	im.Attested(index.Manifests, im.Digest)
	return &image{im, st}, nil
}

// store is the directory of a layout.
type store string

func (st store) index(pick source.Pick) (*v1.IndexManifest, error) {
	f, err := os.Open(filepath.Join(string(st), "index.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist) && pick.Digest != "":
		// A content store without an index, as BuildKit's may be: the digest says enough.
		return &v1.IndexManifest{}, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("it has no index.json: give the directory that holds it, or add @DIGEST")
	case err != nil:
		return nil, err
	}
	defer f.Close()
	index, err := v1.ParseIndexManifest(f)
	if err != nil {
		return nil, fmt.Errorf("reading index.json: %w", err)
	}
	return index, nil
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

// Store implements source.Blobs.
func (i *image) Store() source.Store { return i.st }

// Close implements source.Source; a layout holds nothing open.
func (i *image) Close() error { return nil }
