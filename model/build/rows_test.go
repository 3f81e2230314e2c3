package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// told is a Build whose logs a test writes.
func told(texts ...string) *Build {
	b := New()
	for _, t := range texts {
		digest, text, _ := strings.Cut(t, " ")
		b.tell(digest, text)
	}
	return b
}

func (b *Build) tell(digest, text string) {
	b.Apply(Event{Log: &Log{Vertex: digest, Stream: 1, Text: text}})
}

func (b *Build) logs() []*LogBuffer {
	var out []*LogBuffer
	for _, d := range b.Vertices() {
		out = append(out, b.Log(d))
	}
	return out
}

// all is the rows as text: the part and the line, or the number of dropped ones.
func (r *Rows) all() []string {
	var out []string
	for i := range r.Len() {
		row, _ := r.At(i)
		if row.Dropped > 0 {
			out = append(out, fmt.Sprintf("%d -%d", row.Part, row.Dropped))
		} else {
			out = append(out, fmt.Sprintf("%d %s", row.Part, row.Line.Text))
		}
	}
	return out
}

func TestRowsAreInterleaved(t *testing.T) {
	b := told("a one\n", "b two\n", "a three\nfour\nfi", "b six\n", "a ve\n", "b open")
	r := NewRows(nil, true)
	r.Set(b.logs())
	r.Sync(0)
	want := []string{"0 one", "1 two", "0 three", "0 four", "1 six", "0 five", "1 open"}
	if got := r.all(); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if r.Written() != 7 {
		t.Errorf("%d written", r.Written())
	}
	b.tell("b", " no longer\n")
	b.tell("c", "new\n")
	rev := r.Rev()
	r.Set(b.logs())
	r.Sync(0)
	if got := r.all(); r.Rev() == rev || !slices.Equal(got[6:], []string{"1 open no longer", "2 new"}) {
		t.Errorf("rev %d after %d: %q", r.Rev(), rev, got)
	}
	rev = r.Rev()
	if r.Sync(0); r.Rev() != rev {
		t.Error("nothing new is a change")
	}
}

// A log that joins later and began earlier takes its place.
func TestRowsOfALogThatJoins(t *testing.T) {
	b := told("a one\n", "b two\n", "a three\n")
	r := NewRows(nil, true)
	r.Set(b.logs()[1:])
	r.Sync(0)
	logs := []*LogBuffer{b.Log("b"), b.Log("a")}
	r.Set(logs)
	r.Sync(0)
	if got, want := r.all(), []string{"1 one", "0 two", "1 three"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	r.Set(logs[1:])
	r.Sync(0)
	if got, want := r.all(), []string{"0 one", "0 three"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRowsWithACondition(t *testing.T) {
	b := told("a error: one\nfine\nerror: two\nlast error", "b error: three\n")
	r := NewRows(func(l Line) bool { return strings.Contains(l.Text, "error") }, false)
	r.Set(b.logs())
	for i := 0; !r.Sync(1); i++ { // a line at a time
		if i > 10 {
			t.Fatal("it never ends")
		}
	}
	if got, want := r.all(), []string{"0 error: one", "0 error: two", "1 error: three", "0 last error"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// naive is what Rows should be, computed anew.
func naive(logs []*LogBuffer, keep func(Line) bool, holes bool) []Row {
	var out []Row
	for p, l := range logs {
		if holes && l.Dropped() > 0 {
			out = append(out, Row{Key: (&part{log: l}).holeEntry(p).key, Part: p, Dropped: l.Dropped()})
		}
		for i := range l.Len() {
			line := l.Line(i)
			if keep(line) {
				key := 2 * line.Seq
				if line.Seq == 0 {
					key = openKey + 3*p + line.Stream
				}
				out = append(out, Row{Key: key, Part: p, Line: line})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Row) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// However logs grow, drop and are looked at, Rows are what sorting all would give.
func TestRowsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := New()
		for _, d := range []string{"a", "b", "c"} {
			b.tell(d, "")
		}
		keep := func(Line) bool { return true }
		var given func(Line) bool
		if rapid.Bool().Draw(t, "condition") {
			keep = func(l Line) bool { return strings.HasSuffix(l.Text, "0") }
			given = keep
		}
		holes := rapid.Bool().Draw(t, "holes")
		r := NewRows(given, holes)
		count := 0
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			for range rapid.IntRange(1, 4).Draw(t, "bursts") {
				d := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "log")
				var text strings.Builder
				for range rapid.SampledFrom([]int{0, 1, 7, 600, 600, 11_000}).Draw(t, "lines") {
					count++
					fmt.Fprintf(&text, "%d\n", count)
				}
				text.WriteString(rapid.SampledFrom([]string{"", "", "open 0", "\n", "x\ry"}).Draw(t, "rest"))
				dropped := rapid.SampledFrom([]int{0, 0, 0, 5}).Draw(t, "dropped")
				b.Apply(Event{Time: time.Unix(int64(count), 0), Log: &Log{Vertex: d, Stream: 1, Text: text.String(), Dropped: dropped}})
			}
			r.Set(b.logs())
			for budget := rapid.IntRange(1_000, 100_000).Draw(t, "budget"); !r.Sync(budget); {
			}
			want := naive(b.logs(), keep, holes)
			if r.Len() != len(want) {
				t.Fatalf("%d rows, want %d", r.Len(), len(want))
			}
			for i, w := range want {
				got, ok := r.At(i)
				if !ok || got != w {
					t.Fatalf("row %d is %+v, want %+v", i, got, w)
				}
				if w.Dropped == 0 && r.Find(w.Key) != i {
					t.Fatalf("row %d is found at %d", i, r.Find(w.Key))
				}
			}
		}
	})
}

// What a frame costs while a log drops as much as it is told, among others that
// are full.
func BenchmarkRowsSync(b *testing.B) {
	for _, logs := range []int{1, 100} {
		b.Run(fmt.Sprintf("%d-full-logs", logs), func(b *testing.B) {
			bu := New()
			for i := range logs {
				bu.tell(fmt.Sprint(i), strings.Repeat("a line of some length, as they are\n", headLines+tailLines))
			}
			r := NewRows(nil, true)
			r.Set(bu.logs())
			r.Sync(0)
			text := strings.Repeat("a line of some length, as they are\n", 1000)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				b.StopTimer()
				n++
				bu.tell(fmt.Sprint(n%logs), text)
				b.StartTimer()
				r.Sync(0)
				for i := range 60 {
					r.At(r.Len() - 60 + i)
				}
			}
			b.ReportMetric(float64(r.Len()), "rows")
		})
	}
}

// What it costs to begin: all lines of a hundred full logs.
func BenchmarkRowsBegin(b *testing.B) {
	bu := New()
	for range headLines + tailLines {
		for i := range 100 {
			bu.tell(fmt.Sprint(i), "a line\n")
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		r := NewRows(nil, true)
		r.Set(bu.logs())
		r.Sync(0)
	}
}
