package scan

import (
	"fmt"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// oddity is something about an entry that a decent image does not have.
type oddity uint8

const (
	fine oddity = iota
	absolute
	escaping
	escapingLink
	lostLink
	duplicate
	throughLink
	underNonDir
	circularLink
	tooMany
	tooLong
	longName
	badWhiteout
	aufs // what aufs leaves behind, as containerd ignores it: no oddity to tell
	sparse
	unknownType
	oddities
)

// sentences say what an oddity is, and what has been made of it. Each follows
// on "N entries".
var sentences = [oddities]string{
	absolute:     "have absolute names: they are shown below the image's root",
	escaping:     "have names that lead out of the image with ..: they are shown where they land inside it",
	escapingLink: "are hard links that lead out of the image with ..",
	lostLink:     "are hard links to files that this layer does not hold",
	duplicate:    "are in the layer more than once: the last one counts",
	throughLink:  "lie below a symbolic link of the same layer: they are shown where the link leads inside the image",
	underNonDir:  "lie below something that is no directory: it is shown as one",
	circularLink: "lie below a symbolic link that leads in a circle: it is shown as a directory",
	tooMany:      "were left out: the image holds more than can be shown",
	tooLong:      "were left out: their paths are longer than 4096 bytes",
	longName:     "have names longer than 255 bytes, which no Linux file system holds",
	badWhiteout:  "are whiteouts that name nothing: they were left out",
	sparse:       "are sparse files: the size shown is what the layer stores of them",
	unknownType:  "are of an unknown type: they were left out",
}

var notes = [...]oddity{
	image.Fine: fine, image.Duplicate: duplicate, image.ThroughLink: throughLink,
	image.UnderNonDir: underNonDir, image.CircularLink: circularLink, image.TooMany: tooMany,
}

// tally counts oddities and keeps the first example of each.
type tally struct {
	count [oddities]int
	first [oddities]string
}

func (t *tally) add(o oddity, name string) {
	if o == fine {
		return
	}
	if t.count[o]++; t.count[o] == 1 {
		t.first[o] = name[:min(len(name), 200)]
	}
}

// sentences lists what was counted, a sentence each.
func (t *tally) sentences() []string {
	var out []string
	for o, text := range sentences {
		n := t.count[o]
		if n == 0 || text == "" {
			continue
		}
		noun := "entries"
		if n == 1 {
			noun = "entry"
		}
		out = append(out, fmt.Sprintf("%d %s %s (first: %s)", n, noun, text, sanitize.Text(t.first[o])))
	}
	return out
}
