package image

import tea "charm.land/bubbletea/v2"

// Click puts the cursor where the mouse is; x and y count from the pane's corner.
// A click on the selected directory opens or closes it, one on a tab goes there.
func (p *Pane) Click(x, y int) tea.Cmd {
	if p.image == nil {
		return nil
	}
	p.message = ""
	switch b := p.boxes; {
	case b.layers.holds(x, y):
		p.setFocus(partLayers)
		if i, ok := p.list.At(y-b.layers.y-1, len(p.layers.rows)); ok {
			again := p.list.Cursor == i
			p.list.Select(i, len(p.layers.rows))
			if again && p.layers.rows[i].folded {
				return p.fold()
			}
			return p.show()
		}
	case b.panel.holds(x, y):
		p.setFocus(partPanel)
		y -= b.panel.y
		if y == 0 {
			if t, ok := p.tabAt(x - b.panel.x); ok {
				p.tab = t
				p.arrange()
			}
			return nil
		}
		if p.tab == tabConfig {
			p.config.Click(y - 1)
			return nil
		}
		return p.files.Click(y - 1)
	}
	return nil
}

// Wheel scrolls what is under the mouse by delta lines.
func (p *Pane) Wheel(x, y, delta int) tea.Cmd {
	if p.image == nil {
		return nil
	}
	switch b := p.boxes; {
	case b.layers.holds(x, y):
		before := p.list.Cursor
		p.list.Wheel(delta, len(p.layers.rows))
		if p.list.Cursor != before {
			return p.show()
		}
	case !b.panel.holds(x, y):
	case p.tab == tabConfig:
		p.config.Wheel(delta)
	default:
		p.files.Wheel(delta)
	}
	return nil
}
