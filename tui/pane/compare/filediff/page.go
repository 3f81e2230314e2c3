// Package filediff is the page of how one file differs between two of the sides that
// are compared.
package filediff

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Page is the page. It waits for the file until Set.
type Page struct {
	path string // as it is shown
	was  string // the names of the sides
	is   string
	keys Keys

	file *difference.File // nil until it is read
	err  error
	win  widget.LogWindow
	note string // what the last key could not do
}

// Keys are the page's bindings, beside those that move everywhere.
type Keys struct {
	Next, Previous, Wrap, Close key.Binding

	rows        keys.Rows
	left, right key.Binding
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		Next:     bind("n", "the next change in a file that differs", "n"),
		Previous: bind("N", "the change before", "N"),
		Wrap:     bind("W", "wrap long lines", "W"),
		Close:    bind("esc", "back to the files", "esc", "enter"),
		rows:     keys.Default().Rows,
		left:     bind("", "", "left", "h"), right: bind("", "", "right", "l"),
	}
}

// Bindings lists them for the help.
func (k Keys) Bindings() []key.Binding { return []key.Binding{k.Next, k.Previous, k.Wrap} }

// New returns a page that waits for how a file of the side was differs from that of is.
func New(path, was, is string) *Page {
	return &Page{path: path, was: was, is: is, keys: DefaultKeys()}
}

// Set shows how the file differs, or why that is not known.
func (p *Page) Set(f *difference.File, err error) { p.file, p.err = f, err }

// Scroll is where its window stands.
func (p *Page) Scroll() widget.Scroll {
	if p.file == nil {
		return widget.Scroll{}
	}
	return p.win.Position(p.lines(nil))
}

// Press handles a key; closed says that the page is done with, taken that it was meant
// for the page.
func (p *Page) Press(msg tea.KeyPressMsg) (closed, taken bool) {
	p.note = ""
	k := p.keys
	switch {
	case key.Matches(msg, k.Close):
		return true, true
	case p.file == nil:
		return key.Matches(msg, k.left), key.Matches(msg, k.left)
	case key.Matches(msg, k.Next):
		p.hunk(1)
	case key.Matches(msg, k.Previous):
		p.hunk(-1)
	case key.Matches(msg, k.Wrap):
		p.win.Wrap = !p.win.Wrap
	case key.Matches(msg, k.left):
		if !p.win.Sideways(p.lines(nil), -sideways) && p.win.Left == 0 {
			return true, true
		}
	case key.Matches(msg, k.right):
		p.win.Sideways(p.lines(nil), sideways)
	default:
		return false, p.move(msg)
	}
	return false, true
}

// sideways is how far a key scrolls to the side, in columns.
const sideways = 16

func (p *Page) move(msg tea.KeyPressMsg) bool {
	src := p.lines(nil)
	_, h := p.win.Size()
	delta, ok := p.keys.rows.By(msg, h, src.Len())
	switch {
	case !ok:
		return false
	case key.Matches(msg, p.keys.rows.Home):
		p.win.Home()
	case key.Matches(msg, p.keys.rows.End):
		p.win.End()
	default:
		p.win.Scroll(src, delta)
	}
	return true
}

// Wheel scrolls by delta rows.
func (p *Page) Wheel(delta int) {
	if p.file != nil {
		p.win.Scroll(p.lines(nil), delta)
	}
}

// hunk goes to the next place where something differs, or the one before.
func (p *Page) hunk(by int) {
	rows := p.file.Rows
	differs := func(i int) bool {
		return i >= 0 && i < len(rows) && (rows[i].Sign == difference.Added || rows[i].Sign == difference.Removed)
	}
	for i := p.win.Top() + by; i >= 0 && i < len(rows); i += by {
		if differs(i) && !differs(i-1) {
			before := p.win.Top()
			p.win.ShowTop(p.lines(nil), i)
			if p.win.Top() == before { // its end is on the screen already
				break
			}
			return
		}
	}
	p.note = map[bool]string{true: "there is no change after this", false: "there is no change before this"}[by > 0]
}

// roleOf is the look of a row.
func roleOf(s difference.Sign) theme.Role {
	switch s {
	case difference.Added:
		return theme.Added
	case difference.Removed:
		return theme.Removed
	case difference.Gap, difference.Head:
		return theme.Dim
	}
	return theme.Text
}
