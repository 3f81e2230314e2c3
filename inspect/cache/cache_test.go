package cache_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/inspect/cache"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
)

// blobs is an image of layers in memory that counts how often one is read.
type blobs struct {
	im     source.Image
	data   [][]byte
	ids    []string
	opened atomic.Int64
}

func (b *blobs) Image() *source.Image  { return &b.im }
func (b *blobs) Close() error          { return nil }
func (b *blobs) Identity(i int) string { return b.ids[i] }
func (b *blobs) Open(_ context.Context, i int) (io.ReadCloser, error) {
	b.opened.Add(1)
	return io.NopCloser(bytes.NewReader(b.data[i])), nil
}

func (b *blobs) add(id string, data []byte, claims source.Layer) *blobs {
	b.im.Layers, b.data, b.ids = append(b.im.Layers, claims), append(b.data, data), append(b.ids, id)
	return b
}

// noter notes the paths that it sees.
type noter struct{ kind string }

func (n noter) Kind() string     { return n.kind }
func (n noter) Begin() scan.Sink { return &note{} }

type note struct{ seen []byte }

func (n *note) Entry(f scan.File) int64            { n.seen = append(n.seen, f.Path+"\n"...); return 0 }
func (n *note) Content(scan.File, io.Reader) error { return nil }
func (n *note) Notes() []byte                      { return n.seen }

func pack(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(name)), ModTime: time.Unix(1700000000, 0)}
		if strings.HasSuffix(name, "/") {
			h.Typeflag, h.Size = tar.TypeDir, 0
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, name[:h.Size])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func digest(p []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(p)) }

func look(t testing.TB, src source.Source, c scan.Cache, kinds ...string) []scan.Layer {
	t.Helper()
	opt := scan.Options{Cache: c}
	for _, k := range kinds {
		opt.Detectors = append(opt.Detectors, noter{k})
	}
	layers, err := scan.Scan(context.Background(), src, opt)
	if err != nil {
		t.Fatal(err)
	}
	return layers
}

