package image

// End is what became of a layer's entry in the image that all layers make.
type End struct {
	Cause Cause
	Meta  Meta  // what else than the content differs, of one that is Repeated
	By    int16 // index of the layer that ended it; 0 of one that Stays
}

// Cause is why a layer's entry is not in the image.
type Cause uint8

// The causes.
const (
	Stays     Cause = iota // it is in the image
	Deleted                // by a whiteout of it or of a directory above it, or by an opaque directory
	Rewritten              // by another file, whose content differs or is not known to be the same
	Shadowed               // by something of another kind in its place, or in that of a directory above it
	Repeated               // by a file with the same content: it is stored again
)

var causeNames = [...]string{"stays", "deleted", "rewritten", "shadowed", "repeated"}

// String is the cause's word, as shown to users.
func (c Cause) String() string { return causeNames[c] }

// Meta is a set of what is known of a file beside its content.
type Meta uint8

// What a Meta can hold.
const (
	MetaMode Meta = 1 << iota
	MetaOwner
	MetaTime
	MetaAttrs // extended attributes
)

// Words are what a Meta holds, as shown to users.
func (m Meta) Words() []string {
	var out []string
	for i, word := range [...]string{"mode", "owner", "time", "extended attributes"} {
		if m&(1<<i) != 0 {
			out = append(out, word)
		}
	}
	return out
}

// Ends follows every entry of every layer, the lowest first, through those above it.
// The result has an End for each node of each tree, by the node's ID; directories and
// whiteouts, which hold no bytes, have none to speak of. A hard link is one of several
// names of a file: the file is there as long as one of them Stays.
//
// An entry that its own layer left no way to (through a link of a lower layer, only
// archives made by hand have that) is Shadowed by that layer.
func Ends(layers ...*Tree) [][]End {
	b := NewBuilder()
	b.ends = make([][]End, len(layers))
	for k, t := range layers {
		if t != nil {
			b.ends[k] = make([]End, t.Len())
		}
	}
	b.stack(layers)
	return b.ends
}

// end notes what the layer at hand did to a node of another one.
func (b *Builder) end(id int32, cause Cause, meta Meta) {
	if n := &b.nodes[id]; b.ends != nil && !n.typ.IsDir() {
		b.ends[n.layer][b.work[id].node] = End{Cause: cause, Meta: meta, By: b.now}
	}
}

// stored says how a file that is stored in another's place differs from it. What
// can't be shown to be the same content is taken to be another.
func stored(old, n *node) (Cause, Meta) {
	isFile := func(t Type) bool { return t == Regular || t == Hardlink }
	switch {
	case isFile(old.typ) != isFile(n.typ):
		return Shadowed, 0
	case old.size != n.size || old.sum() != n.sum() || old.sum() == 0:
		return Rewritten, 0
	}
	var m Meta
	if old.mode != n.mode {
		m |= MetaMode
	}
	if old.uid != n.uid || old.gid != n.gid {
		m |= MetaOwner
	}
	if old.mtime != n.mtime {
		m |= MetaTime
	}
	if old.attrs != n.attrs {
		m |= MetaAttrs
	}
	return Repeated, m
}
