package source

import (
	"fmt"
	"io/fs"
	"syscall"
)

// inode says which file it is and when its content or attributes last changed, in
// nanoseconds: that time nobody can set.
func inode(info fs.FileInfo) (where string, changed int64, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", 0, false
	}
	return fmt.Sprintf("%d:%d", st.Dev, st.Ino), st.Ctim.Nano(), true
}
