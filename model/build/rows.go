package build

import (
	"math"
	"slices"
	"sort"
)

// Rows is the lines of several logs in one order, or those of them that a
// condition holds for. It is kept up to date by Sync at a cost that hangs on what
// is new, not on what there is: a build that prints a million lines is looked at
// thirty times a second.
//
// The order is that in which the lines ended, which is the order in which the
// engine told of them; a line never comes to stand before one that was there. By
// the clocks of lines it may be off by the few milliseconds in which the engine
// gathers output. A line that has no end yet stands after all others.
type Rows struct {
	keep   func(Line) bool // nil for all
	holes  bool            // a hole in a log is a row
	parts  []part
	chunks []*chunk // none is empty
	open   []Row    // the lines without an end
	n      int      // rows, but for the open ones
	rev    int
}

// part is one log and how much of it has been taken in.
type part struct {
	log   *LogBuffer
	next  int // number of the first line that was not looked at
	rev   int // of the log, at the last Sync
	first int // number of the first line of the tail, at the last Sync
	in    []*chunk
	hole  bool // the row of the hole is there
}

// entry stands for a line, or for a hole.
type entry struct {
	key  int // twice the line's Seq; one more for the hole after it
	part int32
	n    int32 // number of the line; -1 for a hole
}

// chunk is some entries that follow one another, ascending.
type chunk struct {
	before  int // rows in the chunks before
	entries []entry
}

const chunkRows = 512

// Row is one of Rows.
type Row struct {
	Key     int // stays when rows before it go; ascending
	Part    int // index of its log
	Line    Line
	Dropped int // not 0 for the row of a hole: how many lines are missing
}

// openKey is where the keys of lines without an end begin.
const openKey = math.MaxInt - 1<<20

// NewRows returns Rows without logs. A nil keep keeps all lines; holes says
// whether each hole in a log is a row too.
func NewRows(keep func(Line) bool, holes bool) *Rows { return &Rows{keep: keep, holes: holes} }

// Set says which logs. Those that were there stay as they are when only others
// come after them.
func (r *Rows) Set(logs []*LogBuffer) {
	for i, p := range r.parts {
		if i >= len(logs) || logs[i] != p.log {
			r.begin()
			break
		}
	}
	for _, l := range logs[len(r.parts):] {
		r.parts = append(r.parts, part{log: l, rev: -1})
		if first := l.numbered(0); first != nil && len(r.chunks) > 0 && 2*first.Seq < r.chunks[len(r.chunks)-1].last() {
			r.begin() // it began before what is there: it belongs in between
			r.Set(logs)
			return
		}
	}
}

// begin forgets all.
func (r *Rows) begin() { *r = Rows{keep: r.keep, holes: r.holes, rev: r.rev + 1} }

// Rev grows with every Sync that changed anything.
func (r *Rows) Rev() int { return r.rev }

// Len is how many rows there are.
func (r *Rows) Len() int { return r.n + len(r.open) }

// Lines is how many of the rows are lines.
func (r *Rows) Lines() int {
	n := r.Len()
	for i := range r.parts {
		if r.parts[i].hole {
			n--
		}
	}
	return n
}

// LinesTo is how many of the rows to i, row i included, are lines.
func (r *Rows) LinesTo(i int) int {
	n := i + 1
	for k := range r.parts {
		if p := &r.parts[k]; p.hole && r.Find(p.holeEntry(k).key) <= i {
			n--
		}
	}
	return n
}

// Dropped is how many lines the logs have been told and no longer have.
func (r *Rows) Dropped() int {
	n := 0
	for _, p := range r.parts {
		n += p.log.Dropped()
	}
	return n
}

// Written is how many lines the logs have been told, whatever became of them.
func (r *Rows) Written() int {
	n := 0
	for _, p := range r.parts {
		n += p.log.ended() + p.log.unfinished()
	}
	return n
}

// At is row i as of the last Sync.
func (r *Rows) At(i int) (Row, bool) {
	if i < 0 || i >= r.Len() {
		return Row{}, false
	}
	if i >= r.n {
		return r.open[i-r.n], true
	}
	c := r.chunks[sort.Search(len(r.chunks), func(k int) bool { return r.chunks[k].before > i })-1]
	e := c.entries[i-c.before]
	row := Row{Key: e.key, Part: int(e.part)}
	log := r.parts[e.part].log
	if e.n < 0 {
		row.Dropped = log.Dropped()
	} else if l := log.numbered(int(e.n)); l != nil {
		row.Line = *l
	}
	return row, true
}

// Find is the index of the first row whose key is at least key; Len when there
// is none.
func (r *Rows) Find(key int) int {
	k := sort.Search(len(r.chunks), func(k int) bool { return r.chunks[k].last() >= key })
	if k < len(r.chunks) {
		c := r.chunks[k]
		return c.before + c.find(key)
	}
	i, _ := slices.BinarySearchFunc(r.open, key, func(o Row, key int) int { return o.Key - key })
	return r.n + i
}

func (c *chunk) last() int { return c.entries[len(c.entries)-1].key }

func (c *chunk) find(key int) int {
	i, _ := slices.BinarySearchFunc(c.entries, key, func(e entry, key int) int { return e.key - key })
	return i
}

