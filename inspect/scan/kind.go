package scan

import (
	"bytes"
	"errors"
	"fmt"
)

// errNoTar is returned for a layer whose very beginning is no tar header.
var errNoTar = errors.New("it is no tar archive")

// noTar says that the beginning of a layer is no tar header, and what it is like where
// that is known: pages of proxies and registries end up as layers, and what is
// compressed in a way that layers are not.
func noTar(head []byte) error {
	for _, k := range [...]struct{ magic, name string }{
		{"\xfd7zXZ", "xz"},
		{"BZh", "bzip2"},
		{"PK\x03\x04", "zip"},
		{"\x1f\x8b", "gzip, once more"},
		{"\x28\xb5\x2f\xfd", "zstd, once more"},
		{"\x7fELF", "a program"},
		{"\x89PNG", "a picture"},
		{"{", "JSON"},
		{"[", "JSON"},
		{"<", "a web page"},
	} {
		if bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte(k.magic)) {
			return fmt.Errorf("%w: it begins like %s", errNoTar, k.name)
		}
	}
	return errNoTar
}
