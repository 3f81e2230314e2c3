package hostile

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// entry is a tar entry as it stands in the archive. Nothing about it is checked:
// archive/tar would refuse to write most of these.
type entry struct {
	name, link string
	flag       byte   // 0 for a regular file
	mode       int64  // 0 for 0644
	body       string // what follows the header
	size       int64  // what the header says; 0 for the body's length
	sizeField  string // these bytes in place of the size
	sparse     bool   // GNU's old sparse format: the header says that a map follows
	damaged    bool   // its checksum is wrong
	uid, gid   int64
}

const block = 512

// header is the entry's first block.
func (e entry) header() []byte {
	b := make([]byte, block)
	flag, mode, size := e.flag, e.mode, e.size
	if flag == 0 {
		flag = '0'
	}
	if mode == 0 {
		mode = 0o644
	}
	if size == 0 {
		size = int64(len(e.body))
	}
	copy(b[0:100], e.name)
	octal(b[100:107], mode)
	octal(b[108:115], e.uid)
	octal(b[116:123], e.gid)
	if e.sizeField != "" {
		copy(b[124:136], e.sizeField)
	} else if size > 0o77777777777 {
		copy(b[124:136], base256(size))
	} else {
		octal(b[124:135], size)
	}
	octal(b[136:147], 1700000000)
	b[156] = flag
	copy(b[157:257], e.link)
	copy(b[257:265], "ustar\x0000")
	if e.sparse {
		copy(b[257:265], "ustar  \x00")
		b[482] = 1
	}
	sum := int64(8 * ' ')
	for i, c := range b {
		if i < 148 || i >= 156 {
			sum += int64(c)
		}
	}
	if e.damaged {
		sum++
	}
	octal(b[148:154], sum)
	b[155] = ' '
	return b
}

// octal fills a field with a number. (fmt would take most of the time that a million
// entries need.)
func octal(field []byte, v int64) {
	for i := len(field) - 1; i >= 0; i-- {
		field[i] = '0' + byte(v&7)
		v >>= 3
	}
}

// base256 is a number of twelve bytes as GNU writes what octal digits can't hold.
func base256(v int64) string {
	b := make([]byte, 12)
	for i := 11; i > 0; i-- {
		b[i] = byte(v)
		v >>= 8
	}
	b[0] = 0x80
	if v < 0 {
		b[0], b[1], b[2], b[3] = 0xff, 0xff, 0xff, 0xff
	}
	return string(b)
}

func (e entry) write(w io.Writer) error {
	if len(e.name) > 100 {
		if err := pax(record("path", e.name)).write(w); err != nil {
			return err
		}
	}
	if len(e.link) > 100 {
		if err := pax(record("linkpath", e.link)).write(w); err != nil {
			return err
		}
	}
	if _, err := w.Write(e.header()); err != nil {
		return err
	}
	if _, err := io.WriteString(w, e.body); err != nil {
		return err
	}
	if pad := -len(e.body) & (block - 1); pad > 0 {
		_, err := w.Write(make([]byte, pad))
		return err
	}
	return nil
}

// pax is a header of records that hold for the next entry, written as they are.
func pax(records ...string) entry {
	return entry{name: "PaxHeaders/x", flag: 'x', body: strings.Join(records, "")}
}

// record is a pax record: its own length in digits, a key and a value.
func record(key, value string) string {
	n := len(key) + len(value) + len(" =\n")
	size := n + len(fmt.Sprint(n))
	if len(fmt.Sprint(size)) > len(fmt.Sprint(n)) {
		size = n + len(fmt.Sprint(size))
	}
	return fmt.Sprintf("%d %s=%s\n", size, key, value)
}

// content writes the tar of a layer, or whatever stands in its place.
type content func(io.Writer) error

// pack is a tar of entries.
func pack(entries ...entry) content {
	return func(w io.Writer) error {
		if err := each(slices.Values(entries))(w); err != nil {
			return err
		}
		return end(w)
	}
}

// each is the entries alone, without the archive's end.
func each(entries func(yield func(entry) bool)) content {
	return func(w io.Writer) error {
		for e := range entries {
			if err := e.write(w); err != nil {
				return err
			}
		}
		return nil
	}
}

// many is a tar of n entries.
func many(n int, make func(i int) entry) content {
	return func(w io.Writer) error {
		for i := range n {
			if err := make(i).write(w); err != nil {
				return err
			}
		}
		return end(w)
	}
}

func end(w io.Writer) error {
	_, err := w.Write(make([]byte, 2*block))
	return err
}

// raw is bytes as they are.
func raw(b []byte) content {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

// bytesOf is what a content writes.
func bytesOf(c content) []byte {
	var b bytes.Buffer
	_ = c(&b) // a Buffer takes everything
	return b.Bytes()
}

// good is a layer of files with nothing wrong about it.
func good(files map[string]string) layer {
	var entries []entry
	for _, name := range slices.Sorted(maps.Keys(files)) {
		entries = append(entries, entry{name: name, body: files[name]})
	}
	return layer{tar: pack(entries...)}
}
