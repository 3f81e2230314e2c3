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
				return p.goTo(t)
			}
			return nil
		}
		return p.clickPanel(y - 1)
	}
	return nil
}

// clickPanel clicks at a line of the tab that is shown.
func (p *Pane) clickPanel(y int) tea.Cmd {
	switch p.tab {
	case tabFiles:
		return p.files.Click(y)
	case tabConfig:
		p.config.Click(y)
	default:
		if to := p.book().Click(y); to != nil {
			return p.jump(to.Layer, to.Path)
		}
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
	case p.book() != nil:
		p.book().Wheel(delta)
	default:
		p.files.Wheel(delta)
	}
	return nil
}
