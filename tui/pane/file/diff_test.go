package file

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/preview"
)

func of(lines []string) *preview.Preview {
	text := strings.Join(lines, "\n") + "\n"
	if len(lines) == 0 {
		text = ""
	}
	return preview.Of("a.txt", []byte(text), int64(len(text)))
}

// A diff tells each line of both versions once, in order, those left out by their
// number.
func TestCompareTellsAll(t *testing.T) {
	line := rapid.SampledFrom([]string{"a", "b", "c", "d", "", "same", "x y"})
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.SliceOfN(line, 0, 60).Draw(t, "before")
		after := rapid.SliceOfN(line, 0, 60).Draw(t, "after")
		if rapid.Bool().Draw(t, "alike") { // most versions are
			after = append([]string(nil), before...)
			for range rapid.IntRange(0, 3).Draw(t, "edits") {
				if i := rapid.IntRange(0, len(after)).Draw(t, "at"); i < len(after) {
					after[i] = "edited"
				}
			}
		}
		d := Compare(of(before), of(after), 0)
		a, b := of(before).Text, of(after).Text
		var old, now []string
		if a != nil {
			old = a.Lines
		}
		if b != nil {
			now = b.Lines
		}
		i, j, added, removed := 0, 0, 0, 0
		for _, r := range d.rows {
			switch r.sign {
			case ' ':
				if old[i] != r.text || now[j] != r.text || r.old != i+1 || r.new != j+1 {
					t.Fatalf("row %+v at %d, %d", r, i, j)
				}
				i, j = i+1, j+1
			case '-':
				if old[i] != r.text || r.old != i+1 {
					t.Fatalf("row %+v at %d", r, i)
				}
				i, removed = i+1, removed+1
			case '+':
				if now[j] != r.text || r.new != j+1 {
					t.Fatalf("row %+v at %d", r, j)
				}
				j, added = j+1, added+1
			default:
				number, _, _ := strings.Cut(r.text, " ")
				n, err := strconv.Atoi(number)
				if err != nil || n < 1 {
					t.Fatalf("a gap of %q", r.text)
				}
				for range n {
					if old[i] != now[j] {
						t.Fatalf("a gap over lines that differ: %q, %q", old[i], now[j])
					}
					i, j = i+1, j+1
				}
			}
		}
		if len(d.rows) > 0 && (i != len(old) || j != len(now)) {
			t.Fatalf("told %d of %d lines and %d of %d", i, len(old), j, len(now))
		}
		if added != d.added || removed != d.removed || d.sameText != (strings.Join(old, "\n") == strings.Join(now, "\n") && len(old) == len(now)) {
			t.Fatalf("%+v: %d added, %d removed", d, added, removed)
		}
	})
}

// Of what is no text, what is known of both versions stands together.
func TestCompareFacts(t *testing.T) {
	gif := func(w byte) *preview.Preview {
		raw := []byte("GIF89a" + string([]byte{w, 0, 9, 0, 0, 0, 0}) + "\x2c\x00\x00\x00\x00\x00")
		return preview.Of("a.gif", raw, int64(len(raw)))
	}
	d := Compare(gif(7), gif(8), 4)
	want := factRow{"size", "7 × 9 pixels", "8 × 9 pixels"}
	if len(d.facts) != 3 || d.facts[2] != want || d.sameText || len(d.rows) > 0 || d.summary() != "from layer 5: no text, so what is known of both" {
		t.Errorf("%+v", d)
	}
}
