package accuracy

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// write writes the image as an OCI layout (image-layout.md) with plain layers.
func (p *picture) write(dir string) error {
	blobs := filepath.Join(dir, "blobs", "sha256")
	if err := os.MkdirAll(blobs, 0o755); err != nil {
		return err
	}
	type descriptor struct {
		MediaType string `json:"mediaType"`
		Digest    string `json:"digest"`
		Size      int    `json:"size"`
	}
	const oci = "application/vnd.oci.image."
	put := func(mediaType string, data []byte) (descriptor, error) {
		sum := sha256.Sum256(data)
		name := hex.EncodeToString(sum[:])
		return descriptor{oci + mediaType, "sha256:" + name, len(data)}, os.WriteFile(filepath.Join(blobs, name), data, 0o644)
	}
	var layers []descriptor
	var sums []string
	for _, entries := range p.layers {
		data, err := asTar(entries)
		if err != nil {
			return err
		}
		d, err := put("layer.v1.tar", data)
		if err != nil {
			return err
		}
		layers, sums = append(layers, d), append(sums, d.Digest)
	}
	document := func(kind string, v any) (descriptor, error) {
		data, err := json.Marshal(v)
		if err != nil {
			return descriptor{}, err
		}
		return put(kind, data)
	}
	about, err := document("config.v1+json", map[string]any{
		"os": "linux", "architecture": runtime.GOARCH, "config": p.config, "history": p.history,
		"rootfs": map[string]any{"type": "layers", "diff_ids": sums},
	})
	if err != nil {
		return err
	}
	manifest, err := document("manifest.v1+json", map[string]any{
		"schemaVersion": 2, "mediaType": oci + "manifest.v1+json", "config": about, "layers": layers,
	})
	if err != nil {
		return err
	}
	index, err := json.Marshal(map[string]any{"schemaVersion": 2, "manifests": []descriptor{manifest}})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "index.json"), index, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o644)
}

func asTar(entries []entry) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{
			Name: strings.TrimPrefix(e.path, "/"), Mode: e.mode, Typeflag: e.kind, Linkname: e.link,
			Size: int64(len(e.data)), Uid: e.uid, Gid: e.uid, ModTime: time.Unix(1700000000, 0),
		}
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
			if strings.HasSuffix(e.path, "/") {
				h.Typeflag = tar.TypeDir
			}
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
