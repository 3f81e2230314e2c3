package hostile

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// layer is one layer and what the image says about it.
type layer struct {
	tar  content
	pack func(io.Writer) io.WriteCloser // compresses it; nil for a bare tar

	// What the manifest or the configuration says where it is not the truth.
	digest, diffID, mediaType string
	size                      any

	missing bool                    // its blob is not there
	place   func(path string) error // puts something else where its blob belongs
}

// picture is an image: layers, and what is said of them.
type picture struct {
	layers   []layer
	config   func(config map[string]any)   // changes the configuration; nil leaves it
	manifest func(manifest map[string]any) // changes the manifest; nil leaves it
	index    func(index map[string]any)    // changes index.json; nil leaves it

	rawConfig, rawManifest, rawIndex []byte // stand in the place of what is made

	after func(dir string) error // the last touch to the directory
}

type made struct {
	digest, diffID string
	size           int64
}

// count takes the digest and the length of what goes by.
type count struct {
	io.Writer
	n int64
}

func (c *count) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += int64(n)
	return n, err
}

// blob writes a layer's blob into a directory, under its digest.
func (l layer) blob(dir string) (made, error) {
	f, err := os.CreateTemp(dir, "blob-*")
	if err != nil {
		return made{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	stored, diff := sha256.New(), sha256.New()
	out := bufio.NewWriterSize(f, 1<<20)
	all := &count{Writer: io.MultiWriter(out, stored)}
	to := io.Writer(all)
	var z io.WriteCloser
	if l.pack != nil {
		z = l.pack(all)
		to = z
	}
	inner := bufio.NewWriterSize(io.MultiWriter(to, diff), 1<<20)
	err = l.tar(inner)
	if err == nil {
		err = inner.Flush()
	}
	if err == nil && z != nil {
		err = z.Close()
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return made{}, err
	}
	m := made{"sha256:" + hex.EncodeToString(stored.Sum(nil)), "sha256:" + hex.EncodeToString(diff.Sum(nil)), all.n}
	return m, os.Rename(f.Name(), filepath.Join(dir, m.digest[len("sha256:"):]))
}

func put(dir string, content []byte) (string, error) {
	sum := fmt.Sprintf("%x", sha256.Sum256(content))
	return "sha256:" + sum, os.WriteFile(filepath.Join(dir, sum), content, 0o644)
}

// described is a layer as the manifest lists it.
func (l layer) described(m made) map[string]any {
	d := map[string]any{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": m.digest, "size": any(m.size)}
	if l.mediaType != "" {
		d["mediaType"] = l.mediaType
	}
	if l.digest != "" {
		d["digest"] = l.digest
	}
	if l.size != nil {
		d["size"] = l.size
	}
	return d
}

// layout writes the image as an OCI layout directory.
func (p picture) layout(dir string) (string, error) {
	dir = filepath.Join(dir, "image")
	blobs := filepath.Join(dir, "blobs", "sha256")
	if err := os.MkdirAll(blobs, 0o755); err != nil {
		return "", err
	}
	var layers, diffs, history []any
	for i, l := range p.layers {
		m, err := l.blob(blobs)
		if err != nil {
			return "", err
		}
		layers = append(layers, l.described(m))
		if l.diffID != "" {
			m.diffID = l.diffID
		}
		diffs = append(diffs, m.diffID)
		history = append(history, map[string]any{"created_by": fmt.Sprintf("COPY %d / # buildkit", i)})
		path := filepath.Join(blobs, m.digest[len("sha256:"):])
		if l.missing || l.place != nil {
			if err := os.Remove(path); err != nil {
				return "", err
			}
		}
		if l.place != nil {
			if err := l.place(path); err != nil {
				return "", err
			}
		}
	}
	config := map[string]any{
		"architecture": "amd64", "os": "linux", "config": map[string]any{"Env": []any{"PATH=/bin"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": diffs}, "history": history,
	}
	c, err := p.document(blobs, config, p.config, p.rawConfig, "application/vnd.oci.image.config.v1+json")
	if err != nil {
		return "", err
	}
	manifest := map[string]any{"schemaVersion": 2, "mediaType": manifestType, "config": c, "layers": layers}
	m, err := p.document(blobs, manifest, p.manifest, p.rawManifest, manifestType)
	if err != nil {
		return "", err
	}
	index := map[string]any{"schemaVersion": 2, "mediaType": indexType, "manifests": []any{m}}
	raw, err := written(index, p.index, p.rawIndex)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "index.json"), raw, 0o644)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o644)
	}
	if err == nil && p.after != nil {
		err = p.after(dir)
	}
	return dir, err
}

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	indexType    = "application/vnd.oci.image.index.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar"
)

// written is a document after its change, or what stands in its place.
func written(doc map[string]any, change func(map[string]any), instead []byte) ([]byte, error) {
	if instead != nil {
		return instead, nil
	}
	if change != nil {
		change(doc)
	}
	return json.Marshal(doc)
}

// document puts a document among the blobs and returns its descriptor.
func (p picture) document(blobs string, doc map[string]any, change func(map[string]any), instead []byte, mediaType string) (map[string]any, error) {
	raw, err := written(doc, change, instead)
	if err != nil {
		return nil, err
	}
	digest, err := put(blobs, raw)
	return map[string]any{"mediaType": mediaType, "digest": digest, "size": len(raw)}, err
}

// saved writes the image as `docker save` did before OCI layouts: a tar file of
// manifest.json, a configuration and layers. change may change what manifest.json says
// of it, and more stands behind it.
func (p picture) saved(dir string, change func(m map[string]any), more ...entry) (string, error) {
	file := filepath.Join(dir, "image.tar")
	f, err := os.Create(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var names, diffs, history []any
	for i, l := range p.layers {
		body := bytesOf(l.tar)
		name := fmt.Sprintf("%d/layer.tar", i)
		if err := (entry{name: name, body: string(body)}).write(f); err != nil {
			return "", err
		}
		names = append(names, name)
		diffs = append(diffs, fmt.Sprintf("sha256:%x", sha256.Sum256(body)))
		history = append(history, map[string]any{"created_by": fmt.Sprintf("COPY %d / # buildkit", i)})
	}
	config, err := written(map[string]any{
		"architecture": "amd64", "os": "linux", "rootfs": map[string]any{"type": "layers", "diff_ids": diffs}, "history": history,
	}, p.config, p.rawConfig)
	if err != nil {
		return "", err
	}
	m := map[string]any{"Config": "config.json", "RepoTags": []any{"hostile:1"}, "Layers": names}
	if change != nil {
		change(m)
	}
	manifest, err := written(nil, nil, p.rawManifest)
	if p.rawManifest == nil {
		manifest, err = json.Marshal([]any{m})
	}
	if err != nil {
		return "", err
	}
	all := append([]entry{{name: "config.json", body: string(config)}, {name: "manifest.json", body: string(manifest)}}, more...)
	return file, pack(all...)(f)
}
