package compare

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Keys are the panel's own bindings, beside those of its tabs.
type Keys struct {
	Tabs, Columns, Image key.Binding

	back, next, left, right key.Binding
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		Tabs:    bind("[ ]", "panel, the one before and the next", "[", "]"),
		Columns: bind("< >", "column, the one before and the next", "<", ">"),
		Image:   bind("o", "its image, of the column; esc comes back", "o"),
		back:    bind("", "", "["), next: bind("", "", "]"),
		left: bind("", "", "<"), right: bind("", "", ">"),
	}
}

// Bindings lists the bindings of the panel and of all its tabs, each once, for the help.
func (p *Pane) Bindings() []key.Binding {
	out := []key.Binding{p.keys.Tabs, p.keys.Columns, p.keys.Image}
	for _, t := range p.tabs {
		for _, b := range t.Bindings() {
			if !slices.ContainsFunc(out, func(had key.Binding) bool { return had.Help() == b.Help() }) {
				out = append(out, b)
			}
		}
	}
	return out
}

// Hints are the bindings that mean something now.
func (p *Pane) Hints() []key.Binding {
	if !p.Ready() {
		return nil
	}
	if p.Typing() {
		return p.tab().Hints()
	}
	out := append([]key.Binding{p.keys.Tabs}, p.tab().Hints()...)
	if p.comparison != nil {
		out = append(out, p.keys.Columns, p.keys.Image)
	}
	return out
}

// Key handles a key; taken is false for one that means nothing here. to asks for
// something outside of the panel; nil when nothing is.
func (p *Pane) Key(msg tea.KeyPressMsg) (cmd tea.Cmd, to *tab.Go, taken bool) {
	p.message = ""
	if !p.Ready() {
		return nil, nil, false
	}
	if p.Typing() {
		cmd, to, taken = p.tab().Key(msg)
		return cmd, p.inside(to), taken
	}
	k := p.keys
	switch {
	case key.Matches(msg, k.next):
		p.turn(1)
	case key.Matches(msg, k.back):
		p.turn(-1)
	case key.Matches(msg, k.left):
		return p.choose(-1), nil, true
	case key.Matches(msg, k.right):
		return p.choose(1), nil, true
	case key.Matches(msg, k.Image) && p.comparison != nil:
		return nil, &tab.Go{Image: &tab.Place{Side: p.cols.At(), Layer: -1}}, true
	default:
		cmd, to, taken = p.tab().Key(msg)
		return cmd, p.inside(to), taken
	}
	return nil, nil, true
}

// choose goes to the next column, or the one before.
func (p *Pane) choose(by int) tea.Cmd {
	p.cols.Move(by)
	if t, ok := p.tab().(tab.Turner); ok {
		return t.Turned()
	}
	return nil
}

// inside goes to another tab, and gives back what is outside of the panel.
func (p *Pane) inside(to *tab.Go) *tab.Go {
	if to == nil || to.Tab == "" {
		return to
	}
	if !p.Show(to.Tab) {
		p.message = "nothing more is known of this"
	}
	return nil
}

// turn goes to the next tab that has something to show, or the one before.
func (p *Pane) turn(by int) {
	n := len(p.tabs)
	for range n {
		p.at = (p.at + by + n) % n
		if p.tab().Ready() {
			return
		}
	}
}

// tabGap is the blanks between tabs.
const tabGap = 2

// title names the tabs; the one that is shown stands out.
func (p *Pane) title() string {
	th, out := p.theme, ""
	for i, t := range p.tabs {
		if !t.Ready() {
			continue
		}
		if out != "" {
			out += widget.Spaces(tabGap)
		}
		if i == p.at {
			out += th.Render(theme.Highlight, t.Name())
		} else {
			out += th.Render(theme.Dim, t.Name())
		}
	}
	return out
}

// tabAt is the tab at a column of the top line.
func (p *Pane) tabAt(x int) (int, bool) {
	at := 3
	for i, t := range p.tabs {
		if !t.Ready() {
			continue
		}
		w := widget.Width(t.Name())
		if x >= at && x < at+w {
			return i, true
		}
		at += w + tabGap
	}
	return 0, false
}

// Click is a click; x and y count from the pane's corner.
func (p *Pane) Click(x, y int) (tea.Cmd, *tab.Go) {
	p.message = ""
	if !p.Ready() {
		return nil, nil
	}
	if y == 0 {
		if i, ok := p.tabAt(x); ok {
			p.at = i
		}
		return nil, nil
	}
	cmd, to := p.tab().Click(x-1, y-1)
	return cmd, p.inside(to)
}

// Wheel scrolls by delta rows.
func (p *Pane) Wheel(delta int) tea.Cmd {
	if !p.Ready() {
		return nil
	}
	return p.tab().Wheel(delta)
}
