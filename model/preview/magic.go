package preview

import (
	"bytes"
	"encoding/binary"
	"fmt"
	stdimage "image"
	_ "image/gif"  // so that its size can be told
	_ "image/jpeg" // so that its size can be told
	_ "image/png"  // so that its size can be told

	"github.com/stagedive/stagedive/model/measure"
)

// pictureFile tells how large a picture is.
func pictureFile(p *Preview, _ string) bool {
	c, format, err := stdimage.DecodeConfig(bytes.NewReader(p.Bytes))
	if err != nil {
		return false
	}
	p.What = map[string]string{"png": "PNG picture", "jpeg": "JPEG picture", "gif": "GIF picture"}[format]
	if p.What == "" {
		return false
	}
	p.fact("size", fmt.Sprintf("%d × %d pixels", c.Width, c.Height))
	return true
}

// magicFile knows files by their first bytes.
func magicFile(p *Preview, _ string) bool {
	b := p.Bytes
	for _, m := range [...]struct{ magic, what string }{
		{"\x28\xb5\x2f\xfd", "zstd file"},
		{"\xfd7zXZ\x00", "xz file"},
		{"BZh", "bzip2 file"},
		{"7z\xbc\xaf\x27\x1c", "7z archive"},
		{"%PDF-", "PDF document"},
		{"\x00asm", "WebAssembly module"},
		{"MZ", "Windows program"},
		{"wOF2", "web font"},
		{"wOFF", "web font"},
		{"\x00\x01\x00\x00\x00", "TrueType font"},
		{"OTTO", "OpenType font"},
		{"\xed\xab\xee\xdb", "RPM package"},
		{"\xde\x12\x04\x95", "gettext catalogue"},
		{"\x95\x04\x12\xde", "gettext catalogue"},
		{"TZif", "time zone data"},
		{"hsqs", "squashfs image"},
	} {
		if bytes.HasPrefix(b, []byte(m.magic)) && !(len(m.magic) < 4 && asText(b)) {
			p.What = m.what
			return true
		}
	}
	switch {
	case bytes.HasPrefix(b, []byte("SQLite format 3\x00")) && len(b) >= 100:
		p.sqlite()
	case bytes.HasPrefix(b, []byte("\xca\xfe\xba\xbe")) && len(b) >= 8 && binary.BigEndian.Uint16(b[6:]) >= 45:
		p.class()
	default:
		return false
	}
	return true
}

// sqlite reads a database's header (SQLite, "Database File Format", 1.3).
func (p *Preview) sqlite() {
	b := p.Bytes
	p.What = "SQLite database"
	page := int(binary.BigEndian.Uint16(b[16:]))
	if page == 1 {
		page = 65536
	}
	pages := int(binary.BigEndian.Uint32(b[28:]))
	encoding := map[uint32]string{1: "UTF-8", 2: "UTF-16, little-endian", 3: "UTF-16, big-endian"}[binary.BigEndian.Uint32(b[56:])]
	p.fact("pages", fmt.Sprintf("%s of %s each", measure.Count(pages), measure.Bytes(int64(page))))
	p.fact("text", encoding)
	if v := binary.BigEndian.Uint32(b[60:]); v != 0 {
		p.fact("version", fmt.Sprintf("%d, set by its program", v))
	}
	if v := binary.BigEndian.Uint32(b[96:]); v >= 3_000_000 && v < 4_000_000 {
		p.fact("written by", fmt.Sprintf("SQLite %d.%d.%d", v/1_000_000, v/1000%1000, v%1000))
	}
}

// class reads the version of a Java class (JVM specification, 4.1).
func (p *Preview) class() {
	p.What = "Java class"
	major := int(binary.BigEndian.Uint16(p.Bytes[6:]))
	switch {
	case major >= 49:
		p.fact("for", fmt.Sprintf("Java %d and later", major-44))
	default:
		p.fact("for", fmt.Sprintf("Java 1.%d and later", major-44))
	}
}
