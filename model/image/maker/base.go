package maker

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// Base is how much of an image its history shows to be a base image's, where no
// Dockerfile tells: how many of its lowest layers, and how many of its first history
// entries. A CMD that another one follows was the last word of the image below, and a
// first layer that brings a whole file system is a distribution's. Both are 0 where
// origins are known, and layers is never all of them.
func Base(im *image.Image) (layers, entries int) {
	for _, l := range im.Layers {
		if l.Origin.Base || l.Origin.Line > 0 || l.Origin.Stage >= 0 {
			return 0, 0
		}
	}
	word := -1 // the last CMD that another one follows
	commands := 0
	for i := len(im.History) - 1; i >= 0 && word < 0; i-- {
		if h := im.History[i]; h.Empty && isCmd(h.CreatedBy) {
			if commands++; commands > 1 {
				word = i
			}
		}
	}
	for i, h := range im.History {
		if !h.Empty && i < word {
			layers, entries = h.Layer+1, word+1
		}
	}
	if layers == 0 && len(im.Layers) > 0 && isRoot(im.Layers[0].CreatedBy) {
		layers, entries = 1, 1
		for i, h := range im.History {
			if !h.Empty {
				entries = i + 1
				break
			}
		}
		if entries < len(im.History) && isCmd(im.History[entries].CreatedBy) {
			entries++
		}
	}
	if layers >= len(im.Layers) {
		return max(0, len(im.Layers)-1), 0
	}
	return max(0, layers), entries
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
