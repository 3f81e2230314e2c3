package inspect_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// files packs a layer: pairs of name and content.
func files(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: pairs[i], Mode: 0o644, Size: int64(len(pairs[i+1]))}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, pairs[i+1])
	}
	w.Close()
	return buf.Bytes()
}

// build makes an image of two layers that says which architecture it is for.
func build(t testing.TB, arch string) v1.Image {
	t.Helper()
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	var adds []mutate.Addendum
	for i, raw := range [][]byte{files(t, "etc/arch", arch, "etc/old", "old"), files(t, "etc/.wh.old", "", "app/main", "hello")} {
		l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil },
			tarball.WithMediaType(types.OCILayer))
		if err != nil {
			t.Fatal(err)
		}
		adds = append(adds, mutate.Addendum{Layer: l, History: v1.History{CreatedBy: []string{"COPY etc /etc # buildkit", "COPY app /app # buildkit"}[i]}})
	}
	adds = append(adds, mutate.Addendum{History: v1.History{CreatedBy: `CMD ["/app/main"]`, EmptyLayer: true}})
	img, err := mutate.Append(img, adds...)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	cfg = cfg.DeepCopy()
	cfg.OS, cfg.Architecture = "linux", arch
	cfg.Config.Cmd = []string{"/app/main"}
	cfg.Config.Labels = map[string]string{"title": "app"}
	if img, err = mutate.ConfigFile(img, cfg); err != nil {
		t.Fatal(err)
	}
	return img
}

func tag(ref string) layout.Option {
	return layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": ref})
}

// ociDir writes images to a layout directory.
func ociDir(t testing.TB, images ...v1.Image) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lay:out") // colons in paths are no tags
	p, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for i, img := range images {
		if err := p.AppendImage(img, tag([]string{"one", "two", "three"}[i])); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// tarDir packs a directory, and extra files behind it, into a tar file.
func tarDir(t testing.TB, dir string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "image.tar")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := tar.NewWriter(f)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func dockerTar(t testing.TB, img v1.Image) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "docker.tar")
	ref, err := name.NewTag("example.test/me/app:1")
	if err != nil {
		t.Fatal(err)
	}
	if err := tarball.WriteToFile(file, ref, img); err != nil {
		t.Fatal(err)
	}
	return file
}

