// Package layout opens images in OCI layout directories (image-spec,
// image-layout.md), among them those that BuildKit's oci exporter writes with
// tar=false.
package layout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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
	f, err := source.OpenFile(filepath.Join(string(st), "index.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist) && pick.Digest != "":
		// A content store without an index, as BuildKit's may be: the digest says enough.
		return &v1.IndexManifest{}, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("it has no index.json: give the directory that holds it, or add @DIGEST")
	case err != nil:
		return nil, fmt.Errorf("reading index.json: %w", err)
	}
	defer f.Close()
	raw, err := source.ReadDocument(f)
	if err != nil {
		return nil, fmt.Errorf("reading index.json: %w", err)
	}
	index, err := source.ParseIndex(raw)
	if err != nil {
		return nil, fmt.Errorf("reading index.json: %w", err)
	}
	return index, nil
}

// Blob implements source.Store.
func (st store) Blob(_ context.Context, digest string) (io.ReadCloser, int64, error) {
	f, inside, err := st.file(digest)
	if err != nil {
		return nil, 0, err
	}
	if !inside {
		err = vouched(f, digest)
	}
	info, bad := f.Stat()
	if err = errors.Join(err, bad); err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// file opens a blob, and says whether it lies in the directory.
func (st store) file(digest string) (f *os.File, inside bool, err error) {
	h, err := v1.NewHash(digest) // also keeps the digest from leading out of the directory
	if err != nil {
		return nil, false, err
	}
	name := filepath.Join(string(st), "blobs", h.Algorithm, h.Hex)
	if f, err = source.OpenFile(name); err != nil {
		return nil, false, err
	}
	dir, err := filepath.EvalSymlinks(string(st))
	if err == nil {
		name, err = filepath.EvalSymlinks(name)
	}
	if err != nil {
		f.Close()
		return nil, false, err
	}
	return f, strings.HasPrefix(name, dir+string(filepath.Separator)), nil
}

// vouched reads a file to which a link leads out of the directory, and fails unless it
// is what its digest says. Some build tools make layouts of such links; but a layout
// of somebody else's must not show files of this machine as the image's.
func vouched(f *os.File, digest string) error {
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if found := "sha256:" + hex.EncodeToString(h.Sum(nil)); found != digest {
		return errors.New("it is a link to a file outside the layout that is not what its digest says, and is not read")
	}
	_, err := f.Seek(0, io.SeekStart)
	return err
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
	f, _, err := i.st.file(i.im.Layers[n].Digest)
	if err != nil {
		return ""
	}
	defer f.Close()
	return source.FileIdentity(f)
}

// Store implements source.Blobs.
func (i *image) Store() source.Store { return i.st }

// Close implements source.Source; a layout holds nothing open.
func (i *image) Close() error { return nil }
