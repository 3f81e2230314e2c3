package build

import (
	"strings"
	"time"
)

// Bounds of one vertex's log. With them a step that prints without end costs
// about 10 MB at most.
const (
	headLines    = 500
	tailLines    = 10_000
	maxLineBytes = 8 << 10 // a longer line is cut
)

// Line is one line of output.
type Line struct {
	Time   time.Time
	Stream int
	Text   string // without line end; may hold SGR sequences
}

// LogBuffer keeps the head and the tail of a vertex's output and counts what it
// dropped between them. The zero value is empty and ready.
type LogBuffer struct {
	head    []Line
	tail    []Line // a ring once full
	start   int    // of the ring
	dropped int
	open    [3]*Line // per stream: the line that has no end yet
	rev     int
}

// Write adds a piece of output. A lone carriage return starts its line anew, as
// progress bars expect.
func (b *LogBuffer) Write(t time.Time, stream int, text string) {
	if stream < 0 || stream >= len(b.open) {
		stream = 0
	}
	b.rev++
	for len(text) > 0 {
		i := strings.IndexAny(text, "\n\r")
		part, end := text, byte(0)
		if i >= 0 {
			part, end = text[:i], text[i]
			text = text[i+1:]
		} else {
			text = ""
		}
		line := b.open[stream]
		if line == nil {
			line = &Line{Time: t, Stream: stream}
			b.open[stream] = line
		}
		if room := maxLineBytes - len(line.Text); room > 0 {
			line.Text += part[:min(len(part), room)]
		}
		switch {
		case end == '\n':
			b.push(*line)
			b.open[stream] = nil
		case end == '\r' && strings.HasPrefix(text, "\n"): // the line's end comes next
		case end == '\r' && text != "":
			line.Text = ""
		}
	}
}

func (b *LogBuffer) push(l Line) {
	switch {
	case len(b.head) < headLines:
		b.head = append(b.head, l)
	case len(b.tail) < tailLines:
		b.tail = append(b.tail, l)
	default:
		b.tail[b.start] = l
		b.start = (b.start + 1) % tailLines
		b.dropped++
	}
}

// Len is the number of lines that Line can return, an unfinished one included.
func (b *LogBuffer) Len() int {
	n := len(b.head) + len(b.tail)
	for _, o := range b.open {
		if o != nil {
			n++
		}
	}
	return n
}

// Line returns the i-th kept line.
func (b *LogBuffer) Line(i int) Line {
	if i < len(b.head) {
		return b.head[i]
	}
	i -= len(b.head)
	if i < len(b.tail) {
		return b.tail[(b.start+i)%len(b.tail)]
	}
	i -= len(b.tail)
	for _, o := range b.open {
		if o == nil {
			continue
		}
		if i == 0 {
			return *o
		}
		i--
	}
	return Line{}
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