func open(t testing.TB, ref string, opt inspect.Options) *image.Image {
	t.Helper()
	res, err := inspect.Inspect(context.Background(), ref, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res.Image
}

func stack(im *image.Image) *image.Tree {
	var trees []*image.Tree
	for _, l := range im.Layers {
		trees = append(trees, l.Tree)
	}
	return image.Stack(trees...)
}

// TestForms: one image in each form that a file or directory can have.
func TestForms(t *testing.T) {
	img := build(t, "amd64")
	dir := ociDir(t, img)
	docker := dockerTar(t, img)
	for name, ref := range map[string]string{
		"layout": dir, "layout with scheme": "oci:" + dir, "layout with tag": dir + ":one",
		"oci archive": tarDir(t, dir), "docker archive": docker, "docker archive with tag": docker + ":1",
		"docker archive with whole tag": "docker-archive:" + docker + ":example.test/me/app:1",
	} {
		t.Run(name, func(t *testing.T) {
			im := open(t, ref, inspect.Options{})
			if im.Platform != "linux/amd64" || len(im.Problems) > 0 || len(im.Layers) != 2 || im.Size() != 13 {
				t.Fatalf("%+v", im)
			}
			for _, l := range im.Layers {
				if len(l.Problems) > 0 || l.DiffID == "" || l.BlobSize == 0 || l.CreatedBy == "" {
					t.Errorf("%+v", l)
				}
			}
			tree := stack(im)
			if id, ok := tree.Find("/etc/old"); !ok || tree.Change(id) != image.Removed {
				t.Error("/etc/old is not removed")
			}
			if im.Config.Cmd[0] != "/app/main" || im.Config.Labels["title"] != "app" {
				t.Errorf("config %+v", im.Config)
			}
			if h := im.History; len(h) != 3 || h[1].Layer != 1 || h[2].Layer != -1 {
				t.Errorf("history %+v", h)
			}
		})
	}
}

func TestJoined(t *testing.T) {
	g := &model.Graph{Stages: []model.Stage{{Line: 1, EndLine: 3, Steps: []model.Step{
		{Command: "FROM", Line: 1}, {Index: 1, Command: "COPY", Text: "COPY app /app", Line: 2, EndLine: 2}, {Index: 2, Command: "CMD", Line: 3, EndLine: 3},
	}}}, Externals: []model.External{{Kind: model.ExternalImage, Ref: "base"}}, Edges: []model.Edge{{From: 1, To: 0, Kind: model.EdgeBase}}}
	im := open(t, ociDir(t, build(t, "amd64")), inspect.Options{Graph: g})
	if a, b := im.Layers[0].Origin, im.Layers[1].Origin; !a.Base || b.Line != 2 || b.Step != 1 {
		t.Errorf("origins %+v, %+v", a, b)
	}
}

// TestNestedIndex: an index in an index, two platforms and an attestation.
func TestNestedIndex(t *testing.T) {
	attestation := mutate.IndexAddendum{Add: build(t, "none"), Descriptor: v1.Descriptor{
		Platform:    &v1.Platform{OS: "unknown", Architecture: "unknown"},
		Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest"},
	}}
	inner := mutate.AppendManifests(empty.Index, attestation)
	for _, arch := range []string{"amd64", "arm64"} {
		inner = mutate.AppendManifests(inner, mutate.IndexAddendum{Add: build(t, arch), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}}})
	}
	dir := t.TempDir()
	p, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.AppendIndex(inner, tag("latest")); err != nil {
		t.Fatal(err)
	}
	for _, ref := range []string{dir, tarDir(t, dir)} {
		for _, arch := range []string{"amd64", "arm64"} {
			if im := open(t, ref, inspect.Options{Platform: "linux/" + arch}); im.Platform != "linux/"+arch {
				t.Errorf("asked for %s, got %s", arch, im.Platform)
			}
		}
		_, err := inspect.Inspect(context.Background(), ref, inspect.Options{Platform: "linux/s390x"})
		if !errors.Is(err, source.ErrPlatform) || !strings.Contains(err.Error(), "linux/amd64, linux/arm64") {
			t.Errorf("err = %v", err)
		}
	}
	d, err := inner.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if im := open(t, dir+"@"+d.String(), inspect.Options{Platform: "linux/arm64"}); im.Platform != "linux/arm64" {
		t.Errorf("by digest: %s", im.Platform)
	}
}

func TestSeveralImages(t *testing.T) {
	dir := ociDir(t, build(t, "amd64"), build(t, "arm64"))
	if _, err := resolve.Open(context.Background(), dir, resolve.Options{}); err == nil || !strings.Contains(err.Error(), "one, two") {
		t.Errorf("err = %v", err)
	}
	if im := open(t, dir+":two", inspect.Options{}); im.Platform != "linux/arm64" {
		t.Errorf("two is %s", im.Platform)
	}
	if _, err := resolve.Open(context.Background(), "oci:"+dir+":four", resolve.Options{}); err == nil || !strings.Contains(err.Error(), `"four"`) {
		t.Errorf("err = %v", err)
	}
}

// TestDamaged: what is broken is told in a sentence, the rest is shown.
func TestDamaged(t *testing.T) {
	img := build(t, "amd64")
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	d, _ := layers[1].Digest()
	blob := func(dir string) string { return filepath.Join(dir, "blobs", "sha256", d.Hex) }

	t.Run("a missing layer", func(t *testing.T) {
		dir := ociDir(t, img)
		os.Remove(blob(dir))
		im := open(t, dir, inspect.Options{})
		if p := im.Layers[1].Problems; len(p) != 1 || !strings.Contains(p[0], "missing") || im.Layers[0].Size == 0 {
			t.Errorf("%q", p)
		}
	})
	t.Run("a layer that lies", func(t *testing.T) {
		dir := ociDir(t, img)
		os.WriteFile(blob(dir), files(t, "else", "x"), 0o644)
		im := open(t, dir, inspect.Options{})
		if p := im.Layers[1].Problems; len(p) != 1 || !strings.Contains(p[0], "damaged or changed") {
			t.Errorf("%q", p)
		}
	})
	t.Run("a configuration that lies", func(t *testing.T) {
		dir := ociDir(t, img)
		c, _ := img.ConfigName()
		os.WriteFile(filepath.Join(dir, "blobs", "sha256", c.Hex), []byte("{"), 0o644)
		im := open(t, dir, inspect.Options{})
		if len(im.Problems) != 2 || !strings.Contains(im.Problems[1], "configuration cannot be read") || im.Size() == 0 {
			t.Errorf("%q", im.Problems)
		}
	})
	t.Run("a foreign layer elsewhere", func(t *testing.T) {
		foreign := static.NewLayer([]byte("x"), types.DockerForeignLayer)
		img, err := mutate.Append(img, mutate.Addendum{Layer: foreign, MediaType: types.DockerForeignLayer})
		if err != nil {
			t.Fatal(err)
		}
		dir := ociDir(t, img)
		h, _ := foreign.Digest()
		os.Remove(filepath.Join(dir, "blobs", "sha256", h.Hex))
		im := open(t, dir, inspect.Options{})
		if p := im.Layers[2].Problems; len(p) != 1 || !strings.Contains(p[0], "foreign") {
			t.Errorf("%q", p)
		}
	})
}

