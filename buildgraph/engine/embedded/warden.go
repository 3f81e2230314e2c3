//go:build linux

package embedded

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// lockPatience is how long a new daemon waits for one that is just ending to
// give the state directory up.
const lockPatience = 15 * time.Second

// runWarden prepares the namespaces, starts the engine, reaps what containers
// leave behind and tidies up when the engine is gone. It returns the engine's
// exit code. It must be the first process of its PID namespace.
func runWarden(cfg Config, report *os.File) (int, error) {
	if cfg.UserNS {
		// Where runc and crun keep the state of containers when they may not
		// write to /run.
		if err := os.Setenv("XDG_RUNTIME_DIR", filepath.Join(cfg.Root, "runtime")); err != nil {
			return 1, err
		}
	}
	if err := isolate(cfg); err != nil {
		return 1, err
	}
	lock, err := lockRoot(cfg.Root)
	if err != nil {
		return 1, err
	}
	sweepFiles(cfg)
	sweepCgroups(cgroupParent(cfg.Root))
	pid, err := startEngine(cfg, report, lock)
	if err != nil {
		return 1, fmt.Errorf("starting the engine process: %w", err)
	}
	report.Close() // the engine's copy is the one that counts

	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		for s := range signals {
			_ = syscall.Kill(pid, s.(syscall.Signal))
		}
	}()
	code := reapUntil(pid)
	killAll()
	_ = os.Remove(cfg.Socket) // the files wait for the next start, see sweepFiles
	sweepCgroups(cgroupParent(cfg.Root))
	return code, nil
}

// lockRoot takes the state directory. The lock belongs to an open file that the
// engine inherits, so it is held until both processes are gone.
func lockRoot(root string) (*os.File, error) {
	path := filepath.Join(root, "engine.lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the engine's lock: %w", err)
	}
	for deadline := time.Now().Add(lockPatience); ; time.Sleep(20 * time.Millisecond) {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) || time.Now().After(deadline) {
			f.Close()
			return nil, fmt.Errorf("locking %s: another engine still uses this state directory: %w", path, err)
		}
	}
}

// logLimits lets a step print more than BuildKit's 2 MiB at 200 KiB/s, after
// which it drops what follows, the error message first of all. Who has set the
// limits keeps them. (BuildKit 0.33.1, util/progress/logs.)
func logLimits(env []string) []string {
	return append(env, "BUILDKIT_STEP_LOG_MAX_SIZE=268435456", "BUILDKIT_STEP_LOG_MAX_SPEED=-1") // of two, os.Getenv takes the first
}

func startEngine(cfg Config, report, lock *os.File) (pid int, err error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	// /proc/self/exe is this very binary, even if the file was replaced since.
	argv := append([]string{os.Args[0], os.Args[1], engineStage}, cfg.Args()...)
	return syscall.ForkExec("/proc/self/exe", argv, &syscall.ProcAttr{
		Dir:   cfg.Root,
		Env:   logLimits(os.Environ()),
		Files: []uintptr{null.Fd(), 1, 2, report.Fd(), lock.Fd()},
	})
}

// reapUntil waits for children, the adopted ones of dead containers included,
// until pid has ended, and returns its exit code.
func reapUntil(pid int) int {
	for {
		var status unix.WaitStatus
		got, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 1
		case got == pid && status.Signaled():
			return 128 + int(status.Signal())
		case got == pid:
			return status.ExitStatus()
		}
	}
}

// killAll ends what is left in the namespace, so that nothing writes any more
// when the state directory is swept.
func killAll() {
	_ = unix.Kill(-1, unix.SIGKILL)
	for {
		if _, err := unix.Wait4(-1, nil, 0, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// isolate makes the mount namespace ours: mounts of the host keep arriving and
// leaving, ours never reach it; /proc shows our PID namespace; and the state
// that OCI runtimes keep of their containers dies with us.
func isolate(cfg Config) error {
	if err := unix.Mount("", "/", "", unix.MS_SLAVE|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("separating the engine's mounts from the host's: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mounting /proc for the engine: %w", err)
	}
	for _, dir := range runtimeStateDirs(cfg) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			continue // the runtime could not write there either, and will say so
		}
		if err := unix.Mount("tmpfs", dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0700"); err != nil {
			return fmt.Errorf("mounting a private %s: %w", dir, err)
		}
	}
	if filepath.Base(cfg.Runtime) == "crun" {
		hideHybridCgroups()
	}
	return nil
}

// hideHybridCgroups covers the second of the two control group versions that a
// hybrid host has, when it controls something: crun refuses such a host, and is
// content with version 1 alone. Only our mount namespace is changed.
func hideHybridCgroups() {
	const unified = "/sys/fs/cgroup/unified"
	controllers, err := os.ReadFile(unified + "/cgroup.controllers")
	if err == nil && len(bytes.TrimSpace(controllers)) > 0 {
		_ = unix.Mount("tmpfs", unified, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755") // if not, crun says why it refuses
	}
}

// runtimeStateDirs are where runc and crun keep the state of containers: under
// /run, or under XDG_RUNTIME_DIR in a user namespace.
func runtimeStateDirs(cfg Config) []string {
	base := "/run"
	if cfg.UserNS {
		base = os.Getenv("XDG_RUNTIME_DIR")
	}
	return []string{filepath.Join(base, "runc"), filepath.Join(base, "crun")}
}
