// Package image shows an opened image: its layers with the instruction and line
// each came from, and the files of any layer, alone or on top of those below.
package image

import (
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// part of the pane that has the focus.
type part int

const (
	partLayers part = iota
	partFiles
)

// Pane is the image screen. It is not a tea.Model: the App feeds it keys and
// messages and asks it for its lines.
type Pane struct {
	theme  *theme.Theme
	keys   Keys
	redact func(string) string // of instructions

	graph    *model.Graph // nil when no Dockerfile is known
	image    *image.Image // nil until one is opened
	findings []finding.Finding
	marks    marks
	ofStage  bool   // the image is a stage
	waiting  string // what is being done while there is no image; "" when nothing is

	width, height int
	boxes         boxes
	focus         part
	focused       bool // the pane as a whole

	layers  layerRows
	list    widget.List
	files   files
	stacks  stacks
	message string // one line: what the last key did or could not do
}

// New returns a Pane without an image. redact takes secrets out of instructions.
func New(th *theme.Theme, redact func(string) string) *Pane {
	return &Pane{theme: th, keys: DefaultKeys(), redact: redact, focused: true}
}

// SetTheme changes how the pane looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.theme = th }

// SetSize gives the pane its cells.
func (p *Pane) SetSize(width, height int) {
	p.width, p.height = width, height
	p.arrange()
}

// SetFocused says whether keys go to the pane.
func (p *Pane) SetFocused(on bool) { p.focused = on }

// SetWaiting says what is being done until there is an image.
func (p *Pane) SetWaiting(text string) { p.waiting = text }

// Image is what the pane shows; nil when nothing is open.
func (p *Pane) Image() *image.Image { return p.image }

// SetImage shows an image with what was found in it. graph may be nil. The
// returned command prepares the tree of files.
func (p *Pane) SetImage(im *image.Image, found []finding.Finding, graph *model.Graph) tea.Cmd {
	p.image, p.findings, p.graph, p.waiting = im, found, graph, ""
	p.stacks.reset()
	p.files.reset()
	p.focus = partLayers
	if im == nil {
		p.layers = layerRows{}
		return nil
	}
	if stage := im.Stage != ""; stage != p.ofStage { // who opens a stage wants to see what is in it
		p.ofStage, p.files.cumulative = stage, stage
	}
	p.marks = newMarks(found)
	p.layers = newLayerRows(im)
	p.list.Select(p.layers.last(), len(p.layers.rows))
	p.arrange()
	return p.show()
}

// show makes the files of the selected row's layer the ones on the screen,
// preparing them first if need be.
func (p *Pane) show() tea.Cmd {
	if p.image == nil || len(p.image.Layers) == 0 {
		return nil
	}
	layer := p.layers.rows[p.list.Cursor].to
	if tree := p.stacks.get(layer); tree != nil {
		p.files.set(tree, layer)
		p.jump()
		return nil
	}
	p.files.clear(layer)
	return p.stacks.prepare(p.image, layer)
}

// Update takes the pane's own messages; others are ignored.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(stackedMsg)
	if !ok || m.image != p.image {
		return nil
	}
	p.stacks.put(m.layer, m.tree)
	if m.layer == p.files.layer {
		p.files.set(m.tree, m.layer)
		p.jump()
	}
	return nil
}

// Reveal goes to a path in the tree of a layer.
func (p *Pane) Reveal(layer int, path string) tea.Cmd {
	if p.image == nil || layer < 0 || layer >= len(p.image.Layers) {
		return nil
	}
	p.layers.unfold(layer)
	p.list.Select(p.layers.row(layer), len(p.layers.rows))
	p.focus = partFiles
	p.arrange()
	p.files.wanted = path
	return p.show()
}

// jump carries out a Reveal once the tree is there.
func (p *Pane) jump() {
	if p.files.wanted == "" {
		return
	}
	if !p.files.reveal(p.files.wanted) {
		p.message = p.files.wanted + " is not in this layer's files"
	}
	p.files.wanted = ""
}

// Line is the Dockerfile line that the selected layer came from; 0 when none is
// known.
func (p *Pane) Line() int {
	if p.image == nil || p.list.Cursor >= len(p.layers.rows) {
		return 0
	}
	row := p.layers.rows[p.list.Cursor]
	if row.folded || row.to >= len(p.image.Layers) {
		return 0
	}
	return p.image.Layers[row.to].Origin.Line
}
