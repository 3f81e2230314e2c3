package packages

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// rpmHeader is a header with these tags: strings, lists of strings and numbers.
func rpmHeader(tags map[uint32]any) []byte {
	var index, data []byte
	for of, v := range tags {
		typ, count := uint32(typeInt32), uint32(1)
		at := uint32(len(data))
		switch v := v.(type) {
		case string:
			typ, data = typeString, append(data, v+"\x00"...)
		case []string:
			typ, count = typeStrings, uint32(len(v))
			data = append(data, strings.Join(v, "\x00")+"\x00"...)
		case []uint16:
			typ, count = typeInt16, uint32(len(v))
			for _, n := range v {
				data = binary.BigEndian.AppendUint16(data, n)
			}
		case []uint32:
			count = uint32(len(v))
			for _, n := range v {
				data = binary.BigEndian.AppendUint32(data, n)
			}
		case uint32:
			data = binary.BigEndian.AppendUint32(data, v)
		case uint64:
			typ, data = typeInt64, binary.BigEndian.AppendUint64(data, v)
		}
		for _, n := range []uint32{of, typ, at, count} {
			index = binary.BigEndian.AppendUint32(index, n)
		}
	}
	out := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	return append(append(out, index...), data...)
}

// rpmHeaders are three packages, of which one is long.
func rpmHeaders() [][]byte {
	return [][]byte{
		rpmHeader(map[uint32]any{
			tagName: "gcc", tagVersion: "11.5.0", tagRelease: "2.el9", tagEpoch: uint32(1), tagSize: uint32(5000), tagLongSize: uint64(1 << 33),
			tagDirNames: []string{"/usr/bin/", "/etc/"}, tagBaseNames: []string{"gcc", "readme", "ghost", "dir", "gcc.conf", "c++"},
			tagDirIndexes: []uint32{0, 0, 0, 0, 1, 0}, tagFileModes: []uint16{0o100755, 0o100644, 0o100644, 0o40755, 0o100644, 0o100755}, tagFileFlags: []uint32{0, fileDoc, fileGhost, 0, 0, 0},
		}),
		rpmHeader(map[uint32]any{tagName: "gpg-pubkey", tagVersion: "8483c65d", tagRelease: "5ccc5b19"}),
		rpmHeader(map[uint32]any{tagName: "zlib", tagVersion: "1.2.11", tagRelease: "40.el9", tagSize: uint32(200), 9999: strings.Repeat("x", 9000)}),
	}
}

const rpmWant = "gcc 1:11.5.0-2.el9 8589934592 [/usr/bin/gcc /usr/bin/c++]|zlib 1.2.11-40.el9 200 []"

// sqliteFile is a database with a table of blobs: its schema on the first page, a leaf for
// each row below an inner page, and pages of what overflows.
func sqliteFile(blobs [][]byte) []byte {
	const page = 1024
	var pages [][]byte
	add := func(p []byte) int {
		pages = append(pages, append(p, make([]byte, page-len(p))...))
		return len(pages)
	}
	varint := func(n int) []byte {
		if n < 0x80 {
			return []byte{byte(n)}
		}
		return []byte{0x80 | byte(n>>14), 0x80 | byte(n>>7), byte(n & 0x7f)}
	}
	leaf := func(head int, payload, overflow []byte) []byte {
		cell := append(append(varint(len(payload)+len(overflow)), 1), payload...)
		if overflow != nil {
			cell = binary.BigEndian.AppendUint32(cell, uint32(len(pages)+2)) // right behind this page
		}
		p := append(make([]byte, head), 0x0d, 0, 0, 0, 1, 0, 0, 0, 0, 0)
		binary.BigEndian.PutUint16(p[head+8:], uint16(len(p)))
		return append(p, cell...)
	}
	columns := func(serials []byte, body ...[]byte) []byte {
		return append(append([]byte{byte(1 + len(serials))}, serials...), bytes.Join(body, nil)...)
	}
	const text = "CREATE TABLE"
	first := leaf(100, columns([]byte{13 + 2*5, 13 + 2*8, 13 + 2*8, 1, 13 + 2*byte(len(text))}, []byte("table"), []byte("Packages"), []byte("Packages"), []byte{2}, []byte(text)), nil)
	copy(first, "SQLite format 3\x00")
	binary.BigEndian.PutUint16(first[16:], page)
	add(first)
	root := add(nil)
	inner := []byte{0x05, 0, 0, 0, byte(len(blobs) - 1), 0, 0, 0, 0, 0, 0, 0}
	var cells []byte
	for i, b := range blobs {
		serial := varint(12 + 2*len(b))
		row := append(append([]byte{byte(2 + len(serial)), 0}, serial...), b...)
		local := len(row)
		if most := page - 35; local > most {
			least := (page-12)*32/255 - 23
			if local = least + (len(row)-least)%(page-4); local > most {
				local = least
			}
		}
		var rest []byte
		if local < len(row) {
			rest = row[local:]
		}
		at := add(leaf(0, row[:local], rest))
		for len(rest) > 0 {
			n := min(len(rest), page-4)
			next := uint32(0)
			if n < len(rest) {
				next = uint32(len(pages) + 2)
			}
			add(append(binary.BigEndian.AppendUint32(nil, next), rest[:n]...))
			rest = rest[n:]
		}
		if i == len(blobs)-1 {
			binary.BigEndian.PutUint32(inner[8:], uint32(at))
			break
		}
		inner = binary.BigEndian.AppendUint16(inner, uint16(500+5*i))
		cells = append(binary.BigEndian.AppendUint32(cells, uint32(at)), byte(i))
		cells = cells[:5*(i+1)]
	}
	copy(pages[root-1], inner)
	copy(pages[root-1][500:], cells)
	return bytes.Join(pages, nil)
}

