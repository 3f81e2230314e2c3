package preview_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	stdimage "image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/model/preview/syntax"
)

// facts is a preview in lines.
func facts(p *preview.Preview) string {
	var b strings.Builder
	fmt.Fprintln(&b, p.What)
	for _, f := range p.Facts {
		fmt.Fprintf(&b, "%s: %s\n", f.Label, f.Text)
	}
	return b.String()
}

func of(name, content string) *preview.Preview {
	return preview.Of(name, []byte(content), int64(len(content)))
}

func TestText(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"a.txt", "one\ntwo\n", "text\ntext: 2 lines, ASCII, LF\n"},
		{"a.txt", "one\r\ntwo", "text\ntext: 2 lines, ASCII, CRLF, no newline at the end\n"},
		{"a.txt", "one\rtwo\r", "text\ntext: 2 lines, ASCII, CR\n"},
		{"a.txt", "a\r\nb\n", "text\ntext: 2 lines, ASCII, LF and CRLF mixed\n"},
		{"a.txt", "Größe\n", "text\ntext: 1 line, UTF-8, LF\n"},
		{"a.txt", "\xef\xbb\xbfx\n", "text\ntext: 1 line, UTF-8 with a byte order mark, LF\n"},
		{"a.txt", "\xff\xfeh\x00i\x00\n\x00", "text\ntext: 1 line, UTF-16, little-endian, LF\n"},
		{"a.txt", "\xfe\xff\x00h\x00i", "text\ntext: 1 line, UTF-16, big-endian, no newline at the end\n"},
		{"a.txt", "Gr\xf6\xdfe der Dinge\n", "text\ntext: 1 line, not UTF-8: bytes shown as Latin-1, LF\n"},
		{"run", "#!/usr/bin/env -S python3.12 -u\nprint()\n", "Python source\ntext: 2 lines, ASCII, LF\n"},
		{"run", "#!/bin/bash -e\nls\n", "shell script\ntext: 2 lines, ASCII, LF\n"},
		{"Dockerfile", "FROM scratch\n", "Dockerfile\ntext: 1 line, ASCII, LF\n"},
		{"x.go", "package x\n", "Go source\ntext: 1 line, ASCII, LF\n"},
		{"a", "", "empty file\n"},
		{"a", "a\x00b", "binary data\n"},
		{"MZ.txt", "MZ is a word here\n", "text\ntext: 1 line, ASCII, LF\n"},
	} {
		if got := facts(of(c.name, c.content)); got != c.want {
			t.Errorf("%s %q: got\n%swant\n%s", c.name, c.content, got, c.want)
		}
	}
}

// What would drive a terminal is made visible, tabs stand where they would.
func TestTextIsHarmless(t *testing.T) {
	p := of("a.txt", "a\tb\n\x1b[2J\u202ex\x07\n12345\tx\n")
	want := []string{"a   b", "␛[2J<U+202E>x␇", "12345   x"}
	if got := fmt.Sprintf("%q", p.Text.Lines); got != fmt.Sprintf("%q", want) {
		t.Errorf("got %s, want %q", got, want)
	}
}

// Lines that no screen can draw at once are parted; their numbers stay.
func TestTextLong(t *testing.T) {
	p := of("a.js", "x\n"+strings.Repeat("é", 3000)+"\ny\n")
	if len(p.Text.Lines) != 5 || strings.Join(p.Text.Lines, "") != "x"+strings.Repeat("é", 3000)+"y" {
		t.Errorf("%d lines", len(p.Text.Lines))
	}
	var numbers []int
	for i := range p.Text.Lines {
		numbers = append(numbers, p.Text.Number(i))
	}
	if got := fmt.Sprint(numbers); got != "[1 2 0 0 3]" {
		t.Errorf("numbers %s", got)
	}
	big := strings.Repeat("0123456789abcde\n", preview.MostText/16+10)
	p = of("a.log", big)
	if len(p.Text.Lines) != preview.MostText/16 || p.Text.More != "the first 4.2 MB of 4.2 MB are shown" {
		t.Errorf("%d lines of a large text, %q", len(p.Text.Lines), p.Text.More)
	}
	cut := preview.Of("a.txt", []byte("half of it"), 1000)
	if got := facts(cut); !strings.Contains(got, "looked at: the first 10 B of 1.0 kB") || cut.Text.More == "" {
		t.Errorf("a cut file:\n%s", got)
	}
}

