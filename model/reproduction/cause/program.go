package cause

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"slices"
	"strings"
)

// Where the Go linker writes what a program is made of (cmd/link), and a part of the
// magic of it.
const (
	goBuildID   = ".note.go.buildid"
	goNote      = "\x04\x00\x00\x00Go\x00\x00" // the type and the owner of the note that has the build ID
	goBuildInfo = "\xff Go buildinf:"
	elfBuildID  = ".note.gnu.build-id"
)

// inProgram compares two ELF files, section by section.
func inProgram(e Evidence) (Finding, bool) {
	if !bytes.HasPrefix(e.A.head(), []byte(elf.ELFMAG)) || !bytes.HasPrefix(e.B.head(), []byte(elf.ELFMAG)) {
		return Finding{}, false
	}
	if !e.whole() {
		isGo := bytes.Contains(e.A.head(), []byte(goNote)) && bytes.Contains(e.B.head(), []byte(goNote))
		return Finding{Cause: "go-build"}, isGo
	}
	if bytes.Contains(e.A.Data, []byte(goBuildInfo)) && bytes.Contains(e.B.Data, []byte(goBuildInfo)) {
		return Finding{Cause: "go-build", Detail: goDetail(e)}, true
	}
	differ, place, ok := sections(e)
	if !ok {
		return Finding{}, false
	}
	if slices.Equal(differ, []string{elfBuildID}) {
		return Finding{Cause: "build-id"}, true
	}
	said := "sections " + strings.Join(differ, ", ")
	if len(differ) == 1 {
		said = "section " + differ[0]
	}
	for _, r := range []rule{uuids, dates, temporary} {
		if f, ok := r(e.at(place)); ok {
			f.Detail = joined(said, f.Detail)
			return f, true
		}
	}
	return Finding{Detail: said}, len(differ) > 0
}

func joined(a, b string) string {
	if b == "" {
		return a
	}
	return a + ": " + b
}

// sections lists those whose content differs, and where in both files the first of them
// does that is no build ID. ok is false when they are not two builds of one program.
func sections(e Evidence) (differ []string, place int64, ok bool) {
	a, err := elf.NewFile(bytes.NewReader(e.A.Data))
	if err != nil {
		return nil, 0, false
	}
	b, err := elf.NewFile(bytes.NewReader(e.B.Data))
	if err != nil || len(a.Sections) != len(b.Sections) {
		return nil, 0, false
	}
	place = e.At
	first := true
	for i, s := range a.Sections {
		t := b.Sections[i]
		if s.Name != t.Name {
			return nil, 0, false
		}
		x, y := content(e.A.Data, s), content(e.B.Data, t)
		if bytes.Equal(x, y) {
			continue
		}
		differ = append(differ, s.Name)
		if s.Name != elfBuildID && s.Name != goBuildID && first && s.Offset == t.Offset {
			first = false
			front, _ := common(string(x), string(y))
			place = int64(s.Offset) + int64(front)
		}
	}
	return differ, place, true
}

// content is that of a section as it stands in the file; of one that lies outside of it,
// nothing.
func content(data []byte, s *elf.Section) []byte {
	size := uint64(len(data))
	if s.Type == elf.SHT_NOBITS || s.Offset > size || s.FileSize > size-s.Offset {
		return nil
	}
	return data[s.Offset : s.Offset+s.FileSize]
}

// goDetail says which setting of the build is another one, where the programs tell.
func goDetail(e Evidence) string {
	a, err := buildinfo.Read(bytes.NewReader(e.A.Data))
	if err != nil {
		return ""
	}
	b, err := buildinfo.Read(bytes.NewReader(e.B.Data))
	if err != nil {
		return ""
	}
	if a.GoVersion != b.GoVersion {
		return "built with " + a.GoVersion + " and " + b.GoVersion
	}
	has := map[string]string{}
	for _, s := range b.Settings {
		has[s.Key] = s.Value
	}
	var names []string
	for _, s := range a.Settings {
		if has[s.Key] != s.Value {
			names = append(names, s.Key)
		}
	}
	if len(names) == 0 {
		return "all settings of the build are the same"
	}
	return "other " + strings.Join(names, ", ")
}