func ndbFile(blobs [][]byte) []byte {
	out := make([]byte, 4096)
	copy(out, "RpmP")
	out[12] = 1
	for i, b := range blobs {
		slot := out[32+16*i:]
		copy(slot, "Slot")
		binary.LittleEndian.PutUint32(slot[4:], uint32(i+1))
		binary.LittleEndian.PutUint32(slot[8:], uint32(len(out)/16))
		head := append([]byte("BlbS"), make([]byte, 12)...)
		binary.LittleEndian.PutUint32(head[12:], uint32(len(b)))
		out = append(append(out, head...), b...)
		out = append(out, make([]byte, 16-len(out)%16)...)
	}
	return out
}

// hashFile is a hash of Berkeley DB: short values lie in its page, long ones in their own.
func hashFile(order binary.ByteOrder, blobs [][]byte) []byte {
	const page = 1024
	meta, table := make([]byte, page), make([]byte, page)
	order.PutUint32(meta[12:], 0x00061561)
	order.PutUint32(meta[20:], page)
	table[25] = pageHash
	order.PutUint16(table[20:], uint16(2*len(blobs)))
	at := page
	put := func(i int, b []byte) {
		at -= len(b)
		copy(table[at:], b)
		order.PutUint16(table[pageHead+2*i:], uint16(at))
	}
	var more []byte
	for i, b := range blobs {
		put(2*i, []byte{inlineItem, byte(i), 0, 0, 0})
		if len(b) < 200 {
			put(2*i+1, append([]byte{inlineItem}, b...))
			continue
		}
		off := make([]byte, 12)
		off[0] = offItem
		order.PutUint32(off[4:], uint32(2+len(more)/page))
		order.PutUint32(off[8:], uint32(len(b)))
		put(2*i+1, off)
		for len(b) > 0 {
			p := make([]byte, page)
			n := copy(p[pageHead:], b)
			if b = b[n:]; len(b) > 0 {
				order.PutUint32(p[16:], uint32(3+len(more)/page))
			}
			more = append(more, p...)
		}
	}
	return append(append(meta, table...), more...)
}

func TestRPM(t *testing.T) {
	for name, file := range map[string][]byte{
		"/var/lib/rpm/rpmdb.sqlite":             sqliteFile(rpmHeaders()),
		"/usr/lib/sysimage/rpm/Packages.db":     ndbFile(rpmHeaders()),
		"/usr/share/rpm/Packages":               hashFile(binary.LittleEndian, rpmHeaders()),
		"/var/lib/rpm/Packages":                 hashFile(binary.BigEndian, rpmHeaders()),
		"/usr/lib/sysimage/rpm/Packages.db\x00": nil,
	} {
		t.Run(name, func(t *testing.T) {
			read, _ := sourceOf(name)
			if file == nil {
				if read != nil {
					t.Error("it is read")
				}
				return
			}
			st, _ := read(&sink{}, name, bytes.NewReader(file))
			var got []string
			for _, it := range st.items {
				got = append(got, fmt.Sprint(it.name, " ", it.version, " ", it.size, " ", it.needs))
			}
			if s := strings.Join(got, "|"); st.kind != rpm || s != rpmWant {
				t.Errorf("%s\nwant\n%s", s, rpmWant)
			}
		})
	}
}

// FuzzRPM: no file makes the readers of rpm's databases panic or go on for ever.
func FuzzRPM(f *testing.F) {
	f.Add(sqliteFile(rpmHeaders()))
	f.Add(ndbFile(rpmHeaders()))
	f.Add(hashFile(binary.LittleEndian, rpmHeaders()))
	f.Add(rpmHeaders()[0])
	f.Fuzz(func(t *testing.T, data []byte) {
		total := 0
		each := func(b []byte) { total += len(b) }
		sqliteBlobs(data, "Packages", each)
		ndbBlobs(data, each)
		hashBlobs(data, each)
		if it, ok := headerOf(data); ok && (it.size < 0 || len(it.needs) > maxSample) {
			t.Errorf("%+v", it)
		}
		for _, at := range []string{"/var/lib/rpm/rpmdb.sqlite", "/var/lib/rpm/Packages.db", "/var/lib/rpm/Packages"} {
			readRPM(&sink{}, at, bytes.NewReader(data))
		}
	})
}
