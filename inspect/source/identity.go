package source

import (
	"fmt"
	"os"
	"time"
)

// tick is longer than the step in which file systems tell the time. A file that was
// touched a moment ago could be written once more without showing it.
const tick = 20 * time.Millisecond

// FileIdentity names the content of an open file: which file it is, and when it was
// last touched. "" where the system does not tell, or when that is only just past.
func FileIdentity(f *os.File) string {
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	where, changed, ok := inode(info)
	if !ok || time.Since(time.Unix(0, changed)) < tick {
		return ""
	}
	return fmt.Sprintf("file %s %d %d %d", where, info.Size(), info.ModTime().UnixNano(), changed)
}

// PartIdentity names a part of a file.
func PartIdentity(f *os.File, offset, size int64) string {
	id := FileIdentity(f)
	if id == "" {
		return ""
	}
	return fmt.Sprintf("%s at %d+%d", id, offset, size)
}
