package image

import "github.com/stagedive/stagedive/model/image"

// Selection is the file or directory under the cursor.
type Selection struct {
	Tree  *image.Tree // of what there is after a layer, removed files too
	ID    image.NodeID
	After int    // that layer
	Made  string // what made the layer that wrote it; "" unknown
}

// Selected is what is selected among the files, while they have the focus and
// letters are keys.
func (p *Pane) Selected() (s Selection, ok bool) {
	if _, ok := p.selectedPath(); !ok || p.image == nil || p.Typing() {
		return s, false
	}
	id, _ := p.files.Selected()
	scope, ok := p.files.Shown()
	if !ok {
		return s, false
	}
	s = Selection{Tree: p.files.Tree(), ID: id, After: scope.To}
	if l := s.Tree.Layer(id); l >= 0 && l < len(p.image.Layers) {
		s.Made = p.made(p.image.Layers[l])
	}
	return s, true
}

// OnFiles says whether the panel shows the files.
func (p *Pane) OnFiles() bool { return p.tab == tabFiles }

// OnBook says whether the cursor is on a row that enter follows to its file.
func (p *Pane) OnBook() bool { return p.focus == partPanel && p.book() != nil && p.book().Len() > 0 }
