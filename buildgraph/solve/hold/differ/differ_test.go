package differ_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/buildgraph/solve/hold/differ"
)

// tree makes files: a name that ends with a slash is a directory, a text that
// begins with -> a symbolic link.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		switch target, link := strings.CutPrefix(text, "-> "); {
		case err != nil:
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(path, 0o755)
		case link:
			err = os.Symlink(target, path)
		default:
			if err = os.WriteFile(path, []byte(text), 0o644); err == nil {
				err = os.Chtimes(path, time.Unix(1, 0), time.Unix(1, 0))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestCompare(t *testing.T) {
	before := tree(t, map[string]string{
		"same": "x", "dir/same": "x", "grown": "ab", "gone": "abc", "old/deep/file": "abcd", "link": "-> a",
		"was-dir/file": "1", "was-file": "12", "mode": "x", "touched": "x",
	})
	after := tree(t, map[string]string{
		"same": "x", "dir/same": "x", "dir/new": "123456", "grown": "abc", "link": "-> b", "new/a/b": "1", "empty/": "",
		"was-dir": "now a file", "was-file/inside": "", "mode": "x", "touched": "x",
	})
	if err := os.Chmod(filepath.Join(after, "mode"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(after, "touched"), time.Unix(2, 0), time.Unix(2, 0)); err != nil {
		t.Fatal(err)
	}
	var stream bytes.Buffer
	if err := differ.Write(&stream, before, after); err != nil {
		t.Fatal(err)
	}
	entries, more, err := differ.Read(bytes.NewReader(stream.Bytes()), 1000)
	if err != nil || more {
		t.Fatal(more, err)
	}
	var got []string
	for _, e := range entries {
		mark := map[string]string{differ.Added: "+", differ.Changed: "~", differ.Removed: "-"}[e.Kind]
		line := mark + e.Path
		if e.Mode.IsDir() {
			line += "/"
		} else if e.Mode&fs.ModeSymlink == 0 && e.Size > 0 {
			line += " " + strings.Repeat("#", int(e.Size))
		}
		got = append(got, line)
	}
	want := []string{
		"+/dir/new ######", "+/empty/", "-/gone ###", "~/grown ###", "~/link", "~/mode #", "+/new/", "+/new/a/", "+/new/a/b #",
		"-/old/", "-/old/deep/", "-/old/deep/file ####", "~/touched #",
		"-/was-dir/", "-/was-dir/file #", "+/was-dir ##########", "-/was-file ##", "+/was-file/", "+/was-file/inside",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if some, more, err := differ.Read(&stream, 3); err != nil || !more || len(some) != 3 {
		t.Errorf("%d entries, more %v, %v", len(some), more, err)
	}
}

// A file's beginning is read, and no link leads out of the root.
func TestDump(t *testing.T) {
	root := tree(t, map[string]string{"file": "0123456789", "out": "-> /etc/passwd", "dir/": "", "up/x": "-> ../../../../etc/passwd"})
	if err := os.Symlink("/etc", filepath.Join(root, "etc")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/file": "0123", "/out": "a symbolic link to /etc/passwd\n", "/dir": "error", "/etc/passwd": "error", "/missing": "error",
	} {
		var out bytes.Buffer
		if err := differ.Dump(&out, root, path, 4); err != nil {
			out.Reset()
			out.WriteString("error")
		}
		if out.String() != want {
			t.Errorf("%s: %q, want %q", path, &out, want)
		}
	}
}
