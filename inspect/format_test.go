package inspect_test

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/containerd/stargz-snapshotter/estargz"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/zstd"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/model/image"
)

// stargz packs a layer as nerdctl and ctr-remote do.
func stargz(t *testing.T, raw []byte) []byte {
	t.Helper()
	blob, err := estargz.Build(io.NewSectionReader(bytes.NewReader(raw), 0, int64(len(raw))))
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	out, err := io.ReadAll(blob)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// chunked packs a layer as containers/storage does: a frame for each part, and a table
// of contents in frames that decoders skip (RFC 8878, section 3.1.2).
func chunked(t *testing.T, raw []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for len(raw) > 0 {
		n := min(700, len(raw))
		out, raw = w.EncodeAll(raw[:n], out), raw[n:]
	}
	toc := []byte(`{"version":1,"entries":[]}`)
	out = binary.LittleEndian.AppendUint32(out, 0x184D2A50)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(toc)))
	return append(out, toc...)
}

// TestFormats: layers that are more than an archive open as what they are, in any order
// with ordinary ones, and say so.
func TestFormats(t *testing.T) {
	raw := files(t, "etc/a", strings.Repeat("a", 2000), "etc/b", "b")
	mark := func(name string) map[string]string { return map[string]string{name: "sha256:x"} }
	for _, test := range []struct {
		what        string
		blob        []byte
		media       types.MediaType
		annotations map[string]string
		format      image.Format
		says        string
		files       int
	}{
		{"ordinary", squeeze(t, raw), types.OCILayer, nil, "", "", 2},
		{"zstd", chunked(t, raw), types.OCILayerZStd, nil, "", "", 2},
		{"eStargz", stargz(t, raw), types.OCILayer, mark("containerd.io/snapshot/stargz/toc.digest"), image.EStargz, "/stargz.index.json", 4},
		{"eStargz whose annotation got lost", stargz(t, raw), types.OCILayer, nil, image.EStargz, "/stargz.index.json", 4},
		{"eStargz as BuildKit writes it", squeeze(t, append(raw, files(t, "stargz.index.json", "{}")...)), types.OCILayer, mark("containerd.io/snapshot/stargz/toc.digest"), image.EStargz, "behind the files", 2},
		{"a file that is called like its index", squeeze(t, files(t, "stargz.index.json", "{}")), types.OCILayer, nil, "", "", 1},
		{"zstd:chunked", chunked(t, raw), types.OCILayerZStd, mark("io.github.containers.zstd-chunked.manifest-checksum"), image.ZstdChunked, "none of its files", 2},
		{"encrypted", []byte("no tar"), types.OCILayer + "+encrypted", nil, image.Encrypted, "without the key", 0},
	} {
		t.Run(test.what, func(t *testing.T) {
			img, err := mutate.Append(mutate.MediaType(empty.Image, types.OCIManifestSchema1), mutate.Addendum{
				Layer: static.NewLayer(test.blob, test.media), MediaType: test.media, Annotations: test.annotations,
			})
			if err != nil {
				t.Fatal(err)
			}
			im := open(t, ociDir(t, withoutDiffIDs(t, img)), inspect.Options{})
			l := im.Layers[0]
			if got := l.Tree.Files(image.Root); l.Format != test.format || !strings.Contains(l.About(), test.says) || got != test.files {
				t.Errorf("%q with %d files: %q; %q", l.Format, got, l.About(), l.Problems)
			}
			if test.says == "" && l.About() != "" {
				t.Errorf("about an ordinary layer: %q", l.About())
			}
		})
	}
}

// withoutDiffIDs takes the claims off that static layers make falsely.
func withoutDiffIDs(t *testing.T, img v1.Image) v1.Image {
	t.Helper()
	cfg, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	cfg = cfg.DeepCopy()
	cfg.RootFS.DiffIDs = nil
	if img, err = mutate.ConfigFile(img, cfg); err != nil {
		t.Fatal(err)
	}
	return img
}

// TestArtifact: what is in a registry or a layout need not be an image.
func TestArtifact(t *testing.T) {
	img := mutate.ConfigMediaType(build(t, "amd64"), "application/vnd.cncf.helm.config.v1+json")
	im := open(t, ociDir(t, img), inspect.Options{})
	if len(im.Problems) != 1 || !strings.Contains(im.Problems[0], "an artifact (application/vnd.cncf.helm.config.v1+json)") || im.Size() != 13 {
		t.Errorf("%d bytes, %q", im.Size(), im.Problems)
	}
}

// TestOddImages: what images may lack or repeat is no reason to say that they are broken.
func TestOddImages(t *testing.T) {
	var none bytes.Buffer
	if err := tar.NewWriter(&none).Close(); err != nil {
		t.Fatal(err)
	}
	some := files(t, "etc/a", "a")
	layer := func(raw []byte) mutate.Addendum {
		return mutate.Addendum{Layer: static.NewLayer(raw, types.OCIUncompressedLayer)}
	}
	for _, test := range []struct {
		what   string
		layers []mutate.Addendum
		size   int64
	}{
		{"no layers", nil, 0},
		{"no history", []mutate.Addendum{layer(some), layer(none.Bytes())}, 1},
		{"a layer twice", []mutate.Addendum{layer(some), layer(some), layer(some)}, 3},
		{"a layer without a byte", []mutate.Addendum{layer(some), layer(nil)}, 1},
	} {
		t.Run(test.what, func(t *testing.T) {
			img, err := mutate.Append(mutate.MediaType(empty.Image, types.OCIManifestSchema1), test.layers...)
			if err != nil {
				t.Fatal(err)
			}
			cfg, err := img.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			cfg = cfg.DeepCopy()
			cfg.History = nil
			if img, err = mutate.ConfigFile(img, cfg); err != nil {
				t.Fatal(err)
			}
			for _, ref := range []string{ociDir(t, img), dockerTar(t, img)} {
				im := open(t, ref, inspect.Options{})
				if len(im.Layers) != len(test.layers) || im.Size() != test.size || len(im.Problems) > 0 {
					t.Errorf("%d layers, %d bytes, problems %q", len(im.Layers), im.Size(), im.Problems)
				}
				for i, l := range im.Layers {
					if len(l.Problems) > 0 {
						t.Errorf("layer %d: %q", i, l.Problems)
					}
				}
			}
		})
	}
}

// TestPulledPart: a store may know an image for several platforms and hold one of them.
func TestPulledPart(t *testing.T) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	var first v1.Hash
	for i, arch := range []string{runtime.GOARCH, "s390x"} {
		img := build(t, arch)
		if i == 0 {
			var err error
			if first, err = img.Digest(); err != nil {
				t.Fatal(err)
			}
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: img, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}}})
	}
	dir := t.TempDir()
	p, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.AppendIndex(index); err != nil {
		t.Fatal(err)
	}
	if err := p.RemoveBlob(first); err != nil {
		t.Fatal(err)
	}
	if im := open(t, dir, inspect.Options{}); im.Platform != "linux/s390x" || im.Size() != 13 {
		t.Errorf("%s, %d bytes", im.Platform, im.Size())
	}
	if _, err := inspect.Inspect(t.Context(), dir, inspect.Options{Platform: "linux/" + runtime.GOARCH}); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("err = %v", err)
	}
}
