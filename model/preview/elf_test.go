package preview_test

import (
	"bytes"
	"compress/zlib"
	"debug/elf"
	"encoding/binary"
	"runtime"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/preview"
)

// section is one of a made-up ELF file.
type section struct {
	name  string
	typ   elf.SectionType
	flags elf.SectionFlag
	link  uint32
	data  []byte
}

// assemble makes a 64-bit ELF file; the last section is taken to hold the names.
func assemble(sections ...section) []byte {
	var names, out bytes.Buffer
	names.WriteByte(0)
	at := make([]uint32, len(sections))
	for i, s := range sections {
		at[i] = uint32(names.Len())
		names.WriteString(s.name + "\x00")
	}
	const header = 64
	out.Write(make([]byte, header))
	heads := make([]elf.Section64, len(sections)+1)
	for i, s := range sections {
		if s.data == nil {
			s.data = names.Bytes()
		}
		heads[i+1] = elf.Section64{
			Name: at[i], Type: uint32(s.typ), Flags: uint64(s.flags), Link: s.link,
			Off: uint64(out.Len()), Size: uint64(len(s.data)), Addralign: 1,
		}
		if s.typ == elf.SHT_DYNAMIC {
			heads[i+1].Entsize = 16
		}
		out.Write(s.data)
	}
	shoff := out.Len()
	binary.Write(&out, binary.LittleEndian, heads)
	h := elf.Header64{
		Ident: [16]byte{0x7f, 'E', 'L', 'F', 2, 1, 1}, Type: uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: 1,
		Shoff: uint64(shoff), Ehsize: header, Shentsize: 64, Shnum: uint16(len(heads)), Shstrndx: uint16(len(sections)),
	}
	raw := out.Bytes()
	var head bytes.Buffer
	binary.Write(&head, binary.LittleEndian, h)
	copy(raw, head.Bytes())
	return raw
}

// bomb is a compressed section that unpacks to n zeros.
func bomb(n int) []byte {
	var out bytes.Buffer
	binary.Write(&out, binary.LittleEndian, elf.Chdr64{Type: uint32(elf.COMPRESS_ZLIB), Size: uint64(n), Addralign: 1})
	z := zlib.NewWriter(&out)
	zeros := make([]byte, 1<<20)
	for ; n > 0; n -= len(zeros) {
		z.Write(zeros)
	}
	z.Close()
	return out.Bytes()
}

// Sections that unpack to very much are not unpacked.
func TestProgramBombs(t *testing.T) {
	large := bomb(40 << 20)
	dynamic := make([]byte, 32)
	dynamic[0] = byte(elf.DT_NEEDED)
	for name, raw := range map[string][]byte{
		"names":   assemble(section{".shstrtab", elf.SHT_STRTAB, elf.SHF_COMPRESSED, 0, large}),
		"strings": assemble(section{".dynamic", elf.SHT_DYNAMIC, 0, 2, dynamic}, section{".dynstr", elf.SHT_STRTAB, elf.SHF_COMPRESSED, 0, large}, section{name: ".shstrtab", typ: elf.SHT_STRTAB}),
		"dynamic": assemble(section{".dynamic", elf.SHT_DYNAMIC, elf.SHF_COMPRESSED, 2, large}, section{".dynstr", elf.SHT_STRTAB, 0, 0, []byte("\x00libx.so\x00")}, section{name: ".shstrtab", typ: elf.SHT_STRTAB}),
		"info":    assemble(section{".go.buildinfo", elf.SHT_PROGBITS, elf.SHF_COMPRESSED, 0, large}, section{name: ".shstrtab", typ: elf.SHT_STRTAB}),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			p := preview.Of("x", raw, int64(len(raw)))
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
				t.Errorf("%d MB were taken for %d bytes", took>>20, len(raw))
			}
			if !strings.HasPrefix(p.What, "ELF") {
				t.Errorf("it is called %s", p.What)
			}
		})
	}
	ok := assemble(section{".dynamic", elf.SHT_DYNAMIC, 0, 2, append([]byte{1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 16)...)},
		section{".dynstr", elf.SHT_STRTAB, 0, 0, []byte("\x00lib\x1b.so\x00")}, section{name: ".shstrtab", typ: elf.SHT_STRTAB})
	if got := facts(preview.Of("x", ok, int64(len(ok)))); !strings.Contains(got, "ELF shared library\n") || !strings.Contains(got, "needs: lib␛.so\n") {
		t.Errorf("a small library:\n%s", got)
	}
}

// Whatever an ELF file says of itself, looking at it ends.
func FuzzProgram(f *testing.F) {
	f.Add(assemble(section{".dynamic", elf.SHT_DYNAMIC, 0, 2, make([]byte, 32)}, section{".dynstr", elf.SHT_STRTAB, 0, 0, []byte("\x00libx.so\x00")}, section{name: ".shstrtab", typ: elf.SHT_STRTAB}))
	f.Add(assemble(section{".go.buildinfo", elf.SHT_PROGBITS, elf.SHF_ALLOC | elf.SHF_WRITE, 0, []byte("\xff Go buildinf:\x08\x02")}, section{name: ".shstrtab", typ: elf.SHT_STRTAB}))
	f.Add(assemble(section{".shstrtab", elf.SHT_STRTAB, elf.SHF_COMPRESSED, 0, bomb(1 << 20)}))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := preview.Of("x", data, int64(len(data)))
		if p.List != nil && len(p.List.Rows) > 70_000 {
			t.Fatalf("%d rows", len(p.List.Rows))
		}
	})
}
