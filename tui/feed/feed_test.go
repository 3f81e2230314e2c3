package feed

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/build"
)

func vertex(d string) build.Event { return build.Event{Vertex: &build.Vertex{Digest: d}} }

func progress(v, id string, n int64) build.Event {
	return build.Event{Progress: &build.Progress{Vertex: v, ID: id, Current: n}}
}

func log(v string, stream int, text string) build.Event {
	return build.Event{Log: &build.Log{Vertex: v, Stream: stream, Text: text}}
}

// Whatever is offered, in whatever batches it is taken: events that matter come
// through once and in order, of progress the last word counts, and no log text
// is lost while little waits.
func TestNothingThatMattersIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := New(0, nil)
		var wantVertices, gotVertices []string
		wantLog, gotLog := map[string]string{}, map[string]string{}
		wantLast, gotLast := map[string]int64{}, map[string]int64{}
		take := func() bool {
			b, ok := f.Next(context.Background())
			if !ok && b.Offered != f.offered {
				t.Fatalf("the last batch counts %d offers, there were %d", b.Offered, f.offered)
			}
			for _, e := range b.Events {
				switch {
				case e.Vertex != nil:
					gotVertices = append(gotVertices, e.Vertex.Digest)
				case e.Log != nil:
					gotLog[fmt.Sprint(e.Log.Vertex, e.Log.Stream)] += e.Log.Text
				case e.Progress != nil:
					gotLast[e.Progress.Vertex+e.Progress.ID] = e.Progress.Current
				}
			}
			return ok
		}
		n := rapid.IntRange(1, 200).Draw(t, "n")
		for i := range n {
			v := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "v")
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				d := fmt.Sprint(v, i)
				wantVertices = append(wantVertices, d)
				f.Offer(vertex(d))
			case 1:
				s := rapid.IntRange(1, 2).Draw(t, "stream")
				text := fmt.Sprintf("%d\n", i)
				wantLog[fmt.Sprint(v, s)] += text
				f.Offer(log(v, s, text))
			case 2:
				id := rapid.SampledFrom([]string{"x", "y"}).Draw(t, "id")
				wantLast[v+id] = int64(i)
				f.Offer(progress(v, id, int64(i)))
			case 3:
				f.Offer(vertex("t"))
				wantVertices = append(wantVertices, "t")
				take()
			}
		}
		f.Close()
		for take() {
		}
		if !slices.Equal(wantVertices, gotVertices) {
			t.Fatalf("vertices: got %v, want %v", gotVertices, wantVertices)
		}
		for k, want := range wantLog {
			if gotLog[k] != want {
				t.Fatalf("log %s: got %q, want %q", k, gotLog[k], want)
			}
		}
		for k, want := range wantLast {
			if gotLast[k] != want {
				t.Fatalf("progress %s: got %d, want %d", k, gotLast[k], want)
			}
		}
	})
}

// A flood while nobody listens costs bounded memory, keeps its two ends and says
// how many lines are missing.
func TestAFloodIsBounded(t *testing.T) {
	f := New(0, nil)
	const n = 200_000
	base := time.Unix(0, 0)
	for i := range n {
		e := log("a", 1, fmt.Sprintf("line %d %s\n", i, strings.Repeat("x", 50)))
		e.Time = base.Add(time.Duration(i) * time.Microsecond)
		f.Offer(e)
	}
	f.Offer(vertex("a"))
	b, _ := f.Next(context.Background())
	var all strings.Builder
	seen, dropped := 0, 0
	told := build.New()
	for _, e := range b.Events {
		if e.Log != nil {
			all.WriteString(e.Log.Text)
			dropped += e.Log.Dropped
		}
		told.Apply(e)
	}
	text := all.String()
	if len(text) > keptBytes+2*chunkBytes {
		t.Errorf("%d bytes waited, want at most about %d", len(text), keptBytes)
	}
	if !strings.HasPrefix(text, "line 0 ") || !strings.Contains(text, "\nline 500 ") || !strings.Contains(text, fmt.Sprintf("line %d ", n-1)) {
		t.Error("the head or the tail is missing")
	}
	for _, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(l, "line ") {
			seen++
		}
	}
	if seen+dropped != n {
		t.Errorf("%d lines are there and %d are said to be missing, of %d", seen, dropped, n)
	}
	l := told.Log("a")
	if l.Len()+l.Dropped() != n || l.Gap() < 500 || !strings.HasPrefix(l.Line(l.Gap()-1).Text, fmt.Sprintf("line %d ", l.Gap()-1)) {
		t.Errorf("the log has %d lines of %d, says that %d are missing, and keeps %d at its head", l.Len(), n, l.Dropped(), l.Gap())
	}
	if b.Events[len(b.Events)-1].Vertex == nil {
		t.Error("the vertex event did not come through")
	}
}

func TestOneBatchAFrame(t *testing.T) {
	clock := make(chan time.Time)
	f := New(Frame, func(time.Duration) <-chan time.Time { return clock })
	f.Offer(vertex("a"))
	if b, ok := f.Next(context.Background()); !ok || len(b.Events) != 1 {
		t.Fatalf("the first batch: %v %v", b, ok)
	}
	f.Offer(vertex("b"))
	got := make(chan Batch)
	go func() {
		b, _ := f.Next(context.Background())
		got <- b
	}()
	select {
	case <-got:
		t.Fatal("a second batch came before the frame was over")
	case clock <- time.Time{}:
	}
	f.Offer(vertex("c"))
	if b := <-got; len(b.Events) == 0 {
		t.Error("the second batch is empty")
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, ok := New(0, nil).Next(ctx); ok {
		t.Error("Next went on after its context had ended")
	}
}

func TestManyOfferers(t *testing.T) {
	f := New(0, nil)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 100 {
				f.Offer(vertex(fmt.Sprint(i, ".", j)))
			}
		})
	}
	go func() { wg.Wait(); f.Close() }()
	n := 0
	for {
		b, ok := f.Next(context.Background())
		if !ok {
			break
		}
		n += len(b.Events)
	}
	if n != 800 {
		t.Errorf("%d of 800 events came through", n)
	}
}
