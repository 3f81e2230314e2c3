package scan

import (
	"bytes"
	"errors"
	"hash/crc32"
	"math"
	"strconv"
	"strings"
)

// header is what a tar archive says of one entry. It is reused for the next.
type header struct {
	name, link string // as stored
	flag       byte
	mode       int64
	uid, gid   int64
	size       int64 // bytes that follow in the archive
	mtime      int64
	attrs      uint32 // checksum of the extended attributes
	sparse     bool   // what follows is not the content as it would be unpacked
}

// errHeader is returned for a block that is no header.
var errHeader = errors.New("a header in it is damaged")

const blockLen = 512

// ustar parses a header block (POSIX.1-2017 pax, "ustar Interchange Format";
// GNU tar manual, "Basic Tar Format").
func (h *header) ustar(b *[blockLen]byte) error {
	if !checksum(b) {
		return errHeader
	}
	var bad bool
	num := func(from, n int) int64 {
		v, ok := number(b[from : from+n])
		bad = bad || !ok
		return v
	}
	*h = header{
		name: text(b[0:100]), link: text(b[157:257]), flag: b[156],
		mode: num(100, 8), uid: num(108, 8), gid: num(116, 8), size: num(124, 12), mtime: num(136, 12),
	}
	if string(b[257:263]) == "ustar\x00" {
		prefix := b[345:500]
		if string(b[508:512]) == "tar\x00" { // Schilling's star keeps its times there
			prefix = b[345:476]
		}
		if prefix[0] != 0 {
			h.name = text(prefix) + "/" + h.name
		}
	}
	if bad || h.size < 0 {
		return errHeader
	}
	return nil
}

// checksum verifies a header; some old archives summed signed bytes.
func checksum(b *[blockLen]byte) bool {
	want, ok := number(b[148:156])
	var unsigned, signed int64
	for i, c := range b {
		if i >= 148 && i < 156 {
			c = ' '
		}
		unsigned += int64(c)
		signed += int64(int8(c))
	}
	return ok && (want == unsigned || want == signed)
}

// text is a field up to its first NUL.
func text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// number parses octal digits, or GNU's base 256 where the first bit is set.
func number(b []byte) (int64, bool) {
	if b[0]&0x80 != 0 {
		return base256(b)
	}
	var v int64
	b = bytes.Trim(b, " \x00")
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	for _, c := range b {
		if c < '0' || c > '7' || v > math.MaxInt64>>3 {
			return 0, false
		}
		v = v<<3 | int64(c-'0')
	}
	return v, true
}

// base256 is a big-endian two's complement number whose first bit is a mark.
func base256(b []byte) (int64, bool) {
	var invert byte
	if b[0]&0x40 != 0 {
		invert = 0xff
	}
	var v uint64
	for i, c := range b {
		c ^= invert
		if i == 0 {
			c &= 0x7f
		}
		if v>>56 > 0 {
			return 0, false
		}
		v = v<<8 | uint64(c)
	}
	if v>>63 > 0 {
		return 0, false
	}
	if invert == 0xff {
		return ^int64(v), true
	}
	return int64(v), true
}

// extended is what pax records and GNU's long names say about the next entry.
type extended struct {
	any                     bool
	name, link              string
	hasName, hasLink        bool
	size, uid, gid, mtime   int64
	hasSize, hasUID, hasGID bool
	hasMtime, sparse        bool
	attrs                   uint32
}

// apply puts it over the header's own fields.
func (x *extended) apply(h *header) {
	if x.hasName {
		h.name = x.name
	}
	if x.hasLink {
		h.link = x.link
	}
	if x.hasSize {
		h.size = x.size
	}
	if x.hasUID {
		h.uid = x.uid
	}
	if x.hasGID {
		h.gid = x.gid
	}
	if x.hasMtime {
		h.mtime = x.mtime
	}
	h.sparse = x.sparse
	h.attrs = x.attrs
}

// records parses pax records: "length key=value\n" one after the other.
func (x *extended) records(p string) error {
	x.any = true
	for p != "" {
		digits, _, ok := strings.Cut(p, " ")
		n, err := strconv.Atoi(digits)
		if !ok || err != nil || n <= len(digits)+1 || n > len(p) || p[n-1] != '\n' {
			return errHeader
		}
		key, value, ok := strings.Cut(p[len(digits)+1:n-1], "=")
		if !ok || !x.record(key, value) {
			return errHeader
		}
		p = p[n:]
	}
	return nil
}

func (x *extended) record(key, value string) bool {
	switch key {
	case "path", "linkpath":
		if strings.IndexByte(value, 0) >= 0 {
			return false // no name holds one, and unpackers do not agree on where it ends
		}
	}
	switch key {
	case "path":
		x.name, x.hasName = value, value != ""
	case "linkpath":
		x.link, x.hasLink = value, value != ""
	case "size":
		return x.number(value, &x.size, &x.hasSize) && x.size >= 0
	case "uid":
		return x.number(value, &x.uid, &x.hasUID)
	case "gid":
		return x.number(value, &x.gid, &x.hasGID)
	case "mtime":
		whole, _, _ := strings.Cut(value, ".")
		return x.number(whole, &x.mtime, &x.hasMtime)
	case "GNU.sparse.name":
		x.name, x.hasName, x.sparse = value, true, true
	default:
		switch {
		case strings.HasPrefix(key, "GNU.sparse."):
			x.sparse = true
		case strings.HasPrefix(key, "SCHILY.xattr."), strings.HasPrefix(key, "LIBARCHIVE.xattr."):
			// In whatever order they stand they add up to the same sum.
			x.attrs += crc32.ChecksumIEEE([]byte(key+"="+value)) | 1
		}
	}
	return true
}

func (x *extended) number(s string, to *int64, has *bool) bool {
	if s == "" { // an empty value takes an earlier record back
		*has = false
		return true
	}
	v, err := strconv.ParseInt(s, 10, 64)
	*to, *has = v, err == nil
	return err == nil
}
