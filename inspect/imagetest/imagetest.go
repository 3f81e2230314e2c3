// Package imagetest makes the large images that benchmarks open. They are the same
// on every machine and every day, and are made once: the files stay in the user's
// cache.
package imagetest

import (
	"archive/tar"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"
)

// version is to be counted up with whatever changes what is made.
const version = "4"

// Shape says what an image is made of.
type Shape struct {
	Name   string
	Layers []int // files in each
	Bytes  int64 // of all files together, about
	// Own is how many of the last layers are not those of the same Shape without it.
	Own int
}

// Large is the image that the goals speak of: 8 layers, 88,000 files, 1.7 GB.
var Large = Shape{Name: "large", Layers: []int{26000, 19000, 14000, 11000, 8000, 5000, 3000, 2000}, Bytes: 1700 << 20}

// LargeToo is another one, which shares six of its eight layers with it.
var LargeToo = Shape{Name: "large" + too, Layers: Large.Layers, Bytes: Large.Bytes, Own: 2}

// Million has 1,000,000 small files in 8 layers.
var Million = Shape{Name: "million", Layers: []int{300000, 200000, 150000, 120000, 100000, 70000, 40000, 20000}, Bytes: 300 << 20}

// MillionInOne has them all in one layer.
var MillionInOne = Shape{Name: "million-in-one", Layers: []int{1000000}, Bytes: 300 << 20}

// Files counts the files of all layers.
func (s Shape) Files() int {
	n := 0
	for _, l := range s.Layers {
		n += l
	}
	return n
}

// Image is where the forms of an image lie.
type Image struct {
	Archive string // a docker-archive whose layers are gzipped
	Layout  string // an OCI layout directory whose layers are not compressed, as BuildKit exports it
	Parts   []Part
}

// Part is a layer's place in the archive.
type Part struct{ Offset, Size int64 }

// Make makes an image, or finds it made.
func Make(tb testing.TB, s Shape) Image {
	tb.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		tb.Skipf("no directory to keep the image in: %v", err)
	}
	dir := filepath.Join(cache, "stagedive-test", "images", s.Name+"-"+version)
	im := Image{Archive: filepath.Join(dir, "image.tar"), Layout: filepath.Join(dir, "layout")}
	list := filepath.Join(dir, "parts.json") // written last
	if raw, err := os.ReadFile(list); err != nil || json.Unmarshal(raw, &im.Parts) != nil {
		if err := makeForms(s, &im, list); err != nil {
			tb.Fatal(err)
		}
	}
	if s.Own > 0 {
		other := s
		other.Name, other.Own = strings.TrimSuffix(s.Name, too), 0
		if err := share(Make(tb, other), im); err != nil {
			tb.Fatal(err)
		}
	}
	return im
}

// too is at the end of the name of a Shape with layers of its own.
const too = "-too"

// share has a layout hold the very files of another where both have the same, as in a
// store that builds write into.
func share(from, to Image) error {
	blobs, err := filepath.Glob(filepath.Join(from.Layout, "blobs", "sha256", "*"))
	for _, blob := range blobs {
		mine := filepath.Join(to.Layout, "blobs", "sha256", filepath.Base(blob))
		theirs, err := os.Stat(blob)
		if err != nil {
			return err
		}
		if had, err := os.Stat(mine); err != nil || os.SameFile(had, theirs) {
			continue
		}
		if err := os.Remove(mine); err != nil {
			return err
		}
		if err := os.Link(blob, mine); err != nil {
			return err
		}
	}
	return err
}

func makeForms(s Shape, im *Image, list string) error {
	blobs := filepath.Join(im.Layout, "blobs", "sha256")
	if err := os.MkdirAll(blobs, 0o755); err != nil {
		return err
	}
	m := &maker{shape: s, blobs: blobs, layers: make([]layer, len(s.Layers))}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range s.Layers {
		group.Go(func() error { return m.layer(i) })
	}
	err := group.Wait()
	if err == nil {
		err = m.layout(im.Layout)
	}
	if err == nil {
		im.Parts, err = m.archive(im.Archive)
	}
	for _, l := range m.layers {
		err = errors.Join(err, os.Remove(l.packed))
	}
	if err != nil {
		return err
	}
	raw, err := json.Marshal(im.Parts)
	if err != nil {
		return err
	}
	return os.WriteFile(list, raw, 0o644)
}

