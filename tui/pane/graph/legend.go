package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout/canvas"
	"github.com/stagedive/stagedive/model/measure"
)

// legend tells the kinds of edges apart and says where the window stands.
func (p *Pane) legend() string {
	var parts []string
	for _, k := range []model.EdgeKind{model.EdgeBase, model.EdgeCopy, model.EdgeMount} {
		for _, e := range p.graph.Edges {
			// What is folded away needs no explanation.
			if e.Kind == k && !p.hides(e.To) && p.drawsEdge(e) {
				parts = append(parts, p.sample(k)+" "+string(k))
				break
			}
		}
	}
	if p.showsTags() {
		parts = append(parts, p.head()+" image")
	}
	left := func() string { return " " + strings.Join(parts, "   ") }
	right := ""
	level := tellAll
	for ; level <= tellHidden; level++ {
		right = p.whereabouts(level)
		if ansi.StringWidth(left())+ansi.StringWidth(right)+3 <= p.w {
			break
		}
	}
	if len(p.critical) > 0 && p.fit.zoom >= Line && level > tellShort { // there is no room for who is on it
		mark := p.theme.Glyphs.Bar + "critical path"
		if p.showsTags() {
			parts = slices.Insert(parts, len(parts)-1, mark)
		} else {
			parts = append(parts, mark)
		}
	}
	if p.build == nil && p.fit.zoom != Dots && len(p.graph.Stages) > 0 { // a stage's line stands where its time will
		line := p.graph.Stages[0].Line
		part := fmt.Sprintf("L%d line %d", line, line)
		if ansi.StringWidth(left())+3+ansi.StringWidth(part)+ansi.StringWidth(right)+3 <= p.w {
			parts = append(parts, part)
		}
	}
	// What can't be seen must be said; the lines' looks may go.
	for ansi.StringWidth(left())+ansi.StringWidth(right)+3 > p.w && len(parts) > 0 {
		parts = parts[:len(parts)-1]
	}
	space := p.w - ansi.StringWidth(left()) - ansi.StringWidth(right) - 1
	line := ansi.Truncate(left()+strings.Repeat(" ", max(space, 0))+right+" ", p.w, "")
	line += strings.Repeat(" ", p.w-ansi.StringWidth(line))
	return p.style(roleDim).Render(line)
}

// SetNote hands in what else the legend says where there is room for it, such as
// the critical path: in many words, and in few.
func (p *Pane) SetNote(long, short string) {
	if p.note != [2]string{long, short} {
		p.note = [2]string{long, short}
		p.rev++
	}
}

// SetCritical marks the stages that are on the critical path of the build; nil
// marks none.
func (p *Pane) SetCritical(stages map[int]bool) {
	if !maps.Equal(p.critical, stages) {
		p.critical = stages
		p.rev++
	}
}

// sample is a piece of the line of an edge kind.
func (p *Pane) sample(k model.EdgeKind) string {
	return canvas.Sample(stroke(k), p.ascii()) + canvas.Sample(stroke(k), p.ascii())
}

// tell is how much whereabouts says.
type tell uint8

const (
	tellAll    tell = iota
	tellShort       // all, in few words
	tellPlace       // what is not in view or hidden, and the zoom
	tellHidden      // what is not in view or hidden
)

// whereabouts says what the owner has to say, what is hidden, how much of a
// larger drawing lies beside the window, and the zoom level when the user set it.
func (p *Pane) whereabouts(level tell) string {
	var parts []string
	say := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if level <= tellShort {
		say(p.note[level])
	}
	say(p.skipNote(level == tellAll))
	if level == tellAll {
		say(p.foldNote())
	}
	w, h := p.canvasSize()
	if d := p.fit.drawing; d != nil && (d.W > w || d.H > h) {
		say(p.beyond(w, h, level == tellAll))
	} else if n := len(p.listed()); d == nil && n > h {
		say(fmt.Sprintf("%d–%d of %d", p.oy+1, min(p.oy+h, n), n))
	}
	if p.zoom != Auto && level != tellHidden {
		say("zoom " + p.fit.zoom.String())
	}
	return strings.Join(parts, " "+p.theme.Glyphs.Dot+" ")
}

// beyond says how many stages lie outside of the window, on which side: "3 more"
// is what an arrow's number means.
func (p *Pane) beyond(w, h int, long bool) string {
	d := p.fit.drawing
	var n [4]int // left, above, below, right
	for _, b := range d.Boxes {
		at := b.Center()
		switch {
		case !p.graph.IsStage(b.Node):
		case at.X < p.ox:
			n[0]++
		case at.X >= p.ox+w:
			n[3]++
		case at.Y < p.oy:
			n[1]++
		case at.Y >= p.oy+h:
			n[2]++
		}
	}
	glyphs := [4]string{"◂", "▴", "▾", "▸"}
	if p.ascii() {
		glyphs = [4]string{"<", "^", "v", ">"}
	}
	var sides []string
	for i, n := range n {
		if n > 0 {
			sides = append(sides, fmt.Sprintf("%s %d", glyphs[i], n))
		}
	}
	switch text := strings.Join(sides, " "); {
	case len(sides) == 0:
		return "lines go on"
	case long:
		return text + " more"
	default:
		return text
	}
}

// foldNote says that images and contexts are not drawn for want of room.
func (p *Pane) foldNote() string {
	if p.fit.drawing == nil || p.fit.roots != foldedRoots {
		return ""
	}
	seen := map[model.NodeID]bool{}
	for _, e := range p.graph.Edges {
		if !p.graph.IsStage(e.From) && e.Kind != model.EdgeBase && !p.hides(e.To) {
			seen[e.From] = true
		}
	}
	if len(seen) == 0 {
		return ""
	}
	return measure.Plural(len(seen), "image") + " not drawn"
}
