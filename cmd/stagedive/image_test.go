package main

import (
	"archive/tar"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// newKey is a private key that nobody has used.
func newKey() (string, error) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), err
}

// key FILE writes a private key.
func cmdKey(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: key FILE")
	}
	key, err := newKey()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(key), 0o600))
}

// image KIND FILE writes what `docker save` writes, of an image with a layer: a
// clean one, a leaky one, one with hostile file names, or one that lies about
// its layer's digest; or of a wasteful one or one with packages, which have two.
func cmdImage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: image clean|leaky|hostile|lying|wasteful|packaged FILE")
	}
	files := map[string]string{"hello.txt": "hello\n"}
	lie := false
	var more []map[string]string
	switch args[0] {
	case "clean":
	case "leaky":
		key, err := newKey()
		ts.Check(err)
		files["root/.ssh/id_ed25519"] = key
	case "hostile":
		files["a\x1b]0;owned\x07\x1b[2J\u202e.txt"] = "x"
		files["line\nbreak"] = "x"
		files["/etc/absolute"] = "x"
		files["../../escaping"] = "x"
	case "lying":
		lie = true
	case "wasteful":
		files = map[string]string{
			"app/tmp/one": strings.Repeat("1", 3000), "app/tmp/two": strings.Repeat("2", 2000), "app/run": strings.Repeat("r", 1500), "app/again/run": strings.Repeat("r", 1500),
			"app/settings": strings.Repeat("s", 700), "usr/share/man/man1/run.1": strings.Repeat("m", 400), "usr/share/doc/run/copyright": "free",
		}
		more = append(more, map[string]string{"app/.wh.tmp": "", "app/settings": strings.Repeat("t", 700)})
	case "packaged":
		files = map[string]string{
			"var/lib/dpkg/status":                           "Package: gcc-12\nStatus: install ok installed\nInstalled-Size: 51000\nVersion: 12.2.0-14\n\nPackage: zlib1g\nStatus: install ok installed\nVersion: 1.2.13\n",
			"app/package.json":                              `{"dependencies":{"express":"4"},"devDependencies":{"jest":"29"}}`,
			"app/node_modules/express/package.json":         `{"name":"express","version":"4.19.2"}`,
			"app/node_modules/jest/package.json":            `{"name":"jest","version":"29.7.0"}`,
			"app/node_modules/od\x1b[2Jd/package.json":      `{"name":"od\u001b[2Jd","version":"1"}`,
			"app/site-packages/six-1.16.dist-info/METADATA": "Name: six\nVersion: 1.16\n",
		}
		more = append(more, map[string]string{"var/lib/dpkg/status": "Package: zlib1g\nStatus: install ok installed\nVersion: 1.2.13\n"})
	default:
		ts.Fatalf("no such image: %s", args[0])
	}
	archive, err := savedLayers(lie, append([]map[string]string{files}, more...)...)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), archive, 0o644))
}

// savedImage is an archive of an image with one layer.
func savedImage(files map[string]string, lie bool) ([]byte, error) { return savedLayers(lie, files) }

// savedLayers is an archive in the form of `docker save`
// (docker-image-spec v1.2, "Combined Image JSON + Filesystem Changeset Format").
func savedLayers(lie bool, layers ...map[string]string) ([]byte, error) {
	var diffIDs, names []string
	var history []any
	out := map[string]string{}
	for i, files := range layers {
		layer, err := tarOf(files)
		if err != nil {
			return nil, err
		}
		diffID := fmt.Sprintf("sha256:%x", sha256.Sum256(layer))
		if lie {
			diffID = fmt.Sprintf("sha256:%x", sha256.Sum256([]byte("something else")))
		}
		diffIDs, names = append(diffIDs, diffID), append(names, fmt.Sprintf("layer%d.tar", i))
		by := "COPY . / # buildkit"
		if i > 0 {
			by = "RUN /bin/sh -c ./tidy # buildkit"
		}
		history = append(history, map[string]any{"created_by": by})
		out[names[i]] = string(layer)
	}
	config, err := json.Marshal(map[string]any{
		"architecture": "amd64", "os": "linux", "config": map[string]any{},
		"rootfs": map[string]any{"type": "layers", "diff_ids": diffIDs}, "history": history,
	})
	if err != nil {
		return nil, err
	}
	manifest, err := json.Marshal([]any{map[string]any{
		"Config": "config.json", "RepoTags": []string{"made:here"}, "Layers": names,
	}})
	if err != nil {
		return nil, err
	}
	out["config.json"], out["manifest.json"] = string(config), string(manifest)
	return tarOf(out)
}

func tarOf(files map[string]string) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) { // what is cut off is the same each time
		text := files[name]
		h := &tar.Header{Name: name, Mode: 0o600, Size: int64(len(text)), Typeflag: tar.TypeReg}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(text)); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), w.Close()
}
