package difference

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/preview"
)

// holds is a version of a file with a content.
func holds(side, name, data string) Version {
	return Version{
		Name: side, There: true, Info: image.Info{Mode: 0o644, Size: int64(len(data))},
		Content: preview.Of(name, []byte(data), int64(len(data))),
	}
}

// told is a File as a person reads it.
func told(f *File) string {
	var b strings.Builder
	fmt.Fprintln(&b, f.Summary)
	for _, x := range f.Facts {
		if !x.Same() {
			fmt.Fprintf(&b, "%s: %q %q\n", x.Label, x.Was, x.Is)
		}
	}
	for _, r := range f.Rows {
		fmt.Fprintln(&b, strings.TrimRight(r.Sign.Mark()+" "+r.Text, " "))
	}
	if f.More != "" {
		fmt.Fprintln(&b, "more:", f.More)
	}
	return b.String()
}

func zipped(t *testing.T, members ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		name, data, _ := strings.Cut(m, "=")
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestBetween(t *testing.T) {
	lines := strings.Repeat("same\n", 9)
	moded := holds("b", "a.txt", "x\n")
	moded.Info.Mode, moded.Info.UID = 0o600, 7
	link := func(to string) Version {
		return Version{Name: "l", There: true, Info: image.Info{Type: image.Symlink, Link: to, Mode: 0o777}}
	}
	dir := Version{Name: "d", There: true, Info: image.Info{Type: image.Directory, Mode: 0o755}}
	for _, c := range []struct {
		name    string
		was, is Version
		want    string
	}{
		{"text", holds("a", "a.txt", lines+"old\n"+lines), holds("b", "a.txt", lines+"new\nnewer\n"+lines), `2 lines added, 1 removed
size: "94 bytes" "100 bytes"
text: "19 lines, ASCII, LF" "20 lines, ASCII, LF"
 6 lines the same
  same
  same
  same
- old
+ new
+ newer
  same
  same
  same
 6 lines the same
`},
		{"metadata", holds("a", "a.txt", "x\n"), moded, `the same bytes, another mode, owner
mode: "0644" "0600"
owner: "0:0" "7:0"
`},
		{"line ends", holds("a", "a.txt", "x\ny\n"), holds("b", "a.txt", "x\r\ny\r\n"), `line by line the same text: what differs are blanks, line ends, or what cannot be shown
size: "4 bytes" "6 bytes"
text: "2 lines, ASCII, LF" "2 lines, ASCII, CRLF"
- 00000000  78 0a 79 0a                                        x.y.
+ 00000000  78 0d 0a 79 0d 0a                                  x..y..
`},
		{"bytes", holds("a", "a", "\x00\x01\x02\x03"+strings.Repeat("\x00", 60)), holds("b", "a", "\x00\x01\x02\x04"+strings.Repeat("\x00", 60)), `the bytes part at offset 3 (0x3)
- 00000000  00 01 02 03 00 00 00 00  00 00 00 00 00 00 00 00   ................
+ 00000000  00 01 02 04 00 00 00 00  00 00 00 00 00 00 00 00   ................
  00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00   ................
  00000020  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00   ................
  00000030  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00   ................
`},
		{"a longer one", holds("a", "a", "\x00\x01"), holds("b", "a", "\x00\x01\x02"), `one goes on where the other ends, after 2 bytes
size: "2 bytes" "3 bytes"
- 00000000  00 01                                              ..
+ 00000000  00 01 02                                           ...
`},
		{"archives", holds("a", "a.zip", zipped(t, "x=1", "y=22", "z=3")), holds("b", "a.zip", zipped(t, "w=0", "x=1", "y=2222")), `members: 1 added, 1 removed, 1 changed
size: "326 bytes" "328 bytes"
holds: "3 members, 4 B when unpacked" "3 members, 6 B when unpacked"
 members
+ -rw-rw-rw-  1 B    w
- -rw-rw-rw-  2 B    y
+ -rw-rw-rw-  4 B    y
- -rw-rw-rw-  1 B    z
 1 member of the same size, mode and time
`},
		{"only in one", holds("a", "a.txt", "x\ny\n"), Version{Name: "b"}, `only in a
is: "text" ""
size: "4 bytes" ""
mode: "0644" ""
owner: "0:0" ""
time: "1970-01-01 00:00:00" ""
text: "2 lines, ASCII, LF" ""
- x
- y
`},
		{"links", link("one"), link("two"), `it leads to another place
leads to: "one" "two"
`},
		{"another type", dir, link("one"), `directory became symbolic link
is: "directory" "symbolic link"
leads to: "" "one"
mode: "0755" "0777"
`},
		{"nowhere", Version{Name: "a"}, Version{Name: "b"}, "neither side has it\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := told(Between("/a", c.was, c.is)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// Of long lists what differs is told.
func TestWhatProgramsNeed(t *testing.T) {
	f := &File{}
	f.Was.Content = &preview.Preview{Facts: []preview.Fact{{Label: "needs", Text: "libc.so.6, libm.so.6"}, {Label: "modules", Text: "2: a v1, b v1"}}}
	f.Is.Content = &preview.Preview{Facts: []preview.Fact{{Label: "needs", Text: "libc.so.6"}, {Label: "modules", Text: "2: a v1, b v2"}}}
	f.metadata()
	if got, want := fmt.Sprint(f.Facts), "[{needs libm.so.6 } {modules b v1 b v2}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Every line of both versions is told once, in order, those left out by their number.
func TestTextTellsAll(t *testing.T) {
	line := rapid.SampledFrom([]string{"a", "b", "c", "d", "same", "x y"})
	rapid.Check(t, func(t *rapid.T) {
		was := rapid.SliceOfN(line, 1, 60).Draw(t, "was")
		is := rapid.SliceOfN(line, 1, 60).Draw(t, "is")
		if rapid.Bool().Draw(t, "alike") { // most versions are
			is = append([]string(nil), was...)
			for range rapid.IntRange(0, 3).Draw(t, "edits") {
				is[rapid.IntRange(0, len(is)-1).Draw(t, "at")] = "edited"
			}
		}
		f := Between("/a", holds("a", "a.txt", strings.Join(was, "\n")+"\n"), holds("b", "a.txt", strings.Join(is, "\n")+"\n"))
		if len(f.Rows) == 0 {
			if strings.Join(was, "\n") != strings.Join(is, "\n") {
				t.Fatal("nothing is told")
			}
			return
		}
		i, j := 0, 0
		for _, r := range f.Rows {
			n, step := 1, r.Sign
			if r.Sign == Gap {
				number, _, _ := strings.Cut(r.Text, " ")
				n, _ = strconv.Atoi(number)
				if n < 1 {
					t.Fatalf("a gap of %q", r.Text)
				}
				step = Same
			}
			for range n {
				switch {
				case step == Same && was[i] != is[j], step == Removed && (was[i] != r.Text || r.Was != i+1), step == Added && (is[j] != r.Text || r.Is != j+1),
					r.Sign == Same && (was[i] != r.Text || r.Was != i+1 || r.Is != j+1):
					t.Fatalf("row %+v at %d, %d", r, i, j)
				}
				if step != Added {
					i++
				}
				if step != Removed {
					j++
				}
			}
		}
		if i != len(was) || j != len(is) {
			t.Fatalf("told %d of %d lines and %d of %d", i, len(was), j, len(is))
		}
	})
}
