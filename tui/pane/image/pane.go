// Package image is the screen of an opened image: its layers with the instruction
// and line each came from, what is selected in detail, and a panel with what can be
// known of them: files, waste, configuration.
package image

import (
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/saving"
	"github.com/stagedive/stagedive/tui/pane/image/config"
	"github.com/stagedive/stagedive/tui/pane/image/files"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// part of the pane that has the focus.
type part int

const (
	partLayers part = iota
	partPanel
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
	proofs   [][]saving.Proof
	marks    marks
	ofStage  bool   // the image is a stage
	title    string // what the image is called beside others; "" for nothing
	waiting  string // what is being done while there is no image; "" when nothing is

	width, height int
	boxes         boxes
	focus         part
	focused       bool // the pane as a whole
	alone         bool // the part with the focus has the whole screen

	layers layerRows
	list   widget.List
	anchor *int // the row where a range of layers begins; nil for no range
	past   past // of the selected file
	home   home // of the file that was jumped to

	tab    tab
	files  *files.Model
	config *config.Model
	books  books

	message string // one line: what the last key did or could not do
}

// New returns a Pane without an image. redact takes secrets out of instructions.
func New(th *theme.Theme, redact func(string) string) *Pane {
	return &Pane{
		theme: th, keys: DefaultKeys(), redact: redact, focused: true,
		files: files.New(th), config: config.New(th), books: newBooks(th),
	}
}

// SetTheme changes how the pane looks.
func (p *Pane) SetTheme(th *theme.Theme) {
	p.theme = th
	p.files.SetTheme(th)
	p.config.SetTheme(th)
	p.books.waste.SetTheme(th)
	p.books.twice.SetTheme(th)
	p.books.spare.SetTheme(th)
}

// SetSize gives the pane its cells.
func (p *Pane) SetSize(width, height int) {
	if p.width == width && p.height == height {
		return
	}
	p.width, p.height = width, height
	p.arrange()
}

// SetFocused says whether keys go to the pane.
func (p *Pane) SetFocused(on bool) { p.focused = on }

// SetWaiting says what is being done until there is an image.
func (p *Pane) SetWaiting(text string) { p.waiting = text }

// SetTitle names the image, until another is set.
func (p *Pane) SetTitle(name string) { p.title = name }

// Image is what the pane shows; nil when nothing is open.
func (p *Pane) Image() *image.Image { return p.image }

// SetImage shows an image with what was found in it. proofs and graph may be nil. The
// returned command prepares the files.
func (p *Pane) SetImage(im *image.Image, found []finding.Finding, proofs [][]saving.Proof, graph *model.Graph) tea.Cmd {
	p.image, p.findings, p.proofs, p.graph, p.waiting, p.title = im, found, proofs, graph, "", ""
	p.focus, p.anchor, p.past, p.home, p.message, p.alone = partLayers, nil, past{}, home{}, "", false
	p.marks = newMarks(found)
	p.files.SetImage(im, p.signAt)
	p.config.SetImage(im, Instruction)
	p.closeBooks()
	p.tab = tabFiles
	p.layers, p.list = layerRows{}, widget.List{}
	if im == nil {
		return nil
	}
	if stage := im.Stage != ""; stage != p.ofStage { // who opens a stage wants to see what is in it
		p.ofStage = stage
		p.files.SetAll(stage)
	}
	p.layers = newLayerRows(im)
	p.list.Select(p.layers.last(), len(p.layers.rows))
	p.arrange()
	return tea.Batch(p.show(), p.openBooks(false))
}

// show makes the files of the selected layers the ones on the screen.
func (p *Pane) show() tea.Cmd {
	if p.image == nil || len(p.image.Layers) == 0 {
		return nil
	}
	return p.files.Show(p.scope())
}

// scope is the layers that are selected. A folded base image counts as one range.
func (p *Pane) scope() files.Scope {
	row := p.layers.rows[p.list.Cursor]
	s := files.Scope{From: row.from, To: row.to}
	if p.anchor != nil {
		other := p.layers.rows[min(*p.anchor, len(p.layers.rows)-1)]
		s.From, s.To = min(s.From, other.from), max(s.To, other.to)
	}
	return s
}

// Update takes the pane's own messages; ours is false for others.
func (p *Pane) Update(msg tea.Msg) (cmd tea.Cmd, ours bool) {
	if m, ok := msg.(booksMsg); ok {
		p.reckoned(m)
		return nil, true
	}
	return p.files.Update(msg)
}

// RevealStep goes to the layer that a step of the Dockerfile made; false when it
// made none. Of a base image all layers came from one step.
func (p *Pane) RevealStep(stage, step int) (cmd tea.Cmd, ok bool) {
	layer := LayerOf(p.image, p.graph, stage, step)
	switch {
	case layer < 0:
		return nil, false
	case p.image.Layers[layer].Origin.Base: // however they are shown
		p.anchor = nil
		p.list.Select(p.layers.row(layer), len(p.layers.rows))
	default:
		p.selectLayer(layer)
	}
	return p.show(), true
}

// selectLayer puts the cursor on a layer, ends a range, and unfolds what hides it.
func (p *Pane) selectLayer(layer int) bool {
	if p.image == nil || layer < 0 || layer >= len(p.image.Layers) {
		return false
	}
	p.anchor = nil
	p.layers.unfold(layer)
	p.list.Select(p.layers.row(layer), len(p.layers.rows))
	return true
}

// Line is the Dockerfile line that made what is selected: the file where the files
// have the focus, else the layer; 0 when none is known.
func (p *Pane) Line() int {
	if p.image == nil || p.list.Cursor >= len(p.layers.rows) {
		return 0
	}
	if p.focus == partPanel && p.book() != nil {
		if at, ok := p.book().Selected(); ok {
			return at.Line
		}
	}
	if w, ok := p.writer(); ok {
		return p.lineOf(w)
	}
	return p.lineOf(p.layers.rows[p.list.Cursor].to)
}

// Typing says that letters go into the filter, so that they are nobody's keys.
func (p *Pane) Typing() bool { return p.files.Typing() }

// Paste adds text to the filter.
func (p *Pane) Paste(text string) tea.Cmd { return p.files.Paste(text) }