// maker is the making of one image.
type maker struct {
	shape  Shape
	blobs  string
	layers []layer
}

type layer struct {
	digest v1.Hash // of the tar
	size   int64
	packed string // the file with it gzipped
}

// layer writes a layer as a blob of the layout and, gzipped, beside it.
func (m *maker) layer(i int) (err error) {
	plain, err := os.CreateTemp(m.blobs, "making-*")
	if err != nil {
		return err
	}
	packed, err := os.CreateTemp(m.blobs, "packed-*")
	if err != nil {
		return err
	}
	sum := sha256.New()
	z := gzip.NewWriter(packed)
	out := bufio.NewWriterSize(io.MultiWriter(plain, sum, z), 1<<20)
	err = m.shape.write(tar.NewWriter(out), i)
	err = errors.Join(err, out.Flush(), z.Close(), packed.Close())
	l := &m.layers[i]
	l.packed = packed.Name()
	l.digest = v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}
	if info, serr := plain.Stat(); serr == nil {
		l.size = info.Size()
	}
	return errors.Join(err, plain.Close(), os.Rename(plain.Name(), filepath.Join(m.blobs, l.digest.Hex)))
}

// config is the image's configuration: a COPY for each layer.
func (m *maker) config() v1.ConfigFile {
	cfg := v1.ConfigFile{OS: "linux", Architecture: runtime.GOARCH, RootFS: v1.RootFS{Type: "layers"}}
	for i, l := range m.layers {
		cfg.RootFS.DiffIDs = append(cfg.RootFS.DiffIDs, l.digest)
		cfg.History = append(cfg.History, v1.History{CreatedBy: fmt.Sprintf("COPY part%d / # buildkit", i), Comment: "buildkit.dockerfile.v0"})
	}
	return cfg
}

func (m *maker) layout(dir string) error {
	put := func(media types.MediaType, v any) (v1.Descriptor, error) {
		raw, err := json.Marshal(v)
		if err != nil {
			return v1.Descriptor{}, err
		}
		sum := sha256.Sum256(raw)
		h := v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum[:])}
		return v1.Descriptor{MediaType: media, Digest: h, Size: int64(len(raw))}, os.WriteFile(filepath.Join(m.blobs, h.Hex), raw, 0o644)
	}
	manifest := v1.Manifest{SchemaVersion: 2, MediaType: types.OCIManifestSchema1}
	for _, l := range m.layers {
		manifest.Layers = append(manifest.Layers, v1.Descriptor{MediaType: types.OCIUncompressedLayer, Digest: l.digest, Size: l.size})
	}
	var err error
	if manifest.Config, err = put(types.OCIConfigJSON, m.config()); err != nil {
		return err
	}
	d, err := put(types.OCIManifestSchema1, manifest)
	if err != nil {
		return err
	}
	index, err := json.Marshal(v1.IndexManifest{SchemaVersion: 2, Manifests: []v1.Descriptor{d}})
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "index.json"), index, 0o644),
		os.WriteFile(filepath.Join(dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o644),
	)
}

// archive writes the docker-archive, as docker save does: manifest.json last.
func (m *maker) archive(name string) (parts []Part, err error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := tar.NewWriter(f)
	put := func(name string, raw []byte) error {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(raw))}); err != nil {
			return err
		}
		_, err := w.Write(raw)
		return err
	}
	var names []string
	for _, l := range m.layers {
		packed, err := os.Open(l.packed)
		if err != nil {
			return nil, err
		}
		info, err := packed.Stat()
		if err != nil {
			return nil, err
		}
		name := l.digest.Hex + ".tar.gz"
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: info.Size()}); err != nil {
			return nil, err
		}
		at, err := f.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(w, packed); err != nil {
			return nil, err
		}
		packed.Close()
		names = append(names, name)
		parts = append(parts, Part{at, info.Size()})
	}
	cfg, err := json.Marshal(m.config())
	if err != nil {
		return nil, err
	}
	manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "RepoTags": []string{"example.test/" + m.shape.Name + ":1"}, "Layers": names}})
	if err != nil {
		return nil, err
	}
	return parts, errors.Join(put("config.json", cfg), put("manifest.json", manifest), w.Close())
}
