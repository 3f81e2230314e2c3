package config

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

func whole() *image.Image {
	return &image.Image{
		Ref: "registry.example/shop:1.4", Digest: "sha256:" + strings.Repeat("ab", 32), Platform: "linux/arm64/v8",
		Created: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
		Base:    image.BaseImage{Name: "node:20-alpine"},
		Config: image.Config{
			User: "node", WorkingDir: "/app", StopSignal: "SIGTERM",
			Entrypoint: []string{"docker-entrypoint.sh"}, Cmd: []string{"sh", "-c", "node $MAIN"},
			Env:          []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "NPM_TOKEN=‹redacted›", "EMPTY="},
			ExposedPorts: []string{"8080/tcp", "9090/udp"}, Volumes: []string{"/data"},
			Labels: map[string]string{"org.opencontainers.image.source": "https://example.com/shop", "a": "b"},
		},
		Attestations: []image.Attestation{
			{Kind: image.SBOM, Packages: 412},
			{Kind: image.Provenance, Builder: "https://example.com/builder", Problem: "its provenance is cut short"},
		},
		Layers: []image.Layer{
			{Index: 0, Size: 7_000_000, BlobSize: 3_000_000},
			{Index: 1, Size: 500_000, BlobSize: 200_000, Problems: []string{"2 entries lie behind a link"}},
		},
		History: []image.History{
			{CreatedBy: "ADD alpine.tar / # buildkit", Comment: "buildkit.dockerfile.v0", Layer: 0},
			{CreatedBy: "ENV NODE_ENV=production", Empty: true, Layer: -1},
			{CreatedBy: "", Comment: "imported", Layer: 1},
		},
		Problems: []string{"the manifest lists a size that is not the blob's"},
	}
}

func short(s string) string { return strings.TrimSuffix(s, " # buildkit") }

func lines(m *Model) string {
	out := strings.Split(ansi.Strip(strings.Join(m.View(true), "\n")), "\n")
	for i, l := range out {
		out[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(out, "\n") + "\n"
}

func TestGolden(t *testing.T) {
	for name, im := range map[string]*image.Image{"whole": whole(), "bare": {Layers: []image.Layer{{}}}, "windows": {Platform: "windows/amd64"}} {
		m := New(theme.New(theme.Options{}))
		m.SetSize(78, 60)
		m.SetImage(im, short)
		goldens.Check(t, "testdata/"+name+".golden", lines(m))
	}
}

func TestSelected(t *testing.T) {
	m := New(theme.New(theme.Options{}))
	m.SetSize(78, 10)
	m.SetImage(whole(), short)
	var got []string
	for range m.Len() {
		got = append(got, m.Selected())
		m.Key(tea.KeyPressMsg{Code: 'j', Text: "j"})
	}
	all := "\n" + strings.Join(got, "\n") + "\n"
	for _, want := range []string{`sh -c "node $MAIN"`, "NPM_TOKEN=‹redacted›", "a=b", "node", "the manifest lists a size that is not the blob's", ""} {
		if !strings.Contains(all, "\n"+want+"\n") {
			t.Errorf("%q is nowhere under the cursor: %q", want, got)
		}
	}
}

func TestEveryWidth(t *testing.T) {
	m := New(theme.New(theme.Options{}))
	m.SetImage(whole(), short)
	for w := range 120 {
		m.SetSize(w, 9)
		for _, l := range m.View(true) {
			if widget.Width(l) > w {
				t.Fatalf("%q is wider than %d", l, w)
			}
		}
	}
}

// TestHealth: how a container is asked whether it is well stands with what runs.
func TestHealth(t *testing.T) {
	for _, tt := range []struct {
		h    *image.Healthcheck
		want string
	}{
		{&image.Healthcheck{Test: []string{"CMD-SHELL", "curl -f x || exit 1"}, Retries: 2}, "curl -f x || exit 1|every 30s (default), each for at most 30s (default), ill after 2 failures in a row"},
		{&image.Healthcheck{Test: []string{"CMD", "/check", "a b"}}, `/check "a b"|every 30s (default), each for at most 30s (default), ill after 3 (default) failures in a row`},
		{&image.Healthcheck{Test: []string{"NONE"}}, "none is checked: the base image's check is turned off"},
		{nil, ""},
	} {
		im := whole()
		im.Config.Healthcheck = tt.h
		var got []string
		for i, e := range start(im).entries {
			if e.label == "health" || i > 0 && e.label == "" {
				got = append(got, e.value)
			}
		}
		if strings.Join(got, "|") != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
