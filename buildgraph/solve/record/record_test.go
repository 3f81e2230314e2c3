package record_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/solve/record"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

func at(s int) time.Time { return time.Date(2026, 1, 1, 0, 0, s, 0, time.UTC) }

func events() []build.Event {
	start := at(1)
	return []build.Event{
		{Time: at(0), Begin: &build.Begin{Version: build.SchemaVersion, Graph: &model.Graph{File: "Dockerfile", Stages: []model.Stage{}}, Targets: []int{0}}},
		{Time: at(1), Vertex: &build.Vertex{Digest: "sha256:1", Name: "RUN true", Started: &start}},
		{Time: at(3), Log: &build.Log{Vertex: "sha256:1", Stream: 1, Text: "é\n"}},
		{Time: at(4), End: &build.End{Outcome: build.OutcomeSucceeded}},
	}
}

func written(t testing.TB) []byte {
	var buf bytes.Buffer
	w := record.NewWriter(&buf)
	for _, e := range events() {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// sleeps notes how long it was asked to wait.
type sleeps struct{ total time.Duration }

func (s *sleeps) Sleep(ctx context.Context, d time.Duration) error {
	s.total += d
	return ctx.Err()
}

func play(raw []byte, speed float64) (got []build.Event, slept time.Duration, err error) {
	var s sleeps
	err = record.Play(context.Background(), bytes.NewReader(raw), speed, &s, func(e build.Event) { got = append(got, e) })
	return got, s.total, err
}

func TestWhatIsWrittenIsPlayed(t *testing.T) {
	for speed, want := range map[float64]time.Duration{0: 0, 1: 4 * time.Second, 4: time.Second, 0.5: 8 * time.Second} {
		got, slept, err := play(written(t), speed)
		if err != nil || !reflect.DeepEqual(got, events()) {
			t.Fatalf("%+v %v", got, err)
		}
		if slept != want {
			t.Errorf("at speed %v it took %s, want %s", speed, slept, want)
		}
	}
}

// Wherever a record is cut, what is whole plays, and the end is told.
func TestTruncated(t *testing.T) {
	raw := written(t)
	lines := bytes.SplitAfter(raw, []byte("\n"))
	first := len(lines[0])
	for n := first - 1; n < len(raw)-1; n++ {
		got, _, err := play(raw[:n], 0)
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		whole := 0 // a line that lacks nothing but its end is whole
		for rest := n; whole < len(lines) && rest >= len(lines[whole])-1; whole++ {
			rest -= len(lines[whole])
		}
		if len(got) != whole+2 || !reflect.DeepEqual(got[:whole], events()[:whole]) {
			t.Fatalf("cut at %d of %d: %d events, want %d and two more", n, len(raw), len(got), whole)
		}
		if got[whole].Notice == nil || got[whole+1].End == nil || got[whole+1].End.Outcome != build.OutcomeCancelled {
			t.Fatalf("cut at %d: ends with %+v", n, got[whole:])
		}
	}
	if got, _, err := play(raw[:first/2], 0); !errors.Is(err, record.ErrTruncated) || len(got) > 0 {
		t.Errorf("cut in the first line: %v %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want error
		part string
	}{
		"empty":       {"", record.ErrNotARecord, "empty"},
		"blank lines": {"\n\n", record.ErrNotARecord, "empty"},
		"garbage":     {"\x00\x01\x02\nmore", record.ErrNotARecord, "--record"},
		"other JSON":  {`{"a":1}` + "\n", record.ErrNotARecord, "--record"},
		"no begin":    {`{"time":"2026-01-01T00:00:00Z","end":{"outcome":"failed"}}` + "\n", record.ErrNotARecord, "--record"},
		"newer":       {`{"time":"2026-01-01T00:00:00Z","begin":{"version":999,"graph":7}}` + "\n", nil, "version 999"},
		"damaged":     {string(written(t)[:bytes.IndexByte(written(t), '\n')+1]) + "{]\nx\n", nil, "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := play([]byte(tt.text), 0)
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.part) {
				t.Errorf("got %v", err)
			}
		})
	}
	var version *record.VersionError
	if _, _, err := play([]byte(`{"begin":{"version":999}}`), 0); !errors.As(err, &version) || version.Version != 999 {
		t.Errorf("got %v", err)
	}
}

func TestPlayStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := record.Play(ctx, bytes.NewReader(written(t)), 1, record.WallClock{}, func(build.Event) {
		n++
		cancel()
	})
	if !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("%d events, %v", n, err)
	}
}

// brokenPipe takes so many bytes and then no more.
type brokenPipe struct{ left int }

func (p *brokenPipe) Write(b []byte) (int, error) {
	if p.left -= len(b); p.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(b), nil
}

// A record that failed once has no gap and no second half.
func TestWriterStopsAtAnError(t *testing.T) {
	p := &brokenPipe{left: 250}
	w := record.NewWriter(p)
	var first error
	for _, e := range events() {
		if err := w.Write(e); err != nil && first == nil {
			first = err
			p.left = 1 << 20 // it would go again
		}
	}
	if !errors.Is(first, io.ErrClosedPipe) || w.Err() != first || p.left != 1<<20 {
		t.Errorf("first %v, kept %v, left %d", first, w.Err(), p.left)
	}
	if err := w.Close(); err != first {
		t.Errorf("close: %v", err)
	}
	if err := w.Write(events()[0]); !errors.Is(err, record.ErrClosed) {
		t.Errorf("after close: %v", err)
	}
}

func FuzzPlay(f *testing.F) {
	raw := written(f)
	f.Add(raw)
	f.Add(raw[:len(raw)/2])
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"begin":{"version":1}}` + "\n" + `{"vertex":{}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b := build.New()
		begun := false
		err := record.Play(context.Background(), bytes.NewReader(raw), 0, record.WallClock{}, func(e build.Event) {
			if !begun && e.Begin == nil {
				t.Fatalf("the first event is %+v", e)
			}
			begun = true
			b.Apply(e)
		})
		if err == nil && b.End == nil {
			t.Fatal("played to the end without an end")
		}
	})
}
