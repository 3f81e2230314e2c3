package scan

import (
	"fmt"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
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
	fullWhiteout
	longLink
	unclean
	noOwner
	aufs // what aufs leaves behind, as containerd ignores it: no oddity to tell
	sparse
	unknownType
	oddities
)

// sentences say what an oddity is, and what has been made of it: of several entries
// and of one.
var sentences = [oddities]struct{ many, one string }{
	absolute:     {"have absolute names: shown below the image's root", "has an absolute name: shown below the image's root"},
	escaping:     {"have names that lead out of the image with ..: shown where they land inside", "has a name that leads out of the image with ..: shown where it lands inside"},
	escapingLink: {"are hard links that lead out of the image with ..", "is a hard link that leads out of the image with .."},
	lostLink:     {"are hard links that lead to no file of this layer", "is a hard link that leads to no file of this layer"},
	duplicate:    {"are in the layer more than once: the last one counts", "is in the layer more than once: the last one counts"},
	throughLink:  {"lie below a symbolic link of the same layer: shown where it leads inside the image", "lies below a symbolic link of the same layer: shown where that leads inside the image"},
	underNonDir:  {"lie below something that is no directory: shown as if it were one", "lies below something that is no directory: shown as if that were one"},
	circularLink: {"lie below a symbolic link that leads in a circle: shown as if it were a directory", "lies below a symbolic link that leads in a circle: shown as if that were a directory"},
	tooMany:      {"were left out: the image holds more than can be shown", "was left out: the image holds more than can be shown"},
	tooLong:      {"were left out, with paths longer than 4096 bytes", "was left out, with a path longer than 4096 bytes"},
	longName:     {"have names longer than 255 bytes, which no Linux file system holds", "has a name longer than 255 bytes, which no Linux file system holds"},
	badWhiteout:  {"are whiteouts that name nothing: left out", "is a whiteout that names nothing: left out"},
	fullWhiteout: {"are whiteouts with content, which no unpacker keeps", "is a whiteout with content, which no unpacker keeps"},
	longLink:     {"are links to paths longer than 4096 bytes: their beginnings are shown", "is a link to a path longer than 4096 bytes: its beginning is shown"},
	unclean:      {"have names or targets with control characters, invisible ones or bytes that are no UTF-8: signs stand in their place", "has a name or target with control characters, invisible ones or bytes that are no UTF-8: signs stand in their place"},
	noOwner:      {"have owners that no file system knows: the nearest are shown", "has an owner that no file system knows: the nearest is shown"},
	sparse:       {"are sparse files: the sizes shown are what the layer stores of them", "is a sparse file: the size shown is what the layer stores of it"},
	unknownType:  {"are of an unknown type: left out", "is of an unknown type: left out"},
}

var notes = [...]oddity{
	image.Fine: fine, image.Duplicate: duplicate, image.ThroughLink: throughLink,
	image.UnderNonDir: underNonDir, image.CircularLink: circularLink, image.TooMany: tooMany,
}

// maxExample bounds an example, in bytes.
const maxExample = 80

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
		t.first[o] = name
		if len(name) > maxExample {
			t.first[o] = name[:maxExample] + "…"
		}
	}
}

// sentences lists what was counted, a sentence each.
func (t *tally) sentences() []string {
	var out []string
	for o, text := range sentences {
		switch n := t.count[o]; {
		case n == 0 || text.one == "":
		case n == 1:
			out = append(out, fmt.Sprintf("1 entry %s (%s)", text.one, sanitize.Text(t.first[o])))
		default:
			out = append(out, fmt.Sprintf("%s entries %s (first: %s)", measure.Count(n), text.many, sanitize.Text(t.first[o])))
		}
	}
	return out
}