// all is everything that a scan says of layers.
func all(t testing.TB, layers []scan.Layer) string {
	var out bytes.Buffer
	for _, l := range layers {
		fmt.Fprintf(&out, "%d %q %q %+v\n", l.Size, l.Problems, l.Notes, l.Sums)
		if _, err := l.Tree.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// TestShared: of images that are looked at together, each content is read once, and its
// tree is there once, under whatever name it comes and whether or not anything is kept.
func TestShared(t *testing.T) {
	one, two := pack(t, "etc/", "etc/a"), pack(t, "b")
	for name, below := range map[string]scan.Cache{"alone": nil, "above another": cache.New(t.TempDir(), cache.Size)} {
		t.Run(name, func(t *testing.T) {
			s := cache.NewShared(below)
			first := new(blobs).add("file 1", one, source.Layer{})
			second := new(blobs).add("file 1", one, source.Layer{}).add("file 2", two, source.Layer{}).add("file 3", one, source.Layer{})
			a, b := look(t, first, s, "a/1"), look(t, second, s, "a/1")
			if first.opened.Load() != 1 || second.opened.Load() != 2 {
				t.Errorf("%d and %d layers were read, want 1 and 2", first.opened.Load(), second.opened.Load())
			}
			if a[0].Tree != b[0].Tree {
				t.Error("a shared layer has two trees")
			}
			if all(t, b) != all(t, look(t, second, nil, "a/1")) {
				t.Error("reading says something else")
			}
			if l := look(t, second, s, "a/1"); l[2].Tree != a[0].Tree {
				t.Error("the same content under two names has two trees")
			}
			other := new(blobs).add("file 1", one, source.Layer{})
			if look(t, other, s, "a/2"); other.opened.Load() != 1 {
				t.Error("what another detector noted was taken for this one's")
			}
		})
	}
}

// TestSharedLayersAreReadOnce: of two images that have six of eight layers in common the
// second one costs two.
func TestSharedLayersAreReadOnce(t *testing.T) {
	first, second := new(blobs), new(blobs)
	for i := range 8 {
		name := fmt.Sprintf("layer%d", i)
		layer := pack(t, name)
		first.add("file "+name, layer, source.Layer{})
		if i >= 6 {
			name += "-own"
			layer = pack(t, name)
		}
		second.add("file "+name, layer, source.Layer{})
	}
	s := cache.NewShared(nil)
	a, b := look(t, first, s, "a/1"), look(t, second, s, "a/1")
	if first.opened.Load() != 8 || second.opened.Load() != 2 {
		t.Errorf("%d and %d layers were read, want 8 and 2", first.opened.Load(), second.opened.Load())
	}
	for i := range 8 {
		if (a[i].Tree == b[i].Tree) != (i < 6) {
			t.Errorf("layer %d has the same tree: %v", i, a[i].Tree == b[i].Tree)
		}
	}
}

// TestSecondLook: what was read once is not read again, by whatever name it comes;
// other detectors read it again.
func TestSecondLook(t *testing.T) {
	one, two := pack(t, "etc/", "etc/a", "etc/a", "../out"), pack(t, "etc/.wh.a", "b")
	src := func() *blobs {
		return new(blobs).add("file 1", one, source.Layer{}).add(source.BlobIdentity(digest(two)), two, source.Layer{Digest: digest(two)})
	}
	c := cache.New(filepath.Join(t.TempDir(), "not", "there", "yet"), cache.Size)
	for _, step := range []struct {
		kinds  []string
		opened int64
	}{{[]string{"a/1", "b/1"}, 2}, {[]string{"a/1", "b/1"}, 0}, {[]string{"a/2", "b/1"}, 2}, {[]string{"a/1"}, 2}, {[]string{"a/1", "b/1"}, 0}, {nil, 2}, {nil, 0}} {
		im := src()
		got, want := look(t, im, c, step.kinds...), look(t, src(), nil, step.kinds...)
		if im.opened.Load() != step.opened {
			t.Errorf("%v: %d layers read, want %d", step.kinds, im.opened.Load(), step.opened)
		}
		if all(t, got) != all(t, want) {
			t.Errorf("%v: the cache says\n%q\nreading says\n%q", step.kinds, all(t, got), all(t, want))
		}
	}
	// The same content under another name is read once more, and then known.
	im := new(blobs).add("file 2", one, source.Layer{DiffID: digest(two)})
	for range 2 {
		if l := look(t, im, c, "a/1"); !strings.Contains(strings.Join(l[0].Problems, " "), "damaged or changed") {
			t.Errorf("a false claim goes unnoticed: %q", l[0].Problems)
		}
	}
	if im.opened.Load() != 1 {
		t.Errorf("%d layers read, want 1", im.opened.Load())
	}
}

// TestNotKept: what is not beyond doubt is read each time.
func TestNotKept(t *testing.T) {
	good, other := pack(t, "a"), pack(t, "b")
	for name, src := range map[string]*blobs{
		"no identity":                    new(blobs).add("", good, source.Layer{}),
		"not the blob it was asked for":  new(blobs).add(source.BlobIdentity(digest(other)), good, source.Layer{Digest: digest(other)}),
		"a digest that nobody can check": new(blobs).add(source.BlobIdentity("sha512:00"), good, source.Layer{}),
		"cut off":                        new(blobs).add("file 3", good[:512], source.Layer{}),
		"damaged":                        new(blobs).add("file 4", append(bytes.Repeat([]byte("x"), 512), good...), source.Layer{}),
	} {
		t.Run(name, func(t *testing.T) {
			c := cache.New(t.TempDir(), cache.Size)
			first, second := look(t, src, c), look(t, src, c)
			if src.opened.Load() != 2 || all(t, first) != all(t, second) {
				t.Errorf("read %d times: %q, then %q", src.opened.Load(), first[0].Problems, second[0].Problems)
			}
			if _, ok := c.Get(source.BlobIdentity(digest(other)), nil); ok {
				t.Error("it is taken for another")
			}
		})
	}
}

// What was left out because the image is too large is not kept as all there is.
func TestLeftOutIsNotKept(t *testing.T) {
	var names []string
	for i := range 20_000 {
		names = append(names, fmt.Sprintf("f%d", i))
	}
	src := new(blobs).add("file 1", pack(t, names...), source.Layer{})
	c := cache.New(t.TempDir(), cache.Size)
	if l, err := scan.Scan(context.Background(), src, scan.Options{Cache: c, Memory: 1 << 20}); err != nil || len(l[0].Problems) != 1 {
		t.Fatal(l, err)
	}
	if l := look(t, src, c); l[0].Tree.Len() != 20_001 || len(l[0].Problems) > 0 {
		t.Errorf("%d nodes, problems %q", l[0].Tree.Len(), l[0].Problems)
	}
}

// TestDamage: with any byte of any file changed, or its end cut off, a layer is read
// again, and found as it is.
func TestDamage(t *testing.T) {
	data := pack(t, "etc/", "etc/passwd", "usr/bin/x", ".wh.old", "a\x1b")
	src := new(blobs).add("file 1", data, source.Layer{})
	dir := t.TempDir()
	c := cache.New(dir, cache.Size)
	want := all(t, look(t, src, c, "a/1"))
	whole := map[string][]byte{}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if whole[f], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		for f, raw := range whole {
			if err := os.WriteFile(f, raw, 0o600); err != nil {
				rt.Fatal(err)
			}
		}
		f := rapid.SampledFrom(files).Draw(rt, "file")
		raw := bytes.Clone(whole[f])
		at := rapid.IntRange(0, len(raw)-1).Draw(rt, "at")
		if rapid.Bool().Draw(rt, "cut") {
			raw = raw[:at]
		} else {
			raw[at] ^= byte(rapid.IntRange(1, 255).Draw(rt, "flip"))
		}
		if err := os.WriteFile(f, raw, 0o600); err != nil {
			rt.Fatal(err)
		}
		if _, ok := c.Get("file 1", []string{"a/1"}); ok {
			rt.Fatalf("%s is damaged at %d and still believed", f, at)
		}
		before := src.opened.Load()
		if got := all(t, look(t, src, c, "a/1")); got != want || src.opened.Load() != before+1 {
			rt.Fatalf("read %d times, found\n%q\nwant\n%q", src.opened.Load()-before, got, want)
		}
		if _, ok := c.Get("file 1", []string{"a/1"}); !ok {
			rt.Fatal("it is not mended")
		}
	})
}

