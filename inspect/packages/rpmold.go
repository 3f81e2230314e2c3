package packages

import "encoding/binary"

// ndbBlobs calls each for the blobs of rpm's own database (lib/backend/ndb/rpmpkg.c): a
// table of slots, each with the place of a blob in blocks of 16 bytes.
func ndbBlobs(data []byte, each func([]byte)) {
	const page, slot, block = 4096, 16, 16
	if len(data) < page || string(data[:4]) != "RpmP" {
		return
	}
	pages := binary.LittleEndian.Uint32(data[12:])
	table := data[:min(uint64(len(data)), uint64(pages)*page)]
	for at := 2 * slot; at+slot <= len(table); at += slot { // the header takes two
		s := table[at:]
		if string(s[:4]) != "Slot" || binary.LittleEndian.Uint32(s[4:]) == 0 {
			continue
		}
		from := uint64(binary.LittleEndian.Uint32(s[8:])) * block
		if from+16 > uint64(len(data)) || string(data[from:from+4]) != "BlbS" {
			continue
		}
		size := uint64(binary.LittleEndian.Uint32(data[from+12:]))
		if blob := data[from+16:]; size <= uint64(len(blob)) {
			each(blob[:size])
		}
	}
}

// Pages of a hash of Berkeley DB (dbinc/db_page.h), and kinds of what is in them.
const (
	pageHead   = 26
	pageHash   = 13
	pageHash2  = 2 // as older versions have it
	inlineItem = 1
	offItem    = 3
)

// hashBlobs calls each for the values of a hash of Berkeley DB, which rpm had until 4.15.
func hashBlobs(data []byte, each func([]byte)) {
	if len(data) < 512 {
		return
	}
	var order binary.ByteOrder = binary.LittleEndian
	const magic = uint32(0x00061561)
	switch magic {
	case binary.LittleEndian.Uint32(data[12:]):
	case binary.BigEndian.Uint32(data[12:]):
		order = binary.BigEndian
	default:
		return
	}
	size := int(order.Uint32(data[20:]))
	if size < 512 || size > 64<<10 {
		return
	}
	steps := len(data) / size // pages that may be read of values: one that leads in circles has an end
	for at := size; at+size <= len(data); at += size {
		p := data[at:][:size]
		if p[25] != pageHash && p[25] != pageHash2 {
			continue
		}
		entries := int(order.Uint16(p[20:]))
		for i := 1; i < entries && pageHead+2*i+2 <= size; i += 2 { // keys and values in turn
			from, end := int(order.Uint16(p[pageHead+2*i:])), int(order.Uint16(p[pageHead+2*(i-1):]))
			switch {
			case from >= size:
			case p[from] == inlineItem && end > from && end <= size:
				each(p[from+1 : end])
			case p[from] == offItem && from+12 <= size:
				each(hashOverflow(data, order, size, order.Uint32(p[from+4:]), order.Uint32(p[from+8:]), &steps))
			}
		}
	}
}

// hashOverflow is a value that has pages of its own; nil when not all of it is there.
func hashOverflow(data []byte, order binary.ByteOrder, size int, page, length uint32, steps *int) []byte {
	var out []byte
	for page != 0 && len(out) < int(length) {
		from := uint64(page) * uint64(size)
		if *steps--; *steps < 0 || from+uint64(size) > uint64(len(data)) {
			return nil
		}
		p := data[from:][:size]
		out = append(out, p[pageHead:][:min(size-pageHead, int(length)-len(out))]...)
		page = order.Uint32(p[16:])
	}
	if len(out) < int(length) {
		return nil
	}
	return out
}
