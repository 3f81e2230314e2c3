package packages

import "encoding/binary"

// sqliteBlobs calls each for the blobs of a table in a file of SQLite's
// (sqlite.org/fileformat2), read from its pages: the second column of every row. What is
// only in the write-ahead log beside it is not seen.
func sqliteBlobs(data []byte, table string, each func([]byte)) {
	if len(data) < 100 || string(data[:16]) != "SQLite format 3\x00" {
		return
	}
	db := &sqlite{data: data, page: int(binary.BigEndian.Uint16(data[16:]))}
	if db.page == 1 {
		db.page = 64 << 10
	}
	db.usable = db.page - int(data[20])
	if db.page < 512 || db.usable < 480 {
		return
	}
	root := uint32(0)
	db.rows(1, func(columns [][]byte) { // the schema: type, name, table, root page, text
		if len(columns) > 3 && string(columns[0]) == "table" && string(columns[1]) == table {
			for _, b := range columns[3] {
				root = root<<8 | uint32(b)
			}
		}
	})
	if root > 0 {
		db.rows(root, func(columns [][]byte) {
			if len(columns) > 1 {
				each(columns[1])
			}
		})
	}
}

// sqlite is a file of SQLite's in memory.
type sqlite struct {
	data         []byte
	page, usable int // bytes of a page; without what extensions keep of it
	steps        int // pages looked at: a file that leads in circles has an end
}

// at is a page, from 1; nil for none.
func (db *sqlite) at(n uint32) []byte {
	from := (int64(n) - 1) * int64(db.page)
	if db.steps++; n == 0 || from+int64(db.page) > int64(len(db.data)) || db.steps > 2*(len(db.data)/db.page+1) {
		return nil
	}
	return db.data[from:][:db.usable]
}

// rows goes through the table whose tree begins at a page.
func (db *sqlite) rows(root uint32, each func(columns [][]byte)) {
	const inner, leaf = 0x05, 0x0d
	for todo := []uint32{root}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		p := db.at(n)
		if p == nil {
			continue
		}
		h := 0
		if n == 1 {
			h = 100 // the file's header
		}
		cells := int(binary.BigEndian.Uint16(p[h+3:]))
		first := h + 8
		if p[h] == inner {
			first = h + 12
			todo = append(todo, binary.BigEndian.Uint32(p[h+8:]))
		}
		for i := range cells {
			if first+2*i+2 > len(p) {
				break
			}
			at := int(binary.BigEndian.Uint16(p[first+2*i:]))
			switch {
			case at+4 > len(p):
			case p[h] == inner:
				todo = append(todo, binary.BigEndian.Uint32(p[at:]))
			case p[h] == leaf:
				if columns := row(db.payload(p, at)); columns != nil {
					each(columns)
				}
			}
		}
	}
}

// payload is what a leaf's cell holds, with what overflows into other pages.
func (db *sqlite) payload(p []byte, at int) []byte {
	size, n := bigVarint(p[at:])
	_, m := bigVarint(p[min(at+n, len(p)):])
	if n == 0 || m == 0 || size > uint64(len(db.data)) {
		return nil
	}
	p = p[at+n+m:]
	local := int(size)
	if most := db.usable - 35; local > most {
		least := (db.usable-12)*32/255 - 23
		if local = least + (int(size)-least)%(db.usable-4); local > most {
			local = least
		}
	}
	if local > len(p) {
		return nil
	}
	if local == int(size) {
		return p[:local]
	}
	if local+4 > len(p) {
		return nil
	}
	out := append([]byte(nil), p[:local]...)
	for next := binary.BigEndian.Uint32(p[local:]); len(out) < int(size); {
		o := db.at(next)
		if o == nil {
			return nil
		}
		out = append(out, o[4:][:min(len(o)-4, int(size)-len(out))]...)
		next = binary.BigEndian.Uint32(o)
	}
	return out
}

// row parts a row into its columns; numbers are their bytes.
func row(b []byte) (columns [][]byte) {
	size, n := bigVarint(b)
	if n == 0 || size > uint64(len(b)) || size < uint64(n) {
		return nil
	}
	types, body := b[n:size], b[size:]
	for len(types) > 0 {
		t, n := bigVarint(types)
		if n == 0 {
			return nil
		}
		types = types[n:]
		width := uint64(0)
		switch {
		case t >= 12:
			width = (t - 12) / 2
		case t == 5:
			width = 6
		case t == 6 || t == 7:
			width = 8
		case t <= 4:
			width = t
		}
		if width > uint64(len(body)) {
			return nil
		}
		columns, body = append(columns, body[:width]), body[width:]
	}
	return columns
}

// bigVarint reads SQLite's numbers: up to nine bytes, the highest bits first. n is 0 where
// there is none.
func bigVarint(b []byte) (v uint64, n int) {
	for i := 0; i < len(b) && i < 9; i++ {
		if i == 8 {
			return v<<8 | uint64(b[i]), 9
		}
		v = v<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}
