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
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Printer writes a line for each thing that happened. It is not safe for
// concurrent use.
type Printer struct {
	w     io.Writer
	ascii bool
	err   error
	build *build.Build
	begun bool              // the header was printed
	said  map[string]string // vertex digest → the last state printed
	open  map[logKey]string // the part of a line whose end has not come
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
	}
}

// Build is what the events so far add up to.
func (p *Printer) Build() *build.Build { return p.build }

// Event prints what is new in e. It returns the first write error there was.
func (p *Printer) Event(e build.Event) error {
	p.build.Apply(e)
	switch {
	case e.Begin != nil:
		p.begin(*e.Begin)
	case e.Vertex != nil:
		p.vertex(*e.Vertex)
	case e.Log != nil:
		p.log(*e.Log)
	case e.Warning != nil:
		p.printf("warning: %s%s", at(e.Warning.Line), e.Warning.Message)
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
	if g == nil || p.begun || len(g.Stages)+len(g.Problems) == 0 {
		return // a further Begin only draws anew what is known by then
	}
	p.begun = true
	p.printf("%s: building %s on %s", g.File, strings.Join(labels(g, b.Targets), ", "), engineName(b.Engine))
	p.printf("runs:  %s", strings.Join(labels(g, p.build.Plan.Runs()), ", "))
	if skips := p.build.Plan.Skips(); len(skips) > 0 {
		p.printf("skips: %s", strings.Join(labels(g, skips), ", "))
	}
	for _, problem := range g.Problems {
		p.printf("%s: %s%s", problem.Level, at(problem.Line), problem.Message)
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

// vertex prints a step when it starts and when it ends; vertices that belong to
// no step only when they took noticeable time or failed.
func (p *Printer) vertex(v build.Vertex) {
	state, took := "", time.Duration(0)
	switch {
	case v.Error != "":
		state = "failed"
	case v.Completed != nil && v.Cached, v.Started == nil && v.Cached:
		state = "cached"
	case v.Completed != nil:
		state = "done"
	case v.Started != nil:
		state = "running"
	}
	if v.Started != nil && v.Completed != nil {
		took = v.Completed.Sub(*v.Started)
	}
	key := state
	if v.Started != nil && state == "running" {
		key += v.Started.String() // a vertex may start again
	}
	if state == "" || p.said[v.Digest] == key {
		return
	}
	if quiet := p.quiet(v); quiet > 0 && (state == "running" || state == "done" && took < quiet) ||
		len(v.Steps) == 0 && state == "cached" {
		return
	}
	p.said[v.Digest] = key
	p.flush(v.Digest)
	label, text := p.label(v.Digest), p.text(v)
	switch state {
	case "running":
		p.printf("%s %s %s", label, p.glyph("▶", ">"), text)
	case "cached":
		p.printf("%s %s %s  cached", label, p.glyph("◇", "="), text)
	case "done":
		p.printf("%s %s %s  %s", label, p.glyph("✓", "+"), text, measure.Duration(took))
	case "failed":
		p.printf("%s %s %s  %s", label, p.glyph("✗", "x"), text, v.Error)
	}
}

// quiet is the time below which a vertex is not worth a line: those that belong
// to no step, and FROM, which BuildKit starts again for each thing it needs of
// the image.
func (p *Printer) quiet(v build.Vertex) time.Duration {
	switch {
	case len(v.Steps) == 0:
		return time.Second
	case v.Steps[0].Step == 0 && p.build.Begin.Graph != nil:
		return 100 * time.Millisecond
	}
	return 0
}

func (p *Printer) glyph(unicode, ascii string) string {
	if p.ascii {
		return ascii
	}
	return unicode
}

// label is "stage:line" of the vertex's first step.
func (p *Printer) label(digest string) string {
	v, _ := p.build.Vertex(digest)
	g := p.build.Begin.Graph
	if g == nil || len(v.Steps) == 0 || v.Steps[0].Stage >= len(g.Stages) {
		return "[internal]"
	}
	s := g.Stages[v.Steps[0].Stage]
	label := fmt.Sprintf("[%s:%d", s.Label(), p.step(v.Steps[0]).Line)
	if n := len(v.Steps); n > 1 {
		label += fmt.Sprintf(" +%d", n-1)
	}
	if v.Platform != "" {
		label += " " + v.Platform
	}
	return label + "]"
}

func (p *Printer) step(ref build.StepRef) model.Step {
	s := p.build.Begin.Graph.Stages[ref.Stage]
	if ref.Step < len(s.Steps) {
		return s.Steps[ref.Step]
	}
	return model.Step{Line: s.Line}
}

func (p *Printer) text(v build.Vertex) string {
	if g := p.build.Begin.Graph; g != nil && len(v.Steps) > 0 && v.Steps[0].Stage < len(g.Stages) {
		return p.step(v.Steps[0]).Text
	}
	return v.Name
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
