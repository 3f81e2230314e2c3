package leak_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// layout writes an OCI image layout (image-layout.md of the specification) with
// one uncompressed layer for each list of entries.
func layout(t *testing.T, dir string, config map[string]any, layers ...[]entry) {
	t.Helper()
	type desc struct {
		MediaType string `json:"mediaType"`
		Digest    string `json:"digest"`
		Size      int    `json:"size"`
	}
	blobDir := filepath.Join(dir, "blobs", "sha256")
	if err := os.MkdirAll(blobDir, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(mediaType string, data []byte) desc {
		sum := sha256.Sum256(data)
		name := hex.EncodeToString(sum[:])
		if err := os.WriteFile(filepath.Join(blobDir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
		return desc{mediaType, "sha256:" + name, len(data)}
	}
	asJSON := func(v any) []byte {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var descs []desc
	var diffIDs []string
	for _, entries := range layers {
		d := write("application/vnd.oci.image.layer.v1.tar", layerTar(t, entries))
		descs = append(descs, d)
		diffIDs = append(diffIDs, d.Digest)
	}
	config["rootfs"] = map[string]any{"type": "layers", "diff_ids": diffIDs}
	config["os"], config["architecture"] = "linux", "amd64"
	manifest := write("application/vnd.oci.image.manifest.v1+json", asJSON(map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
		"config": write("application/vnd.oci.image.config.v1+json", asJSON(config)), "layers": descs,
	}))
	for name, data := range map[string][]byte{
		"oci-layout": []byte(`{"imageLayoutVersion":"1.0.0"}`),
		"index.json": asJSON(map[string]any{"schemaVersion": 2, "manifests": []desc{manifest}}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// layerTar makes a layer of entries; whiteouts get the names that layers have.
func layerTar(t *testing.T, entries []entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, e := range entries {
		data := []byte(e.content)
		if e.host != "" {
			var err error
			if data, err = os.ReadFile(e.host); err != nil {
				t.Fatal(err)
			}
		}
		name := strings.TrimPrefix(e.path, "/")
		if e.typ == image.Whiteout {
			name = filepath.ToSlash(filepath.Join(filepath.Dir(name), ".wh."+filepath.Base(name)))
		}
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: int64(e.mode), Size: int64(len(data)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// The whole way: an image on disk, the one pass over its layers, the join with the
// Dockerfile, the findings.
func TestThroughInspection(t *testing.T) {
	dir := t.TempDir()
	tools := tree(t, goroot(t), "/usr/local/go", func(rel string) bool {
		return rel == "VERSION" || strings.HasSuffix(rel, "/compile") || strings.HasPrefix(rel, "src/runtime/")
	})
	config := map[string]any{
		"config": map[string]any{"Env": []string{"NPM_TOKEN=" + canary}},
		"history": []map[string]any{
			{"created_by": "ADD rootfs.tar / # buildkit"},
			{"created_by": "COPY /usr/local/go /usr/local/go # buildkit", "comment": "buildkit.dockerfile.v0"},
			{"created_by": "COPY key /key # buildkit", "comment": "buildkit.dockerfile.v0"},
			{"created_by": "RUN /bin/sh -c rm /key # buildkit", "comment": "buildkit.dockerfile.v0"},
			{"created_by": "ENV NPM_TOKEN=" + canary, "comment": "buildkit.dockerfile.v0", "empty_layer": true},
		},
	}
	layout(t, dir, config,
		[]entry{text("/lib/apk/db/installed", apkInstalled("musl", "busybox"))}, tools,
		[]entry{text("/key", testKey(t, false))}, []entry{gone("/key")})
	s := stage(0, "runtime", 3, "FROM alpine AS runtime", "COPY --from=golang /usr/local/go /usr/local/go", "COPY key /key", "RUN rm /key", "ENV NPM_TOKEN="+canary)
	for i := range s.Steps {
		s.Steps[i].Vertex = i < 4
	}
	graph := &model.Graph{
		Stages:    []model.Stage{s},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "alpine"}, {Kind: model.ExternalImage, Ref: "golang"}},
		Edges: []model.Edge{
			{From: 1, To: 0, Kind: model.EdgeBase, Line: 3},
			{From: 2, To: 0, Kind: model.EdgeCopy, Step: 1, Line: 4, Paths: []string{"/usr/local/go"}},
		},
	}
	res, err := inspect.Inspect(context.Background(), dir, inspect.Options{
		Graph: graph, Target: 0, Platform: "linux/amd64", Judges: []inspect.Judge{leak.New(leak.Options{Graph: graph})},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Findings) != 5 {
		t.Fatalf("%d findings, want 5: %s", len(res.Findings), summary(res.Findings))
	}
	if f := res.Findings[3]; f.Rule != "SD-H004" || f.Line != 3 || f.Severity != finding.Low || f.Subject() != "alpine" {
		t.Errorf("%+v", f)
	}
	goTools := one(t, res.Findings, "SD-T001")
	if goTools.Layer != 1 || goTools.Line != 4 || goTools.Files != len(tools) || goTools.Severity != finding.High {
		t.Errorf("%+v", goTools)
	}
	if key := one(t, res.Findings, "SD-K001"); key.Layer != 2 || key.Deleted != 3 || key.Line != 5 {
		t.Errorf("%+v", key)
	}
	if env := one(t, res.Findings, "SD-K004"); env.Line != 7 || env.Stage != 0 {
		t.Errorf("%+v", env)
	}
	noCanary(t, res.Findings)
}

// No canary may be anywhere in what inspection hands on, in whatever form an
// instruction or a setting holds it; the rest of the text stays.
func TestResultHoldsNoSecret(t *testing.T) {
	const spaced = "my secret " + canary + " with spaces"
	const githubToken = "ghp_" + canary + "aB3dE5fG7hJ9kL1mN212"
	dir := t.TempDir()
	layout(t, dir, map[string]any{
		"config": map[string]any{
			"Env":        []string{"PATH=/bin", "NPM_TOKEN=" + spaced, "DATABASE_URL=mysql://root:" + canary + "@db/app"},
			"Labels":     map[string]string{"com.example.api-key": spaced, "source": "https://me:" + canary + "@git.example.org/x", "title": "shop"},
			"Cmd":        []string{"serve", "--token=" + canary},
			"Entrypoint": []string{"run", githubToken},
		},
		"history": []map[string]any{
			{"created_by": "RUN |2 TOKEN=" + spaced + " A=b /bin/sh -c make # buildkit", "comment": "buildkit.dockerfile.v0"},
			{"created_by": "ENV NPM_TOKEN=" + spaced, "comment": "by " + githubToken, "empty_layer": true},
			{"created_by": "LABEL com.example.api-key=" + spaced + " source=https://me:" + canary + "@git.example.org/x title=shop", "empty_layer": true},
			{"created_by": "/bin/sh -c #(nop)  ARG API_KEY=" + canary, "empty_layer": true},
		},
	}, []entry{text("/app/.env", "API_KEY="+canary)})
	opt := inspect.Options{Platform: "linux/amd64", Judges: []inspect.Judge{leak.New(leak.Options{})}}
	res, err := inspect.Inspect(context.Background(), dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	if data, _ := json.Marshal(res); !strings.Contains(string(data), canary) {
		t.Error("without Redact there is nothing to take out: the test proves nothing")
	}
	found := summary(res.Findings)
	opt.Judges, opt.Redact = []inspect.Judge{leak.New(leak.Options{})}, redact.Text
	if res, err = inspect.Inspect(context.Background(), dir, opt); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{canary, "my secret", "with spaces"} {
		if strings.Contains(string(data), part) {
			t.Errorf("%q is in the result: %s", part, data)
		}
	}
	if got := summary(res.Findings); got != found || len(res.Findings) < 4 {
		t.Errorf("the judges saw something else:\n%s\nwithout Redact:\n%s", got, found)
	}
	c := res.Image.Config
	if c.Env[0] != "PATH=/bin" || c.Env[1] != "NPM_TOKEN=‹redacted›" || c.Labels["title"] != "shop" {
		t.Errorf("%+v", c)
	}
	if got, want := res.Image.Layers[0].CreatedBy, "RUN |2 TOKEN=‹redacted› A=b /bin/sh -c make # buildkit"; got != want {
		t.Errorf("layer: %s, want %s", got, want)
	}
}
