package bases

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// layout is an OCI image layout (image-spec, image-layout.md) being written.
type layout struct {
	dir string
}

func newLayout(dir string) (*layout, error) {
	if err := os.MkdirAll(filepath.Join(dir, ocispec.ImageBlobsDir, string(digest.SHA256)), 0o755); err != nil {
		return nil, err
	}
	return &layout{dir: dir}, os.Chmod(dir, 0o755)
}

// blobPath is where the layout at dir keeps a blob.
func blobPath(dir string, d digest.Digest) string {
	return filepath.Join(dir, ocispec.ImageBlobsDir, d.Algorithm().String(), d.Encoded())
}

// blob stores what write writes, and describes it.
func (l *layout) blob(mediaType string, write func(io.Writer) error) (ocispec.Descriptor, error) {
	file, err := os.CreateTemp(filepath.Join(l.dir, ocispec.ImageBlobsDir), "blob-*")
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	defer file.Close()
	digester := digest.SHA256.Digester()
	if err := write(io.MultiWriter(file, digester.Hash())); err != nil {
		return ocispec.Descriptor{}, err
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	if err := errors.Join(file.Chmod(0o644), file.Close(), os.Rename(file.Name(), blobPath(l.dir, digester.Digest()))); err != nil {
		return ocispec.Descriptor{}, err
	}
	return ocispec.Descriptor{MediaType: mediaType, Digest: digester.Digest(), Size: size}, nil
}

// document stores a value as JSON, and describes it.
func (l *layout) document(mediaType string, value any) (ocispec.Descriptor, error) {
	return l.blob(mediaType, func(w io.Writer) error { return json.NewEncoder(w).Encode(value) })
}

// adopt takes a blob over from another layout on the same machine.
func (l *layout) adopt(from string, blob ocispec.Descriptor) error {
	source, target := blobPath(from, blob.Digest), blobPath(l.dir, blob.Digest)
	if os.Link(source, target) == nil {
		return nil // blobs never change, so both may share one
	}
	in, err := os.Open(source)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = l.blob(blob.MediaType, func(w io.Writer) error { _, err := io.Copy(w, in); return err })
	return err
}

// image stores the config and the manifest over layers that are there already.
func (l *layout) image(config ocispec.Image, layers []ocispec.Descriptor) (ocispec.Descriptor, error) {
	configBlob, err := l.document(ocispec.MediaTypeImageConfig, config)
	if err != nil {
		return ocispec.Descriptor{}, fmt.Errorf("writing the config: %w", err)
	}
	manifest, err := l.document(ocispec.MediaTypeImageManifest, ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2},
		MediaType: ocispec.MediaTypeImageManifest,
		Config:    configBlob,
		Layers:    layers,
	})
	if err != nil {
		return ocispec.Descriptor{}, fmt.Errorf("writing the manifest: %w", err)
	}
	manifest.Platform = &config.Platform
	return manifest, nil
}

// finish writes the index with its single entry, and the marker that makes the
// directory a layout, last.
func (l *layout) finish(manifest ocispec.Descriptor) error {
	manifest.Annotations = map[string]string{ocispec.AnnotationRefName: "latest"}
	index := ocispec.Index{
		Versioned: specs.Versioned{SchemaVersion: 2},
		MediaType: ocispec.MediaTypeImageIndex,
		Manifests: []ocispec.Descriptor{manifest},
	}
	if err := writeJSON(filepath.Join(l.dir, ocispec.ImageIndexFile), index); err != nil {
		return err
	}
	return writeJSON(filepath.Join(l.dir, ocispec.ImageLayoutFile), ocispec.ImageLayout{Version: ocispec.ImageLayoutVersion})
}

func writeJSON(path string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

func readJSON(path string, value any) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(content, value)
}

// readBase reads a finished layout back. Blobs are checked for being there with
// their right size; their content is trusted, since only finished layouts get
// their name.
func readBase(name, dir string) (Base, error) {
	var marker ocispec.ImageLayout
	var index ocispec.Index
	if err := errors.Join(
		readJSON(filepath.Join(dir, ocispec.ImageLayoutFile), &marker),
		readJSON(filepath.Join(dir, ocispec.ImageIndexFile), &index),
	); err != nil {
		return Base{}, err
	}
	if len(index.Manifests) != 1 || index.Manifests[0].Platform == nil {
		return Base{}, fmt.Errorf("%s: the index names no single image", dir)
	}
	entry := index.Manifests[0]
	base := Base{Name: name, LayoutDir: dir, Digest: entry.Digest, Platform: entry.Platform.OS + "/" + entry.Platform.Architecture}
	manifest, err := base.manifest()
	if err != nil {
		return Base{}, err
	}
	for _, blob := range append([]ocispec.Descriptor{manifest.Config}, manifest.Layers...) {
		info, err := os.Stat(blobPath(dir, blob.Digest))
		if err != nil {
			return Base{}, err
		}
		if info.Size() != blob.Size {
			return Base{}, fmt.Errorf("%s: blob %s has %d bytes instead of %d", dir, blob.Digest, info.Size(), blob.Size)
		}
	}
	for _, layer := range manifest.Layers {
		base.Size += layer.Size
	}
	return base, nil
}

func (b Base) manifest() (ocispec.Manifest, error) {
	var manifest ocispec.Manifest
	return manifest, readJSON(blobPath(b.LayoutDir, b.Digest), &manifest)
}

func (b Base) config() (ocispec.Image, error) {
	var config ocispec.Image
	manifest, err := b.manifest()
	if err != nil {
		return config, err
	}
	return config, readJSON(blobPath(b.LayoutDir, manifest.Config.Digest), &config)
}
