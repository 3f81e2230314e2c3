package attest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/attest"
	"github.com/stagedive/stagedive/model/image"
)

// shelf is a store in memory.
type shelf map[string][]byte

func (s shelf) Blob(_ context.Context, digest string) (io.ReadCloser, int64, error) {
	raw, ok := s[digest]
	if !ok {
		return nil, 0, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(raw)), int64(len(raw)), nil
}

// put keeps a document and returns its descriptor.
func (s shelf) put(t *testing.T, doc any) v1.Descriptor {
	t.Helper()
	raw, ok := doc.([]byte)
	if !ok {
		var err error
		if raw, err = json.Marshal(doc); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256(raw)
	h := v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum[:])}
	s[h.String()] = raw
	return v1.Descriptor{Digest: h, Size: int64(len(raw))}
}

// statement wraps a predicate as BuildKit does, and a manifest around it.
func (s shelf) statement(t *testing.T, kind, predicate string) v1.Descriptor {
	t.Helper()
	return s.manifest(t, kind, []byte(fmt.Sprintf(`{"_type":"https://in-toto.io/Statement/v1","predicateType":%q,"predicate":%s}`, kind, predicate)))
}

func (s shelf) manifest(t *testing.T, kind string, raw []byte) v1.Descriptor {
	t.Helper()
	d := s.put(t, raw)
	d.MediaType = "application/vnd.in-toto+json"
	d.Annotations = map[string]string{"in-toto.io/predicate-type": kind}
	return s.put(t, v1.Manifest{SchemaVersion: 2, Config: s.put(t, []byte("{}")), Layers: []v1.Descriptor{d}})
}

const slsa1, spdx = "https://slsa.dev/provenance/v1", "https://spdx.dev/Document"

// TestBuildKit reads what BuildKit 0.33.1 wrote of one build, in both forms and modes.
func TestBuildKit(t *testing.T) {
	for name, known := range map[string]bool{"max-v1": true, "max-v0.2": true, "min-v1": false, "min-v0.2": false} {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			_, version, _ := strings.Cut(name, "-")
			st := shelf{}
			all := attest.Read(t.Context(), st, []v1.Descriptor{st.manifest(t, "https://slsa.dev/provenance/"+version, raw)})
			if len(all) != 1 {
				t.Fatalf("%d attestations", len(all))
			}
			a := all[0]
			if a.Kind != image.Provenance || a.Problem != "" || a.BaseKnown != known || a.Size != int64(len(raw)) {
				t.Errorf("%+v", a)
			}
			if want := "from busybox:1.37 (sha256:e3262a969e02)"; a.Summary() != want {
				t.Errorf("summary %q, want %q", a.Summary(), want)
			}
		})
	}
}

