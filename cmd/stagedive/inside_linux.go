package main

import (
	"debug/elf"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/buildgraph/solve/hold/differ"
	"github.com/stagedive/stagedive/userland"
)

// Names of the helper's files, and how the program is called as such.
const (
	insideCommand = "inside"
	insideProgram = "stagedive"
	insideLoader  = "ld.so"
)

// newHelper is this very program, to be brought into containers: it has a shell
// and some commands in it. Where it was linked with the system's libraries, as go
// install does it with a C compiler around, those come along with their loader.
func newHelper() *hold.Helper {
	const self = "/proc/self/exe" // this one, also when an update has replaced it
	h := &hold.Helper{
		Files:        []hold.HelperFile{{Name: insideProgram, Path: self}},
		Command:      []string{path.Join(hold.HelperDir, insideProgram), insideCommand},
		Has:          userland.Has,
		Architecture: runtime.GOARCH,
	}
	loader, libraries := linked(self)
	if loader == "" {
		return h
	}
	h.Files = append(append(h.Files, hold.HelperFile{Name: insideLoader, Path: loader}), libraries...)
	h.Command = append(loaderCommand(), h.Command...)
	return h
}

// loaderCommand runs a program with the libraries that came along.
func loaderCommand() []string {
	return []string{path.Join(hold.HelperDir, insideLoader), "--library-path", hold.HelperDir}
}

// linked finds the loader and the libraries of a program that is running here; a
// static one has none.
func linked(program string) (loader string, libraries []hold.HelperFile) {
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
		libraries = append(libraries, hold.HelperFile{Name: name, Path: fields[5]})
	}
	return loader, libraries
}

// newInsideCmd is the hidden command that the helper is called as in a container.
func newInsideCmd(env environment) *cobra.Command {
	return &cobra.Command{
		Use: insideCommand, Hidden: true, DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error { return inside(env, args) },
	}
}

// inside carries out what is asked of the helper: to compare two directories, to
// read a file, or to be a command of the userland.
func inside(env environment, args []string) error {
	switch {
	case len(args) == 3 && args[0] == "changes":
		return differ.Write(env.stdout, args[1], args[2])
	case len(args) == 4 && args[0] == "dump":
		most, err := strconv.ParseInt(args[3], 10, 64)
		if err != nil {
			return usage(fmt.Errorf("reading a file's beginning: %w", err))
		}
		return differ.Dump(env.stdout, args[1], args[2], most)
	}
	self := []string{path.Join(hold.HelperDir, insideProgram), insideCommand}
	if _, err := os.Stat(path.Join(hold.HelperDir, insideLoader)); err == nil {
		self = append(loaderCommand(), self...)
	}
	if code := userland.Main(append([]string{insideCommand}, args...), self); code != 0 {
		return exitError{code, nil}
	}
	return nil
}
