package image

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
)

// Unread are the layers of which something is not known: see Layer.Unread. While there
// is one, nothing found means nothing found in the others.
func (im *Image) Unread() []int {
	var out []int
	for i, l := range im.Layers {
		if l.Unread {
			out = append(out, i)
		}
	}
	return out
}

// maxNamed is how many layers are named one by one.
const maxNamed = 3

// UnreadInWords names those layers: "layer 1", "layers 1 and 3", "7 layers"; "" where
// all have been read.
func (im *Image) UnreadInWords() string {
	unread := im.Unread()
	switch n := len(unread); {
	case n == 0:
		return ""
	case n == 1:
		return fmt.Sprintf("layer %d", unread[0]+1)
	case n > maxNamed:
		return measure.Plural(n, "layer")
	}
	names := make([]string, len(unread))
	for i, k := range unread {
		names[i] = fmt.Sprint(k + 1)
	}
	last := len(names) - 1
	return "layers " + strings.Join(names[:last], ", ") + " and " + names[last]
}

// Oddities is how many sentences there are about what is odd of the image and its layers.
func (im *Image) Oddities() int {
	n := len(im.Problems)
	for _, l := range im.Layers {
		n += len(l.Problems)
	}
	return n
}
