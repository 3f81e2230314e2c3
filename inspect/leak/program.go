package leak

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
)

// A program is judged by what it says of itself. A Go program carries the path of
// its main package and the toolchain's version (debug/buildinfo), under any name.
// For others the file name says what to look for, and a string that only the real
// thing has decides: a script or a busybox link named gcc has no COLLECT_GCC.

// signature is how a native tool is known.
type signature struct {
	tool   string   // as shown
	proofs []string // each is enough
	family string   // the toolchain that it belongs to
}

// signatureOf maps the plain name of a program (see plainName) to what proves it.
func signatureOf(name string) (signature, bool) {
	switch name {
	case "gcc", "cc", "c99", "c89", "g++", "c++", "gfortran", "gdc":
		return signature{"GCC driver", []string{"COLLECT_GCC"}, familyC}, true
	case "cpp":
		return signature{"GCC preprocessor", []string{"COLLECT_GCC"}, familyC}, true
	case "cc1", "cc1plus", "cc1obj", "f951", "lto1", "d21":
		return signature{"GCC compiler proper", []string{"ggc-min-expand"}, familyC}, true
	case "collect2":
		return signature{"GCC linker wrapper", []string{"COLLECT_LTO_WRAPPER"}, familyC}, true
	case "clang", "clang++", "clang-cl", "clang-cpp":
		return signature{"Clang", []string{"CLANG_CONFIG_FILE", "clang LLVM compiler", "libclang-cpp"}, familyC}, true
	case "tcc":
		return signature{"Tiny C compiler", []string{"Tiny C Compiler"}, familyC}, true
	case "ld", "ld.bfd":
		return signature{"GNU linker", []string{"GNU ld"}, familyC}, true
	case "ld.gold", "gold":
		return signature{"gold linker", []string{"GNU gold"}, familyC}, true
	case "ld.lld", "lld", "lld-link":
		return signature{"LLVM linker", []string{"LLD "}, familyC}, true
	case "mold", "ld.mold":
		return signature{"mold linker", []string{"MOLD_JOBS"}, familyC}, true
	case "as":
		return signature{"GNU assembler", []string{"GNU assembler"}, familyC}, true
	case "nasm":
		return signature{"NASM assembler", []string{"NASM version"}, familyC}, true
	case "make", "gmake":
		return signature{"GNU make", []string{"MAKEFLAGS"}, familyBuild}, true
	case "cmake":
		return signature{"CMake", []string{"CMAKE_GENERATOR"}, familyBuild}, true
	case "ninja", "samu":
		return signature{"Ninja", []string{"build.ninja"}, familyBuild}, true
	case "bazel", "bazelisk":
		return signature{"Bazel", []string{"BAZEL"}, familyBuild}, true
	case "rustc":
		return signature{"Rust compiler", []string{"rustc_driver"}, familyRust}, true
	case "cargo":
		return signature{"Cargo", []string{"CARGO_MANIFEST_DIR"}, familyRust}, true
	case "rustup":
		return signature{"rustup", []string{"RUSTUP_HOME"}, familyRust}, true
	case "zig":
		return signature{"Zig compiler", []string{"ZIG_GLOBAL_CACHE_DIR"}, familyZig}, true
	case "swiftc", "swift-frontend":
		return signature{"Swift compiler", []string{"swift-frontend"}, familySwift}, true
	}
	return signature{}, false
}

// plainName is a program's name without the target triplet before it and the
// version after it: x86_64-linux-gnu-gcc-12 is gcc.
func plainName(base string) string {
	for _, abi := range [...]string{"-linux-gnu-", "-linux-gnueabihf-", "-linux-gnueabi-", "-linux-musl-", "-linux-musleabihf-"} {
		if _, after, ok := strings.Cut(base, abi); ok {
			base = after
			break
		}
	}
	if head, tail, ok := cutLast(base, '-'); ok && tail != "" && strings.Trim(tail, "0123456789.") == "" {
		return head
	}
	return base
}

func cutLast(s string, sep byte) (before, after string, ok bool) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// minGoProgram is less than any Go program has; smaller ELF files need no look.
const minGoProgram = 256 << 10

// programProbe chooses how to look at an ELF file.
func programProbe(f scan.File, base string) *probe {
	if f.Mode&0o111 == 0 || isSharedObject(base) {
		return nil
	}
	if plainName(base) == "javac" {
		return &probe{limit: scan.All, look: lookJavac}
	}
	if _, ok := signatureOf(plainName(base)); ok || f.Size >= minGoProgram {
		return &probe{limit: scan.All, look: lookProgram}
	}
	return nil
}

// isSharedObject says whether a file is named as a library.
func isSharedObject(base string) bool {
	return strings.HasSuffix(base, ".so") || strings.Contains(base, ".so.")
}

// lookProgram reads the first page; it goes on with a Go program, and with a
// native one whose name calls for proof.
func lookProgram(s *sink, f scan.File, r io.Reader) error {
	const page = 4096
	first, err := s.read(r, page)
	if err != nil {
		return err
	}
	if bytes.Contains(first, []byte("Go\x00\x00")) && f.Size <= maxProgram { // the name of Go's ELF notes
		s.buf.Grow(int(f.Size) - s.buf.Len() + bytes.MinRead) // at once: growing would copy it again and again
		if _, err := s.buf.ReadFrom(r); err != nil {
			return err
		}
		lookGoProgram(s, f)
		return nil
	}
	sig, ok := signatureOf(plainName(baseOf(f.Path)))
	if !ok {
		return nil
	}
	proof, err := search(io.MultiReader(bytes.NewReader(bytes.Clone(first)), r), sig.proofs)
	if err != nil || proof == "" {
		return err
	}
	s.mark(mark{
		kind: nativeTool, path: f.Path, name: sig.family, size: f.Size,
		detail: fmt.Sprintf("%s: ELF program, %s (holds %q)", f.Path, sig.tool, proof),
	})
	return nil
}

// lookGoProgram reads the build info of the program in s.buf.
func lookGoProgram(s *sink, f scan.File) {
	info, err := buildinfo.Read(bytes.NewReader(s.buf.Bytes()))
	if err != nil {
		return
	}
	tool, ok := goToolOf(info.Path)
	if !ok {
		return
	}
	s.mark(mark{
		kind: goTool, path: f.Path, name: tool, size: f.Size,
		detail: fmt.Sprintf("%s: ELF program, Go build info: path %s, %s", f.Path, info.Path, info.GoVersion),
	})
}

// search looks through r for one of the proofs and returns the one it met, or "".
// It holds one window at a time, with an overlap as long as the longest proof.
func search(r io.Reader, proofs []string) (string, error) {
	longest := 0
	for _, p := range proofs {
		longest = max(longest, len(p))
	}
	window := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := io.ReadFull(r, window[kept:])
		seen := window[:kept+n]
		for _, p := range proofs {
			if bytes.Contains(seen, []byte(p)) {
				return p, nil
			}
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return "", nil
		default:
			return "", err
		}
		kept = copy(window, seen[len(seen)-min(longest, len(seen)):])
	}
}

func baseOf(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }
