package baseline

import (
	"os"
	"syscall"
)

// identify adds what a file's times and place on disk are.
func identify(path string, e *Entry) {
	fi, err := os.Lstat(path)
	if err != nil {
		return
	}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		e.Inode, e.Ctime = st.Ino, st.Ctim.Nano()
		if e.Mode.IsRegular() {
			e.Size = st.Size // a second hard link has none in fsutil
		}
	}
}
