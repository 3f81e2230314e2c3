package image

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/sanitize"
)

// maxTotal bounds what the files of a foreign tree can hold together, in bytes: what
// adds such sizes up, of all layers of an image, must not overflow.
const maxTotal = 1 << 50

// ReadForeignTree is ReadTree for a layer's own tree that somebody else may have written.
// What of it could mislead is found out again or refused: which names are safe to show,
// names that are none, two entries of one name, sizes that no image has.
func ReadForeignTree(data []byte) (*Tree, error) {
	t, err := ReadTree(data)
	if err != nil {
		return nil, err
	}
	var total int64
	for i := range t.nodes {
		n := &t.nodes[i]
		if n.layer != 0 || n.change == Metadata || n.change == Modified && !n.typ.IsDir() {
			return nil, errForm
		}
		if n.flags &^= unclean | anyUnclean; !n.typ.IsDir() {
			n.flags &^= implicit
		}
		if i > 0 {
			if !t.named(NodeID(i)) {
				return nil, errForm
			}
			if name := t.raw(NodeID(i)); sanitize.Text(name) != name {
				n.flags |= unclean
				t.nodes[n.parent].flags |= anyUnclean
			}
		}
		if n.content() > maxTotal-total {
			return nil, errForm
		}
		total += n.content()
	}
	return t, nil
}

// named says whether a node has a name that an entry of a directory can have, and that
// none before it in its directory has.
func (t *Tree) named(id NodeID) bool {
	switch name := t.raw(id); {
	case name == "", name == ".", name == "..", strings.ContainsAny(name, "/\x00"):
		return false
	case id > NodeID(t.nodes[t.nodes[id].parent].first()):
		return t.IsDir(id-1) != t.IsDir(id) || t.raw(id-1) != name
	}
	return true
}

// WithoutSums is the tree without the checksums of what lies at and below some paths,
// given as Find takes them. Paths that it has not got do not matter.
func (t *Tree) WithoutSums(paths []string) *Tree {
	out := t
	for _, path := range paths {
		id, ok := t.Find(path)
		if !ok {
			continue
		}
		if out == t {
			out = &Tree{nodes: slices.Clone(t.nodes), text: t.text}
		}
		for id := range out.Walk(id) {
			if n := &out.nodes[id]; !n.typ.IsDir() {
				n.setSum(0)
			}
		}
	}
	return out
}
