package source

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// two is a Store of a manifest under one digest and a configuration under all others.
type two struct{ manifest, config []byte }

const manifestDigest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

func (s two) Blob(_ context.Context, digest string) (io.ReadCloser, int64, error) {
	switch {
	case digest == manifestDigest:
		return io.NopCloser(bytes.NewReader(s.manifest)), int64(len(s.manifest)), nil
	case s.config == nil:
		return nil, 0, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(s.config)), int64(len(s.config)), nil
}

// FuzzManifest: whatever a manifest and a configuration say, reading them ends, and
// gives an image within bounds or an error.
func FuzzManifest(f *testing.F) {
	layer := `{"mediaType":"application/vnd.oci.image.layer.v1.tar","size":1,"digest":"` + manifestDigest + `"}`
	config := `{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["` + manifestDigest + `"]},"history":[{"created_by":"x"}]}`
	for _, m := range []string{
		`{"schemaVersion":2,"config":` + layer + `,"layers":[` + layer + `]}`,
		`{"schemaVersion":2,"config":null,"layers":[null,{},` + layer + `],"annotations":{"a":1}}`,
		`{"schemaVersion":2,"layers":[{"size":-1,"digest":"sha256:../x"},{"size":1e400}]}`,
		`{"schemaVersion":2,"manifests":[` + layer + `]}`,
		`{"schemaVersion":1,"fsLayers":[{}]}`, `[]`, `null`, `{`,
	} {
		f.Add([]byte(m), []byte(config))
		f.Add([]byte(m), []byte(`{"created":"never","config":{"Env":"x"},"rootfs":[]}`))
	}
	f.Fuzz(func(t *testing.T, manifest, config []byte) {
		h, err := v1.NewHash(manifestDigest)
		if err != nil {
			t.Fatal(err)
		}
		im, err := Read(context.Background(), two{manifest, config}, v1.Descriptor{Digest: h}, NoPlatform)
		if err != nil {
			return
		}
		if len(im.Layers) > MaxLayers {
			t.Errorf("%d layers", len(im.Layers))
		}
		for i, l := range im.Layers {
			if l.Size < -1 || l.Digest == "" && l.Unreadable == "" {
				t.Errorf("layer %d: %+v", i, l)
			}
		}
	})
}

// FuzzIndex: whatever an index says, what is chosen of it is one of its entries.
func FuzzIndex(f *testing.F) {
	entry := func(more string) string {
		return `{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":1,"digest":"` + manifestDigest + `"` + more + `}`
	}
	for _, ix := range []string{
		`{"manifests":[` + entry("") + `]}`,
		`{"manifests":[` + entry(`,"platform":{"os":"linux","architecture":"amd64"}`) + `,` + entry(`,"platform":{"os":"linux","architecture":"arm64","variant":"v8"}`) + `]}`,
		`{"manifests":[` + entry(`,"annotations":{"org.opencontainers.image.ref.name":"one"}`) + `,` + entry(`,"annotations":{"io.containerd.image.name":"a/b:two"}`) + `]}`,
		`{"manifests":[null,{}]}`, `{"manifests":{}}`, `{}`, `null`, `[`,
	} {
		for _, pick := range []string{"", "one", "sha256:x"} {
			f.Add([]byte(ix), pick, "")
			f.Add([]byte(ix), pick, "linux/arm64")
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte, tag, platform string) {
		ix, err := ParseIndex(raw)
		if err != nil {
			return
		}
		for _, p := range []Pick{{Tag: tag, Platform: platform}, {Digest: tag, Platform: platform}} {
			_, _ = Select(ix, p) // its errors are for people
		}
		images, err := Choose(ix.Manifests, platform)
		if err == nil && (len(images) == 0 || len(images) > len(ix.Manifests)) {
			t.Errorf("%d of %d", len(images), len(ix.Manifests))
		}
	})
}

// FuzzPruned: pruning keeps what is valid valid, and leaves alone what is small.
func FuzzPruned(f *testing.F) {
	long := append(append([]byte(`{"a":[1`), bytes.Repeat([]byte(`,{"b":[2,3],"c":"\\\",]}"}`), maxEntries+5)...), `],"d":{"e":4},"f":",\\"}`...)
	f.Add(long)
	f.Add(append(append([]byte(`[[`), bytes.Repeat([]byte(`0,`), 2*maxEntries)...), `0],[1,2],3]`...))
	f.Add([]byte(`{"a":"b\\","c":[,]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, left := pruned(raw)
		if left == 0 && !bytes.Equal(out, raw) {
			t.Fatal("nothing is left out, and it differs")
		}
		if json.Valid(raw) && !json.Valid(out) {
			t.Fatalf("%.200q became %.200q", raw, out)
		}
	})
}
