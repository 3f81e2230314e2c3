package build

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stagedive/stagedive/model/sanitize"
)

// Bounds of one vertex's log. With them a step that prints without end costs
// about 10 MB at most.
const (
	headLines    = 500
	tailLines    = 10_000
	tailBytes    = 6 << 20
	maxLineBytes = 8 << 10 // a longer line is cut
)

// Line is one line of output.
type Line struct {
	Time   time.Time // when its first piece came
	Stream int
	Text   string // without line end; may hold SGR sequences
	Seq    int    // orders the lines of all logs of a Build by when they ended; 0 while it has no end
}

// LogBuffer keeps the head and the tail of a vertex's output and counts what it
// dropped between them. The zero value is empty and ready.
type LogBuffer struct {
	head    []Line
	tail    []Line // a ring of tailLines once it has grown to that
	start   int    // of the ring
	kept    int    // lines in the ring
	bytes   int    // of their text
	dropped int
	hole    bool              // the head is what it is, though it may be short
	open    [3]*openLine      // per stream: the line that has no end yet
	style   [3]sanitize.Style // per stream: what its last line left in force
	rev     int
	seq     *int // the Build's count of lines; nil for a log by itself
	own     int
}

// openLine is a line whose end has not come.
type openLine struct {
	Line
	text     []byte
	returned bool // a carriage return came last: what follows writes over the line, unless it is its end
	full     bool // cut: nothing more is taken
}

// Write adds a piece of output. A lone carriage return starts its line anew, as
// progress bars expect, also when it ends one piece and the next follows later.
func (b *LogBuffer) Write(t time.Time, stream int, text string) {
	if stream < 0 || stream >= len(b.open) {
		stream = 0
	}
	b.rev++
	for len(text) > 0 {
		if b.open[stream] == nil {
			var line string
			if line, text = whole(text); line != "" {
				b.push(Line{Time: t, Stream: stream, Text: b.styled(stream, line[:len(line)-1])})
				continue
			}
		}
		part, end := text, byte(0)
		if i := strings.IndexAny(text, "\n\r"); i >= 0 {
			part, end, text = text[:i], text[i], text[i+1:]
		} else {
			text = ""
		}
		line := b.open[stream]
		if line == nil {
			line = &openLine{Line: Line{Time: t, Stream: stream}}
			b.open[stream] = line
			line.begin(b.style[stream])
		}
		line.add(part, &b.style[stream])
		switch end {
		case '\n':
			b.push(line.closed())
			b.open[stream] = nil
		case '\r':
			line.returned = true
		}
	}
}

// styled is a whole line with the style that the lines before it left in force: a
// terminal would go on with it. Most lines have none, and then nothing is copied.
func (b *LogBuffer) styled(stream int, text string) string {
	st := &b.style[stream]
	if *st == (sanitize.Style{}) && strings.IndexByte(text, 0x1b) < 0 {
		return text
	}
	before := st.String()
	st.Apply(text)
	return before + text
}

// whole is the first line of text with its end, when it is a whole one as it
// stands, and what follows: most are, and then nothing is copied.
func whole(text string) (line, rest string) {
	n := strings.IndexByte(text, '\n')
	if n < 0 || n > maxLineBytes || strings.IndexByte(text[:n], '\r') >= 0 {
		return "", text
	}
	return text[:n+1], text[n+1:]
}

// Skip says that lines are missing here that nobody could keep: so many line
// ends. What has no end yet is ended by the first of them. What the tail has is
// older than they are and goes too, so that there is one hole.
func (b *LogBuffer) Skip(lines int) {
	if lines <= 0 {
		return
	}
	b.rev++
	for i, o := range b.open {
		if o != nil {
			b.push(o.closed())
			b.open[i] = nil
			lines = max(0, lines-1)
		}
	}
	b.hole = true
	for b.kept > 0 {
		b.dropOldest()
	}
	b.dropped += lines
}

func (l *openLine) closed() Line {
	out := l.Line
	out.Text = string(l.text)
	return out
}

// begin starts the line anew, in a style.
func (l *openLine) begin(s sanitize.Style) {
	l.text, l.returned, l.full = append(l.text[:0], s.String()...), false, false
}

