package build

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func texts(b *LogBuffer) []string {
	var out []string
	for _, l := range b.Last(b.Len()) {
		out = append(out, l.Text)
	}
	return out
}

func TestLogBufferLines(t *testing.T) {
	for name, tt := range map[string]struct {
		pieces []string
		want   []string
	}{
		"whole lines":                   {[]string{"a\nb\n"}, []string{"a", "b"}},
		"in pieces":                     {[]string{"a", "b\nc", "\n"}, []string{"ab", "c"}},
		"open at the end":               {[]string{"a\nb"}, []string{"a", "b"}},
		"empty lines count":             {[]string{"\n\na\n"}, []string{"", "", "a"}},
		"CRLF":                          {[]string{"a\r\nb\r\n"}, []string{"a", "b"}},
		"CRLF in two pieces":            {[]string{"a\r", "\nb\r", "\n"}, []string{"a", "b"}},
		"progress":                      {[]string{"10%\r20%\r100%\n"}, []string{"100%"}},
		"progress in pieces":            {[]string{"10%\r", "20%\r", "100%\n"}, []string{"100%"}},
		"progress with leading returns": {[]string{"\r10%", "\r20%", "\r100%", "\ndone\n"}, []string{"100%", "done"}},
		"progress keeps what it shows":  {[]string{"10%\r20%\r"}, []string{"20%"}},
		"return, then end, keeps":       {[]string{"a\r\r\n"}, []string{"a"}},
		"nothing":                       {[]string{""}, nil},
		"a style goes on":               {[]string{"\x1b[31ma\nb\x1b[m\nc\n"}, []string{"\x1b[31ma", "\x1b[31mb\x1b[m", "c"}},
		"a style over a return":         {[]string{"\x1b[31m1%\r2%", "\r3%\x1b[m\nb\n"}, []string{"\x1b[31m3%\x1b[m", "b"}},
		"a style in pieces":             {[]string{"\x1b[1ma", "b\x1b[32m\nc", "d\n"}, []string{"\x1b[1mab\x1b[32m", "\x1b[1;32mcd"}},
	} {
		t.Run(name, func(t *testing.T) {
			var b LogBuffer
			for _, p := range tt.pieces {
				b.Write(time.Time{}, 1, p)
			}
			if got := texts(&b); fmt.Sprint(got) != fmt.Sprint(tt.want) || len(got) != len(tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLogBufferStreamsDoNotMix(t *testing.T) {
	var b LogBuffer
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	b.Write(at(1), 1, "out ")
	b.Write(at(2), 2, "err\n")
	b.Write(at(3), 1, "put\n")
	b.Write(at(4), 7, "odd\n") // no such stream: still kept
	want := []Line{{at(2), 2, "err", 1}, {at(1), 1, "out put", 2}, {at(4), 0, "odd", 3}}
	for i, w := range want {
		if got := b.Line(i); got != w {
			t.Errorf("line %d: %+v, want %+v", i, got, w)
		}
	}
	if b.Len() != len(want) {
		t.Errorf("%d lines", b.Len())
	}
}

func TestLogBufferKeepsHeadAndTail(t *testing.T) {
	var b LogBuffer
	const n = headLines + 2*tailLines + 123
	for i := range n {
		b.Write(time.Time{}, 1, fmt.Sprintf("%d\n", i))
	}
	if b.Len() != headLines+tailLines || b.Dropped() != n-headLines-tailLines {
		t.Fatalf("%d kept, %d dropped", b.Len(), b.Dropped())
	}
	for i := range b.Len() {
		want := i
		if i >= b.Gap() {
			want += b.Dropped()
		}
		if got := b.Line(i).Text; got != fmt.Sprint(want) {
			t.Fatalf("line %d is %q, want %d", i, got, want)
		}
	}
	if last := b.Last(2); len(last) != 2 || last[1].Text != fmt.Sprint(n-1) {
		t.Errorf("last: %+v", last)
	}
	if (b.Line(-1) != Line{}) || (b.Line(b.Len()) != Line{}) {
		t.Error("lines out of range are not empty")
	}
}

// Whatever is written, kept and dropped lines add up, order holds, memory is
// bounded, and no line is cut in the middle of a character.
func TestLogBufferProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b LogBuffer
		wrote := 0
		for range rapid.IntRange(0, 6).Draw(t, "batches") {
			size := rapid.SampledFrom([]int{0, 5, 900, maxLineBytes - 1, maxLineBytes, maxLineBytes + 7}).Draw(t, "size")
			filler := strings.Repeat("é", size/2)
			for range rapid.SampledFrom([]int{1, 30, 400}).Draw(t, "lines") {
				b.Write(time.Time{}, 1, fmt.Sprintf("%07d %s\n", wrote, filler))
				wrote++
			}
		}
		if b.Len()+b.Dropped() != wrote {
			t.Fatalf("%d kept + %d dropped of %d", b.Len(), b.Dropped(), wrote)
		}
		bytes := 0
		for i := range b.Len() {
			l := b.Line(i).Text
			want := i
			if i >= b.Gap() {
				want += b.Dropped()
				bytes += len(l)
			}
			if !strings.HasPrefix(l, fmt.Sprintf("%07d", want)) || len(l) > maxLineBytes || !utf8.ValidString(l) {
				t.Fatalf("line %d (%d bytes) begins %.9q, want %07d", i, len(l), l, want)
			}
		}
		if bytes > tailBytes {
			t.Fatalf("the tail holds %d bytes", bytes)
		}
	})
}

func TestCutLeavesSequencesWhole(t *testing.T) {
	for _, tt := range []struct {
		s    string
		n    int
		want string
	}{
		{"abcdef", 3, "abc"},
		{"aéb", 2, "a"},
		{"a\x1b[31mred", 4, "a"},
		{"a\x1b[31mred", 6, "a\x1b[31m"},
		{"a\x1b[31mred\x1b[0m", 11, "a\x1b[31mred"},
	} {
		if got := cut(tt.s, tt.n); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.s, tt.n, got, tt.want)
		}
	}
}
