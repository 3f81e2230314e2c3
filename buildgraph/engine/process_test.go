//go:build linux

package engine_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
)

// dirOf is the directory that everything of the test's engine lies in.
func dirOf(o engine.Options) string { return filepath.Dir(o.Dirs.State) }

// configure gives the engine a buildkitd.toml.
func configure(t *testing.T, o *engine.Options, toml string) {
	t.Helper()
	o.ConfigFile = filepath.Join(t.TempDir(), "buildkitd.toml")
	if err := os.WriteFile(o.ConfigFile, []byte(toml), 0o600); err != nil {
		t.Fatal(err)
	}
}

// startBuild runs a client process that builds `RUN script`.
func startBuild(t *testing.T, o engine.Options, script string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(o.Exe, buildCommand, o.Dirs.State, o.Dirs.Runtime, script)
	cmd.Env = o.Env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("client: %s", stderr.String())
		}
	})
	return cmd
}

// enginePID is the process that listens on the engine's socket.
func enginePID(t *testing.T, o engine.Options) int {
	t.Helper()
	c, err := net.Dial("unix", enginetest.Sockets(dirOf(o))[0])
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	raw, err := c.(*net.UnixConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var cred *unix.Ucred
	if err := raw.Control(func(fd uintptr) { cred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return int(cred.Pid)
}

// wardenPID is the engine's parent.
func wardenPID(t *testing.T, o engine.Options) int {
	t.Helper()
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(enginePID(t, o)), "stat"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // pid (comm) state ppid …, proc(5)
	pid, err := strconv.Atoi(strings.Fields(rest)[1])
	if err != nil || !slices.Contains(daemons(dirOf(o)), pid) {
		t.Fatalf("no warden: %q, %v", stat, err)
	}
	return pid
}

func kill(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) }

// longSleep is a command that runs for a day and whose text no other process on
// the machine has.
func longSleep(n int) string { return fmt.Sprintf("sleep 86400.%d%d", os.Getpid(), n) }

// eventuallyOne waits for a process in a container whose whole command line is
// text, and returns it.
func eventuallyOne(t *testing.T, text string) int {
	t.Helper()
	var pid int
	enginetest.Eventually(t, "a container with "+text, func() bool {
		for _, p := range processes(text) {
			if alive(p, text) {
				pid = p
				return true
			}
		}
		return false
	})
	return pid
}

// alive says whether pid still is the process that runs text.
func alive(pid int, text string) bool {
	line, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	return err == nil && strings.HasPrefix(strings.ReplaceAll(string(line), "\x00", " "), text)
}

// assertGone waits for the engine's end, then looks for anything it left.
func assertGone(t *testing.T, o engine.Options) {
	t.Helper()
	dir := dirOf(o)
	enginetest.Eventually(t, "the engine's end", func() bool { return len(daemons(dir)) == 0 })
	if s := enginetest.Sockets(dir); len(s) > 0 {
		t.Errorf("sockets left: %v", s)
	}
	if m, err := enginetest.Mounts(dir); err != nil || len(m) > 0 {
		t.Errorf("mounts left: %v", m)
	}
	root := sha256.Sum256([]byte(filepath.Join(o.Dirs.State, "buildkit")))
	for _, pattern := range []string{"/sys/fs/cgroup/%s", "/sys/fs/cgroup/*/%s"} {
		left, _ := filepath.Glob(fmt.Sprintf(pattern, fmt.Sprintf("stagedive-%x", root[:6])))
		if len(left) > 0 {
			t.Errorf("control groups left: %v", left)
		}
	}
}