// TestTruncated cuts archives at every tenth: never a crash, always a sentence.
func TestTruncated(t *testing.T) {
	img := build(t, "amd64")
	for name, whole := range map[string]string{"oci": tarDir(t, ociDir(t, img)), "docker": dockerTar(t, img)} {
		raw, err := os.ReadFile(whole)
		if err != nil {
			t.Fatal(err)
		}
		end := bytes.LastIndexFunc(raw, func(r rune) bool { return r != 0 })
		for cut := 0; cut < end; cut += end / 10 {
			file := filepath.Join(t.TempDir(), "cut.tar")
			os.WriteFile(file, raw[:cut], 0o644)
			res, err := inspect.Inspect(context.Background(), file, inspect.Options{})
			switch {
			case err != nil:
				if !strings.Contains(err.Error(), file) {
					t.Errorf("%s cut at %d: %v", name, cut, err)
				}
			case len(res.Image.Problems) == 0:
				t.Errorf("%s cut at %d: no problem told", name, cut)
			}
		}
	}
}

// TestSalvage: index.json is behind the cut, the blobs are not.
func TestSalvage(t *testing.T) {
	dir := ociDir(t, build(t, "amd64"))
	raw, err := os.ReadFile(tarDir(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "cut.tar")
	at := bytes.Index(raw, []byte("index.json"))
	os.WriteFile(file, raw[:at+100], 0o644)
	im := open(t, file, inspect.Options{})
	if im.Size() != 13 || len(im.Problems) != 1 || !strings.Contains(im.Problems[0], "cut off") {
		t.Errorf("%d bytes, %q", im.Size(), im.Problems)
	}
}

func TestNoImage(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, p []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, p, 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for ref, want := range map[string]string{
		filepath.Join(dir, "none"): "neither a directory nor a file",
		dir:                        "no OCI layout",
		write("empty", nil):        "empty",
		write("text", []byte(strings.Repeat("hello\n", 500))): "no tar file",
		write("x.tar.gz", []byte{0x1f, 0x8b, 8, 0}):           "save it again",
		write("x.tar.xz", []byte("\xfd7zXZ\x00....")):         "unxz",
		write("text.gz", squeeze(t, []byte("hello"))):         "no tar file",
		write("rootfs.tgz", squeeze(t, files(t, "a", "x"))):   "docker save",
		write("rootfs.tar", files(t, "bin/sh", "x")):          "docker save",
		write("list.tar", files(t, "manifest.json", "[]")):    "lists no image",
		write("bad.tar", files(t, "manifest.json", "{")):      "manifest.json",
		write("badoci.tar", files(t, "index.json", "{}")):     "index is empty",
	} {
		_, err := inspect.Inspect(context.Background(), ref, inspect.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", ref, err, want)
		}
	}
}

func TestWindows(t *testing.T) {
	img := build(t, "amd64")
	cfg, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	cfg = cfg.DeepCopy()
	cfg.OS = "windows"
	if img, err = mutate.ConfigFile(img, cfg); err != nil {
		t.Fatal(err)
	}
	im := open(t, ociDir(t, img), inspect.Options{})
	if im.Platform != "windows/amd64" || len(im.Problems) != 1 || im.Size() == 0 {
		t.Errorf("%+v", im)
	}
}
