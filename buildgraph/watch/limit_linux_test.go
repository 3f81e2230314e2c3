package watch_test

import (
	"bytes"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/watch"
)

// Where the system has no watches left, files are looked at now and then, and it
// is said why. The limit is a real one: that of a user namespace.
func TestWatchesUsedUp(t *testing.T) {
	if os.Getenv("WATCH_LIMITED") == "" {
		again := exec.Command(os.Args[0], "-test.run=^TestWatchesUsedUp$")
		again.Env = append(os.Environ(), "WATCH_LIMITED=1")
		again.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		}
		out, err := again.CombinedOutput()
		if err != nil && len(out) == 0 {
			t.Skipf("no user namespaces here: %v", err)
		}
		if err != nil || !bytes.Contains(out, []byte("PASS")) {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	if err := os.WriteFile("/proc/sys/user/max_inotify_watches", []byte("2"), 0); err != nil {
		t.Fatal(err)
	}
	f := newField(t, "build", watch.Timing{Poll: 20 * time.Millisecond})
	f.write("src/a.ts", "polled")
	f.wants("src/a.ts")
	f.write("src/new/d.ts", "d")
	e := f.next()
	for len(e.Changed) == 0 {
		e = f.next()
	}
	if want := "this system allows no more inotify watches (fs.inotify.max_user_watches)"; e.Polling != want {
		t.Errorf("said %q, want %q", e.Polling, want)
	}
}
