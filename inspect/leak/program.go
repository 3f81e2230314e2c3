package leak

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
)

// A Go program carries the path of its main package and the toolchain's version, under
// whatever name (debug/buildinfo). That is all it is judged by: its strings are those of
// everything that was linked into it.

// minGoProgram is less than any Go program has; smaller ELF files need no look.
const minGoProgram = 256 << 10

// isProgram says whether a file is an ELF program, not a library.
func isProgram(f *scan.File, base string) bool {
	return isELF(f.Head) && f.Mode&0o111 != 0 && !isSharedObject(base)
}

// isSharedObject says whether a file is named as a library.
func isSharedObject(base string) bool {
	return strings.HasSuffix(base, ".so") || strings.Contains(base, ".so.")
}

// isGoProgram says whether the first page of a program has the name of Go's ELF notes.
func isGoProgram(page []byte) bool { return bytes.Contains(page, []byte("Go\x00\x00")) }

// goProgram judges a Go program whose first page is in s.buf by its build info.
func (s *sink) goProgram(f *scan.File, r io.Reader) error {
	if f.Size > maxProgram {
		return nil
	}
	s.buf.Grow(int(f.Size) - s.buf.Len() + bytes.MinRead) // at once: growing would copy it again and again
	if _, err := s.buf.ReadFrom(r); err != nil {
		return err
	}
	info, err := buildinfo.Read(bytes.NewReader(s.buf.Bytes()))
	if err != nil {
		return nil // it has none
	}
	for _, m := range s.rules.Mains(info.Path) {
		s.hit(m, f, path.Base(info.Path), fmt.Sprintf("Go build info: path %s, %s", info.Path, info.GoVersion))
	}
	return nil
}
