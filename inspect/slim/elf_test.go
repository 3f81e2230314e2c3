package slim

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// oracle has debug/elf, which reads a file at any place, work the sizes out.
func oracle(t interface{ Fatal(...any) }, data []byte) (debug, symbols int64) {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range f.Sections {
		if s.Type == elf.SHT_NOBITS || s.Flags&elf.SHF_ALLOC != 0 {
			continue
		}
		switch {
		case s.Type == elf.SHT_SYMTAB:
			symbols += int64(s.FileSize)
			if l := f.Sections[s.Link]; s.Link > 0 && l.Type == elf.SHT_STRTAB && l.Flags&elf.SHF_ALLOC == 0 && l.Name != ".shstrtab" {
				symbols += int64(l.FileSize)
			}
		case strings.HasPrefix(s.Name, ".debug_"), strings.HasPrefix(s.Name, ".zdebug_"):
			debug += int64(s.FileSize)
		}
	}
	return debug, symbols
}

// stream gives a file to the reader in pieces, the first as the scan does.
func stream(data []byte, piece int) (debug, symbols int64, followed bool) {
	var r elfReader
	if !r.begin(data[:min(512, len(data))], int64(len(data))) {
		return 0, 0, false
	}
	for rest := data; len(rest) > 0; {
		n := min(piece, len(rest))
		r.take(rest[:n])
		rest = rest[n:]
	}
	debug, symbols = r.sizes()
	return debug, symbols, true
}

// TestProgramsOfThisMachine compares with debug/elf on what is installed, and on a
// program that Go's linker wrote, whose sections come first.
func TestProgramsOfThisMachine(t *testing.T) {
	hello := filepath.Join(t.TempDir(), "hello")
	cmd := exec.Command("go", "build", "-o", hello, ".")
	cmd.Dir = "../leak/testdata/hello"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files := []string{hello}
	for _, dir := range []string{"/usr/bin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib"} {
		list, _ := filepath.Glob(dir + "/*")
		files = append(files, list[:min(100, len(list))]...)
	}
	seen := 0
	for _, p := range files {
		if st, err := os.Stat(p); err != nil || !st.Mode().IsRegular() || st.Size() > 20<<20 {
			continue
		}
		data, err := os.ReadFile(p)
		if err != nil || !bytes.HasPrefix(data, []byte("\x7fELF")) {
			continue
		}
		debug, symbols, ok := stream(data, 32<<10)
		if !ok {
			continue
		}
		seen++
		if d, s := oracle(t, data); d != debug || s != symbols {
			t.Errorf("%s: debug %d, symbols %d; want %d and %d", p, debug, symbols, d, s)
		}
		if p == hello && (debug == 0 || symbols == 0) {
			t.Errorf("%s: debug %d, symbols %d", p, debug, symbols)
		}
	}
	t.Logf("%d programs and libraries", seen)
}

// made writes an ELF file with sections of the given names and sizes.
func made(order binary.AppendByteOrder, wide, first bool, sections []section, names string) []byte {
	entry, head := 40, 52
	if wide {
		entry, head = 64, 64
	}
	list := append([]section{{}}, sections...)
	list = append(list, section{name: 0, kind: sectionStrings, size: uint64(len(names))})
	at := uint64(head)
	table := at
	if first {
		at += uint64(entry * len(list))
	}
	for i := range list {
		list[i].offset = at
		if list[i].kind != sectionNoBits {
			at += list[i].size
		}
	}
	if !first {
		table = at
	}
	word := func(b []byte, v uint64) []byte {
		if wide {
			return order.AppendUint64(b, v)
		}
		return order.AppendUint32(b, uint32(v))
	}
	class, data := byte(1), byte(1)
	if wide {
		class = 2
	}
	if order.String() == "BigEndian" {
		data = 2
	}
	b := append([]byte("\x7fELF"), class, data, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	b = order.AppendUint16(b, typeShared)
	b = order.AppendUint16(b, uint16(elf.EM_MIPS))
	b = order.AppendUint32(b, 1)
	b = word(word(word(b, 0), 0), table)
	b = order.AppendUint32(b, 0)
	for _, v := range []uint16{uint16(head), 0, 0, uint16(entry), uint16(len(list)), uint16(len(list) - 1)} {
		b = order.AppendUint16(b, v)
	}
	headers := func() {
		for _, s := range list {
			b = order.AppendUint32(b, s.name)
			b = order.AppendUint32(b, s.kind)
			b = word(word(word(word(b, s.flags), 0), s.offset), s.size)
			b = order.AppendUint32(b, s.link)
			b = order.AppendUint32(b, 0)
			b = word(word(b, 0), 0)
		}
	}
	if first {
		headers()
	}
	for i, s := range list {
		switch {
		case i == len(list)-1:
			b = append(b, names...)
		case s.kind != sectionNoBits:
			b = append(b, make([]byte, s.size)...)
		}
	}
	if !first {
		headers()
	}
	return b
}

// TestMadeFiles compares with debug/elf on files of every kind of layout, in pieces of
// every size.
func TestMadeFiles(t *testing.T) {
	const names = "\x00.text\x00.debug_info\x00.zdebug_line\x00.symtab\x00.strtab\x00.comment\x00"
	rapid.Check(t, func(t *rapid.T) {
		var sections []section
		for range rapid.IntRange(0, 8).Draw(t, "sections") {
			word := rapid.SampledFrom(strings.Split(strings.Trim(names, "\x00"), "\x00")).Draw(t, "name")
			s := section{name: uint32(strings.Index(names, word)), kind: 1, size: uint64(rapid.IntRange(1, 3000).Draw(t, "size"))}
			switch word {
			case ".symtab":
				entry := uint64(16)
				s.kind, s.size = sectionSymbols, s.size/entry*entry
				s.link = uint32(rapid.IntRange(0, len(sections)).Draw(t, "link"))
			case ".strtab":
				s.kind = sectionStrings
			case ".text":
				s.flags = flagAlloc
			}
			if rapid.IntRange(0, 9).Draw(t, "no bits") == 0 && s.kind == 1 {
				s.kind = sectionNoBits
			}
			sections = append(sections, s)
		}
		order := rapid.SampledFrom([]binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}).Draw(t, "order")
		data := made(order, rapid.Bool().Draw(t, "wide"), rapid.Bool().Draw(t, "first"), sections, names)
		wantDebug, wantSymbols := oracle(t, data)
		if wantDebug+wantSymbols > int64(len(data)) {
			wantDebug, wantSymbols = 0, 0 // two tables that share their names count them twice
		}
		debug, symbols, ok := stream(data, rapid.SampledFrom([]int{1, 7, 512, 1000, 1 << 20}).Draw(t, "piece"))
		if len(data) >= 64 && (!ok || debug != wantDebug || symbols != wantSymbols) {
			t.Fatalf("debug %d, symbols %d, want %d and %d (followed: %v)", debug, symbols, wantDebug, wantSymbols, ok)
		}
	})
}

// FuzzELF: whatever a file says, reading it ends, keeps little, and claims no more than
// the file has.
func FuzzELF(f *testing.F) {
	const names = "\x00.debug_info\x00.symtab\x00"
	for _, wide := range []bool{false, true} {
		f.Add(made(binary.LittleEndian, wide, wide, []section{{name: 1, kind: 1, size: 100}, {name: 13, kind: sectionSymbols, size: 64, link: 1}}, names))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		debug, symbols, _ := stream(data, 100)
		if debug < 0 || symbols < 0 || debug+symbols > int64(len(data)) {
			t.Errorf("debug %d, symbols %d of %d bytes", debug, symbols, len(data))
		}
	})
}
