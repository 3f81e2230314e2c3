package lister

import (
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// foreign says whether an attribute is the engine's file system's.
func foreign(name string) bool {
	return strings.HasPrefix(name, "trusted.overlay.") || strings.HasPrefix(name, "user.overlay.")
}

// changed is when an inode was changed last.
func changed(s *syscall.Stat_t) [2]int64 { return [2]int64{int64(s.Ctim.Sec), int64(s.Ctim.Nsec)} } //nolint:unconvert // 32 bits somewhere

// attributes are a file's extended attributes; none when they can't be read.
func attributes(path string) map[string][]byte {
	var room [1024]byte
	n, err := unix.Llistxattr(path, room[:])
	list := room[:max(n, 0)]
	if err == unix.ERANGE {
		list = make([]byte, 64<<10) // all that Linux allows
		if n, err = unix.Llistxattr(path, list); err == nil {
			list = list[:n]
		}
	}
	if err != nil || len(list) == 0 {
		return nil
	}
	out := map[string][]byte{}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		value := make([]byte, 64<<10)
		if n, err := unix.Lgetxattr(path, name, value); err == nil {
			out[name] = value[:n]
		}
	}
	return out
}
