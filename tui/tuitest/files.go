package tuitest

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui"
)

// Files holds the files of an image's layers, and notes what is extracted. It is a
// tui.Files.
type Files struct {
	Layers []map[string]string // content by path; a trailing slash for a directory
	Err    error               // what reading fails with
	Hold   chan struct{}       // reading waits for it to be closed, if there is one

	mu      sync.Mutex
	Wrote   []string // "PATH after N to DEST", with "replacing" behind
	Present map[string]bool
	Refuse  map[string]error // what extracting to a place fails with
}

// Image is the image of those layers.
func (f *Files) Image() *image.Image {
	im := &image.Image{Ref: "shop.tar", Platform: "linux/amd64"}
	made := []string{"ADD rootfs.tar /", "COPY app /app # buildkit", "RUN /bin/sh -c patch # buildkit", "LABEL a=b"}
	for i, files := range f.Layers {
		b := image.NewBuilder()
		for path, text := range files {
			e := image.Entry{Path: strings.Trim(path, "/"), Mode: 0o644, Size: int64(len(text)), Sum: uint64(len(text)*31 + i + 1)}
			switch {
			case strings.HasSuffix(path, "/"):
				e = image.Entry{Path: e.Path, Type: image.Directory, Mode: 0o755}
			case strings.HasPrefix(text, "→ "):
				e.Type, e.Link, e.Size, e.Sum = image.Symlink, strings.TrimPrefix(text, "→ "), 0, 0
			case text == "whiteout":
				e = image.Entry{Path: e.Path, Type: image.Whiteout}
			}
			b.Add(e)
		}
		t := b.Tree()
		im.Layers = append(im.Layers, image.Layer{Index: i, CreatedBy: made[i%len(made)], Size: t.Size(image.Root), Tree: t, Origin: image.Unknown})
	}
	return im
}

// Read is tui.Files's.
func (f *Files) Read(ctx context.Context, _ *image.Image, layer int, path string, limit int64) ([]byte, int64, error) {
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
	if f.Err != nil {
		return nil, 0, f.Err
	}
	text, ok := f.Layers[layer][strings.TrimPrefix(path, "/")]
	if !ok {
		return nil, 0, errors.New("no such file in the image: " + path)
	}
	return []byte(text[:min(int64(len(text)), limit)]), int64(len(text)), nil
}

// Extract is tui.Files's.
func (f *Files) Extract(_ context.Context, _ *image.Image, layer int, path, dest string, replace bool) (tui.Extracted, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.Refuse[dest]; err != nil {
		return tui.Extracted{}, err
	}
	if f.Present[dest] && !replace {
		return tui.Extracted{}, &fs.PathError{Op: "writing", Path: dest, Err: fs.ErrExist}
	}
	note := path + " after " + string(rune('0'+layer)) + " to " + dest
	if replace {
		note += " replacing"
	}
	f.Wrote = append(f.Wrote, note)
	return tui.Extracted{Path: dest, Files: 2, Bytes: 1234}, nil
}

// Extracted is what has been extracted so far.
func (f *Files) Extracted() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.Wrote...)
}

// ShopFiles are the files of a small shop: text in some languages, a picture, a
// program, an archive, what is no UTF-8, and a second version of some.
func ShopFiles() *Files {
	return &Files{Layers: []map[string]string{
		{"etc/": "", "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n", "bin/sh": "\x7fELF\x02\x01\x01\x00\x00\x00", "etc/gone": "was here\n"},
		{
			"app/": "", "app/server.go": shopServer, "app/latin.txt": "Gr\xf6\xdfe\r\n", "app/evil.txt": "\x1b]0;owned\x07 \x1b[2J\u202etxt.exe\u202c\tend\n",
			"app/blob": string(blob()), "app/long.json": `{"all":"` + strings.Repeat("0123456789", 300) + `"}`, "app/start": "→ /app/server.go", "app/lost": "→ nowhere", "app/empty": "",
			"app/pkg.tar": packed(),
		},
		{"app/server.go": strings.Replace(shopServer, "8080", "9090", 1) + "\n// patched\n", "etc/gone": "whiteout"},
	}}
}

const shopServer = `// Package main serves the shop.
package main

import "net/http"

/* the port
   everybody knows */
const address = ":8080"

func main() {
	if err := http.ListenAndServe(address, nil); err != nil {
		panic("cannot listen: " + err.Error())
	}
}
`

// packed is a tar archive of some files.
func packed() string {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i, name := range []string{"pkg/", "pkg/README", "pkg/lib.so", "pkg/latest"} {
		h := &tar.Header{Name: name, Mode: 0o644, Typeflag: tar.TypeReg, Size: int64(i * 1000), ModTime: Epoch(), Format: tar.FormatPAX}
		switch name {
		case "pkg/":
			h.Typeflag, h.Mode = tar.TypeDir, 0o755
		case "pkg/latest":
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, "lib.so", 0
		}
		_ = w.WriteHeader(h) // a buffer takes all
		_, _ = w.Write(make([]byte, h.Size))
	}
	_ = w.Close()
	return out.String()
}

// blob is bytes of every kind.
func blob() []byte {
	out := make([]byte, 1000)
	for i := range out {
		out[i] = byte(i * 7)
	}
	return out
}
