package image

import (
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/image"
)

// past is which layers wrote a path, kept for the one that was asked for last.
type past struct {
	image  *image.Image
	path   string
	writes []image.Write
}

// writes are the layers that wrote or removed the selected file, the lowest first;
// none while the files are not what is looked at.
func (p *Pane) writes() []image.Write {
	path, ok := p.selectedPath()
	if !ok {
		return nil
	}
	if p.past.image != p.image || p.past.path != path {
		p.past = past{p.image, path, p.image.Writes(path)}
	}
	return p.past.writes
}

// selectedPath is the raw path of the file that the user looks at.
func (p *Pane) selectedPath() (string, bool) {
	if p.focus != partPanel || p.tab != tabFiles || p.files.Tree() == nil {
		return "", false
	}
	id, ok := p.files.Selected()
	if !ok {
		return "", false
	}
	return p.files.Tree().RawPath(id), true
}

// writer is the layer of the scope that wrote or removed the selected file last, or
// the last one below; ok is false when no file is selected.
func (p *Pane) writer() (layer int, ok bool) {
	for _, w := range p.writes() {
		if w.Layer <= p.files.Scope().To || !ok {
			layer, ok = w.Layer, true
		}
	}
	return layer, ok
}

// wrote is what a layer did to the selected file.
func (p *Pane) wrote(layer int) (image.Write, bool) {
	for _, w := range p.writes() {
		if w.Layer == layer {
			return w, true
		}
	}
	return image.Write{}, false
}

// goToWriter goes to the next layer that wrote the selected file, or to the one
// before, and stays on the file.
func (p *Pane) goToWriter(by int) tea.Cmd {
	path, ok := p.selectedPath()
	if !ok {
		p.message = "select a file: this goes through the layers that wrote it"
		return nil
	}
	writes, at := p.writes(), p.files.Scope().To
	next := -1
	for _, w := range writes {
		switch {
		case by > 0 && w.Layer > at && next < 0, by < 0 && w.Layer < at:
			next = w.Layer
		}
	}
	switch {
	case next >= 0:
	case len(writes) == 1:
		p.message = "no other layer touches it"
		return nil
	case by > 0: // around the end
		next = writes[0].Layer
	default:
		next = writes[len(writes)-1].Layer
	}
	if next < 0 || next == at && p.files.Scope().Single() {
		return nil
	}
	p.selectLayer(next)
	return p.files.Reveal(p.scope(), path)
}
