package hold

import (
	"debug/elf"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// Names of the files of a helper that is the running program.
const (
	selfProgram = "stagedive"
	selfLoader  = "ld.so"
)

// Self is the running program as a helper, called with an argument in front of
// what it is asked. Where it was linked with the system's libraries, as go install
// does it with a C compiler around, those come along with their loader.
func Self(argument string, has func(string) bool) *Helper {
	const self = "/proc/self/exe" // this one, also when an update has replaced it
	h := &Helper{
		Files:        []HelperFile{{Name: selfProgram, Path: self}},
		Command:      []string{path.Join(HelperDir, selfProgram), argument},
		Has:          has,
		Architecture: runtime.GOARCH,
	}
	loader, libraries := linked(self)
	if loader == "" {
		return h
	}
	h.Files = append(append(h.Files, HelperFile{Name: selfLoader, Path: loader}), libraries...)
	h.Command = append(loaderCommand(), h.Command...)
	return h
}

// SelfInside is how such a helper calls itself in its container.
func SelfInside(argument string) []string {
	self := []string{path.Join(HelperDir, selfProgram), argument}
	if _, err := os.Stat(path.Join(HelperDir, selfLoader)); err == nil {
		self = append(loaderCommand(), self...)
	}
	return self
}

// loaderCommand runs a program with the libraries that came along.
func loaderCommand() []string {
	return []string{path.Join(HelperDir, selfLoader), "--library-path", HelperDir}
}

// linked finds the loader and the libraries of a program that is running here; a
// static one has none.
func linked(program string) (loader string, libraries []HelperFile) {
	f, err := elf.Open(program)
	if err != nil {
		return "", nil
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			text := make([]byte, p.Filesz)
			if _, err := p.ReadAt(text, 0); err == nil {
				loader = strings.TrimRight(string(text), "\x00")
			}
		}
	}
	if loader == "" {
		return "", nil
	}
	maps, _ := os.ReadFile("/proc/self/maps") // what is loaded is what is needed
	seen := map[string]bool{}
	for line := range strings.Lines(string(maps)) {
		fields := strings.Fields(line)
		if len(fields) < 6 || !strings.Contains(filepath.Base(fields[5]), ".so") || seen[fields[5]] {
			continue
		}
		seen[fields[5]] = true
		name := filepath.Base(fields[5])
		if lib, err := elf.Open(fields[5]); err == nil {
			if so, err := lib.DynString(elf.DT_SONAME); err == nil && len(so) == 1 {
				name = so[0]
			}
			lib.Close()
		}
		libraries = append(libraries, HelperFile{Name: name, Path: fields[5]})
	}
	return loader, libraries
}
