package files

import (
	"fmt"

	"github.com/stagedive/stagedive/model/image"
)

// Owner is the numbers of the user and the group.
func Owner(info image.Info) string { return fmt.Sprintf("%d:%d", info.UID, info.GID) }

// Perms is the type and permissions as ls -l writes them.
func Perms(info image.Info) string {
	b := []byte("-rwxrwxrwx")
	switch info.Type {
	case image.Directory, image.Opaque:
		b[0] = 'd'
	case image.Symlink:
		b[0] = 'l'
	case image.CharDevice:
		b[0] = 'c'
	case image.BlockDevice:
		b[0] = 'b'
	case image.FIFO:
		b[0] = 'p'
	}
	for i := range 9 {
		if info.Mode&(1<<(8-i)) == 0 {
			b[i+1] = '-'
		}
	}
	for i, special := range [...]struct {
		bit     uint32
		on, off byte
	}{{0o4000, 's', 'S'}, {0o2000, 's', 'S'}, {0o1000, 't', 'T'}} {
		if info.Mode&special.bit == 0 {
			continue
		}
		at := 3 * (i + 1)
		if b[at] == 'x' {
			b[at] = special.on
		} else {
			b[at] = special.off
		}
	}
	return string(b)
}
