package maker

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// baseLayers is how many of an image's lowest layers its history shows to be a base
// image's, where no Dockerfile tells: a CMD that another one follows was the last word
// of the image below, and a first layer that brings a whole file system is a
// distribution's. It is 0 where origins are known, and never all layers.
func baseLayers(im *image.Image) int {
	for _, l := range im.Layers {
		if l.Origin.Base || l.Origin.Line > 0 || l.Origin.Stage >= 0 {
			return 0
		}
	}
	n, commands := 0, 0
	for i := len(im.History) - 1; i >= 0; i-- {
		h := im.History[i]
		if h.Empty && isCmd(h.CreatedBy) {
			commands++
		}
		if !h.Empty && commands > 1 {
			n = max(n, h.Layer+1)
		}
	}
	if n == 0 && len(im.Layers) > 0 && isRoot(im.Layers[0].CreatedBy) {
		n = 1
	}
	return max(0, min(n, len(im.Layers)-1))
}

func isCmd(createdBy string) bool {
	if _, after, ok := strings.Cut(createdBy, "#(nop)"); ok {
		createdBy = after
	}
	return strings.HasPrefix(strings.TrimSpace(createdBy), "CMD ")
}

// isRoot knows how distributions say that they brought a root file system: an archive
// that is added at /, or debuerreotype's script.
func isRoot(createdBy string) bool {
	if strings.HasPrefix(createdBy, "# debian.sh ") {
		return true
	}
	command, text := Instruction(createdBy)
	f := strings.Fields(text)
	return command == "ADD" && len(f) >= 3 && f[len(f)-1] == "/"
}
