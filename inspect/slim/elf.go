package slim

import (
	"bytes"
	"encoding/binary"
	"math"
)

// elfReader finds the sizes of an ELF file's sections while it streams by (System V
// ABI, gABI 4.1, chapter 4). The table of sections lies at the end of most files, and
// the names right before it; Go's linker puts the table first. So what is kept is the
// table, what comes right before it, and names that come after it.
type elfReader struct {
	order   binary.ByteOrder
	wide    bool // 64 bits
	size    int64
	at      int64 // of the next byte
	entry   int   // bytes of a section's header
	count   int
	names   int    // index of the section that holds the names
	table   window // up to before bytes of what comes before the table, and the table
	tableAt int64
	strings window // the names, when they come after the table
	parsed  bool
	list    []section
}

// window is a part of the file that is kept.
type window struct {
	from, end int64
	data      []byte
}

// take keeps what a piece that begins at at has of the window.
func (w *window) take(at int64, p []byte) {
	from, end := max(w.from, at), min(w.end, at+int64(len(p)))
	if from < end && from == w.from+int64(len(w.data)) {
		w.data = append(w.data, p[from-at:end-at]...)
	}
}

func (w *window) full() bool { return int64(len(w.data)) == w.end-w.from }

// slice is what the window has from an offset of the file on; ok is false when that
// is not all of it.
func (w *window) slice(from, n int64) ([]byte, bool) {
	if from < w.from || n < 0 || n > w.end-from || from-w.from+n > int64(len(w.data)) {
		return nil, false
	}
	return w.data[from-w.from : from-w.from+n], true
}

// section is a section's header, as far as it matters.
type section struct {
	name, kind, link uint32
	flags            uint64
	offset, size     uint64
}

const (
	before      = 64 << 10 // kept of what comes before the table: names take some hundred bytes
	maxSections = 8192
	maxNames    = 1 << 20
)

// Types of files and sections, and the flag of what is loaded to run.
const (
	typeExecutable = 2
	typeShared     = 3
	sectionSymbols = 2
	sectionStrings = 3
	sectionNoBits  = 8
	flagAlloc      = 2
)

// begin looks at a file's first bytes and says whether it is a program or a library
// whose sections can be found.
func (r *elfReader) begin(head []byte, size int64) bool {
	if len(head) < 64 || string(head[:4]) != "\x7fELF" || head[4] < 1 || head[4] > 2 || head[5] < 1 || head[5] > 2 {
		return false
	}
	*r = elfReader{size: size, wide: head[4] == 2, order: binary.LittleEndian, table: window{data: r.table.data[:0]}, strings: window{data: r.strings.data[:0]}, list: r.list[:0]}
	if head[5] == 2 {
		r.order = binary.BigEndian
	}
	at, min := 46, 40
	offset := uint64(r.order.Uint32(head[32:]))
	if r.wide {
		at, min = 58, 64
		offset = r.order.Uint64(head[40:])
	}
	r.entry, r.count, r.names = int(r.order.Uint16(head[at:])), int(r.order.Uint16(head[at+2:])), int(r.order.Uint16(head[at+4:]))
	typ := r.order.Uint16(head[16:])
	if typ != typeExecutable && typ != typeShared || r.entry < min || r.entry > 256 || r.count == 0 || r.count > maxSections || r.names >= r.count {
		return false
	}
	if offset == 0 || offset > math.MaxInt64/2 || int64(offset)+int64(r.entry*r.count) > size {
		return false
	}
	r.tableAt = int64(offset)
	r.table.from, r.table.end = max(0, r.tableAt-before), r.tableAt+int64(r.entry*r.count)
	return true
}

// take reads the next piece of the file.
func (r *elfReader) take(p []byte) {
	r.table.take(r.at, p)
	if !r.parsed && r.table.full() {
		r.parse()
	}
	if r.parsed {
		r.strings.take(r.at, p)
	}
	r.at += int64(len(p))
}

// parse reads the table.
func (r *elfReader) parse() {
	r.parsed = true
	raw, _ := r.table.slice(r.tableAt, int64(r.entry*r.count))
	for ; len(raw) >= r.entry; raw = raw[r.entry:] {
		s := section{name: r.order.Uint32(raw), kind: r.order.Uint32(raw[4:])}
		if r.wide {
			s.flags, s.offset, s.size, s.link = r.order.Uint64(raw[8:]), r.order.Uint64(raw[24:]), r.order.Uint64(raw[32:]), r.order.Uint32(raw[40:])
		} else {
			s.flags, s.offset, s.size, s.link = uint64(r.order.Uint32(raw[8:])), uint64(r.order.Uint32(raw[16:])), uint64(r.order.Uint32(raw[20:])), r.order.Uint32(raw[24:])
		}
		r.list = append(r.list, s)
	}
	if n := r.list[r.names]; r.inside(n) && n.size <= maxNames {
		r.strings.from, r.strings.end = int64(n.offset), int64(n.offset+n.size)
	}
}

// inside says whether a section's bytes lie in the file.
func (r *elfReader) inside(s section) bool {
	return s.kind != sectionNoBits && s.size <= uint64(r.size) && s.offset <= uint64(r.size)-s.size
}

// sizes adds up what only debuggers read: the sections .debug_* (.zdebug_* when packed
// the old way), and the symbol table with its names. Sections that are loaded to run
// are none of these. A file that says what cannot be is not believed.
func (r *elfReader) sizes() (debug, symbols int64) {
	if !r.parsed {
		return 0, 0
	}
	names, ok := r.table.slice(r.strings.from, r.strings.end-r.strings.from)
	if !ok {
		names, _ = r.strings.slice(r.strings.from, r.strings.end-r.strings.from)
	}
	for _, s := range r.list {
		if s.flags&flagAlloc != 0 || !r.inside(s) {
			continue
		}
		switch {
		case s.kind == sectionSymbols:
			symbols += int64(s.size)
			if l := int(s.link); l > 0 && l < len(r.list) && l != r.names {
				if t := r.list[l]; t.kind == sectionStrings && t.flags&flagAlloc == 0 && r.inside(t) {
					symbols += int64(t.size)
				}
			}
		case isDebug(names, s.name):
			debug += int64(s.size)
		}
		if debug > r.size || symbols > r.size || debug+symbols > r.size {
			return 0, 0
		}
	}
	return debug, symbols
}

func isDebug(names []byte, at uint32) bool {
	if uint64(at) >= uint64(len(names)) {
		return false
	}
	return bytes.HasPrefix(names[at:], []byte(".debug_")) || bytes.HasPrefix(names[at:], []byte(".zdebug_"))
}