// A file of one layer in the place of another's is not believed.
func TestMisplaced(t *testing.T) {
	dir := t.TempDir()
	c := cache.New(dir, cache.Size)
	look(t, new(blobs).add("file 1", pack(t, "one"), source.Layer{}), c)
	first, _ := filepath.Glob(filepath.Join(dir, "*.layer"))
	look(t, new(blobs).add("file 2", pack(t, "two"), source.Layer{}), c)
	both, _ := filepath.Glob(filepath.Join(dir, "*.layer"))
	if len(first) != 1 || len(both) != 2 {
		t.Fatal(first, both)
	}
	for _, f := range both {
		if f != first[0] {
			if err := os.Rename(f, first[0]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, ok := c.Get("file 1", nil); ok {
		t.Error("another layer's file is believed")
	}
}

// TestBounded: what was not used for longest goes first, with what others left
// half written.
func TestBounded(t *testing.T) {
	dir := t.TempDir()
	var names []string
	for i := range 500 {
		names = append(names, fmt.Sprintf("directory/file-%d", i))
	}
	put := func(size int64, n int) {
		look(t, new(blobs).add(fmt.Sprint("file ", n), pack(t, append(names, fmt.Sprint(n))...), source.Layer{}), cache.New(dir, size))
	}
	for n := range 8 {
		put(cache.Size, n)
	}
	total := func() (n int64, count int) {
		files, _ := os.ReadDir(dir)
		for _, f := range files {
			if info, err := f.Info(); err == nil {
				n += info.Size()
				count++
			}
		}
		return n, count
	}
	age := func(glob string, by time.Duration) {
		files, _ := filepath.Glob(filepath.Join(dir, glob))
		for _, f := range files {
			if err := os.Chtimes(f, time.Now().Add(-by), time.Now().Add(-by)); err != nil {
				t.Fatal(err)
			}
		}
	}
	size, _ := total()
	for _, f := range []string{"dead.tmp", "alive.tmp"} {
		if err := os.WriteFile(filepath.Join(dir, f), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	age("*", 30*time.Minute)
	age("dead.tmp", 2*time.Hour)
	if _, ok := cache.New(dir, cache.Size).Get("file 3", nil); !ok {
		t.Fatal("file 3 is not there")
	}
	put(size/2, 9)
	left, _ := total()
	if left > size/2+10 {
		t.Errorf("%d bytes left of %d, want half", left, size)
	}
	c := cache.New(dir, cache.Size)
	for _, id := range []string{"file 3", "file 9"} {
		if _, ok := c.Get(id, nil); !ok {
			t.Errorf("%s was used last and is gone", id)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "dead.tmp")); err == nil {
		t.Error("what nobody writes any more is left")
	}
	if _, err := os.Stat(filepath.Join(dir, "alive.tmp")); err != nil {
		t.Error("what another may be writing is gone")
	}
}

func TestNoPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	src := new(blobs).add("file 1", pack(t, "a"), source.Layer{})
	c := cache.New(filepath.Join(file, "below"), cache.Size)
	for range 2 {
		if l := look(t, src, c); l[0].Tree.Len() != 2 || len(l[0].Problems) > 0 {
			t.Errorf("%+v", l)
		}
	}
}

func TestDocuments(t *testing.T) {
	dir := t.TempDir()
	c := cache.New(dir, cache.Size)
	if _, ok := c.Documents("file 1"); ok {
		t.Error("there is nothing yet")
	}
	c.PutDocuments("file 1", []byte("all of them"))
	if got, ok := c.Documents("file 1"); !ok || string(got) != "all of them" {
		t.Errorf("%q, %v", got, ok)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		bad := bytes.Clone(raw)
		bad[i] ^= 1
		if err := os.WriteFile(files[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok := c.Documents("file 1"); ok {
			t.Fatalf("byte %d is changed, yet: %q", i, got)
		}
	}
	c.PutDocuments("file 2", make([]byte, 64<<20))
	if _, ok := c.Documents("file 2"); ok {
		t.Error("so much is not to be kept")
	}
}

// TestForm fails when a scan makes something else of a layer than it did: then form
// is to be counted up, so that no result of an older version is taken for ours.
func TestForm(t *testing.T) {
	odd := pack(t, "etc/", "etc/a", "etc/a", "../out", "/abs", ".wh.gone", "d/.wh..wh..opq", "d/x", "a/.wh.", "n\x1b", "etc/a/below")
	var tree bytes.Buffer
	l := look(t, new(blobs).add("", odd, source.Layer{}), nil)[0]
	for id := range l.Tree.Walk(image.Root) {
		fmt.Fprintf(&tree, "%q %+v\n", l.Tree.RawPath(id), l.Tree.Info(id))
	}
	if got := digest([]byte(tree.String() + strings.Join(l.Problems, "\n")))[:23]; got != wantForm {
		t.Errorf("it is %s now, from\n%s%s", got, tree.String(), strings.Join(l.Problems, "\n"))
	}
}

const wantForm = "sha256:d9bf831f84953894"
