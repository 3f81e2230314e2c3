package compare

import (
	"slices"

	"github.com/stagedive/stagedive/model/image"
)

// Layer is a layer of one or more sides, told apart by its diff ID.
type Layer struct {
	DiffID string
	In     []int // index into each side's Image.Layers; -1 where it has no such layer
	Size   int64 // bytes of the files it holds
}

// Shared says whether every side has the layer.
func (l Layer) Shared() bool { return !slices.Contains(l.In, -1) }

// Layers are those of all sides: the first side's in their order, and those that others
// have besides after the layer that they follow. A layer that an image holds twice is
// two.
func (c *Comparison) Layers() []Layer {
	var out []Layer
	for s, side := range c.Sides {
		if side.Image == nil {
			continue
		}
		at := 0 // where the next one of this side that nobody else has goes
		for i, l := range side.Image.Layers {
			k := indexOf(out, s, l)
			if k < 0 {
				out = slices.Insert(out, at, Layer{DiffID: l.DiffID, In: nowhere(len(c.Sides)), Size: l.Size})
				k = at
			}
			out[k].In[s] = i
			at = k + 1
		}
	}
	return out
}

// indexOf is where a layer stands that the side has not been found to have yet.
func indexOf(list []Layer, side int, l image.Layer) int {
	if l.DiffID == "" {
		return -1
	}
	return slices.IndexFunc(list, func(o Layer) bool { return o.DiffID == l.DiffID && o.In[side] < 0 })
}

func nowhere(n int) []int {
	return slices.Repeat([]int{-1}, n)
}
