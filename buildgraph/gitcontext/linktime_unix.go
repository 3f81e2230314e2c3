//go:build unix

package gitcontext

import (
	"time"

	"golang.org/x/sys/unix"
)

// setLinkTime sets the time of a symbolic link itself.
func setLinkTime(path string, at time.Time) error {
	ts := unix.NsecToTimespec(at.UnixNano())
	return unix.UtimesNanoAt(unix.AT_FDCWD, path, []unix.Timespec{ts, ts}, unix.AT_SYMLINK_NOFOLLOW)
}
