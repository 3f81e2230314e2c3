//go:build engines

package inspect_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/waste"
)

// TestEngineWasteOfUnpackedImage builds an image of several layers with umoci, unpacks it
// with umoci, and walks what lies there: what is stored is what a file system then
// holds and what is wasted.
func TestEngineWasteOfUnpackedImage(t *testing.T) {
	tool, err := exec.LookPath("umoci")
	if err != nil {
		t.Fatal("umoci is not installed: make test-engines sees to that")
	}
	dir := t.TempDir()
	ref, bundle := filepath.Join(dir, "layout")+":app", filepath.Join(dir, "bundle")
	umoci := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
			t.Fatalf("umoci %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	unpack := func(to string) {
		t.Helper()
		args := []string{"unpack", "--image", ref, to}
		if os.Getuid() != 0 {
			args = append([]string{"unpack", "--rootless"}, args[1:]...)
		}
		umoci(args...)
	}
	umoci("init", "--layout", filepath.Join(dir, "layout"))
	umoci("new", "--image", ref)
	unpack(bundle)

	root := func(p string) string { return filepath.Join(bundle, "rootfs", p) }
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(p string, size int) {
		t.Helper()
		check(os.MkdirAll(filepath.Dir(root(p)), 0o755))
		check(os.WriteFile(root(p), []byte(strings.Repeat(p+"\n", size/len(p)+1)[:size]), 0o644))
	}
	for _, change := range []func(){
		func() {
			for _, p := range []string{"src/a", "src/b/c", "src/b/d", "app/one", "app/two", "app/three", "data", "swap/x", "etc/conf"} {
				write(p, 10_000+len(p))
			}
			check(os.Link(root("app/one"), root("app/link")))
			check(os.Link(root("app/one"), root("src/link")))
			check(os.Symlink("one", root("app/symlink")))
		},
		func() { // a directory goes, with one of three names of a file; modes change; a file becomes a directory
			check(os.RemoveAll(root("src")))
			check(os.Chmod(root("app/two"), 0o755))
			check(os.Remove(root("data")))
			write("data/inside", 777)
			write("etc/conf", 9_000)
		},
		func() { // a directory becomes a file; what was written is written again
			check(os.RemoveAll(root("swap")))
			write("swap", 1_234)
			write("etc/conf", 8_000)
			check(os.Remove(root("app/link")))
		},
		func() { // the last name of a file goes, and what was added last
			check(os.Remove(root("app/one")))
			check(os.RemoveAll(root("data")))
			check(os.MkdirAll(root("src"), 0o755))
			write("src/a", 55)
		},
	} {
		change()
		umoci("repack", "--refresh-bundle", "--image", ref, bundle)
	}

	var present int64
	seen := map[uint64]bool{}
	fresh := filepath.Join(dir, "fresh")
	unpack(fresh)
	check(filepath.WalkDir(filepath.Join(fresh, "rootfs"), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		i, err := d.Info()
		if st := i.Sys().(*syscall.Stat_t); err == nil && !seen[st.Ino] {
			seen[st.Ino] = true
			present += i.Size()
		}
		return err
	}))

	res, err := inspect.Inspect(t.Context(), filepath.Join(dir, "layout"), inspect.Options{})
	check(err)
	r := waste.Of(res.Image, nil)
	if r.Visible != present || r.Stored != r.Visible+r.Wasted || r.Stored != res.Image.Size() {
		t.Errorf("stored %d, visible %d (%d unpacked), wasted %d", r.Stored, r.Visible, present, r.Wasted)
	}
	if len(r.Layers) != 4 || r.Wasted == 0 {
		t.Fatalf("%d layers, wasted %d", len(r.Layers), r.Wasted)
	}
	got := map[string]image.Cause{}
	for _, it := range r.Items {
		got[it.Path] = it.Cause
		for _, part := range it.Parts {
			got[part.Path] = it.Cause
		}
	}
	for p, want := range map[string]image.Cause{
		"/src": image.Deleted, "/app/two": image.Repeated, "/data": image.Shadowed, "/etc/conf": image.Rewritten,
		"/swap/x": image.Shadowed, "/app/one": image.Deleted, "/data/inside": image.Deleted,
	} {
		if got[p] != want {
			t.Errorf("%s is %v, want %v (all: %v)", p, got[p], want, got)
		}
	}
}
