package content_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/model/image"
)

// entry is an entry of a layer; without a type it is a regular file.
type entry struct {
	name, text string
	typ        byte
	link       string
	mode       int64
	sparse     bool
}

func dir(name string) entry           { return entry{name: name, typ: tar.TypeDir, mode: 0o755} }
func link(name, to string) entry      { return entry{name: name, typ: tar.TypeSymlink, link: to} }
func hard(name, to string) entry      { return entry{name: name, typ: tar.TypeLink, link: to} }
func text(name, content string) entry { return entry{name: name, text: content} }

// layer packs entries as they are: archive/tar writes any name.
func layer(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.typ, Linkname: e.link, Mode: e.mode, Size: int64(len(e.text)), Format: tar.FormatPAX}
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if e.sparse {
			h.PAXRecords = map[string]string{"GNU.sparse.major": "1"}
			h.Format = tar.FormatPAX
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatalf("%q: %v", e.name, err)
		}
		w.Write([]byte(e.text))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func zipped(t testing.TB, raw []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	w.Write(raw)
	w.Close()
	return buf.Bytes()
}

// saved writes what docker save writes of an image with the layers.
func saved(t testing.TB, layers ...[]byte) string {
	t.Helper()
	var ids, names []string
	var entries []entry
	for i, raw := range layers {
		plain := raw
		if bytes.HasPrefix(raw, []byte("\x1f\x8b")) {
			z, err := gzip.NewReader(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if _, err := out.ReadFrom(z); err != nil {
				t.Fatal(err)
			}
			plain = out.Bytes()
		}
		ids = append(ids, fmt.Sprintf("sha256:%x", sha256.Sum256(plain)))
		names = append(names, fmt.Sprintf("%d/layer.tar", i))
		entries = append(entries, text(names[i], string(raw)))
	}
	document := func(v any) string {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	entries = append(entries, text("config.json", document(map[string]any{
		"architecture": "amd64", "os": "linux", "rootfs": map[string]any{"type": "layers", "diff_ids": ids},
	})), text("manifest.json", document([]any{map[string]any{"Config": "config.json", "RepoTags": []string{"made:here"}, "Layers": names}})))
	name := filepath.Join(t.TempDir(), "image.tar")
	if err := os.WriteFile(name, layer(t, entries...), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// open looks through an image.
func open(t testing.TB, ref string) (*image.Image, *content.Reader) {
	t.Helper()
	res, err := inspect.Inspect(context.Background(), ref, inspect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res.Image, content.New(res.Image, ref)
}

// made is an image with the layers, looked through; how says how they are stored.
func made(t testing.TB, how string, layers ...[]byte) (*image.Image, *content.Reader) {
	t.Helper()
	if how == "gzip" {
		for i := range layers {
			layers[i] = zipped(t, layers[i])
		}
	}
	name := saved(t, layers...)
	if how == "whole" {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		name += ".gz"
		if err := os.WriteFile(name, zipped(t, raw), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return open(t, name)
}
