package graph

import "github.com/stagedive/stagedive/model/layout"

// Drawing is what was placed; tests look whether it is still the same one.
func (p *Pane) Drawing() *layout.Drawing {
	p.choose()
	return p.fit.drawing
}
