package image

import tea "charm.land/bubbletea/v2"

// home is where a jump to a file came from; esc goes back there.
type home struct {
	tab     tab  // of the panel
	outside bool // another screen
	known   bool
}

// Reveal goes to a path in the tree of a layer, for another screen.
func (p *Pane) Reveal(layer int, path string) tea.Cmd {
	cmd := p.reveal(layer, path)
	p.home = home{outside: true, known: true}
	return cmd
}

// Open goes to a layer, and with a path to what lies there in its tree.
func (p *Pane) Open(layer int, path string) tea.Cmd {
	if path != "" {
		return p.reveal(layer, path)
	}
	if !p.selectLayer(layer) {
		return nil
	}
	return p.show()
}

// jump goes to a path in the tree of a layer from the tab that is shown.
func (p *Pane) jump(layer int, path string) tea.Cmd {
	from := p.tab
	cmd := p.reveal(layer, path)
	p.home = home{tab: from, known: true}
	return cmd
}

func (p *Pane) reveal(layer int, path string) tea.Cmd {
	if !p.selectLayer(layer) {
		return nil
	}
	p.tab, p.focus = tabFiles, partPanel
	p.arrange()
	return p.files.Reveal(p.scope(), path)
}

// Visiting says whether another screen asked for the file that is looked at, so that
// esc goes back there.
func (p *Pane) Visiting() bool { return p.home.outside && p.focus == partPanel }

// goHome goes back to where a jump came from, if the files are still looked at.
func (p *Pane) goHome() (cmd tea.Cmd, taken, left bool) {
	from := p.home
	if p.home = (home{}); !from.known || p.tab != tabFiles || p.focus != partPanel {
		return nil, false, false
	}
	if from.outside {
		return nil, false, true
	}
	return p.goTo(from.tab), true, false
}
