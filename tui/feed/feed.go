// Package feed stands between a build, which talks whenever it likes, and the
// screen, which can listen thirty times a second. Offer never blocks; Next hands
// over all that has come, one batch a frame.
//
// Of what a newer event makes superfluous, only the newest is kept. Logs are
// joined, and bounded while nobody listens: their head and tail stay, and an event
// between them says how many lines are missing. Nothing else is ever dropped.
package feed

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"time"

	"github.com/stagedive/stagedive/model/build"
)

// Frame is the shortest time between two batches.
const Frame = time.Second / 10

// Bounds of the log text that waits, per vertex.
const (
	chunkBytes = 64 << 10 // an event of joined text is at most about this long
	keptBytes  = 4 << 20  // more than this and the middle goes
)

// Batch is what came since the last one.
type Batch struct {
	Events  []build.Event // in the order they came
	Offered int           // how many Offers since the feed was made are in this and earlier batches
}

// Feed is safe for any number of offering goroutines and one that calls Next.
type Feed struct {
	frame time.Duration
	after func(time.Duration) <-chan time.Time

	mu       sync.Mutex
	queue    []item
	dead     int                 // of those, gone
	latest   map[progressKey]int // index into queue of the progress that waits
	logs     map[string]*waiting
	offered  int
	closed   bool
	wake     chan struct{} // holds one token while there may be something to take
	notUntil <-chan time.Time
}

type item struct {
	event   build.Event
	more    []byte // log text that was joined to the event's
	gone    bool
	dropped int // lines that are missing here; the event is their marker
}

type progressKey struct{ vertex, id string }

// waiting is what waits of one vertex's log: indexes into queue, ascending.
type waiting struct {
	head   int   // bytes of its first events, which stay
	marker []int // the event that stands for what was dropped, once there is one
	tail   []int
	bytes  int
}

// New returns an empty Feed. After is how it waits between frames (time.After,
// or a test's clock); nil means not at all.
func New(frame time.Duration, after func(time.Duration) <-chan time.Time) *Feed {
	f := &Feed{frame: frame, after: after, wake: make(chan struct{}, 1)}
	f.clear()
	return f
}

func (f *Feed) clear() {
	f.queue, f.dead, f.latest, f.logs = nil, 0, map[progressKey]int{}, map[string]*waiting{}
}

// Offer takes an event. It does not wait for anything; what is offered after
// Close is ignored.
func (f *Feed) Offer(e build.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.offered++
	switch {
	case e.Progress != nil:
		key := progressKey{e.Progress.Vertex, e.Progress.ID}
		if i, ok := f.latest[key]; ok {
			f.queue[i].event = e
		} else {
			f.latest[key] = f.push(e)
		}
	case e.Log != nil:
		f.log(e)
	default:
		f.push(e)
	}
	f.signal()
}

func (f *Feed) push(e build.Event) int {
	f.queue = append(f.queue, item{event: e})
	return len(f.queue) - 1
}

func (f *Feed) signal() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// log joins the text to the vertex's last waiting event where that keeps the
// order and the time, and thins out the middle when too much waits.
func (f *Feed) log(e build.Event) {
	w := f.logs[e.Log.Vertex]
	if w == nil {
		w = &waiting{}
		f.logs[e.Log.Vertex] = w
	}
	w.bytes += len(e.Log.Text)
	if n := len(f.queue); n > 0 && f.join(&f.queue[n-1], e) {
		return
	}
	i := f.push(e)
	if w.head < chunkBytes && len(w.tail) == 0 && len(w.marker) == 0 {
		w.head += len(e.Log.Text)
	} else {
		w.tail = append(w.tail, i)
	}
	for w.bytes > keptBytes && len(w.tail) > 1 {
		f.thin(w)
	}
	if f.dead > len(f.queue)/2 && f.dead > 1000 {
		f.compact()
	}
}

func (f *Feed) join(last *item, e build.Event) bool {
	l := last.event.Log
	if l == nil || last.dropped > 0 || l.Vertex != e.Log.Vertex || l.Stream != e.Log.Stream ||
		!last.event.Time.Equal(e.Time) || last.bytes() >= chunkBytes {
		return false
	}
	last.more = append(last.more, e.Log.Text...)
	return true
}

// bytes is how much text of a log the item holds.
func (it *item) bytes() int { return len(it.event.Log.Text) + len(it.more) }

// lines is how many line ends.
func (it *item) lines() int {
	return strings.Count(it.event.Log.Text, "\n") + bytes.Count(it.more, []byte("\n"))
}

// whole is the event with all of its text. Events are shared: one that was
// offered is never changed.
func (it *item) whole() build.Event {
	if len(it.more) == 0 {
		return it.event
	}
	e, l := it.event, *it.event.Log
	l.Text += string(it.more)
	e.Log = &l
	return e
}

// thin drops the oldest event of the tail. The first one so dropped becomes the
// marker that counts.
func (f *Feed) thin(w *waiting) {
	i := w.tail[0]
	w.tail = w.tail[1:]
	victim := &f.queue[i]
	w.bytes -= victim.bytes()
	if len(w.marker) == 0 {
		w.marker = []int{i}
		f.mark(victim, victim.lines())
		return
	}
	marker := &f.queue[w.marker[0]]
	f.mark(marker, marker.dropped+victim.lines())
	*victim = item{gone: true}
	f.dead++
}

// compact takes the dropped items out of the queue.
func (f *Feed) compact() {
	moved := make([]int, len(f.queue))
	kept := make([]item, 0, len(f.queue)-f.dead)
	for i, it := range f.queue {
		moved[i] = len(kept)
		if !it.gone {
			kept = append(kept, it)
		}
	}
	f.queue, f.dead = kept, 0
	for k, i := range f.latest {
		f.latest[k] = moved[i]
	}
	for _, w := range f.logs {
		w.marker, w.tail = moveAll(w.marker, moved), moveAll(w.tail, moved)
	}
}

func moveAll(in, moved []int) []int {
	out := make([]int, len(in))
	for i, at := range in {
		out[i] = moved[at]
	}
	return out
}

func (f *Feed) mark(m *item, dropped int) {
	m.dropped = max(1, dropped)
	l := *m.event.Log
	l.Text, l.Dropped = "", m.dropped
	m.event.Log, m.more = &l, nil
}

// Close says that nothing more will come. Next still hands over what waits.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.signal()
}

// Next waits until there is something and a frame has passed since the last
// batch, and hands it over. ok is false when the feed is closed and empty, or
// the context has ended.
func (f *Feed) Next(ctx context.Context) (b Batch, ok bool) {
	if f.notUntil != nil {
		select {
		case <-f.notUntil:
		case <-ctx.Done():
			return Batch{}, false
		}
		f.notUntil = nil
	}
	for {
		if b, done := f.take(); done || len(b.Events) > 0 {
			if !done && f.after != nil {
				f.notUntil = f.after(f.frame)
			}
			return b, !done
		}
		select {
		case <-f.wake:
		case <-ctx.Done():
			return Batch{}, false
		}
	}
}

// take empties the queue; done says that it was empty and stays so.
func (f *Feed) take() (b Batch, done bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b.Offered = f.offered
	if len(f.queue) == 0 {
		return b, f.closed
	}
	b.Events = make([]build.Event, 0, len(f.queue))
	for i := range f.queue {
		if it := &f.queue[i]; !it.gone {
			b.Events = append(b.Events, it.whole())
		}
	}
	f.clear()
	return b, false
}
