package main

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// secretCanary is in every secret of the canary image; secretToken is a token with it.
const (
	secretCanary = "c4n4ryQ7zP2mK9xW"
	secretToken  = "ghp_" + secretCanary + "aB3dE5fG7hJ9kL1mN212"
)

// canaryImage writes an image that holds the canary wherever an image can hold a secret.
func canaryImage(t *testing.T) string {
	t.Helper()
	files := map[string]string{
		"root/.npmrc":                "//r.example.net/:_authToken=" + secretCanary + "\n",
		"root/.netrc":                "machine h login me password " + secretCanary + "\n",
		"root/.git-credentials":      "https://me:" + secretCanary + "@git.example.net\n",
		"root/.docker/config.json":   `{"auths":{"ghcr.io":{"auth":"` + secretCanary + `"}}}`,
		"root/.aws/credentials":      "[default]\naws_secret_access_key=" + secretCanary + "\n",
		"root/.config/gcloud/x.json": `{"type":"authorized_user","refresh_token":"` + secretCanary + `"}`,
		"app/.env":                   "API_KEY=" + secretCanary + "\nexport DATABASE_URL=postgres://u:" + secretCanary + "@db/x\n",
		"app/run.js":                 "const t = '" + secretToken + "'\n",
		"app/x.pgpass/.pgpass":       "db:5432:*:me:" + secretCanary + "\n",
		"app/secret.yaml":            "kind: Secret\nstringData:\n  password: " + secretCanary + "\n",
		"etc/shadow":                 "root:$6$" + secretCanary + "$" + secretCanary + ":1:0:99999:7:::\n",
		"app/config.json":            `{"key": "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg` + secretCanary + `TUlHSEFnRUFNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQkcwd2F3SUJBUVFnVFVs\n-----END PRIVATE KEY-----\n"}`,
	}
	layerOf := func(files map[string]string) v1.Layer {
		var buf bytes.Buffer
		w := tar.NewWriter(&buf)
		for name, content := range files {
			err := errors.Join(w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}), ignored(w.Write([]byte(content))))
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(buf.Bytes())), nil })
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	im, err := mutate.Append(empty.Image,
		mutate.Addendum{Layer: layerOf(files), History: v1.History{CreatedBy: "RUN |2 NPM_TOKEN=" + secretCanary + " A=b /bin/sh -c curl -u me:" + secretCanary + " https://h.example.net # buildkit", Comment: "by " + secretToken}},
		mutate.Addendum{Layer: layerOf(map[string]string{"root/.wh..npmrc": ""}), History: v1.History{CreatedBy: "RUN /bin/sh -c tool --password " + secretCanary + " <<EOF\ntoken=" + secretCanary + "\nEOF\n # buildkit", Author: secretToken}},
	)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := im.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	cfg = cfg.DeepCopy()
	cfg.OS, cfg.Architecture, cfg.Author = "linux", "amd64", secretToken
	cfg.Config = v1.Config{
		Env:        []string{"PATH=/bin", "DB_PASSWORD=" + secretCanary, "URL=https://me:" + secretCanary + "@h.example.net/"},
		Labels:     map[string]string{"com.example.api-key": secretCanary, "source": "https://me:" + secretCanary + "@git.example.net/x"},
		Entrypoint: []string{"run", "--password", secretCanary}, Cmd: []string{"serve", "--token=" + secretCanary, secretToken},
		Healthcheck: &v1.HealthConfig{Test: []string{"CMD-SHELL", "curl -H 'Authorization: Bearer " + secretCanary + "' localhost"}},
	}
	cfg.History = append(cfg.History, v1.History{CreatedBy: "ENV DB_PASSWORD=" + secretCanary, EmptyLayer: true}, v1.History{CreatedBy: `CMD ["serve" "--token=` + secretCanary + `"]`, EmptyLayer: true})
	if im, err = mutate.ConfigFile(im, cfg); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "image")
	p, err := layout.Write(dir, empty.Index)
	if err == nil {
		err = p.AppendImage(im)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// emptyImage writes an image without files and settings.
func emptyImage(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "empty")
	p, err := layout.Write(dir, empty.Index)
	if err == nil {
		err = p.AppendImage(empty.Image)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func ignored(_ int, err error) error { return err }

// noSecret fails when a surface tells the canary, or a good part of it.
func noSecret(t *testing.T, surface, text string) {
	t.Helper()
	for _, part := range []string{secretCanary, secretCanary[:8], secretCanary[8:]} {
		if i := strings.Index(text, part); i >= 0 {
			t.Errorf("%s tells it: …%s…", surface, text[max(0, i-120):min(len(text), i+40)])
			return
		}
	}
}

// Nothing that stagedive prints or keeps of an image holds a secret's value.
func TestNoReportTellsASecret(t *testing.T) {
	image, cache := canaryImage(t), t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	call := func(args ...string) string {
		var out bytes.Buffer
		env := environment{stdin: strings.NewReader(""), stdout: &out, stderr: &out, getenv: os.Getenv, environ: os.Environ()}
		run(context.Background(), args, env)
		return out.String()
	}
	for _, part := range []string{"", "--files", "--layers", "--tree", "--packages", "--bytes"} {
		for _, format := range []string{"text", "json", "markdown"} {
			args := []string{"inspect", image, "--format", format}
			if part != "" {
				args = append(args, part)
			}
			out := call(args...)
			if part == "" && !strings.Contains(out, "SD-K002") && !strings.Contains(out, "npm credentials") {
				t.Fatalf("%v finds nothing:\n%s", args, out)
			}
			noSecret(t, strings.Join(args[2:], " "), out)
		}
	}
	for _, format := range checkFormats {
		out := call("check", image, "--format", format)
		if !strings.Contains(out, "npm credentials") {
			t.Errorf("check --format %s finds nothing:\n%s", format, out)
		}
		noSecret(t, "check --format "+format, out)
	}
	other := emptyImage(t)
	for _, format := range comparisonFormats {
		for _, sides := range [][]string{{image, other}, {other, image}, {image, image}} {
			args := append([]string{"compare", "--all", "--format", format}, sides...)
			out := call(args...)
			if sides[0] != sides[1] && !(strings.Contains(out, "npm credentials") && strings.Contains(out, "DB_PASSWORD")) {
				t.Errorf("%v finds nothing:\n%s", args, out)
			}
			noSecret(t, "compare --format "+format, out)
		}
	}
	noted := false
	err := filepath.WalkDir(cache, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(p)
		noted = noted || bytes.Contains(raw, []byte("_authToken"))
		noSecret(t, "the cache", string(raw))
		return err
	})
	if err != nil || !noted {
		t.Errorf("the cache was not looked into: %v", err)
	}
}

// No screen of the explorer shows one either, until somebody opens the file.
func TestNoScreenShowsASecret(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	image := canaryImage(t)
	res, err := inspect.Inspect(context.Background(), image, looking(inspect.Options{}, nil))
	if err != nil {
		t.Fatal(err)
	}
	d := tuitest.New(t, tui.Config{
		Ref: image, Image: res.Image, Findings: res.Findings, Profile: colorprofile.TrueColor, NoBuilder: "an image that is finished",
	}).Size(200, 60)
	seen := ""
	look := func(after string) {
		t.Helper()
		frame := ansi.Strip(d.Frame())
		seen += frame
		noSecret(t, "the screen after "+after, frame)
	}
	look("nothing")
	for _, key := range strings.Fields("G up tab j j l G o a C L esc ] j j ] j j ] j ] j z esc 4 j j j j j j j j j j j j j j j j esc 3 ? esc") {
		d.Press(key).Advance(time.Minute).Settle()
		look(key)
	}
	for _, word := range []string{"npm credentials", "DB_PASSWORD", "‹redacted›"} {
		if !strings.Contains(strings.ToLower(seen), strings.ToLower(word)) {
			t.Errorf("no screen showed %q: the test looks at the wrong ones", word)
		}
	}
}

// What steps print is on the screen and in records, but for secrets that their form tells.
func TestLogsHaveNoSecret(t *testing.T) {
	const key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg" + secretCanary + "TUlHSEFnRUFNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQkcwd2F3SUJBUVFnVFVs\n-----END PRIVATE KEY-----\n"
	for _, text := range []string{
		"+ curl -H 'Authorization: Bearer " + secretCanary + "'\n", "Cloning https://me:" + secretCanary + "@git.example.net/x\n", "token " + secretToken + " is valid\n", key,
	} {
		e := build.Event{Log: &build.Log{Vertex: "a", Stream: 1, Text: "before\n" + text + "after\n"}}
		for _, got := range []build.Event{withoutTokens(e), redacted(e)} {
			noSecret(t, "the log", got.Log.Text)
			if !strings.HasPrefix(got.Log.Text, "before\n") || !strings.HasSuffix(got.Log.Text, "after\n") {
				t.Errorf("more than the secret is gone: %q", got.Log.Text)
			}
		}
		if !strings.Contains(e.Log.Text, secretCanary) {
			t.Error("the event itself was changed")
		}
	}
	plain := build.Event{Log: &build.Log{Text: "npm warn deprecated token@1.0: use password-hash\nauth: ok\n"}}
	if got := redacted(plain); got.Log.Text != plain.Log.Text {
		t.Errorf("%q became %q", plain.Log.Text, got.Log.Text)
	}
}
