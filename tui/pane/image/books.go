package image

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/image/twins"
	"github.com/stagedive/stagedive/model/image/waste"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/image/ledger"
	"github.com/stagedive/stagedive/tui/theme"
)

// books are what the image could do without. They are worked out beside the
// program: of an image of usual size at once, of a huge one when somebody asks.
type books struct {
	waste, twice *ledger.Model
	wasted       *waste.Report // nil until it is known
	makers       []maker.Maker
	running      bool
	numbers      [tabCount]string // beside the tabs' names
}

// booksMsg brings what was worked out.
type booksMsg struct {
	image  *image.Image
	waste  *waste.Report
	twins  *twins.Report
	makers []maker.Maker
}

// hugeImage is the number of files from which on nothing is worked out unasked.
const hugeImage = 300_000

func newBooks(th *theme.Theme) books {
	return books{waste: ledger.New(th), twice: ledger.New(th)}
}

// book is the one that the tab shows; nil for a tab that is none.
func (p *Pane) book() *ledger.Model {
	switch p.tab {
	case tabWaste:
		return p.books.waste
	case tabTwice:
		return p.books.twice
	}
	return nil
}

// closeBooks forgets what is known of another image.
func (p *Pane) closeBooks() {
	p.books.wasted, p.books.makers, p.books.running = nil, nil, false
	p.books.numbers = [tabCount]string{}
	p.books.waste.SetBook(nil, "", "")
	p.books.twice.SetBook(nil, "", "")
}

// openBooks has what the image could do without worked out, unless that is under way
// or done.
func (p *Pane) openBooks(asked bool) tea.Cmd {
	if p.image == nil || p.books.running || p.books.wasted != nil {
		return nil
	}
	nodes := 0
	for _, l := range p.image.Layers {
		if l.Tree != nil {
			nodes += l.Tree.Len()
		}
	}
	if nodes > hugeImage && !asked {
		return nil
	}
	p.books.running = true
	return reckon(p.image, p.graph)
}

// reckon works out what the image could do without.
func reckon(im *image.Image, g *model.Graph) tea.Cmd {
	return func() tea.Msg {
		msg := booksMsg{image: im, makers: maker.Of(im, g), waste: waste.Of(im, g)}
		trees := make([]*image.Tree, len(im.Layers))
		for i := range trees {
			trees[i] = im.Layers[i].Tree
		}
		msg.twins = twins.Of(image.Stack(trees...))
		return msg
	}
}

// reckoned puts what was worked out on the tabs.
func (p *Pane) reckoned(msg booksMsg) {
	if msg.image != p.image {
		return
	}
	b := &p.books
	b.running, b.wasted, b.makers = false, msg.waste, msg.makers
	b.waste.SetBook(wasteBook{p, msg.waste}, p.wasteSummary(msg.waste),
		"Nothing is wasted: every byte that a layer stores is in the final files.")
	b.twice.SetBook(twiceBook{p, msg.twins.Groups, msg.makers}, p.twiceSummary(msg.twins),
		"Nothing is there twice: no two files hold the same bytes under different names.")
	if msg.waste.Wasted > 0 {
		b.numbers[tabWaste] = measure.Bytes(msg.waste.Wasted)
	}
	if msg.twins.Saves > 0 {
		b.numbers[tabTwice] = measure.Bytes(msg.twins.Saves)
	}
}

// lineOf is the line of the Dockerfile that made a layer; 0 when it is not known.
func (p *Pane) lineOf(layer int) int {
	if layer < 0 || layer >= len(p.image.Layers) {
		return 0
	}
	return p.image.Layers[layer].Origin.Line
}

// madeBy is a layer's number and instruction.
func (p *Pane) madeBy(layer int) string {
	return fmt.Sprintf("layer %d  %s", layer+1, p.made(p.image.Layers[layer]))
}
