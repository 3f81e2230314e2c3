package image

import tea "charm.land/bubbletea/v2"

// Click puts the cursor where the mouse is; x and y count from the pane's corner.
// A click on the selected directory opens or closes it.
func (p *Pane) Click(x, y int) tea.Cmd {
	if p.image == nil {
		return nil
	}
	switch b := p.boxes; {
	case b.layers.holds(x, y):
		p.focus = partLayers
		if i, ok := p.list.At(y-b.layers.y-1, len(p.layers.rows)); ok {
			p.list.Select(i, len(p.layers.rows))
			return p.show()
		}
	case b.files.holds(x, y):
		p.focus = partFiles
		p.clickFile(y - b.files.y - 1)
	}
	return nil
}

func (p *Pane) clickFile(y int) {
	f := &p.files
	if f.largest {
		if i, ok := f.flatAt.At(y, len(f.flat)); ok {
			f.flatAt.Select(i, len(f.flat))
		}
		return
	}
	if i, ok := f.view.At(y, f.view.Len()); ok {
		again := f.view.Cursor == i
		f.view.Select(i, f.view.Len())
		if again {
			f.view.Toggle(f)
		}
	}
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
	case b.files.holds(x, y) && p.files.largest:
		p.files.flatAt.Wheel(delta, len(p.files.flat))
	case b.files.holds(x, y):
		p.files.view.Wheel(delta, p.files.view.Len())
	}
	return nil
}
