package scan_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
)

// memory is an image whose layers lie in memory; a nil blob is missing.
type memory struct {
	im    source.Image
	blobs [][]byte
}

func (m *memory) Image() *source.Image { return &m.im }
func (m *memory) Close() error         { return nil }
func (m *memory) Identity(int) string  { return "" }
func (m *memory) Open(_ context.Context, i int) (io.ReadCloser, error) {
	if m.blobs[i] == nil {
		return nil, fmt.Errorf("blob: %w", fs.ErrNotExist)
	}
	return io.NopCloser(bytes.NewReader(m.blobs[i])), nil
}

func digest(p []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(p)) }

// of makes an image of blobs that claims nothing about them.
func of(blobs ...[]byte) *memory {
	m := &memory{blobs: blobs}
	for _, b := range blobs {
		m.im.Layers = append(m.im.Layers, source.Layer{Size: int64(len(b))})
	}
	return m
}

func pack(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, h := range headers {
		body := strings.Repeat("x", int(h.Size))
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			io.WriteString(w, body)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func gz(t testing.TB, p []byte) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	w.Write(p)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func zst(t testing.TB, p []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(p, nil)
}

func one(t testing.TB, m *memory, d ...scan.Detector) scan.Layer {
	t.Helper()
	layers, err := scan.Scan(context.Background(), m, scan.Options{Detectors: d})
	if err != nil {
		t.Fatal(err)
	}
	return layers[0]
}

func paths(t *image.Tree) string {
	var out []string
	for id := range t.Walk(image.Root) {
		if id != image.Root && !t.Info(id).Implicit {
			out = append(out, t.Path(id))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestCompressions(t *testing.T) {
	raw := pack(t, tar.Header{Name: "etc/", Typeflag: tar.TypeDir}, tar.Header{Name: "etc/a", Size: 700_000})
	for name, blob := range map[string][]byte{
		"tar": raw, "gzip": gz(t, raw), "zstd": zst(t, raw),
		"two gzip members": append(gz(t, raw[:1000]), gz(t, raw[1000:])...),
	} {
		m := of(blob)
		m.im.Layers[0].Digest, m.im.Layers[0].DiffID = digest(blob), digest(raw)
		l := one(t, m)
		if got := paths(l.Tree); got != "/etc /etc/a" || l.Size != 700_000 || len(l.Problems) > 0 {
			t.Errorf("%s: %s, %d bytes, problems %q", name, got, l.Size, l.Problems)
		}
		m.im.Layers[0].DiffID = digest(nil)
		if l := one(t, m); len(l.Problems) != 1 || !strings.Contains(l.Problems[0], "configuration lists") {
			t.Errorf("%s with a wrong diff ID: %q", name, l.Problems)
		}
		m.im.Layers[0].DiffID, m.im.Layers[0].Digest = digest(raw), digest(nil)
		if l := one(t, m); len(l.Problems) != 1 || !strings.Contains(l.Problems[0], "damaged or changed") {
			t.Errorf("%s with a wrong digest: %q", name, l.Problems)
		}
		m.im.Layers[0].Digest, m.im.Layers[0].Size = "", 5
		if l := one(t, m); len(l.Problems) != 1 || !strings.Contains(l.Problems[0], "manifest says 5") {
			t.Errorf("%s with a wrong size: %q", name, l.Problems)
		}
		l = one(t, of(blob[:len(blob)/2]))
		if len(l.Problems) != 1 || !strings.Contains(l.Problems[0], "cut off") {
			t.Errorf("half of %s: %q", name, l.Problems)
		}
	}
}

// TestHostile: each of these gives the tree it can and one sentence.
func TestHostile(t *testing.T) {
	long := strings.Repeat("n", 300)
	reg := func(name string) tar.Header { return tar.Header{Name: name, Size: 1} }
	sparse := pack(t, tar.Header{
		Name: "hole", Size: 512, Typeflag: tar.TypeReg, Format: tar.FormatPAX,
		PAXRecords: map[string]string{"STAGEDIVE.x": "y"},
	})
	sparse = bytes.ReplaceAll(sparse, []byte("17 STAGEDIVE.x=y\n"), []byte("17 GNU.sparse.a=\n"))
	for _, tt := range []struct {
		name    string
		tar     []byte
		want    string
		problem string // part of the only one; "" for none
	}{
		{"absolute", pack(t, reg("/etc/passwd")), "/etc/passwd", "1 entry has an absolute name"},
		{"up and out", pack(t, reg("../../etc/passwd")), "/etc/passwd", "leads out of the image"},
		{"up inside", pack(t, reg("a/../b")), "/b", ""},
		{"dots and slashes", pack(t, reg("./a//./b")), "/a/b", ""},
		{"the root itself", pack(t, tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o700}, reg("a")), "/a", ""},
		{"twice", pack(t, reg("a"), tar.Header{Name: "a", Size: 5}), "/a", "more than once"},
		{"through a link", pack(t, tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "/etc"}, reg("l/x")), "/etc/x /l", "below a symbolic link"},
		{"through an escaping link", pack(t, tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "../../.."}, reg("l/x")), "/l /x", "below a symbolic link"},
		{"round a link", pack(t, tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "l"}, reg("l/x")), "/l/x", "in a circle"},
		{"below a file", pack(t, reg("f"), reg("f/x")), "/f/x", "no directory"},
		{"a hard link out", pack(t, reg("etc/x"), tar.Header{Name: "h", Typeflag: tar.TypeLink, Linkname: "../etc/x"}), "/etc/x /h", "is a hard link that leads out"},
		{"a hard link to nothing", pack(t, tar.Header{Name: "h", Typeflag: tar.TypeLink, Linkname: "x"}), "/h", "leads to no file of this layer"},
		{"devices", pack(t, tar.Header{Name: "null", Typeflag: tar.TypeChar}, tar.Header{Name: "sda", Typeflag: tar.TypeBlock}, tar.Header{Name: "p", Typeflag: tar.TypeFifo}), "/null /p /sda", ""},
		{"a long name", pack(t, reg(long)), "/" + long, "longer than 255"},
		{"a longer path", pack(t, reg(strings.Repeat("d/", 3000)+"x")), "", "longer than 4096"},
		{"escape sequences", pack(t, reg("a\x1b]0;title\x07")), "/a␛]0;title␇", "has a name or target with control characters"},
		{"sparse", sparse, "/hole", "sparse"},
		{"a whiteout of nothing", pack(t, reg(".wh.")), "", "names nothing"},
		{"a whiteout of the parent", pack(t, reg("a/.wh..")), "", "names nothing"},
		{"aufs leftovers", pack(t, reg(".wh..wh.plnk")), "", ""},
		{"an unknown type", pack(t, tar.Header{Name: "v", Typeflag: 'V'}, reg("a")), "/a", "unknown type"},
		{"no tar at all", bytes.Repeat([]byte("hello "), 200), "", "no tar archive"},
		{"nothing", []byte{}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := one(t, of(tt.tar))
			if got := paths(l.Tree); got != tt.want {
				t.Errorf("tree %q, want %q", got, tt.want)
			}
			switch {
			case tt.problem == "" && len(l.Problems) > 0, tt.problem != "" && len(l.Problems) != 1:
				t.Errorf("problems %q, want %q", l.Problems, tt.problem)
			case tt.problem != "" && !strings.Contains(l.Problems[0], tt.problem):
				t.Errorf("problem %q, want %q", l.Problems[0], tt.problem)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	m := of(nil)
	if l := one(t, m); len(l.Problems) != 1 || !strings.Contains(l.Problems[0], "missing") {
		t.Errorf("problems %q", l.Problems)
	}
	m.im.Layers[0].Foreign = true
	if l := one(t, m); len(l.Problems) != 1 || !strings.Contains(l.Problems[0], "foreign") {
		t.Errorf("problems %q", l.Problems)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	raw := pack(t, tar.Header{Name: "a", Size: 20 << 20})
	_, err := scan.Scan(ctx, of(raw, raw), scan.Options{Progress: func(scan.Progress) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestProgress(t *testing.T) {
	var last scan.Progress
	raw := pack(t, tar.Header{Name: "a", Size: 9 << 20}, tar.Header{Name: "b"})
	if _, err := scan.Scan(context.Background(), of(raw, gz(t, raw)), scan.Options{Progress: func(p scan.Progress) { last = p }}); err != nil {
		t.Fatal(err)
	}
	if last.Layers != 2 || last.LayersDone != 2 || last.Files != 4 || last.Bytes < 18<<20 {
		t.Errorf("last progress %+v", last)
	}
}

// spy asks for as much of each file as it says and keeps what it gets.
type spy struct {
	want int64
	read int64 // how much of it is read; -1 for all
	got  map[string]string
	seen []scan.File
}

func (s *spy) Kind() string     { return "spy" }
func (s *spy) Begin() scan.Sink { return s }
func (s *spy) Notes() []byte    { return nil }
func (s *spy) Entry(f scan.File) int64 {
	f.Head = bytes.Clone(f.Head)
	s.seen = append(s.seen, f)
	return s.want
}

func (s *spy) Content(f scan.File, r io.Reader) error {
	if s.read >= 0 {
		r = io.LimitReader(r, s.read)
	}
	p, err := io.ReadAll(r)
	s.got[f.Path] = string(p)
	return err
}

func TestDetectors(t *testing.T) {
	big := strings.Repeat("x", 300_000)
	raw := pack(t, tar.Header{Name: "big", Size: 300_000, Mode: 0o4755, Uid: 7}, tar.Header{Name: "small", Size: 3},
		tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "big"}, tar.Header{Name: ".wh.old"}, tar.Header{Name: "empty"})
	spies := []*spy{{want: 0, read: -1}, {want: 10, read: -1}, {want: scan.All, read: 1000}, {want: 600, read: -1}, {want: scan.All, read: -1}}
	var ds []scan.Detector
	for _, s := range spies {
		s.got = map[string]string{}
		ds = append(ds, s)
	}
	l := one(t, of(raw), ds...)
	if len(l.Problems) > 0 {
		t.Fatal(l.Problems)
	}
	for i, want := range []int{-1, 10, 1000, 600, len(big)} {
		got, ok := spies[i].got["/big"]
		if ok != (want >= 0) || ok && got != big[:want] {
			t.Errorf("spy %d got %d bytes of /big, want %d", i, len(got), want)
		}
		if _, ok := spies[i].got["/empty"]; ok {
			t.Errorf("spy %d got content of an empty file", i)
		}
	}
	if got := spies[1].got["/small"]; got != "xxx" {
		t.Errorf("small: %q", got)
	}
	f := spies[0].seen[0]
	if f.Path != "/big" || f.Mode != 0o4755 || f.UID != 7 || f.Size != 300_000 || string(f.Head) != big[:scan.HeadSize] {
		t.Errorf("seen %+v", f)
	}
	if w := spies[0].seen[3]; w.Path != "/old" || w.Type != image.Whiteout {
		t.Errorf("whiteout seen as %+v", w)
	}
	// What detectors read makes no difference to the checksums.
	plain := one(t, of(raw))
	for id := range plain.Tree.Walk(image.Root) {
		if a, b := plain.Tree.Info(id).Sum, l.Tree.Info(id).Sum; a != b {
			t.Errorf("sum of %s: %x and %x", plain.Tree.Path(id), a, b)
		}
	}
}
