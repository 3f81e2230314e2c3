package content_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/content"
)

// listing is all that lies below a directory: content, → targets, / for directories,
// and permissions where they are not the usual ones.
func listing(t testing.TB, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == root {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			out[rel] = "/"
			if p := info.Mode().Perm(); p != 0o755 {
				out[rel] = fmt.Sprintf("/ %o", p)
			}
		case info.Mode()&fs.ModeSymlink != 0:
			to, _ := os.Readlink(name)
			out[rel] = "→ " + to
		default:
			raw, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			out[rel] = string(raw)
			if m := info.Mode(); m != 0o644 {
				out[rel] += fmt.Sprintf(" %v", m)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func expect(t *testing.T, what string, got map[string]string, want ...string) {
	t.Helper()
	var have []string
	for _, k := range slices.Sorted(maps.Keys(got)) {
		have = append(have, k+" "+got[k])
	}
	if g, w := strings.Join(have, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s: got\n%s\nwant\n%s", what, g, w)
	}
}

// All layers so far lie over each other in what is extracted.
func TestExtractDirectory(t *testing.T) {
	for _, how := range []string{"plain", "gzip", "whole"} {
		t.Run(how, func(t *testing.T) {
			_, r := made(t, how,
				layer(t, dir("app"), text("app/a", "one"), text("app/b", "two"), dir("app/old"), text("app/old/x", "x"), dir("app/sub"), text("app/sub/c", "three"),
					text("elsewhere", "shared"), hard("app/hard", "elsewhere"), hard("app/harder", "elsewhere"), hard("app/again", "app/a")),
				layer(t, dir("app"), text("app/.wh.b", ""), text("app/.wh.old", ""), text("app/sub/.wh..wh..opq", ""), text("app/sub/d", "four"), link("app/link", "../../../../etc/passwd"),
					entry{name: "app/run", text: "run", mode: 0o4755}, entry{name: "app/dev", typ: tar.TypeChar}, text("app/a", "ONE")),
			)
			dest := t.TempDir()
			did, err := r.Extract(context.Background(), "/app", dest, content.Options{Layer: 1})
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "after the second layer", listing(t, dest),
				"app /", "app/a ONE", "app/again one", "app/hard shared", "app/harder shared", "app/link → ../../../../etc/passwd", "app/run run -rwxr-xr-x", "app/sub /", "app/sub/d four")
			if did.Files != 6 || did.Directories != 2 || did.Links != 1 || did.Devices != 1 || did.Path != filepath.Join(dest, "app") || did.LeftOut() != "left out: 1 device or pipe" {
				t.Errorf("told: %+v", did)
			}
			one, _ := os.Stat(filepath.Join(dest, "app/hard"))
			two, _ := os.Stat(filepath.Join(dest, "app/harder"))
			if !os.SameFile(one, two) {
				t.Error("hard links are files of their own now")
			}
			if did, err = r.Extract(context.Background(), "app/", filepath.Join(dest, "new"), content.Options{Layer: 0}); err != nil {
				t.Fatal(err)
			}
			expect(t, "after the first layer", listing(t, did.Path),
				"a one", "again one", "b two", "hard shared", "harder shared", "old /", "old/x x", "sub /", "sub/c three")
		})
	}
}

// What is there stays, unless it may be replaced.
func TestExtractOver(t *testing.T) {
	_, r := made(t, "plain", layer(t, dir("app"), text("app/a", "new"), text("app/b", "new"), link("app/l", "a")))
	dest := t.TempDir()
	opt := content.Options{}
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dest, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dest, "app"), 0o755); err != nil {
		t.Fatal(err)
	}
	write("app/b", "mine")
	write("mine", "mine")
	_, err := r.Extract(context.Background(), "/app", dest, opt)
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "app/b is there already") {
		t.Errorf("over a file: %v", err)
	}
	expect(t, "untouched", listing(t, dest), "app /", "app/b mine", "mine mine")
	// A link that lies in the way is taken away, not written through.
	for from, to := range map[string]string{"app/b": "../mine", "app/l": "../mine"} {
		os.Remove(filepath.Join(dest, from))
		if err := os.Symlink(to, filepath.Join(dest, from)); err != nil {
			t.Fatal(err)
		}
	}
	opt.Replace = true
	if _, err := r.Extract(context.Background(), "/app", dest, opt); err != nil {
		t.Fatal(err)
	}
	expect(t, "replaced", listing(t, dest), "app /", "app/a new", "app/b new", "app/l → a", "mine mine")
	if _, err := r.Extract(context.Background(), "/app/a", filepath.Join(dest, "mine"), opt); err != nil {
		t.Fatal(err)
	}
	expect(t, "a file as another", listing(t, dest), "app /", "app/a new", "app/b new", "app/l → a", "mine new")
	// A directory on the way that is a link is replaced by one, too.
	os.RemoveAll(filepath.Join(dest, "app"))
	if err := os.Symlink("/tmp", filepath.Join(dest, "app")); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Extract(context.Background(), "/", dest, opt); err != nil {
		t.Fatal(err)
	}
	expect(t, "over a link", listing(t, dest), "app /", "app/a new", "app/b new", "app/l → a", "mine new")
	// A directory never goes.
	os.RemoveAll(filepath.Join(dest, "app"))
	if err := os.MkdirAll(filepath.Join(dest, "app/a/keep"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Extract(context.Background(), "/app", dest, opt); err == nil || !strings.Contains(err.Error(), "app/a is a directory here and none in the image") {
		t.Errorf("over a directory: %v", err)
	}
}

// Whatever an image holds, nothing is written outside of where it shall go.
func TestExtractHostile(t *testing.T) {
	long := strings.Repeat("n", 300)
	for name, layers := range map[string][][]byte{
		"dots":                    {layer(t, text("../../escape", "x"), text("a/../../../escape", "x"), text("..", "x"), text("a/..", "x"))},
		"absolute":                {layer(t, text("/escape", "x"), text("//escape", "x"))},
		"link, then through it":   {layer(t, link("out", "../.."), text("out/escape", "x"))},
		"absolute link":           {layer(t, link("out", "/"), text("out/escape", "x"), link("tmp", "/tmp"), text("tmp/escape", "x"))},
		"link over a directory":   {layer(t, dir("d"), text("d/in", "x"), link("d", "../.."), text("d/escape", "x"))},
		"link in a lower layer":   {layer(t, link("d", "../..")), layer(t, text("d/escape", "x"))},
		"link in an upper layer":  {layer(t, dir("d"), text("d/escape", "x")), layer(t, link("d", "../.."))},
		"link becomes directory":  {layer(t, link("d", "../..")), layer(t, dir("d"), text("d/escape", "x"))},
		"looping links":           {layer(t, link("a", "b"), link("b", "a"), text("a/escape", "x"), link("self", "self"), text("self/escape", "x"))},
		"hard link out":           {layer(t, hard("h", "../../../etc/passwd"), hard("i", "/etc/passwd"), text("ok", "x"))},
		"hard link to a link":     {layer(t, link("l", "../../escape"), hard("h", "l"), text("ok", "x"))},
		"hard link to itself":     {layer(t, hard("h", "h"), text("ok", "x"))},
		"hard link to directory":  {layer(t, dir("d"), hard("h", "d"), text("ok", "x"))},
		"file over a directory":   {layer(t, dir("d"), text("d/x", "x")), layer(t, text("d", "file"))},
		"directory over a file":   {layer(t, text("d", "file")), layer(t, dir("d"), text("d/x", "x"))},
		"below a file":            {layer(t, text("f", "x"), text("f/escape", "x"))},
		"names":                   {layer(t, text(long, "x"), text("d/"+long+"/x", "x"), text("\x1b[2J\u202e", "x"), text("a\\..\\..\\b", "x"), text("C:", "x"))},
		"unwritable directory":    {layer(t, entry{name: "d", typ: tar.TypeDir, mode: 0o555}, text("d/x", "x"), entry{name: "z", typ: tar.TypeDir, mode: 0o001}, text("z/x", "x"))},
		"devices":                 {layer(t, entry{name: "dev", typ: tar.TypeBlock}, entry{name: "pipe", typ: tar.TypeFifo}, text("dev/escape", "x"))},
		"whiteouts of the parent": {layer(t, text("a/.wh...", ""), text(".wh..", ""), text("ok", "x"))},
	} {
		for _, how := range []string{"plain", "gzip"} {
			t.Run(name+" "+how, func(t *testing.T) {
				top := t.TempDir()
				dest := filepath.Join(top, "one/two/dest")
				if err := os.MkdirAll(dest, 0o755); err != nil {
					t.Fatal(err)
				}
				im, r := made(t, how, slices.Clone(layers)...)
				_, err := r.Extract(context.Background(), "/", dest, content.Options{Layer: len(im.Layers) - 1})
				if err != nil {
					t.Errorf("extracting: %v", err)
				}
				all := listing(t, top)
				for name := range all {
					if name != "one" && name != "one/two" && !strings.HasPrefix(name, "one/two/dest") {
						t.Errorf("%s was written", name)
					}
				}
				for _, out := range []string{"/escape", "/tmp/escape"} {
					if _, err := os.Lstat(out); err == nil {
						t.Errorf("%s was written", out)
						os.Remove(out)
					}
				}
				if did, err := r.Write(context.Background(), "/", io.Discard, content.Options{Layer: len(im.Layers) - 1}); err != nil {
					t.Errorf("as tar: %v %v", did, err)
				}
			})
		}
	}
}

// A file goes to a pipe as it is, a directory as a tar archive.
func TestWrite(t *testing.T) {
	_, r := made(t, "gzip",
		layer(t, dir("app"), text("app/a", "one"), hard("app/h", "app/a"), link("app/l", "a"), link("way", "app/a"), text("other", "x")),
		layer(t, text("app/b", "two")))
	var out bytes.Buffer
	opt := content.Options{Layer: 1}
	if _, err := r.Write(context.Background(), "/way", &out, opt); err != nil || out.String() != "one" {
		t.Errorf("a file by a link: %q, %v", out.String(), err)
	}
	out.Reset()
	if _, err := r.Write(context.Background(), "/app", &out, opt); err != nil {
		t.Fatal(err)
	}
	var got []string
	tr := tar.NewReader(&out)
	for {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(tr)
		got = append(got, fmt.Sprintf("%c %s %s%s", h.Typeflag, h.Name, h.Linkname, body))
	}
	want := "5 app/ |0 app/a one|0 app/b two|1 app/h app/a|2 app/l a"
	if g := strings.Join(got, "|"); g != want {
		t.Errorf("tar: %s\nwant %s", g, want)
	}
	_, twice := made(t, "plain", layer(t, text("f", "one"), text("f", "two")))
	out.Reset()
	if _, err := twice.Write(context.Background(), "/f", &out, content.Options{}); err == nil || !strings.Contains(err.Error(), "more than once") {
		t.Errorf("what can't be taken back: %v", err)
	}
}

// Where something goes follows cp.
func TestDestinations(t *testing.T) {
	_, r := made(t, "plain", layer(t, dir("d"), text("d/f", "x")))
	top := t.TempDir()
	t.Chdir(top)
	if err := os.WriteFile("file", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, dest, want, err string }{
		{path: "/d/f", dest: ".", want: "f"},
		{path: "/d/f", dest: "new", want: "new"},
		{path: "/d/f", dest: "made/", want: "made/f"},
		{path: "/d/f", dest: filepath.Join(top, "abs"), want: filepath.Join(top, "abs")},
		{path: "/d", dest: "copy", want: "copy"},
		{path: "/d", dest: "copy", want: "copy/d"},
		{path: "/", dest: "all/", want: "all"},
		{path: "/d/..", dest: "root", want: "root"},
		{path: "/d/f", dest: "no/such/dir", err: "looking at no/such: no such file or directory"},
		{path: "/d/f", dest: "file/", err: "looking at file/: not a directory"},
		{path: "/d/f", dest: "file/x", err: "looking at file/x: not a directory"},
		{path: "/d/f", dest: "", err: "there is no name to write to"},
		{path: "/d/f", dest: "file", err: "file is there already"},
	} {
		did, err := r.Extract(context.Background(), c.path, c.dest, content.Options{})
		switch {
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s to %q: %v, want %s", c.path, c.dest, err, c.err)
		case c.err == "" && (err != nil || did.Path != c.want):
			t.Errorf("%s to %q: %q, %v; want %q", c.path, c.dest, did.Path, err, c.want)
		}
	}
}

// Links that each take the whole image to follow take it once.
func TestManyLostLinks(t *testing.T) {
	const many = 20_000
	var below, above []entry
	for i := range many {
		below = append(below, text(fmt.Sprintf("usr/lib/%d", i), fmt.Sprint(i)))
		above = append(above, hard(fmt.Sprintf("hard/%d", i), fmt.Sprintf("nowhere/%d", i)), text(fmt.Sprintf("lib/x%d", i), fmt.Sprintf("x%d", i)))
	}
	below = append(below, link("lib", "usr/lib"))
	_, r := made(t, "plain", layer(t, below...), layer(t, above...))
	did, err := r.Write(context.Background(), "/", io.Discard, content.Options{Layer: 1})
	if err != nil || did.Files != 2*many || did.Lost != many {
		t.Errorf("%+v, %v", did, err)
	}
}
