package plain

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// label is the vertex's step as "[stage:line]", with a second one that shares it.
func (p *Printer) label(digest string) string {
	v, _ := p.build.Vertex(digest)
	g := p.build.Begin.Graph
	if g == nil || len(v.Steps) == 0 || v.Steps[0].Stage >= len(g.Stages) {
		return "[internal]"
	}
	name := func(ref build.StepRef) string {
		return fmt.Sprintf("%s:%d", g.Label(model.NodeID(ref.Stage)), p.step(ref).Line)
	}
	label := "[" + name(v.Steps[0])
	switch n := len(v.Steps); {
	case n == 2:
		label += ", " + name(v.Steps[1])
	case n > 2:
		label += fmt.Sprintf(" and %d more", n-1)
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

// textWidth is how much of an instruction is repeated: enough to know it by. The
// label has its line.
const textWidth = 56

// text is the instruction of a vertex in a few words, or its name.
func (p *Printer) text(v build.Vertex) string {
	step, ok := p.stepOf(v)
	if !ok {
		return p.cut(strings.TrimPrefix(v.Name, "[internal] ")) // the label says that
	}
	return p.cut(p.build.Begin.Graph.Short(step))
}

func (p *Printer) command(v build.Vertex) string {
	step, _ := p.stepOf(v)
	return step.Command
}

// stepOf is the first step that a vertex carries out.
func (p *Printer) stepOf(v build.Vertex) (model.Step, bool) {
	if g := p.build.Begin.Graph; g == nil || len(v.Steps) == 0 || v.Steps[0].Stage >= len(g.Stages) {
		return model.Step{}, false
	}
	return p.step(v.Steps[0]), true
}

// cut shortens a text at its end.
func (p *Printer) cut(text string) string {
	more := p.glyph("…", "...")
	if r := []rune(text); len(r) > textWidth {
		return strings.TrimRight(string(r[:textWidth-len([]rune(more))]), " ") + more
	}
	return text
}

func (p *Printer) glyph(unicode, ascii string) string {
	if p.ascii {
		return ascii
	}
	return unicode
}
