package preview

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/binary"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
)

// elfFile tells of programs and libraries (System V ABI, chapter 4 and 5).
func elfFile(p *Preview, _ string) bool {
	if !bytes.HasPrefix(p.Bytes, []byte(elf.ELFMAG)) {
		return false
	}
	p.What = "ELF file"
	if inflates(p.Bytes) {
		p.fact("odd", "the names of its sections are compressed, as no linker does: it was not looked into")
		return true
	}
	f, err := elf.NewFile(bytes.NewReader(p.Bytes))
	if err != nil {
		if p.cut() {
			p.fact("odd", "what tells its parts lies behind the bytes that were looked at")
		} else {
			p.fact("odd", "it is damaged: "+err.Error())
		}
		return true
	}
	p.program(f)
	return true
}

func (p *Preview) program(f *elf.File) {
	interp := interpreter(f)
	p.What = map[elf.Type]string{
		elf.ET_REL: "ELF object file", elf.ET_EXEC: "ELF executable", elf.ET_DYN: "ELF shared library", elf.ET_CORE: "ELF core dump",
	}[f.Type]
	if p.What == "" {
		p.What = "ELF file"
	}
	pie := f.Type == elf.ET_DYN && (interp != "" || flags1(f)&uint64(elf.DF_1_PIE) != 0)
	if pie {
		p.What = "ELF executable"
	}
	machine := strings.ToLower(strings.TrimPrefix(f.Machine.String(), "EM_"))
	order := "little-endian"
	if f.ByteOrder == binary.BigEndian {
		order = "big-endian"
	}
	bits := map[elf.Class]string{elf.ELFCLASS32: "32-bit", elf.ELFCLASS64: "64-bit"}[f.Class]
	kind := []string{bits, machine, order}
	if pie {
		kind = append(kind, "position-independent")
	}
	p.fact("for", strings.Join(kind, ", "))
	safe := !compressedNames(f)
	var needed []string
	if safe {
		needed, _ = f.ImportedLibraries()
	}
	switch {
	case interp != "":
		p.fact("linked", "dynamically, loaded by "+interp)
	case len(needed) > 0 || f.Type == elf.ET_DYN && !pie:
		p.fact("linked", "dynamically")
	case f.Type == elf.ET_EXEC, pie:
		p.fact("linked", "statically")
	}
	if len(needed) > 0 {
		p.fact("needs", strings.Join(needed[:min(len(needed), 200)], ", "))
	}
	p.symbols(f)
	if safe && !p.cut() {
		p.golang()
	}
	p.sections(f)
}

// symbols says whether the program has been stripped.
func (p *Preview) symbols(f *elf.File) {
	var debugging int64
	table := false
	for _, s := range f.Sections {
		table = table || s.Type == elf.SHT_SYMTAB
		if strings.HasPrefix(s.Name, ".debug") || strings.HasPrefix(s.Name, ".zdebug") {
			debugging += int64(min(s.FileSize, uint64(p.Size)))
		}
	}
	switch {
	case debugging > 0:
		p.fact("stripped", "no: "+measure.Bytes(min(debugging, p.Size))+" of it are for debuggers")
	case table:
		p.fact("stripped", "no: it has its symbols, but nothing for debuggers")
	case len(f.Sections) > 0:
		p.fact("stripped", "yes")
	}
}

// golang tells what the Go toolchain writes into programs.
func (p *Preview) golang() {
	info, err := buildinfo.Read(bytes.NewReader(p.Bytes))
	if err != nil {
		return
	}
	text := info.GoVersion
	if info.Main.Path != "" {
		text += ", " + info.Main.Path
		if v := info.Main.Version; v != "" && v != "(devel)" {
			text += " " + v
		}
	} else if info.Path != "" {
		text += ", " + info.Path
	}
	p.fact("Go", text)
	if len(info.Deps) > 0 {
		p.fact("modules", measure.Count(len(info.Deps))+": "+modules(info.Deps))
	}
	var settings []string
	for _, s := range info.Settings {
		if strings.HasPrefix(s.Key, "vcs.") || s.Key == "CGO_ENABLED" || s.Key == "-tags" {
			settings = append(settings, s.Key+"="+s.Value)
		}
	}
	p.fact("built with", strings.Join(settings[:min(len(settings), 20)], " "))
}