// TestPredicates: what each kind of statement tells, and what hostile ones do not do.
func TestPredicates(t *testing.T) {
	source := func(id string) string {
		return fmt.Sprintf(`{"id":"s","op":{"Op":{"source":{"identifier":%q}}}}`, id)
	}
	build := func(steps ...string) string {
		return `{"buildDefinition":{"resolvedDependencies":[{"uri":"pkg:docker/golang@1.24"},{"uri":"pkg:docker/alpine@3.20","digest":{"sha256":"` + strings.Repeat("a", 64) + `"}}],"internalParameters":{"buildConfig":{"llbDefinition":[` + strings.Join(steps, ",") + `]}}}}`
	}
	for _, test := range []struct{ what, kind, predicate, summary string }{
		{
			"builder, commit and source", slsa1, `{"runDetails":{"builder":{"id":"https://ci.example.test/7"},"metadata":{"buildkit_metadata":{"vcs":{"source":"https://me:token@git.example.test/app.git","revision":"0123456789abcdef0123"}}}}}`,
			"built by https://ci.example.test/7; source https://git.example.test/app.git; revision 0123456789ab",
		},
		{
			"a commit that was the context", "https://slsa.dev/provenance/v0.2", `{"builder":{"id":"b"},"invocation":{"configSource":{"uri":"https://git.example.test/app.git#main","digest":{"sha1":"fedcba9876543210"}}}}`,
			"built by b; source https://git.example.test/app.git#main; revision fedcba987654",
		},
		{
			"the base behind a copy", slsa1, build(source("docker-image://docker.io/library/alpine:3.20@sha256:"+strings.Repeat("a", 64)),
				`{"id":"c","inputs":["x:0","s:0"],"op":{"Op":{"file":{"actions":[{"input":1,"secondaryInput":0}]}}}}`),
			"from alpine:3.20 (sha256:aaaaaaaaaaaa), golang:1.24",
		},
		{
			"a run in the base", slsa1, build(source("docker-image://golang:1.24"),
				`{"id":"r","inputs":["x:0","s:0"],"op":{"Op":{"exec":{"mounts":[{"dest":"/src","input":0},{"dest":"/","input":1}]}}}}`),
			"from golang:1.24, alpine:3.20 (sha256:aaaaaaaaaaaa)",
		},
		{
			"from scratch", slsa1, build(source("docker-image://golang:1.24"), `{"id":"c","inputs":["s:0"],"op":{"Op":{"file":{"actions":[{"input":-1,"secondaryInput":0}]}}}}`),
			"from golang:1.24, alpine:3.20 (sha256:aaaaaaaaaaaa)",
		},
		{"steps in a ring", slsa1, build(`{"id":"a","inputs":["b:0"]}`, `{"id":"b","inputs":["a:0"]}`), "from golang:1.24, alpine:3.20 (sha256:aaaaaaaaaaaa)"},
		{"the frontend is no image of it", slsa1, `{"buildDefinition":{"resolvedDependencies":[{"uri":"pkg:docker/docker/dockerfile@1"},{"uri":"https://example.test/x"}]}}`, slsa1},
		{"escapes", slsa1, `{"runDetails":{"builder":{"id":"a\u001b[31mb\u202ec"}}}`, "built by a␛[31mb<U+202E>c"},
		{"SPDX", spdx, `{"packages":[{"name":"a"},{"name":"b"},{"name":"c"}]}`, "lists 3 packages"},
		{"CycloneDX", "https://cyclonedx.org/bom", `{"components":[{"name":"a"}]}`, "lists 1 package"},
		{"another kind", "https://example.test/review", `{"by":"me"}`, "https://example.test/review"},
		{"of the wrong shape", spdx, `{"packages":"many"}`, "it says nothing that can be read"},
	} {
		t.Run(test.what, func(t *testing.T) {
			st := shelf{}
			all := attest.Read(t.Context(), st, []v1.Descriptor{st.statement(t, test.kind, test.predicate)})
			if len(all) != 1 || all[0].Summary() != test.summary {
				t.Errorf("%+v\n%s\nwant %s", all, all[0].Summary(), test.summary)
			}
			if first := test.what == "the base behind a copy" || test.what == "a run in the base"; all[0].BaseKnown != first {
				t.Errorf("base known: %v", all[0].BaseKnown)
			}
		})
	}
}

// TestUnreadable: what cannot be read is listed with the reason.
func TestUnreadable(t *testing.T) {
	st := shelf{}
	lost := st.statement(t, spdx, `{}`)
	missing := v1.Descriptor{Digest: lost.Digest}
	missing.Digest.Hex = strings.Repeat("0", 64)
	lying := st.statement(t, slsa1, `{}`)
	st[lying.Digest.String()] = []byte(`{"schemaVersion":2}`)
	large := st.put(t, v1.Manifest{Config: lost, Layers: []v1.Descriptor{{Digest: missing.Digest, Size: 1 << 40, Annotations: map[string]string{"in-toto.io/predicate-type": spdx}}}})
	none := st.manifest(t, slsa1, []byte("no JSON"))
	var got []string
	for _, a := range attest.Read(t.Context(), st, []v1.Descriptor{missing, lying, large, none}) {
		got = append(got, a.Summary())
	}
	for i, want := range []string{"missing", "damaged or changed", "too large", "no in-toto statement"} {
		if i >= len(got) || !strings.Contains(got[i], want) {
			t.Errorf("%q, want %q at %d", got, want, i)
		}
	}
}

