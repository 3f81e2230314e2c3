package leak

import (
	"encoding/binary"
	"strings"
)

// noteKind names the form and the meaning of the notes. It is to be counted up with
// whatever changes what a sink notes of some layer: notes are kept between runs.
const noteKind = "leak/9"

// notes are what the content of a layer's files proved. All else that a family asks
// is in the layer's tree.
type notes struct {
	marks []mark // in archive order
}

// mark is something that a file's content proved.
type mark struct {
	kind   kind
	path   string
	detail string // worded as evidence, without the values of secrets
	name   string // of the tool, package or credential
	size   int64
	line   int  // 1-based, where in the file
	weak   bool // a key that a passphrase locks
}

// kind of a mark.
type kind uint8

const (
	ruleHit     kind = iota + 1 // line is the ID of the matcher, detail its proof
	ruleVersion                 // line likewise, name is the version
	gitHead
	hgStore
	svnStore
	sourceFile
	privateKey
	credentialMark
	tokenMark
	passwordHash
	aptData
	shellScript
	staticProgram
	testFile
	projectFile    // only building reads it
	repositoryFile // for whoever builds and ships
	editorFile
	objectFile
	coverageFile
	npmScript   // name is the script's, detail what it runs
	account     // name is that of one that a program could run as
	openAccount // name is that of one without a password
)

// writer makes notes: each begins with its kind and the path, of which it holds only
// what differs from the path before.
type writer struct {
	buf  []byte
	last string
}

func (w *writer) number(n int64) { w.buf = binary.AppendUvarint(w.buf, uint64(max(n, 0))) }

func (w *writer) text(s string) {
	w.number(int64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *writer) begin(k kind, p string) {
	w.buf = append(w.buf, byte(k))
	same := 0
	for same < min(len(p), len(w.last)) && p[same] == w.last[same] {
		same++
	}
	w.number(int64(same))
	w.text(p[same:])
	w.last = p
}

func (w *writer) mark(m mark) {
	w.begin(m.kind, m.path)
	w.text(m.detail)
	w.text(m.name)
	w.number(m.size)
	weak := 0
	if m.weak {
		weak = 1
	}
	w.number(int64(m.line)<<1 | int64(weak))
}

// reader reads notes. At damage it stops: what it has read stands.
type reader struct {
	data string
	bad  bool
}

func (r *reader) number() int64 {
	var n uint64
	for i := 0; i < len(r.data) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(r.data[i]&0x7f) << (7 * i)
		if r.data[i] < 0x80 {
			r.data = r.data[i+1:]
			return int64(n &^ (1 << 63))
		}
	}
	r.bad = true
	return 0
}

func (r *reader) text() string {
	n := r.number()
	if n > int64(len(r.data)) {
		r.bad = true
	}
	if r.bad {
		return ""
	}
	s := r.data[:n]
	r.data = r.data[n:]
	return s
}

func readNotes(data []byte) notes {
	var n notes
	r, last := &reader{data: string(data)}, ""
	for r.data != "" {
		k := kind(r.data[0])
		r.data = r.data[1:]
		same, rest := r.number(), r.text()
		if r.bad || same > int64(len(last)) {
			break
		}
		if last = last[:same] + rest; !strings.HasPrefix(last, "/") {
			break
		}
		m := mark{kind: k, path: last, detail: r.text(), name: r.text(), size: r.number()}
		line := r.number()
		if m.line, m.weak = int(line>>1), line&1 != 0; r.bad {
			return n
		}
		n.marks = append(n.marks, m)
	}
	return n
}