// modules names the first few.
func modules(deps []*debug.Module) string {
	var names []string
	for _, m := range deps[:min(len(deps), 50)] {
		names = append(names, m.Path+" "+m.Version)
	}
	return strings.Join(names, ", ")
}

func (p *Preview) sections(f *elf.File) {
	p.List = &List{What: "sections", Columns: []string{"section", "type", "size", "flags"}}
	for _, s := range f.Sections {
		if s.Type == elf.SHT_NULL {
			continue
		}
		name := s.Name
		if name == "" {
			name = "(no name)"
		}
		kind := strings.ToLower(strings.TrimPrefix(s.Type.String(), "SHT_"))
		if !p.List.add(name, kind, size(s.FileSize), sectionFlags(s.Flags)) {
			return
		}
	}
}

func sectionFlags(f elf.SectionFlag) string {
	out := ""
	for _, x := range []struct {
		flag elf.SectionFlag
		word string
	}{{elf.SHF_ALLOC, "loaded"}, {elf.SHF_WRITE, "writable"}, {elf.SHF_EXECINSTR, "code"}, {elf.SHF_COMPRESSED, "compressed"}} {
		if f&x.flag != 0 {
			out += " " + x.word
		}
	}
	return strings.TrimSpace(out)
}

// size writes a number of bytes that a file claims.
func size(n uint64) string {
	if n > 1<<62 {
		return strconv.FormatUint(n, 10) + " B"
	}
	return measure.Bytes(int64(n))
}

func interpreter(f *elf.File) string {
	for _, s := range f.Progs {
		if s.Type != elf.PT_INTERP || s.Filesz == 0 || s.Filesz > longest {
			continue
		}
		b := make([]byte, s.Filesz)
		if n, _ := s.ReadAt(b, 0); n == len(b) {
			return string(bytes.TrimRight(b, "\x00"))
		}
	}
	return ""
}

// flags1 is DT_FLAGS_1, by which the linker marks executables that are shared
// objects too.
func flags1(f *elf.File) uint64 {
	if compressedNames(f) {
		return 0
	}
	v, err := f.DynValue(elf.DT_FLAGS_1)
	if err != nil || len(v) == 0 {
		return 0
	}
	return v[0]
}

// inflates says whether debug/elf would unpack the table of section names to read
// it: what a small file unpacks to has no bound.
func inflates(b []byte) bool {
	const class64 = 2
	if len(b) < 64 {
		return false
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if b[elf.EI_DATA] == byte(elf.ELFDATA2MSB) {
		order = binary.BigEndian
	}
	var at, entry, names, flags uint64
	if b[elf.EI_CLASS] == class64 {
		at, entry, names, flags = order.Uint64(b[40:]), uint64(order.Uint16(b[58:])), uint64(order.Uint16(b[62:])), 8
	} else {
		at, entry, names, flags = uint64(order.Uint32(b[32:])), uint64(order.Uint16(b[46:])), uint64(order.Uint16(b[50:])), 8
	}
	if names == uint64(elf.SHN_XINDEX) { // more than 65,279 sections: the first section's link says
		link := at + 24
		if b[elf.EI_CLASS] == class64 {
			link = at + 40
		}
		if at > uint64(len(b)) || link+4 > uint64(len(b)) {
			return false
		}
		names = uint64(order.Uint32(b[link:]))
	}
	at += names*entry + flags
	if at > uint64(len(b)) || at+8 > uint64(len(b)) {
		return false // debug/elf says that it is damaged
	}
	return order.Uint32(b[at:])&uint32(elf.SHF_COMPRESSED) != 0 ||
		b[elf.EI_CLASS] == class64 && order.Uint64(b[at:])&uint64(elf.SHF_COMPRESSED) != 0
}

// compressedNames says whether a part that is read as a whole is compressed, which
// only what is for debuggers ever is.
func compressedNames(f *elf.File) bool {
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_COMPRESSED != 0 && (s.Type != elf.SHT_PROGBITS || !strings.HasPrefix(s.Name, ".debug")) {
			return true
		}
	}
	return false
}
