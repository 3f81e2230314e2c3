package image

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// Form is the version of what WriteTo writes. Another version can't be read.
const Form = 1

// What a node's first two bytes say: type and change, then flags and what it has in
// common with the node before, which most have.
const (
	sameMode  flags = 1 << (4 + iota) // as the last of its kind, directory or not
	sameOwner                         // and extended attributes
	sameTime
	hasSum
)

// WriteTo writes the tree in a compact form, some 30 bytes a file, as ReadTree reads
// it. It says nothing of where one node has another's text, so two trees that look
// the same are written the same.
func (t *Tree) WriteTo(w io.Writer) (int64, error) {
	e := &encoder{w: bufio.NewWriterSize(w, 64<<10)}
	e.number(uint64(len(t.nodes)))
	for i := range t.nodes {
		e.node(t, &t.nodes[i])
	}
	return e.n, e.w.Flush() // which tells of earlier errors too
}

type encoder struct {
	w    *bufio.Writer
	n    int64
	last [2]node // other, directory
	buf  [binary.MaxVarintLen64]byte
}

func (e *encoder) write(p []byte) {
	n, _ := e.w.Write(p)
	e.n += int64(n)
}

func (e *encoder) number(v uint64) { e.write(binary.AppendUvarint(e.buf[:0], v)) }

func (e *encoder) text(s string) {
	e.number(uint64(len(s)))
	n, _ := e.w.WriteString(s)
	e.n += int64(n)
}

// kindOf says which of the nodes before a node is likely to be like.
func kindOf(n *node) int {
	if n.typ.IsDir() {
		return 1
	}
	return 0
}

func (e *encoder) node(t *Tree, n *node) {
	last := &e.last[kindOf(n)]
	f := n.flags
	if n.mode == last.mode {
		f |= sameMode
	}
	if n.uid == last.uid && n.gid == last.gid && n.attrs == last.attrs {
		f |= sameOwner
	}
	if n.mtime == last.mtime {
		f |= sameTime
	}
	if n.sum() != 0 {
		f |= hasSum
	}
	e.write(append(e.buf[:0], byte(n.typ)<<4|byte(n.change), byte(f)))
	if f&sameMode == 0 {
		e.number(uint64(n.mode))
	}
	if f&sameOwner == 0 {
		e.number(uint64(n.uid))
		e.number(uint64(n.gid))
		e.number(uint64(n.attrs))
	}
	if f&sameTime == 0 {
		e.write(binary.AppendVarint(e.buf[:0], n.mtime-last.mtime))
	}
	e.number(uint64(uint16(n.layer)))
	if n.typ.IsDir() {
		e.number(uint64(n.count()))
	} else {
		e.number(uint64(n.size))
		if f&hasSum != 0 {
			e.write(binary.LittleEndian.AppendUint64(e.buf[:0], n.sum()))
		}
		if n.typ == Symlink || n.typ == Hardlink {
			e.text(t.link(n))
		}
	}
	e.text(textAt(t.text, n.name))
	*last = *n
}

// errForm is returned for what WriteTo can't have written.
var errForm = errors.New("it is no tree of files")

// ReadTree reads a tree that WriteTo wrote. Of anything else it makes an error, or a
// tree that is sound in itself: it never panics, and takes memory in proportion to
// the data.
func ReadTree(data []byte) (*Tree, error) {
	d := &decoder{data: data}
	count := d.number()
	if count == 0 || count > MaxNodes || count > uint64(len(data))/minNode {
		return nil, errForm
	}
	d.nodes = make([]node, count)
	d.text.Grow(len(data) / 2)
	next := int32(1) // where the next directory's entries begin
	for i := range d.nodes {
		n := &d.nodes[i]
		if i == 0 {
			n.parent = int32(None)
		} else if i >= int(next) {
			return nil, errForm // nobody's entry
		}
		entries := d.node(n)
		if d.bad || entries > count-uint64(next) || i == 0 && !n.typ.IsDir() {
			return nil, errForm
		}
		if n.typ.IsDir() {
			n.setChildren(next, int32(entries))
			for range entries {
				d.nodes[next].parent = int32(i)
				next++
			}
		}
	}
	if int(next) != len(d.nodes) || len(d.data) > 0 {
		return nil, errForm
	}
	t := &Tree{nodes: d.nodes, text: d.text.String()}
	if !t.sorted() {
		return nil, errForm
	}
	t.sum()
	return t, nil
}

// minNode is the least that a node takes, in bytes.
const minNode = 5

type decoder struct {
	data  []byte
	bad   bool
	nodes []node
	text  strings.Builder
	last  [2]node
}

func (d *decoder) number() uint64 {
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		d.bad = true
		return 0
	}
	d.data = d.data[n:]
	return v
}

// upTo is a number that is no larger than most.
func (d *decoder) upTo(most uint64) uint64 {
	v := d.number()
	if v > most {
		d.bad = true
		return 0
	}
	return v
}

func (d *decoder) take(n int) []byte {
	if d.bad || n > len(d.data) {
		d.bad = true
		return nil
	}
	p := d.data[:n]
	d.data = d.data[n:]
	return p
}

// put takes a text over and returns its place.
func (d *decoder) put(most int) uint32 {
	p := d.take(int(d.upTo(uint64(most))))
	if d.bad {
		return 0
	}
	return appendText(&d.text, string(p))
}

// node fills a node in and returns how many entries it has.
func (d *decoder) node(n *node) (entries uint64) {
	head := d.take(2)
	if d.bad {
		return 0
	}
	n.typ, n.change = Type(head[0]>>4), Change(head[0]&15)
	f := flags(head[1])
	n.flags = f & (implicit | unclean | anyUnclean | hiding)
	if n.typ > Opaque || n.change > Removed {
		d.bad = true
		return 0
	}
	last := &d.last[kindOf(n)]
	n.mode, n.uid, n.gid, n.attrs, n.mtime = last.mode, last.uid, last.gid, last.attrs, last.mtime
	if f&sameMode == 0 {
		n.mode = uint16(d.upTo(0o7777))
	}
	if f&sameOwner == 0 {
		n.uid, n.gid, n.attrs = uint32(d.upTo(1<<32-1)), uint32(d.upTo(1<<32-1)), uint32(d.upTo(1<<32-1))
	}
	if f&sameTime == 0 {
		v, k := binary.Varint(d.data)
		if k <= 0 {
			d.bad = true
			return 0
		}
		d.data = d.data[k:]
		n.mtime += v
	}
	n.layer = int16(d.upTo(1<<15 - 1))
	if n.typ.IsDir() {
		entries = d.number()
	} else {
		n.size = int64(d.upTo(1<<63 - 1))
		if f&hasSum != 0 {
			if p := d.take(8); !d.bad {
				n.setSum(binary.LittleEndian.Uint64(p))
			}
		}
		if n.typ == Symlink || n.typ == Hardlink {
			n.setLink(d.put(maxLink))
		}
	}
	n.name = d.put(maxName)
	*last = *n
	return entries
}

// sorted says whether all entries lie as every search expects them.
func (t *Tree) sorted() bool {
	for i := range t.nodes {
		n := &t.nodes[i]
		first := n.first()
		for c := first + 1; c < first+n.count(); c++ {
			a, b := NodeID(c-1), NodeID(c)
			if compare(t.IsDir(a), t.raw(a), t.IsDir(b), t.raw(b)) > 0 {
				return false
			}
		}
	}
	return true
}
