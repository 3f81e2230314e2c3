package rules

import (
	"bytes"
	"strings"
)

// has says whether a file whose content begins with head is of the format.
func (f Format) has(head []byte, base string, executable bool) bool {
	switch f {
	case "":
		return true
	case Program: // System V gABI, chapter 4
		return executable && isELF(head) && !isSharedObject(base)
	case Library:
		return isELF(head) && isSharedObject(base)
	case Script:
		return bytes.HasPrefix(head, []byte("#!"))
	case Text:
		return bytes.IndexByte(head, 0) < 0
	case Jar: // APPNOTE.TXT, 4.3.7: the header of the first file
		return bytes.HasPrefix(head, []byte("PK\x03\x04"))
	case Archive: // ar(5); GNU ld's thin ones name their objects only
		return bytes.HasPrefix(head, []byte("!<arch>\n")) || bytes.HasPrefix(head, []byte("!<thin>\n"))
	case Assembly: // ECMA-335 II.25: a PE file
		return bytes.HasPrefix(head, []byte("MZ"))
	}
	return false
}

// IsText says whether files of the format are read as texts: no further than some
// hundred KiB.
func (f Format) IsText() bool { return f == Script || f == Text }

func isELF(head []byte) bool { return len(head) > 18 && string(head[:4]) == "\x7fELF" }

// isSharedObject says whether a file is named as a library.
func isSharedObject(base string) bool {
	return strings.HasSuffix(base, ".so") || strings.Contains(base, ".so.")
}

// PlainName is a program's name without the target triplet before it and the version
// after it: x86_64-linux-gnu-gcc-12 is gcc.
func PlainName(base string) string {
	for _, abi := range [...]string{"-linux-gnu-", "-linux-gnueabihf-", "-linux-gnueabi-", "-linux-musl-", "-linux-musleabihf-"} {
		if _, after, ok := strings.Cut(base, abi); ok {
			base = after
			break
		}
	}
	if i := strings.LastIndexByte(base, '-'); i >= 0 && i+1 < len(base) && strings.Trim(base[i+1:], "0123456789.") == "" {
		return base[:i]
	}
	return base
}

// withoutVersion is a package's name without a version at its end: gcc-12 and clang16
// are gcc and clang.
func withoutVersion(name string) string {
	plain := strings.TrimRight(name, "0123456789.")
	if plain == "" || plain == name {
		return name
	}
	return strings.TrimSuffix(plain, "-")
}
