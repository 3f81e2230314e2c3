package image

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
)

// Keys are the pane's own bindings, beside those of the whole program.
type Keys struct {
	Cumulative, Order, Largest, Fold, Filter key.Binding

	rows                                     keys.Rows
	left, right, enter, back, next, previous key.Binding
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		Cumulative: bind("a", "all files so far, or what the layer did", "a"),
		Order:      bind("o", "by size, or by name", "o"),
		Largest:    bind("L", "largest files, or the tree", "L"),
		Fold:       bind("B", "base layers, folded or not", "B"),
		Filter:     bind("/", "filter, by parts of the path", "/"),

		rows: keys.Default().Rows.Without("space"),
		left: bind("", "", "left", "h"), right: bind("", "", "right", "l"),
		enter: bind("", "", "enter", "space"), back: bind("", "", "esc"),
		next: bind("", "", "tab"), previous: bind("", "", "shift+tab"),
	}
}

// Bindings lists the pane's own bindings, for help.
func (k Keys) Bindings() []key.Binding {
	return []key.Binding{k.Cumulative, k.Order, k.Largest, k.Filter, k.Fold}
}

// Typing says that letters go into the filter, so that they are nobody's keys.
func (p *Pane) Typing() bool { return p.files.typing }

// Key handles a key. taken is false for one that means nothing here.
func (p *Pane) Key(msg tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	p.message = ""
	if p.image == nil {
		return nil, false
	}
	if p.files.typing {
		return nil, p.typeFilter(msg)
	}
	k := p.keys
	switch {
	case key.Matches(msg, k.Cumulative):
		p.files.cumulative = !p.files.cumulative
		p.files.refresh(true)
	case key.Matches(msg, k.Order):
		p.files.bySize = !p.files.bySize
		p.files.refresh(true)
	case key.Matches(msg, k.Largest):
		p.files.largest = !p.files.largest
		p.focus = partFiles
		p.files.refresh(true)
		p.arrange()
	case key.Matches(msg, k.Filter):
		p.files.typing, p.focus = true, partFiles
		p.arrange()
	case key.Matches(msg, k.Fold):
		return p.fold(), true
	case key.Matches(msg, k.back):
		return nil, p.goBack()
	case key.Matches(msg, k.next, k.previous):
		p.focus = 1 - p.focus
		p.arrange()
	case p.focus == partLayers:
		return p.layerKey(msg)
	default:
		return nil, p.fileKey(msg)
	}
	return nil, true
}

func (p *Pane) fold() tea.Cmd {
	if p.layers.base < 2 {
		p.message = "the base image has a single layer or none: nothing to fold"
		return nil
	}
	layer := p.layers.rows[p.list.Cursor].to
	p.layers.toggle()
	p.list.Select(p.layers.row(layer), len(p.layers.rows))
	return p.show()
}

// goBack undoes one step of depth; it is not taken when there is none.
func (p *Pane) goBack() bool {
	switch {
	case p.files.filter.String() != "":
		p.files.filter.Clear()
		p.files.refresh(true)
	case p.files.largest:
		p.files.largest = false
		p.files.refresh(true)
	case p.focus == partFiles:
		p.focus = partLayers
		p.arrange()
	default:
		return false
	}
	return true
}

func (p *Pane) layerKey(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	if len(p.layers.rows) == 0 {
		return nil, false
	}
	before := p.list.Cursor
	if p.list.Press(p.keys.rows, msg, len(p.layers.rows)) {
		if p.list.Cursor == before {
			return nil, true
		}
		return p.show(), true
	}
	switch {
	case key.Matches(msg, p.keys.enter) && p.layers.rows[p.list.Cursor].folded:
		return p.fold(), true
	case key.Matches(msg, p.keys.enter, p.keys.right):
		p.focus = partFiles
		p.arrange()
		return nil, true
	}
	return nil, false
}

func (p *Pane) fileKey(msg tea.KeyPressMsg) bool {
	f := &p.files
	list, n := &f.view.List, f.view.Len()
	if f.largest {
		list, n = &f.flatAt, len(f.flat)
	}
	switch {
	case list.Press(p.keys.rows, msg, n):
	case f.tree == nil:
		return false
	case f.largest:
		if key.Matches(msg, p.keys.enter, p.keys.right) {
			f.reveal(f.path())
			return true
		}
		return false
	case key.Matches(msg, p.keys.enter):
		f.view.Toggle(f)
	case key.Matches(msg, p.keys.right):
		f.view.Open(f)
	case key.Matches(msg, p.keys.left):
		if r, ok := f.view.Selected(); ok && r.Depth == 0 && !r.Open {
			p.focus = partLayers
			p.arrange()
			return true
		}
		f.view.Close(f)
	default:
		return false
	}
	return true
}

// typeFilter edits the filter; the tree follows each letter.
func (p *Pane) typeFilter(msg tea.KeyPressMsg) bool {
	f := &p.files
	switch {
	case key.Matches(msg, p.keys.back):
		f.typing = false
		f.filter.Clear()
	case msg.String() == "enter":
		f.typing = false
		return true
	case !f.filter.Press(msg):
		return false
	}
	f.refresh(true)
	return true
}

// Paste adds text to the filter.
func (p *Pane) Paste(text string) {
	p.files.filter.Insert(text)
	p.files.refresh(true)
}
