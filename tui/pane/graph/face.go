package graph

import (
	"fmt"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
)

// Face is what a stage shows of a build.
type Face struct {
	State       build.State
	Done, Total int // steps
	Cached      int // of Done
	Elapsed     time.Duration
	Note        string                // what to say of the state, such as "exit 1"
	Pull        build.Transfer        // of the image it starts from; no Total when there is nothing to say
	Platforms   []build.PlatformSteps // when it is built for several
	Size        int64                 // bytes of an image that ends here; 0 while that is unknown
}

// face is the Face of a stage; ok is false when nothing is being built.
func (p *Pane) face(stage int) (f Face, ok bool) {
	switch {
	case p.faces == nil && (p.build == nil || p.build.Started.IsZero()):
		return Face{}, false
	case p.drawn == nil:
		return p.makeFace(stage), true
	}
	f, known := p.drawn[stage]
	if !known {
		f = p.makeFace(stage)
		p.drawn[stage] = f
	}
	return f, true
}

func (p *Pane) makeFace(stage int) Face {
	if p.faces != nil {
		return p.faces(stage)
	}
	s := p.build.Stage(stage)
	f := Face{State: s.State, Done: s.Done, Total: s.Total, Cached: s.Cached, Elapsed: s.Elapsed(p.now)}
	f.Platforms = p.build.Platforms(stage)
	if s.State == build.Running {
		f.Pull, _ = p.build.Pull(stage)
	}
	if s.State == build.Done || s.State == build.Cached {
		f.Size = p.imageSizes[stage]
	}
	if e := p.build.End; e != nil && e.Failure != nil && e.Failure.ExitCode != 0 &&
		e.Failure.Step != nil && e.Failure.Step.Stage == stage {
		f.Note = fmt.Sprintf("exit %d", e.Failure.ExitCode)
	}
	return f
}

// look is how a node is drawn: the parts of its face as text, with roles.
type look struct {
	glyph, name, count string
	word, note, time   string
	short              string   // time in fewer cells
	more               []string // what else there is to say, in more words and in fewer
	glue               string   // between word and more; "" when more takes the word's place
	size               string
	state, text        role // of the glyph and the word; of the name
	frame              role
	heavy              bool
}

func (p *Pane) look(stage int) look {
	s := p.graph.Stages[stage]
	id := model.NodeID(stage)
	l := look{name: s.Label(), frame: roleFrame, text: roleText, state: roleWaiting}
	f, live := p.face(stage)
	skipped := p.plans && !p.plan.Needs(id)
	switch {
	case live && (!skipped || f.State != build.Waiting):
		l.glyph, l.word = p.theme.Glyphs.State(f.State), f.State.String()
		l.count, l.state = count(f.Done, f.Total), stateRole(f.State)
		if f.Elapsed > 0 && f.State != build.Cached {
			l.time, l.short = measure.Duration(f.Elapsed), measure.Short(f.Elapsed)
		}
		switch f.State {
		case build.Running:
			l.glyph, l.frame = p.theme.Glyphs.Spinner(p.now), roleFrameRunning
			if l.time != "" {
				l.time = measure.Ticking(f.Elapsed) // calm: no tenths rush by
			}
		case build.Failed:
			l.frame = roleFrameFailed
		case build.Skipped:
			skipped = true
		}
		l.note = f.Note
		if f.pulls() {
			l.word = "pulling"
		}
		l.more, l.glue = p.more(f)
		if f.Size > 0 {
			l.size = measure.Bytes(f.Size)
		}
	case !skipped:
		l.glyph, l.word = p.theme.Glyphs.Waiting, steps(vertices(s))
		l.time = fmt.Sprintf("L%d", s.Line)
		if p.isTarget(stage) {
			l.word, l.state = "target", roleHighlight
		}
	}
	switch {
	case live && p.build != nil && p.build.Stop != nil && p.build.Stop.Stage == stage:
		l.glyph, l.word, l.state, l.time = p.theme.Glyphs.Break, "stopped", roleWarning, ""
		l.more, l.glue = nil, ""
	case p.breaks[stage] && !skipped && (!live || f.State == build.Waiting):
		l.glyph = p.theme.Glyphs.Break
	}
	if skipped {
		l = look{
			glyph: p.theme.Glyphs.Skipped, name: l.name, word: build.Skipped.String(),
			state: roleFaint, text: roleFaint, frame: roleFrameFaint,
		}
	}
	if p.marks[stage] {
		p.mark(&l)
	}
	if id == p.selected {
		l.heavy, l.frame = true, roleFrameSelected
		if !p.focus {
			l.frame = roleFrameBlur
		}
		if l.text == roleText {
			l.text = roleBold
		}
	}
	return l
}

// mark says that a stage is marked: with a word where there is a row for one.
func (p *Pane) mark(l *look) {
	if p.fit.zoom == Full && l.note == "" {
		l.note = p.theme.Glyphs.Mark + " marked"
		return
	}
	l.name = p.theme.Glyphs.Mark + " " + l.name
}

func (p *Pane) isTarget(stage int) bool {
	if !p.plans {
		return false
	}
	for _, t := range p.plan.Targets {
		if t == stage {
			return true
		}
	}
	return false
}

func vertices(s model.Stage) int {
	n := 0
	for _, st := range s.Steps {
		if st.Vertex {
			n++
		}
	}
	return n
}

func count(done, total int) string {
	if total == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", done, total)
}

func steps(n int) string {
	switch n {
	case 0:
		return "no steps"
	case 1:
		return "1 step"
	}
	return fmt.Sprintf("%d steps", n)
}

func externalLabel(g *model.Graph, id model.NodeID) string {
	x, _ := g.External(id)
	if x.Kind == model.ExternalContext {
		return x.Ref + " (context)"
	}
	return x.Ref
}

// end cuts s at its end.
func end(s string, width int, ellipsis string) string {
	return ansi.Truncate(s, max(width, 0), ellipsis)
}

// middle cuts s in the middle: of an image reference, host and tag say most.
func middle(s string, width int, ellipsis string) string {
	n := ansi.StringWidth(s)
	if n <= width {
		return s
	}
	if width < 6 {
		return end(s, width, ellipsis)
	}
	head := (width - 1) / 3
	tail := width - 1 - head
	return ansi.Truncate(s, head, "") + ellipsis + ansi.TruncateLeft(s, n-tail, "")
}

// segment splits the first cluster off s, measured as the terminal does.
func segment(s string) (cluster string, width int, rest string) {
	cluster, width = ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return cluster, width, s[len(cluster):]
}
