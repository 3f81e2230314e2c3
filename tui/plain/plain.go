// Package plain shows a build as append-only lines: for pipes, CI, dumb
// terminals and screen readers. It tells what the TUI tells, from the same
// events, and never moves the cursor.
package plain

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Printer writes a line for each thing that happened. It is not safe for
// concurrent use.
type Printer struct {
	w     io.Writer
	ascii bool
	err   error
	build *build.Build
	said  map[string]string // vertex digest → the last state printed
	open  map[logKey]string // the part of a line whose end has not come

	problems int // how many have been said

	headed  bool // the header was printed
	redrawn bool // the graph is made of what becomes known: no stage is known to be whole

	begun  []begun                // steps whose beginning is not said yet
	cached map[int][]build.Vertex // by stage: steps from the cache, not said yet
	ended  map[int]bool           // stages whose end is said
	moved  map[string]time.Time   // vertex digest → when its transfer was told of last
}

type logKey struct {
	vertex string
	stream int
}

// Options of a Printer.
type Options struct {
	ASCII bool // no glyphs outside of ASCII
}

// New returns a Printer that writes to w.
func New(w io.Writer, o Options) *Printer {
	return &Printer{
		w: w, ascii: o.ASCII, build: build.New(),
		said: map[string]string{}, open: map[logKey]string{},
		cached: map[int][]build.Vertex{}, ended: map[int]bool{}, moved: map[string]time.Time{},
	}
}

// Build is what the events so far add up to.
func (p *Printer) Build() *build.Build { return p.build }

// Event prints what is new in e. It returns the first write error there was.
func (p *Printer) Event(e build.Event) error {
	p.build.Apply(e)
	p.sayBegun(func(b begun) bool { return e.Time.Sub(b.at) >= notable })
	switch {
	case e.Begin != nil:
		p.begin(*e.Begin)
	case e.Vertex != nil:
		p.vertex(*e.Vertex)
	case e.Progress != nil:
		p.progress(e.Time, *e.Progress)
	case e.Log != nil:
		p.sayVertex(e.Log.Vertex)
		p.log(*e.Log)
	case e.Warning != nil:
		p.warning(*e.Warning)
	case e.Cause != nil:
		p.cause(*e.Cause)
	case e.Notice != nil:
		p.notice(*e.Notice)
	case e.Stop != nil:
		p.stop(*e.Stop)
	case e.End != nil:
		p.end(*e.End)
	}
	return p.err
}

func (p *Printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *Printer) begin(b build.Begin) {
	g := b.Graph
	if p.headed {
		p.redrawn = true
		for stage := range p.cached {
			p.sayCached(stage)
		}
	}
	if g == nil || p.headed || len(g.Stages)+len(g.Problems) == 0 {
		return // a further Begin only draws anew what is known by then
	}
	p.headed = true
	p.printf("%s: building %s on %s", g.File, strings.Join(labels(g, b.Targets), ", "), engineName(b.Engine))
	p.list("runs:  ", labels(g, p.build.Plan.Runs()))
	p.list("skips: ", labels(g, p.build.Plan.Skips()))
	for _, problem := range g.Problems {
		p.printf("%s: %s%s", problem.Level, at(problem.Line), problem.Message)
	}
	p.problems = len(p.build.Problems())
}

// lineWidth is what lines of stagedive's own are folded or cut at: what fits
// everywhere.
const lineWidth = 80

// list prints names after a word, in as many lines as they take.
func (p *Printer) list(word string, names []string) {
	line := word
	for i, name := range names {
		if i < len(names)-1 {
			name += ","
		}
		if len(line)+1+len(name) > lineWidth && strings.TrimSpace(line) != "" && i > 0 {
			p.printf("%s", line)
			line = strings.Repeat(" ", len(word))
		}
		if i > 0 && strings.TrimSpace(line) != "" {
			line += " "
		}
		line += name
	}
	if len(names) > 0 {
		p.printf("%s", line)
	}
}

func engineName(e build.Engine) string {
	return strings.TrimSpace(e.Name + " " + e.Version)
}

func labels(g *model.Graph, stages []int) []string {
	var out []string
	for _, i := range stages {
		out = append(out, g.Label(model.NodeID(i)))
	}
	return out
}

func at(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d: ", line)
}

// warning says what BuildKit objects to, unless the file's problems have said it.
func (p *Printer) warning(w build.Warning) {
	if n := len(p.build.Problems()); n > p.problems {
		p.problems = n
		p.printf("warning: %s%s", at(w.Line), w.Problem().Message)
	}
}

func (p *Printer) notice(n build.Notice) {
	word := string(n.Level)
	if word == "" {
		word = "note"
	}
	p.printf("%s: %s", word, n.Text)
}

// stop says where the build stands still, and when it no longer does.
func (p *Printer) stop(s build.Stop) {
	word := "stopped before"
	if s.Over {
		word = "going on with"
	}
	p.printf("%s line %d: %s", word, s.Line, s.Text)
}

func (p *Printer) log(l build.Log) {
	key := logKey{l.Vertex, l.Stream}
	text := p.open[key] + sanitize.Plain(l.Text)
	for {
		line, rest, whole := strings.Cut(text, "\n")
		if !whole {
			break
		}
		p.logLine(l.Vertex, line)
		text = rest
	}
	p.open[key] = text
}

func (p *Printer) logLine(vertex, line string) {
	line = strings.TrimSuffix(line, "\r")
	if i := strings.LastIndexByte(line, '\r'); i >= 0 {
		line = line[i+1:] // what a terminal would show in the end
	}
	p.printf("%s   %s", p.label(vertex), line)
}

func (p *Printer) flush(vertex string) {
	for stream := range 3 {
		key := logKey{vertex, stream}
		if p.open[key] != "" {
			p.logLine(vertex, p.open[key])
		}
		delete(p.open, key)
	}
}
