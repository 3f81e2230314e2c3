package image

import (
	"fmt"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/image/twins"
	"github.com/stagedive/stagedive/model/image/waste"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/saving"
	"github.com/stagedive/stagedive/tui/pane/image/ledger"
	"github.com/stagedive/stagedive/tui/theme"
)

// books are what the image could do without. They are worked out beside the
// program: of an image of usual size at once, of a huge one when somebody asks.
type books struct {
	waste, twice, spare *ledger.Model
	wasted              *waste.Report // nil until it is known
	running             bool
	huge                int              // number of files from which on nothing is worked out unasked
	numbers             [tabCount]string // beside the tabs' names
}

// booksMsg brings what was worked out.
type booksMsg struct {
	image  *image.Image
	waste  *waste.Report
	twins  *twins.Report
	saving *saving.Report
	makers []maker.Maker
}

func newBooks(th *theme.Theme) books {
	return books{waste: ledger.New(th), twice: ledger.New(th), spare: ledger.New(th), huge: 300_000}
}

// book is the one that the tab shows; nil for a tab that is none.
func (p *Pane) book() *ledger.Model {
	switch p.tab {
	case tabWaste:
		return p.books.waste
	case tabTwice:
		return p.books.twice
	case tabSpare:
		return p.books.spare
	}
	return nil
}

// closeBooks forgets what is known of another image.
func (p *Pane) closeBooks() {
	p.books.wasted, p.books.running = nil, false
	p.books.numbers = [tabCount]string{}
	p.books.waste.SetBook(nil, "", "")
	p.books.twice.SetBook(nil, "", "")
	p.books.spare.SetBook(nil, "", "")
	if p.image == nil || p.image.Stage == "" {
		return
	}
	const open = "Open the target with i, or an image, for that."
	p.books.waste.SetUnknown("A stage wastes nothing: what its steps delete or write again is stored in no image. " + open)
	p.books.twice.SetUnknown("Not known of a stage: it is listed, its files are not read and compared. " + open)
	p.books.spare.SetUnknown("Not judged in a stage: it may hold what it needs to build, nobody ships it. " + open)
}

// openBooks has what the image could do without worked out, unless that is under way
// or done.
func (p *Pane) openBooks(asked bool) tea.Cmd {
	if p.image == nil || p.image.Stage != "" || p.books.running || p.books.wasted != nil {
		return nil
	}
	nodes := 0
	for _, l := range p.image.Layers {
		if l.Tree != nil {
			nodes += l.Tree.Len()
		}
	}
	if nodes > p.books.huge && !asked {
		return nil
	}
	p.books.running = true
	return reckon(nodes > p.books.huge, saving.Input{Image: p.image, Graph: p.graph, Findings: p.findings, Proofs: p.proofs})
}

// reckon works out what the image could do without.
// Of a huge one the memory that each takes is let go before the next begins.
func reckon(huge bool, in saving.Input) tea.Cmd {
	rest := func() {
		if huge {
			debug.FreeOSMemory()
		}
	}
	return func() tea.Msg {
		defer rest()
		im, g := in.Image, in.Graph
		msg := booksMsg{image: im, makers: maker.Of(im, g), waste: waste.Of(im, g)}
		rest()
		trees := make([]*image.Tree, len(im.Layers))
		for i := range trees {
			trees[i] = im.Layers[i].Tree
		}
		in.Tree = image.Stack(trees...)
		rest()
		msg.twins = twins.Of(in.Tree)
		rest()
		msg.saving = saving.Of(in)
		return msg
	}
}

// asRead is a sentence that nothing was found, with what is not known.
func (p *Pane) asRead(text string) string {
	if unread := p.image.UnreadInWords(); unread != "" {
		text += " That is of what could be read: " + unread + " could not be."
	}
	return text
}

// reckoned puts what was worked out on the tabs.
func (p *Pane) reckoned(msg booksMsg) {
	if msg.image != p.image {
		return
	}
	b := &p.books
	b.running, b.wasted = false, msg.waste
	b.waste.SetBook(wasteBook{p, msg.waste}, p.wasteSummary(msg.waste), p.asRead(
		"Nothing is wasted: every byte that a layer stores is in the final files."))
	b.twice.SetBook(twiceBook{p, msg.twins.Groups, msg.makers}, p.twiceSummary(msg.twins), p.asRead(
		"Nothing is there twice: no two files hold the same bytes under different names."))
	b.spare.SetBook(spareBook{p, msg.saving.Items}, p.spareSummary(msg.saving), p.asRead(
		"Nothing stands out: no caches, manuals, locales, static libraries or debug symbols that an image runs as well without."))
	if msg.waste.Wasted > 0 {
		b.numbers[tabWaste] = measure.Bytes(msg.waste.Wasted)
	}
	if msg.twins.Saves > 0 {
		b.numbers[tabTwice] = measure.Bytes(msg.twins.Saves)
	}
	if n := msg.saving.Own + msg.saving.Base; n > 0 {
		b.numbers[tabSpare] = measure.Bytes(n)
	}
}

// lineOf is the line of the Dockerfile that made a layer, of the base image's the
// FROM that brought them; 0 when it is not known.
func (p *Pane) lineOf(layer int) int {
	if layer < 0 || layer >= len(p.image.Layers) {
		return 0
	}
	o := p.image.Layers[layer].Origin
	if s := lowest(p.image, p.graph); o.Base && s >= 0 {
		return p.graph.Stages[s].Line
	}
	return o.Line
}

// madeBy is a layer's number and instruction.
func (p *Pane) madeBy(layer int) string {
	return fmt.Sprintf("layer %d  %s", layer+1, p.made(p.image.Layers[layer]))
}