func (l *openLine) add(part string, style *sanitize.Style) {
	if part == "" {
		return
	}
	if l.returned {
		l.begin(*style)
	}
	style.Apply(part)
	if l.full {
		return
	}
	if room := maxLineBytes - len(l.text); len(part) > room {
		part, l.full = cut(part, room), true
	}
	l.text = append(l.text, part...)
}

// cut shortens s to at most n bytes, through neither a character nor an SGR
// sequence, whose beginning alone would swallow what is drawn after it.
func cut(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	if esc := strings.LastIndexByte(s[:n], 0x1b); esc >= 0 && !strings.Contains(s[esc:n], "m") {
		n = esc
	}
	return s[:n]
}

func (b *LogBuffer) push(l Line) {
	if b.seq == nil {
		b.seq = &b.own
	}
	*b.seq++
	l.Seq = *b.seq
	if len(b.head) < headLines && !b.hole {
		b.head = append(b.head, l)
		return
	}
	for b.kept == tailLines || b.kept > 0 && b.bytes+len(l.Text) > tailBytes {
		b.dropOldest()
	}
	b.bytes += len(l.Text)
	switch {
	case b.kept < len(b.tail):
		b.tail[(b.start+b.kept)%len(b.tail)] = l
	case b.start == 0:
		b.tail = append(b.tail, l)
	default: // grow a ring that has turned: put it straight first
		b.tail = append(append(append(make([]Line, 0, 2*len(b.tail)), b.tail[b.start:]...), b.tail[:b.start]...), l)
		b.start = 0
	}
	b.kept++
}

// dropOldest drops the first line of the tail.
func (b *LogBuffer) dropOldest() {
	b.bytes -= len(b.tail[b.start].Text)
	b.tail[b.start] = Line{}
	b.start = (b.start + 1) % len(b.tail)
	b.kept--
	b.dropped++
}

// Len is the number of lines that Line can return, an unfinished one included.
func (b *LogBuffer) Len() int { return len(b.head) + b.kept + b.unfinished() }

func (b *LogBuffer) unfinished() int {
	n := 0
	for _, o := range b.open {
		if o != nil {
			n++
		}
	}
	return n
}

// Line returns the i-th kept line; the zero Line when there is none.
func (b *LogBuffer) Line(i int) Line {
	if i < 0 {
		return Line{}
	}
	if i < len(b.head) {
		return b.head[i]
	}
	i -= len(b.head)
	if i < b.kept {
		return b.tail[(b.start+i)%len(b.tail)]
	}
	i -= b.kept
	for _, o := range b.open {
		if o == nil {
			continue
		}
		if i == 0 {
			return o.closed()
		}
		i--
	}
	return Line{}
}

// ended is how many lines have ended, dropped ones included: the number that the
// next one will have.
func (b *LogBuffer) ended() int { return len(b.head) + b.dropped + b.kept }

// tailFrom is the number of the tail's first line.
func (b *LogBuffer) tailFrom() int { return len(b.head) + b.dropped }

// numbered is the line of a number, counted from 0 over all that were written;
// nil when it was dropped or has not ended.
func (b *LogBuffer) numbered(n int) *Line {
	if n < len(b.head) {
		return &b.head[n]
	}
	n -= len(b.head) + b.dropped
	if n < 0 || n >= b.kept {
		return nil
	}
	return &b.tail[(b.start+n)%len(b.tail)]
}

// Dropped is how many lines are missing, and Gap the index of the first kept
// line after the hole; Gap means nothing when Dropped is 0.
func (b *LogBuffer) Dropped() int { return b.dropped }

// Gap is explained at Dropped.
func (b *LogBuffer) Gap() int { return len(b.head) }

// Rev grows with every Write.
func (b *LogBuffer) Rev() int { return b.rev }

// Last returns up to n of the newest lines, oldest first.
func (b *LogBuffer) Last(n int) []Line {
	from := max(0, b.Len()-n)
	out := make([]Line, 0, b.Len()-from)
	for i := from; i < b.Len(); i++ {
		out = append(out, b.Line(i))
	}
	return out
}
