package image

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane/image/files"
)

// Keys are the pane's own bindings, beside those of the whole program.
type Keys struct {
	Tabs, Range, Base, Origin, Writers, Zoom, Jump key.Binding

	files                                    files.Keys
	rows                                     keys.Rows
	tabBack, tabNext, writerBack, writerNext key.Binding
	left, right, enter, back, next, previous key.Binding
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		Tabs:    bind("[ ]", "panel, the one before and the next", "[", "]"),
		Range:   bind("v", "range, of layers from here on; esc ends it", "v"),
		Base:    bind("B", "base layers, folded or not", "B"),
		Origin:  bind("i", "line, of the Dockerfile that made it", "i"),
		Writers: bind("n N", "next writer, the layer that wrote the file; or the one before", "n", "N"),
		Jump:    bind("enter", "file, of waste and the like in its layer", "enter"),
		Zoom:    bind("z", "zoom, the part alone on the screen; and back", "z"),

		files:   files.DefaultKeys(),
		rows:    keys.Default().Rows.Without("space"),
		tabBack: bind("", "", "["), tabNext: bind("", "", "]"),
		writerNext: bind("", "", "n"), writerBack: bind("", "", "N"),
		left: bind("", "", "left", "h"), right: bind("", "", "right", "l"),
		enter: bind("", "", "enter"), back: bind("", "", "esc"),
		next: bind("", "", "tab"), previous: bind("", "", "shift+tab"),
	}
}

// Bindings lists the pane's own bindings, for help; the ones used most first.
func (k Keys) Bindings() []key.Binding {
	f := k.files.Bindings()
	return append(append([]key.Binding{k.Tabs}, f[:3]...), append([]key.Binding{k.Range, k.Origin, k.Writers, k.Jump, k.Base, k.Zoom}, f[3:]...)...)
}

// Key handles a key. taken is false for one that means nothing here.
func (p *Pane) Key(msg tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	p.message = ""
	if p.image == nil {
		return nil, false
	}
	if p.files.Typing() {
		return p.files.Key(msg)
	}
	k := p.keys
	switch {
	case key.Matches(msg, k.tabNext):
		return p.turn(1), true
	case key.Matches(msg, k.tabBack):
		return p.turn(-1), true
	case key.Matches(msg, k.Range):
		return p.toggleRange(), true
	case key.Matches(msg, k.Base):
		return p.fold(), true
	case key.Matches(msg, k.writerNext):
		return p.goToWriter(1), true
	case key.Matches(msg, k.writerBack):
		return p.goToWriter(-1), true
	case key.Matches(msg, k.Zoom):
		p.alone = !p.alone
		p.arrange()
	case key.Matches(msg, k.files.Filter) && p.tab != tabFiles:
		p.message = "only files can be filtered: [ and ] go to them"
	case key.Matches(msg, k.back):
		return p.goBack()
	case key.Matches(msg, k.next, k.previous):
		p.setFocus(1 - p.focus)
	case p.focus == partLayers:
		return p.layerKey(msg)
	default:
		return p.panelKey(msg)
	}
	return nil, true
}

func (p *Pane) setFocus(to part) {
	if to != partPanel {
		p.home = home{}
	}
	p.focus = to
	p.arrange()
}

// fold folds the base image's layers, or unfolds them.
func (p *Pane) fold() tea.Cmd {
	if p.layers.base < 2 {
		p.message = "the base image has a single layer or none: nothing to fold"
		return nil
	}
	layer := p.layers.rows[p.list.Cursor].to
	p.anchor = nil
	p.layers.toggle()
	p.list.Select(p.layers.row(layer), len(p.layers.rows))
	p.arrange()
	return p.show()
}

// toggleRange begins a range of layers at the cursor, or ends it.
func (p *Pane) toggleRange() tea.Cmd {
	switch {
	case p.anchor != nil:
		p.anchor = nil
	case len(p.layers.rows) < 2:
		p.message = "there is a single layer: nothing to put together"
		return nil
	default:
		at := p.list.Cursor
		p.anchor = &at
		p.setFocus(partLayers)
	}
	return p.show()
}

// goBack undoes one step of depth; it is not taken when there is none.
func (p *Pane) goBack() (tea.Cmd, bool) {
	if p.tab == tabFiles && p.focus == partPanel {
		if cmd, ok := p.files.Back(); ok {
			return cmd, true
		}
	}
	if cmd, taken, left := p.goHome(); taken || left {
		return cmd, taken
	}
	switch {
	case p.focus == partPanel && !p.alone:
		p.setFocus(partLayers)
	case p.alone:
		p.alone = false
		p.arrange()
	case p.anchor != nil:
		return p.toggleRange(), true
	default:
		if p.tab == tabFiles {
			return p.files.Back()
		}
		return nil, false
	}
	return nil, true
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
		p.setFocus(partPanel)
		return nil, true
	}
	if p.tab == tabFiles && p.keys.files.Global(msg) {
		if key.Matches(msg, p.keys.files.Filter) {
			p.setFocus(partPanel)
		}
		return p.files.Key(msg)
	}
	return nil, false
}
