package bases

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A distribution's Go lies in several places, joined by symbolic links.
func TestGoLayerFollowsLinks(t *testing.T) {
	root, share := t.TempDir(), t.TempDir()
	for name, content := range map[string]string{
		filepath.Join(root, "VERSION"):                  "go1.26.8\n",
		filepath.Join(root, "bin/go"):                   "binary",
		filepath.Join(root, "pkg/tool/compile"):         "binary",
		filepath.Join(root, "pkg/obj/left"):             "not needed",
		filepath.Join(root, "test/fixed.go"):            "not needed",
		filepath.Join(share, "src/fmt/print.go"):        "package fmt\n",
		filepath.Join(share, "src/fmt/fmt_test.go"):     "not needed",
		filepath.Join(share, "src/fmt/testdata/x/y.go"): "not needed",
		filepath.Join(share, "go.env"):                  "GOPROXY=direct\n",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(content), 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(
		os.Symlink(filepath.Join(share, "src"), filepath.Join(root, "src")),
		os.Symlink(filepath.Join(share, "go.env"), filepath.Join(root, "go.env")),
		os.Symlink("nowhere", filepath.Join(root, "lib")),
	); err != nil {
		t.Fatal(err)
	}
	var layer bytes.Buffer
	if err := writeGoLayer(t.Context(), &layer, root); err != nil {
		t.Fatal(err)
	}
	var got []string
	for entries := tar.NewReader(&layer); ; {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if entry.Typeflag == tar.TypeReg {
			got = append(got, entry.Name)
		}
		if !entry.ModTime.Equal(madeAt) || entry.Uid != 0 {
			t.Errorf("%s has time %s and owner %d", entry.Name, entry.ModTime, entry.Uid)
		}
		if entry.Mode&0o444 != 0o444 {
			t.Errorf("%s can't be read by everyone: %o", entry.Name, entry.Mode)
		}
	}
	want := []string{
		"usr/local/go/VERSION", "usr/local/go/bin/go", "usr/local/go/go.env",
		"usr/local/go/pkg/tool/compile", "usr/local/go/src/fmt/print.go",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestGoLayerOfACircleOfLinks(t *testing.T) {
	root := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(root, "src"), 0o755), os.Symlink("..", filepath.Join(root, "src", "again"))); err != nil {
		t.Fatal(err)
	}
	if err := writeGoLayer(t.Context(), io.Discard, root); err == nil {
		t.Error("a circle was packed")
	}
}

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	for name, age := range map[string]time.Duration{
		"golang-old": 2 * unusedFor, "golang-new": unusedFor / 2, "golang-old.lock": 2 * unusedFor, "shell-old": 2 * unusedFor,
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.Mkdir(path, 0o755), os.Chtimes(path, now.Add(-age), now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	prune(dir, "golang", now.Add(-unusedFor))
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	if diff := cmp.Diff([]string{"golang-new", "golang-old.lock", "shell-old"}, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}
