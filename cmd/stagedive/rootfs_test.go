package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stagedive/stagedive/model/image"
)

// rootfs is a file system as tar has unpacked it and as a walk finds it: what no code of
// this project's has had a hand in.
type rootfs struct {
	dir   string
	files map[string]onDisk // by absolute path; what is no directory
}

// onDisk is one file.
type onDisk struct {
	content string // its checksum, or the target of a link
	size    int64  // bytes; of a file with several names only under the first
	inode   uint64
}

// unpack has tar unpack the image that was built under a name in a house, layer by layer,
// and takes away before each what its whiteouts name (OCI image-spec, layer.md).
func (h *house) unpack(t testing.TB, name string) rootfs {
	t.Helper()
	layout := filepath.Join(h.dir, "cache", "stagedive", "images")
	read := func(file string, into any) {
		t.Helper()
		raw, err := os.ReadFile(filepath.Join(layout, filepath.FromSlash(file)))
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	type descriptor struct {
		Digest      string
		Annotations map[string]string
	}
	blob := func(digest string) string { return "blobs/" + strings.ReplaceAll(digest, ":", "/") }
	var index struct{ Manifests []descriptor }
	read("index.json", &index)
	at := slices.IndexFunc(index.Manifests, func(d descriptor) bool {
		return slices.Contains(image.SplitNames(d.Annotations[image.NamesAnnotation]), name)
	})
	if at < 0 {
		t.Fatalf("no image is called %s", name)
	}
	var manifest struct{ Layers []descriptor }
	read(blob(index.Manifests[at].Digest), &manifest)
	out := rootfs{dir: t.TempDir()}
	for _, l := range manifest.Layers {
		out.layer(t, filepath.Join(layout, filepath.FromSlash(blob(l.Digest))))
	}
	out.walk(t)
	return out
}

// layer unpacks one.
func (u rootfs) layer(t testing.TB, file string) {
	t.Helper()
	tar := func(args ...string) string {
		t.Helper()
		raw, err := exec.Command("tar", args...).CombinedOutput()
		if err != nil {
			t.Fatalf("tar %q: %v\n%s", args, err, raw)
		}
		return string(raw)
	}
	for line := range strings.Lines(tar("-tf", file)) {
		name := strings.TrimSpace(line)
		gone, ok := strings.CutPrefix(path.Base(name), ".wh.")
		if !ok {
			continue
		}
		dir := filepath.Join(u.dir, filepath.FromSlash(path.Dir(name)))
		if gone != ".wh..opq" {
			if err := os.RemoveAll(filepath.Join(dir, gone)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	tar("-xf", file, "-C", u.dir, "--exclude=.wh.*", "--no-same-owner")
}

// walk notes what lies there.
func (u *rootfs) walk(t testing.TB) {
	t.Helper()
	u.files = map[string]onDisk{}
	seen := map[uint64]bool{}
	err := filepath.WalkDir(u.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(u.dir, p)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var f onDisk
		if s, ok := info.Sys().(*syscall.Stat_t); ok {
			f.inode = s.Ino
		}
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			f.content, err = os.Readlink(p)
		case info.Mode().IsRegular():
			var raw []byte
			raw, err = os.ReadFile(p)
			sum := sha256.Sum256(raw)
			f.content = hex.EncodeToString(sum[:])
			if !seen[f.inode] {
				f.size = info.Size()
			}
			seen[f.inode] = true
		}
		u.files["/"+filepath.ToSlash(rel)] = f
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