// Sync takes in what the logs were told since the last Sync and lets go what they
// dropped. Where a condition has to be tested, it looks at no more than about
// budget bytes of text, and returns false when there is more to look at.
func (r *Rows) Sync(budget int) (done bool) {
	if !r.news() {
		return true
	}
	for i := range r.parts {
		r.forget(i)
	}
	done = r.take(budget)
	r.reopen()
	r.chunks = slices.DeleteFunc(r.chunks, func(c *chunk) bool { return len(c.entries) == 0 })
	r.n = 0
	for _, c := range r.chunks {
		c.before = r.n
		r.n += len(c.entries)
	}
	r.rev++
	return done
}

// news says whether a log was told anything.
func (r *Rows) news() bool {
	for i := range r.parts {
		if r.parts[i].rev != r.parts[i].log.rev {
			return true
		}
	}
	return false
}

// forget takes out the rows of a log's dropped lines.
func (r *Rows) forget(i int) {
	p := &r.parts[i]
	first := p.log.tailFrom()
	if p.log.Dropped() == 0 || first == p.first {
		return
	}
	p.first = first
	if r.holes && !p.hole && p.next >= p.log.Gap() {
		r.insertHole(i)
	}
	for len(p.in) > 0 && p.in[0].forget(r.parts, i) < first {
		p.in = p.in[1:]
	}
}

// forget takes out what was dropped. It returns the highest number of part i's
// lines that it had; -1 when it had none.
func (c *chunk) forget(parts []part, i int) (last int) {
	last = -1
	c.entries = slices.DeleteFunc(c.entries, func(e entry) bool {
		if int(e.part) == i {
			last = max(last, int(e.n))
		}
		return e.n >= 0 && parts[e.part].log.numbered(int(e.n)) == nil
	})
	return last
}

// take goes through the new lines of all logs in their order.
func (r *Rows) take(budget int) (done bool) {
	var ahead queue
	for i := range r.parts {
		ahead.put(i, r.peek(i))
	}
	for len(ahead) > 0 {
		first := ahead.pop()
		for l := first.line; l != nil; l = r.peek(first.part) {
			if len(ahead) > 0 && l.Seq > ahead[0].seq {
				ahead.put(first.part, l)
				break
			}
			if r.keep == nil {
				r.accept(first.part, l)
				continue
			}
			if budget <= 0 {
				return false
			}
			budget -= len(l.Text) + 16
			if r.keep(*l) {
				r.accept(first.part, l)
			} else {
				r.parts[first.part].next++
			}
		}
	}
	return true
}

// peek is the next line of a log that was not looked at; nil when there is none.
func (r *Rows) peek(i int) *Line {
	p := &r.parts[i]
	if p.rev == p.log.rev {
		return nil
	}
	if gap := p.log.Gap(); p.log.Dropped() > 0 && p.next >= gap {
		if r.holes && !p.hole {
			p.hole = true
			r.add(p.holeEntry(i))
		}
		p.next = max(p.next, p.log.tailFrom())
	}
	l := p.log.numbered(p.next)
	if l == nil {
		p.rev = p.log.rev
	}
	return l
}

func (r *Rows) accept(i int, l *Line) {
	p := &r.parts[i]
	r.add(entry{2 * l.Seq, int32(i), int32(p.next)})
	p.next++
}

// add puts an entry at the end.
func (r *Rows) add(e entry) {
	if n := len(r.chunks); n == 0 || len(r.chunks[n-1].entries) >= chunkRows {
		r.chunks = append(r.chunks, &chunk{entries: make([]entry, 0, chunkRows)})
	}
	c := r.chunks[len(r.chunks)-1]
	c.entries = append(c.entries, e)
	p := &r.parts[e.part]
	if int(e.n) >= p.log.Gap() && (len(p.in) == 0 || p.in[len(p.in)-1] != c) {
		p.in = append(p.in, c)
	}
}

// holeEntry stands where a log's head ends, and stays there.
func (p *part) holeEntry(i int) entry {
	key := i - 1<<20 // before all lines
	if gap := p.log.Gap(); gap > 0 {
		key = 2*p.log.numbered(gap-1).Seq + 1
	}
	return entry{key, int32(i), -1}
}

// insertHole puts the row of a hole between rows that are there.
func (r *Rows) insertHole(i int) {
	p := &r.parts[i]
	p.hole = true
	e := p.holeEntry(i)
	for _, c := range r.chunks {
		if len(c.entries) > 0 && c.last() > e.key {
			c.entries = slices.Insert(c.entries, c.find(e.key), e)
			return
		}
	}
	r.add(e)
}

// reopen lists the lines without an end.
func (r *Rows) reopen() {
	r.open = r.open[:0]
	for i := range r.parts {
		log := r.parts[i].log
		for s, o := range log.open {
			if o == nil {
				continue
			}
			if l := o.closed(); r.keep == nil || r.keep(l) {
				r.open = append(r.open, Row{Key: openKey + len(log.open)*i + s, Part: i, Line: l})
			}
		}
	}
}

// queue is the logs that have new lines: a heap by their next line.
type queue []ahead

type ahead struct {
	seq  int // of the line: kept here, for comparing is most of what is done
	part int
	line *Line
}

func (q *queue) put(part int, l *Line) {
	if l == nil {
		return
	}
	h := append(*q, ahead{l.Seq, part, l})
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if h[up].seq < h[i].seq {
			break
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
	*q = h
}

func (q *queue) pop() ahead {
	h := *q
	top, n := h[0], len(h)-1
	h[0] = h[n]
	h = h[:n]
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < n; c++ {
			if h[c].seq < h[least].seq {
				least = c
			}
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	*q = h
	return top
}
