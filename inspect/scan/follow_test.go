package scan_test

import (
	"archive/tar"
	"io"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/scan"
)

// follower keeps what streams by of the files that end in .so.
type follower struct {
	spy
	whole  map[string]string
	closed int
}

func (f *follower) Begin() scan.Sink { return f }

func (f *follower) Follow(file scan.File) io.WriteCloser {
	if !strings.HasSuffix(file.Path, ".so") {
		return nil
	}
	f.whole[file.Path] = ""
	return &tap{f, file.Path}
}

type tap struct {
	to   *follower
	path string
}

func (t *tap) Write(p []byte) (int, error) {
	t.to.whole[t.path] += string(p)
	return len(p), nil
}

func (t *tap) Close() error {
	t.to.closed++
	return nil
}

func TestFollow(t *testing.T) {
	raw := pack(t, tar.Header{Name: "a.so", Size: 300_000}, tar.Header{Name: "b", Size: 3}, tar.Header{Name: "c.so", Size: 100},
		tar.Header{Name: "d.so"}, tar.Header{Name: "e.so", Typeflag: tar.TypeSymlink, Linkname: "a.so"})
	// Whatever they and others ask for.
	for _, want := range []int64{0, 10, 600, scan.All} {
		f := &follower{spy: spy{want: want, read: -1, got: map[string]string{}}, whole: map[string]string{}}
		other := &spy{want: 700, read: 3, got: map[string]string{}}
		if l := one(t, of(raw), f, other); len(l.Problems) > 0 {
			t.Fatal(l.Problems)
		}
		if f.whole["/a.so"] != strings.Repeat("x", 300_000) || f.whole["/c.so"] != strings.Repeat("x", 100) || len(f.whole) != 3 || f.closed != 3 {
			t.Errorf("asking for %d: followed %d files, %d closed, %d bytes of the first", want, len(f.whole), f.closed, len(f.whole["/a.so"]))
		}
	}
	// What is cut off is closed too.
	f := &follower{spy: spy{got: map[string]string{}}, whole: map[string]string{}}
	if l := one(t, of(raw[:100_000]), f); len(l.Problems) != 1 || f.closed != 1 || len(f.whole["/a.so"]) == 0 {
		t.Errorf("cut off: %q, %d closed, %d bytes", l.Problems, f.closed, len(f.whole["/a.so"]))
	}
}
