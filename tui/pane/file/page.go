// Package file is the page of one file of an image: what it is, its text, its bytes,
// what it holds, and what a layer changed in it.
package file

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/widget"
)

// Subject is the file that the page is about.
type Subject struct {
	Path  string     // sanitised, as the user selected it
	Raw   string     // where it is read: image.Tree.RawPath
	Info  image.Info // of the file, not of a link to it
	After int        // the layer after which the image is looked at
	Made  string     // what made the layer that wrote it; "" unknown
	Link  string     // where the selected symbolic link leads; "" when it was none
}

// Page is the page. It waits for the file until SetPreview or SetError.
type Page struct {
	Subject
	keys  Keys
	err   error
	it    *preview.Preview // nil until it is read
	diff  diffView
	views []view // that there are, in the order in which they are gone through
	at    view
	wrap  bool
	win   [viewCount]widget.LogWindow
	query widget.Query
	input *widget.Input // nil unless a search is being typed
	from  int           // the line on top when its typing began
	found int           // the line that the search stands on; -1 for none
	note  string        // what the last key did or could not do
}

// view is a way to look at a file.
type view int

const (
	viewText view = iota
	viewList
	viewHex
	viewDiff
	viewCount
)

// New returns a page about a file.
func New(s Subject) *Page { return &Page{Subject: s, keys: DefaultKeys(), found: -1} }

// SetPreview shows the file.
func (p *Page) SetPreview(it *preview.Preview) {
	p.it, p.views = it, nil
	if it.List != nil && len(it.List.Rows) > 0 {
		p.views = append(p.views, viewList)
	}
	if it.Text != nil {
		p.views = append(p.views, viewText)
	}
	if len(it.Bytes) > 0 {
		p.views = append(p.views, viewHex)
	}
	switch {
	case p.at == viewDiff: // it has come before
		if len(p.views) > 0 {
			p.diff.back = p.views[0]
		}
		p.views = append(p.views, viewDiff)
	case len(p.views) > 0:
		p.at = p.views[0]
	}
}

// SetError says why there is nothing to show.
func (p *Page) SetError(err error) { p.err = err }

// Act is what a key asks of the owner of the page.
type Act int

// The acts.
const (
	Stay    Act = iota
	Close       // the page
	Differ      // from the version before, if one does: SetDiff or NoDiff is awaited
	Extract     // the file
	Copy        // its path
)

// Typing says that letters go into a search.
func (p *Page) Typing() bool { return p.input != nil }

// Paste adds text to what is being typed.
func (p *Page) Paste(text string) {
	if p.input != nil {
		p.input.Insert(text)
		p.typed()
	}
}

// Press handles a key.
func (p *Page) Press(k keys.Map, msg tea.KeyPressMsg) Act {
	if p.input != nil {
		p.pressInput(k, msg)
		return Stay
	}
	p.note = ""
	own := p.keys
	switch {
	case key.Matches(msg, own.Extract):
		return Extract
	case key.Matches(msg, own.Copy):
		return Copy
	case key.Matches(msg, own.Compare):
		return p.compare()
	case key.Matches(msg, k.Back) && !p.query.Empty():
		p.query, p.found = widget.Query{}, -1
	case key.Matches(msg, k.Back, k.Quit):
		return Close
	case p.it == nil || len(p.views) == 0:
		if key.Matches(msg, k.Left) {
			return Close
		}
	case key.Matches(msg, own.View):
		p.next()
	case key.Matches(msg, own.Wrap):
		p.wrap = !p.wrap
	case key.Matches(msg, own.Search):
		p.input = &widget.Input{}
		p.from = p.window().Top()
	case key.Matches(msg, own.NextMatch):
		p.seek(1)
	case key.Matches(msg, own.PreviousMatch):
		p.seek(-1)
	case key.Matches(msg, k.Left):
		if !p.window().Sideways(p.lines(nil), -sideways) && p.window().Left == 0 {
			return Close
		}
	default:
		p.move(k, msg)
	}
	return Stay
}

// sideways is how far a key scrolls to the side, in columns.
const sideways = 16

func (p *Page) move(k keys.Map, msg tea.KeyPressMsg) {
	w, src := p.window(), p.lines(nil)
	_, h := w.Size()
	switch {
	case key.Matches(msg, k.Up):
		w.Scroll(src, -1)
	case key.Matches(msg, k.Down, k.Enter):
		w.Scroll(src, 1)
	case key.Matches(msg, k.PageUp):
		w.Page(src, -1)
	case key.Matches(msg, k.PageDown):
		w.Page(src, 1)
	case key.Matches(msg, k.HalfUp):
		w.Scroll(src, -max(1, h/2))
	case key.Matches(msg, k.HalfDown):
		w.Scroll(src, max(1, h/2))
	case key.Matches(msg, k.Home):
		w.Home()
	case key.Matches(msg, k.End):
		w.End()
	case key.Matches(msg, k.Right):
		w.Sideways(src, sideways)
	}
}

// Wheel scrolls by delta rows.
func (p *Page) Wheel(delta int) {
	if p.it != nil && len(p.views) > 0 {
		p.window().Scroll(p.lines(nil), delta)
	}
}

// next goes to the next way of looking.
func (p *Page) next() {
	for i, v := range p.views {
		if v == p.at {
			p.at, p.found = p.views[(i+1)%len(p.views)], -1
			return
		}
	}
	p.at, p.found = p.views[0], -1
}

func (p *Page) window() *widget.LogWindow {
	w := &p.win[p.at]
	w.Wrap = p.wrap && p.at != viewHex
	return w
}
