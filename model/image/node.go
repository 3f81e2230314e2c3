package image

import "strings"

// first is where a directory's entries begin; they lie side by side.
func (n *node) first() int32 {
	if n.typ.IsDir() {
		return int32(n.x[0])
	}
	return 0
}

// count is the number of a directory's entries.
func (n *node) count() int32 {
	if n.typ.IsDir() {
		return int32(n.x[1])
	}
	return 0
}

func (n *node) setChildren(first, count int32) { n.x[0], n.x[1] = uint32(first), uint32(count) }

// files is what the node and all below it add to the number of files.
func (n *node) files() int32 {
	switch {
	case n.typ.IsDir():
		return int32(n.x[2])
	case n.typ == Whiteout:
		return 0
	}
	return 1
}

// link is the place of a link's target in the text.
func (n *node) link() uint32 {
	if n.typ.IsDir() {
		return 0
	}
	return n.x[0]
}

func (n *node) setLink(at uint32) { n.x[0] = at }

// sum is the checksum of the content; 0 when unknown.
func (n *node) sum() uint64 {
	if n.typ.IsDir() {
		return 0
	}
	return uint64(n.x[1])<<32 | uint64(n.x[2])
}

func (n *node) setSum(sum uint64) { n.x[1], n.x[2] = uint32(sum>>32), uint32(sum) }

// content is the size of the content.
func (n *node) content() int64 {
	if n.typ.IsDir() {
		return 0
	}
	return n.size
}

// own is what the node itself adds to the size of the tree: a hard link nothing, its
// file does.
func (n *node) own() int64 {
	if n.typ == Regular {
		return n.size
	}
	return 0
}

// total is what the node and all below it add to the size of the tree.
func (n *node) total() int64 {
	if n.typ.IsDir() {
		return n.size
	}
	return n.own()
}

// bare takes off what a directory knows of what is below it.
func (n *node) bare() {
	if n.typ.IsDir() {
		n.size, n.x = 0, [3]uint32{}
	}
}

// textAt reads the text at a place: 0 is "", others lie one before, after their length
// in two bytes.
func textAt(text string, at uint32) string {
	if at == 0 {
		return ""
	}
	text = text[at-1:]
	return text[2 : 2+int(text[0])<<8+int(text[1])]
}

// appendText writes a text as textAt reads it and returns its place.
func appendText(to *strings.Builder, text string) uint32 {
	if text == "" {
		return 0
	}
	at := uint32(to.Len()) + 1
	to.WriteByte(byte(len(text) >> 8))
	to.WriteByte(byte(len(text)))
	to.WriteString(text)
	return at
}
