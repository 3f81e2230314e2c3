package timeline

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
)

// Keys are the pane's own bindings, beside those of the whole program.
type Keys struct {
	Closer, Farther, Whole, Path, Fold, FoldAll, Jump, Cursor, Pan key.Binding

	rows                        keys.Rows
	cursorRight, panRight, back key.Binding
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		Jump:    bind("enter", "the step in the build", "enter"),
		Path:    bind("p", "the critical path alone, and back", "p"),
		Closer:  bind("+", "zoom in, around the cursor", "+", "="),
		Farther: bind("-", "zoom out", "-"),
		Whole:   bind("0", "the whole build", "0"),
		Cursor:  bind("← → h l", "move the cursor in time; esc takes it away", "left", "h"),
		Pan:     bind("H L", "earlier, later by half a screen", "H", "shift+left"),
		Fold:    bind("o", "fold the stage, and back", "o"),
		FoldAll: bind("O", "fold all stages, and back", "O"),

		rows:        keys.Default().Rows.Without("space"),
		cursorRight: bind("", "", "right", "l"), panRight: bind("", "", "L", "shift+right"), back: bind("", "", "esc"),
	}
}

// Bindings lists the pane's own bindings, for help.
func (k Keys) Bindings() []key.Binding {
	return []key.Binding{k.Jump, k.Path, k.Closer, k.Farther, k.Whole, k.Cursor, k.Pan, k.Fold, k.FoldAll}
}

// Key handles a key. taken is false for one that means nothing here; to is where
// it leads out of the timeline.
func (p *Pane) Key(msg tea.KeyPressMsg) (to *Go, taken bool) {
	if p.at == nil {
		return nil, false
	}
	k := p.keys
	switch {
	case p.list.Press(k.rows, msg, len(p.rows)):
	case key.Matches(msg, k.Jump):
		if to = p.target(); to == nil {
			p.toggle()
		}
		return to, true
	case key.Matches(msg, k.Fold):
		p.toggle()
	case key.Matches(msg, k.FoldAll):
		p.toggleAll()
	case key.Matches(msg, k.Path):
		p.pathOnly = !p.pathOnly
		p.fill()
	case key.Matches(msg, k.back):
		return nil, p.goBack()
	default:
		return nil, p.timeKey(msg)
	}
	p.choose()
	return nil, true
}

// timeKey handles the keys that move in time.
func (p *Pane) timeKey(msg tea.KeyPressMsg) bool {
	k := p.keys
	switch {
	case key.Matches(msg, k.Closer):
		p.zoom(1, p.middle())
	case key.Matches(msg, k.Farther):
		p.zoom(-1, p.middle())
	case key.Matches(msg, k.Whole):
		p.window = window{}
	case key.Matches(msg, k.Cursor):
		p.moveCursor(-1)
	case key.Matches(msg, k.cursorRight):
		p.moveCursor(1)
	case key.Matches(msg, k.Pan):
		p.pan(-0.5)
	case key.Matches(msg, k.panRight):
		p.pan(0.5)
	default:
		return false
	}
	return true
}

// goBack takes one thing back; it is not taken when there is none.
func (p *Pane) goBack() bool {
	switch {
	case p.cursor >= 0:
		p.cursor = -1
	case p.window.zoomed():
		p.window = window{}
	case p.pathOnly:
		p.pathOnly = false
		p.fill()
	default:
		return false
	}
	return true
}

// toggle folds or unfolds the group that the cursor is in.
func (p *Pane) toggle() {
	r := p.selected()
	if r == nil || r.fold == leaf && !r.deep {
		return
	}
	p.folded[r.id.stage] = !p.isFolded(r.id.stage)
	p.chosen = id{stage: r.id.stage, step: whole}
	p.fill()
}

// toggleAll folds everything, or unfolds it when nothing is unfolded.
func (p *Pane) toggleAll() {
	all := p.isFolded(own)
	for i := range p.at.Stages {
		all = all && p.isFolded(p.at.Stages[i].Index)
	}
	p.folded[own] = !all
	for i := range p.at.Stages {
		p.folded[p.at.Stages[i].Index] = !all
	}
	p.fill()
}

// middle is the time to zoom around: the cursor's, else the middle of the screen.
func (p *Pane) middle() time.Duration {
	from, span := p.shown()
	if p.cursor >= from && p.cursor <= from+span {
		return p.cursor
	}
	return from + span/2
}