func TestHex(t *testing.T) {
	p := of("x", "\x00\x01\x02\x03\x04\x05\x06\x07ABCDEFGHi\x1b[2J\xff")
	if p.HexRows() != 2 {
		t.Fatalf("%d rows", p.HexRows())
	}
	for i, want := range []string{
		"00000000|00 01 02 03 04 05 06 07  41 42 43 44 45 46 47 48 |........ABCDEFGH",
		"00000010|69 1b 5b 32 4a ff                                |i.[2J.",
	} {
		offset, hex, text := p.Hex(i)
		if got := offset + "|" + hex + "|" + text; got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
}

// A program that the Go toolchain has built here.
func TestProgram(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.test/diver\n\ngo 1.26\n")
	write("main.go", "package main\n\nfunc main() { println(1) }\n")
	build := func(out string, args ...string) *preview.Preview {
		cmd := exec.Command("go", append(append([]string{"build", "-o", out}, args...), ".")...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=")
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		raw, err := os.ReadFile(filepath.Join(dir, out))
		if err != nil {
			t.Fatal(err)
		}
		return preview.Of(out, raw, int64(len(raw)))
	}
	whole := build("whole")
	for _, c := range []struct {
		p    *preview.Preview
		want []string
	}{
		{whole, []string{"ELF executable\n", "for: 64-bit, ", "linked: statically\n", "stripped: no: ", "for debuggers\n", "Go: go1.", ", example.test/diver", "built with: CGO_ENABLED=0\n"}},
		{build("small", "-ldflags=-s -w"), []string{"stripped: yes\n", "Go: go1."}},
	} {
		got := facts(c.p)
		for _, w := range c.want {
			if !strings.Contains(got, w) {
				t.Errorf("%q is missing in\n%s", w, got)
			}
		}
		if c.p.Text != nil || c.p.List == nil || len(c.p.List.Rows) < 5 {
			t.Errorf("sections: %+v", c.p.List)
		}
	}
	if got := facts(preview.Of("x", whole.Bytes[:4096], whole.Size)); !strings.Contains(got, "ELF file\nodd: what tells its parts lies behind") {
		t.Errorf("the beginning of a program:\n%s", got)
	}
}

func TestArchives(t *testing.T) {
	var z, tr, gz bytes.Buffer
	zw := zip.NewWriter(&z)
	for _, name := range []string{"META-INF/MANIFEST.MF", "a\x1b[2J/B.class"} {
		w, err := zw.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte("12345"))
	}
	zw.Close()
	tw := tar.NewWriter(&tr)
	tw.WriteHeader(&tar.Header{Name: "dir/", Typeflag: tar.TypeDir, Mode: 0o755})
	tw.WriteHeader(&tar.Header{Name: "dir/file", Typeflag: tar.TypeReg, Mode: 0o640, Size: 3})
	tw.Write([]byte("abc"))
	tw.WriteHeader(&tar.Header{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "dir\x07", Mode: 0o777})
	tw.Close()
	gw := gzip.NewWriter(&gz)
	gw.Name = "dir.tar"
	gw.Write(tr.Bytes())
	gw.Close()
	var words bytes.Buffer
	gw = gzip.NewWriter(&words)
	gw.Write(bytes.Repeat([]byte("word "), 1000))
	gw.Close()
	for _, c := range []struct{ name, content, want string }{
		{"app.jar", z.String(), "Java archive\nholds: 2 members, 10 B when unpacked\n[-rw-rw-rw- 5 B  META-INF/MANIFEST.MF]\n[-rw-rw-rw- 5 B  a␛[2J/B.class]\n"},
		{"a.tar", tr.String(), "tar archive\nholds: 3 members, 3 B\n[drwxr-xr-x 0 B  dir/]\n[-rw-r----- 3 B  dir/file]\n[lrwxrwxrwx 0 B  link -> dir␇]\n"},
		{"a.tgz", gz.String(), "tar archive, compressed with gzip\nof: dir.tar\nholds: 3 members, 3 B\n[drwxr-xr-x 0 B  dir/]\n[-rw-r----- 3 B  dir/file]\n[lrwxrwxrwx 0 B  link -> dir␇]\n"},
		{"a.gz", words.String(), "gzip file\nholds: 5.0 kB when unpacked\n"},
		{"a.zip", z.String()[:60], "zip archive\nodd: it is damaged: zip: not a valid zip file\n"},
		{"lib.a", "!<arch>\nmain.o/         0           0     0     644     3         `\nabc\nb.o/            0           0     0     644     2         `\nxy", "static library\nholds: 2 members\ntext: 5 lines, ASCII, LF, no newline at the end\n[3 B main.o/]\n[2 B b.o/]\n"},
	} {
		p := of(c.name, c.content)
		got := facts(p)
		if p.List != nil {
			for _, r := range p.List.Rows {
				got += fmt.Sprintln(r)
			}
		}
		if got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// A small file that unpacks to very much takes neither memory nor long.
func TestBomb(t *testing.T) {
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	zeros := make([]byte, 1<<20)
	for range 80 {
		w.Write(zeros)
	}
	w.Close()
	if got := facts(of("bomb.gz", gz.String())); got != "gzip file\nholds: more than 67.1 MB when unpacked\n" {
		t.Errorf("got\n%s", got)
	}
}

func TestMagic(t *testing.T) {
	var pic bytes.Buffer
	if err := png.Encode(&pic, stdimage.NewGray(stdimage.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	db := make([]byte, 100)
	copy(db, "SQLite format 3\x00\x10\x00")
	db[31], db[59], db[96], db[97], db[98], db[99] = 2, 1, 0x00, 0x2e, 0x6e, 0xb8
	for _, c := range []struct{ name, content, want string }{
		{"a.png", pic.String(), "PNG picture\nsize: 30 × 20 pixels\n"},
		{"a.db", string(db), "SQLite database\npages: 2 of 4.1 kB each\ntext: UTF-8\nwritten by: SQLite 3.43.0\n"},
		{"A.class", "\xca\xfe\xba\xbe\x00\x00\x00\x41", "Java class\nfor: Java 21 and later\n"},
		{"a.wasm", "\x00asm\x01\x00\x00\x00", "WebAssembly module\n"},
		{"a.zst", "\x28\xb5\x2f\xfd\x00\x00", "zstd file\n"},
	} {
		if got := facts(of(c.name, c.content)); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// Whatever bytes come, the preview is bounded, harmless and consistent.
func FuzzOf(f *testing.F) {
	for _, name := range []string{"/proc/self/exe"} {
		if raw, err := os.ReadFile(name); err == nil {
			f.Add("x", raw[:min(len(raw), 64<<10)])
		}
	}
	f.Add("a.jar", []byte("PK\x03\x04\x14\x00\x00\x00"))
	f.Add("a.go", []byte("package a /* x\n*/ `\n` \"\\\"\" 'x' 0x1f // y\n"))
	f.Add("a.tar", append(make([]byte, 257), "ustar\x0000"...))
	f.Add("a", []byte("\xff\xfeh\x00\x1b\x00"))
	f.Add("a", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
	f.Add("a", []byte("!<arch>\nx               0           0     0     644     99999999  `\n"))
	f.Add("a.yaml", []byte("a: \"b\n- [c]\n#"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		p := preview.Of(name, data, int64(len(data)))
		harmless := func(s string) {
			for _, r := range s {
				if r < 0x20 || r == 0x7f || r == 0x202e || r >= 0x80 && r < 0xa0 {
					t.Fatalf("%q would reach a terminal", s)
				}
			}
		}
		harmless(p.What)
		for _, x := range p.Facts {
			harmless(x.Text)
		}
		if p.List != nil {
			for _, r := range p.List.Rows {
				if len(r) != len(p.List.Columns) {
					t.Fatalf("%d cells below %d titles", len(r), len(p.List.Columns))
				}
				for _, c := range r {
					harmless(c)
				}
			}
		}
		if p.Text != nil {
			for i, l := range p.Text.Lines {
				harmless(l)
				spans(t, p.Text.Language, l, i, p.Text.States)
			}
		}
		for i := range p.HexRows() {
			_, _, text := p.Hex(i)
			harmless(text)
		}
	})
}

// spans holds that the parts of a line are in it, in order and apart.
func spans(t *testing.T, l *syntax.Language, line string, i int, states []syntax.State) {
	if l == nil {
		return
	}
	at := 0
	for _, s := range l.Spans(line, states[i]) {
		if s.From < at || s.To <= s.From || s.To > len(line) {
			t.Fatalf("%+v of %q, after %d", s, line, at)
		}
		at = s.To
	}
}
