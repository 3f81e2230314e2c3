//go:build linux

package embedded

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// logLimit is how large the log grows before it becomes LogName.1, whose
// predecessor is dropped: a daemon's logs take at most twice this.
const logLimit = 4 << 20

// rotatingLog writes to the file that is the process's standard output and
// error, and replaces it there when it has grown too large, so that a panic
// lands in the current one.
type rotatingLog struct {
	mu      sync.Mutex
	path    string
	written int64
}

func newRotatingLog(path string) *rotatingLog {
	l := &rotatingLog{path: path}
	if st, err := os.Stat(path); err == nil {
		l.written = st.Size()
	}
	return l
}

// Write appends to the log; a log that cannot be written is no reason to fail.
func (l *rotatingLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.written += int64(len(p)); l.written > logLimit {
		l.rotate()
		l.written = int64(len(p))
	}
	return os.Stderr.Write(p)
}

func (l *rotatingLog) rotate() {
	if os.Rename(l.path, l.path+".1") != nil {
		return
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	for _, fd := range []int{1, 2} {
		_ = unix.Dup3(int(f.Fd()), fd, 0)
	}
}
