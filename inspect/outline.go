package inspect

import (
	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// Outline is what an image says about itself, joined to the Dockerfile that built it.
// No layer is read: there are no trees, and nothing is judged.
func Outline(src source.Source, ref string, g *model.Graph, target int) *image.Image {
	im := describe(src.Image(), ref)
	origin.Join(im, g, target)
	return im
}
