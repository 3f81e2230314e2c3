package accuracy

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math/rand/v2"
	"strings"
)

// program is a native program in the making: a whole ELF file (System V ABI, chapter 4)
// for amd64, with what tools look at in one. It does not run.
type program struct {
	form   string   // "elf", "so", "o", or "bpf" for what the kernel loads
	holds  []string // strings among its constants
	debug  int      // bytes of debug information, where it is not stripped; -1 for half again as much as code
	size   int      // of the code, in bytes
	goInfo string   // what Go keeps of a build: "path\t…", "mod\t…", "dep\t…" lines
	audit  []byte   // what cargo auditable keeps of one, JSON
}

type section struct {
	name    string
	kind    uint32
	flags   uint64
	data    []byte
	address uint64
	link    uint32 // for a symbol table: the section of its names
	each    uint64 // size of an entry of a table
}

func (p program) bytes(rng *rand.Rand) []byte {
	const header, programHeader, base = 64, 56, 0x400000
	constants := append([]byte{0}, strings.Join(p.holds, "\x00")...)
	list := []section{{}} // the first is none
	if p.goInfo != "" {
		list = append(list, section{name: ".note.go.buildid", kind: 7, flags: 2, data: []byte("\x04\x00\x00\x00\x14\x00\x00\x00\x04\x00\x00\x00Go\x00\x00" + "q1w2e3r4t5y6u7i8o9p0")})
	}
	list = append(list,
		section{name: ".text", kind: 1, flags: 6, data: code(rng, p.size)},
		section{name: ".rodata", kind: 1, flags: 2, data: append(constants, 0)})
	if p.goInfo != "" {
		list = append(list, section{name: ".go.buildinfo", kind: 1, flags: 3, data: goBuildInfo(p.goInfo)})
	}
	if p.audit != nil {
		list = append(list, section{name: ".dep-v0", kind: 1, data: squeezed(p.audit)})
	}
	if p.debug < 0 {
		p.debug = p.size
	}
	if p.debug > 0 {
		list = append(list,
			section{name: ".debug_info", kind: 1, data: code(rng, p.debug)}, section{name: ".debug_line", kind: 1, data: code(rng, p.debug/2)},
			section{name: ".symtab", kind: 2, data: make([]byte, 24*40), link: uint32(len(list) + 3), each: 24},
			section{name: ".strtab", kind: 3, data: []byte("\x00main\x00run\x00")})
	}
	var names bytes.Buffer
	names.WriteByte(0)
	list = append(list, section{name: ".shstrtab", kind: 3})
	at := make([]uint32, len(list))
	for i, s := range list[1:] {
		at[i+1] = uint32(names.Len())
		names.WriteString(s.name + "\x00")
	}
	list[len(list)-1].data = names.Bytes()

	var out bytes.Buffer
	little := func(v any) { _ = binary.Write(&out, binary.LittleEndian, v) } // a buffer takes all
	offset := uint64(header + programHeader)
	offsets := make([]uint64, len(list))
	for i := range list[1:] {
		s := &list[i+1]
		offset = (offset + 15) &^ 15
		offsets[i+1] = offset
		if s.flags&2 != 0 {
			s.address = base + offset
		}
		offset += uint64(len(s.data))
	}
	sections := (offset + 15) &^ 15
	kind, segments := map[string]uint16{"elf": 2, "so": 3, "o": 1, "bpf": 1}[p.form], uint16(1)
	if kind == 1 {
		segments = 0
	}
	machine := uint16(62) // amd64
	if p.form == "bpf" {
		machine = 247
	}
	out.WriteString("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9))
	little([]uint16{kind, machine})
	little(uint32(1))
	little([]uint64{base + header + programHeader, header, sections})
	little(uint32(0))
	little([]uint16{header, programHeader, segments, 64, uint16(len(list)), uint16(len(list) - 1)})
	little([]uint32{1, 7}) // one segment holds all
	little([]uint64{0, base, base, offset, offset, 0x1000})
	for i, s := range list {
		if i > 0 {
			out.Write(make([]byte, int(offsets[i])-out.Len()))
		}
		out.Write(s.data)
	}
	out.Write(make([]byte, int(sections)-out.Len()))
	for i, s := range list {
		little([]uint32{at[i], s.kind})
		little([]uint64{s.flags, s.address, offsets[i], uint64(len(s.data))})
		little([]uint32{s.link, 0})
		little([]uint64{1, s.each})
	}
	return out.Bytes()
}

// goBuildInfo is the section that Go's linker writes since 1.18 (debug/buildinfo). The
// first line of the text may be the version; the module lines lie between two marks.
func goBuildInfo(text string) []byte {
	version := "go1.26.1"
	if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "go1.") {
		version, text = first, rest
	}
	const begin, end = "0w\xaf\f\x92t\b\x02A\xe1\xc1\a\xe6\xd6\x18\xe6", "\xf92C1\x86\x18 r\x00\x82B\x10A\x16\xd8\xf2"
	b := append([]byte("\xff Go buildinf:\x08\x02"), make([]byte, 16)...)
	for _, s := range []string{version, begin + text + end} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

func squeezed(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data) // a buffer takes all
	_ = z.Close()
	return b.Bytes()
}

// code looks like machine code: noise between patterns.
func code(rng *rand.Rand, n int) []byte {
	b := make([]byte, 0, n+8)
	for len(b) < n {
		x := rng.Uint64()
		b = append(b, byte(x), byte(x>>8), byte(x>>16), 0, 0x48, 0x8b, byte(x>>24)&15, 0)
	}
	return b
}