// TestInspected: an image in a layout brings its attestations and its base's name.
func TestInspected(t *testing.T) {
	raw, err := os.ReadFile("testdata/max-v1.json")
	if err != nil {
		t.Fatal(err)
	}
	st := shelf{}
	config := st.put(t, v1.ConfigFile{OS: "linux", Architecture: "amd64"})
	im := st.put(t, v1.Manifest{SchemaVersion: 2, Config: config})
	statement := st.manifest(t, slsa1, raw)
	statement.Annotations = map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": im.Digest.String()}
	other := st.statement(t, spdx, `{}`) // of another image
	other.Annotations = map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": other.Digest.String()}
	flat := []v1.Descriptor{im, statement, other}
	saved := statement // as Docker saves one platform of an image
	saved.Annotations, saved.ArtifactType = map[string]string{"io.containerd.manifest.subject": im.Digest.String()}, "application/vnd.docker.attestation.manifest.v1+json"
	nested := st.put(t, v1.IndexManifest{SchemaVersion: 2, MediaType: "application/vnd.oci.image.index.v1+json", Manifests: flat})
	nested.MediaType = "application/vnd.oci.image.index.v1+json"
	for what, manifests := range map[string][]v1.Descriptor{"flat": flat, "nested": {nested}, "saved": {im, saved}} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "blobs", "sha256"), 0o755); err != nil {
			t.Fatal(err)
		}
		index, err := json.Marshal(v1.IndexManifest{SchemaVersion: 2, Manifests: manifests})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "index.json"), index, 0o644); err != nil {
			t.Fatal(err)
		}
		for digest, blob := range st {
			if err := os.WriteFile(filepath.Join(dir, "blobs", strings.Replace(digest, ":", "/", 1)), blob, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		res, err := inspect.Inspect(t.Context(), dir, inspect.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if a := res.Image.Attestations; len(a) != 1 || a[0].Kind != image.Provenance {
			t.Errorf("%s: %+v", what, a)
		}
		if got := res.Image.Base.String(); got != "busybox:1.37 (sha256:e3262a969e02)" {
			t.Errorf("%s: base %q", what, got)
		}
	}
}

// TestBase: which image is the base is said only where it can be shown.
func TestBase(t *testing.T) {
	alpine, golang := image.BaseImage{Name: "alpine:3.20"}, image.BaseImage{Name: "golang:1.24"}
	kit := image.History{Comment: "buildkit.dockerfile.v0"}
	for what, test := range map[string]struct {
		im          image.Image
		annotations map[string]string
		want        string
	}{
		"an annotation":                         {annotations: map[string]string{"org.opencontainers.image.base.name": "docker.io/library/alpine:3.20"}, want: "alpine:3.20"},
		"one image below another's history":     {im: image.Image{History: []image.History{{Comment: "debuerreotype"}, kit}, Attestations: []image.Attestation{{Images: []image.BaseImage{alpine}}}}, want: "alpine:3.20"},
		"one image, but all history is its own": {im: image.Image{History: []image.History{kit, kit}, Attestations: []image.Attestation{{Images: []image.BaseImage{alpine}}}}},
		"two images":                            {im: image.Image{History: []image.History{{}, kit}, Attestations: []image.Attestation{{Images: []image.BaseImage{alpine, golang}}}}},
		"shown by the build steps":              {im: image.Image{Attestations: []image.Attestation{{Images: []image.BaseImage{golang, alpine}, BaseKnown: true}}}, want: "golang:1.24"},
		"nothing":                               {},
	} {
		if got := attest.Base(&test.im, test.annotations).String(); got != test.want {
			t.Errorf("%s: %q, want %q", what, got, test.want)
		}
	}
}
