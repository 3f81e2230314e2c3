//go:build linux

package launch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strings"
	"syscall"
	"time"

	"github.com/stagedive/stagedive/buildgraph/engine/embedded"
	"github.com/stagedive/stagedive/buildgraph/engine/handshake"
)

// startPatience is how long a daemon may take until it listens. It takes a
// fraction of a second; a slow disk with a large cache takes longer.
const startPatience = 60 * time.Second

// logKeep is the size at which the log is put aside before a start.
const logKeep = 1 << 20

// start runs the daemon, waits for its report and attends it. The caller holds
// the start lock.
func start(ctx context.Context, s Spec) (*handshake.Lease, error) {
	s.Notify(fmt.Sprintf("starting the embedded BuildKit %s (%s)", strings.TrimPrefix(embedded.BuildKitVersion(), "v"), s.Daemon.Runtime))
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()

	log, mark, err := openLog(s.Daemon.LogPath())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd, reports, err := spawn(s, log)
	if err != nil {
		return nil, err
	}
	defer reports.Close()
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	report, err := readReport(reports)
	if !stop() {
		return nil, fmt.Errorf("starting the engine: %w", context.Cause(ctx))
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("starting the engine: it ended at once: %s (log: %s)", lastLine(s.Daemon.LogPath(), mark), s.Daemon.LogPath())
	case !report.Ready:
		return nil, fmt.Errorf("starting the engine: %s (log: %s)", report.Error, s.Daemon.LogPath())
	}
	l, err := handshake.Attend(ctx, s.Daemon.Socket)
	if err != nil {
		return nil, fmt.Errorf("starting the engine: %w (log: %s)", err, s.Daemon.LogPath())
	}
	return l, nil
}

// spawn starts the daemon in its namespaces, in a session of its own and
// without our terminal. The returned file ends when every process of the daemon
// that could still report has closed it.
func spawn(s Spec, log *os.File) (*exec.Cmd, *os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("starting the engine: %w", err)
	}
	defer w.Close()
	var ids *rootless
	flags := uintptr(syscall.CLONE_NEWNS | syscall.CLONE_NEWPID)
	if os.Geteuid() != 0 {
		u, err := user.Current()
		if err == nil {
			ids, err = lookRootless("/", u, exec.LookPath)
		}
		if err != nil {
			r.Close()
			return nil, nil, fmt.Errorf("starting the engine: %w", err)
		}
		flags |= syscall.CLONE_NEWUSER
		s.Daemon.UserNS = true
	}
	mapped, mappedW, err := os.Pipe()
	if err != nil {
		r.Close()
		return nil, nil, fmt.Errorf("starting the engine: %w", err)
	}
	defer mapped.Close()
	defer mappedW.Close() // the daemon goes on
	cmd := exec.Command(s.Exe, append(append([]string{}, s.Command...), s.Daemon.Args()...)...)
	cmd.Env = s.Env
	cmd.Dir = s.Daemon.Root
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{w, mapped} // become embedded.ReportFD and embedded.MappedFD
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setsid:     true,
		Cloneflags: flags,
	}
	if err := cmd.Start(); err != nil {
		r.Close()
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
			return nil, nil, fmt.Errorf("starting the engine: %w: this process may not make mount and PID namespaces (CAP_SYS_ADMIN is missing; inside a container run it with --privileged), or name a running BuildKit with --engine", ErrNamespaces)
		}
		return nil, nil, fmt.Errorf("starting the engine: %w", err)
	}
	go func() { _ = cmd.Wait() }() // no zombie while this program lives
	if ids != nil {
		if err := ids.mapIDs(cmd.Process.Pid); err != nil {
			_ = cmd.Process.Kill()
			r.Close()
			return nil, nil, fmt.Errorf("starting the engine: %w (log: %s)", err, s.Daemon.LogPath())
		}
	}
	return cmd, r, nil
}

func readReport(r *os.File) (embedded.Report, error) {
	var report embedded.Report
	err := json.NewDecoder(r).Decode(&report)
	return report, err
}

// openLog opens the daemon's log for appending and returns its size, where the
// new daemon's lines begin.
func openLog(path string) (*os.File, int64, error) {
	if st, err := os.Stat(path); err == nil && st.Size() > logKeep {
		_ = os.Rename(path, path+".1")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("opening the engine's log: %w", err)
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("opening the engine's log: %w", err)
	}
	return f, st.Size(), nil
}

// lastLine is the last line with text that was logged from offset on.
func lastLine(path string, offset int64) string {
	data, err := os.ReadFile(path)
	if err != nil || int64(len(data)) < offset {
		return "no reason was logged"
	}
	lines := bytes.Split(bytes.TrimSpace(data[offset:]), []byte("\n"))
	if text := strings.TrimSpace(string(lines[len(lines)-1])); text != "" {
		return text
	}
	return "no reason was logged"
}

// checkOwner refuses a directory of another user's, or one that others may
// write to: who can replace the socket can pose as the engine.
func checkOwner(dir string) error {
	st, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("checking the engine's directory: %w", err)
	}
	owner, ok := st.Sys().(*syscall.Stat_t)
	if !st.IsDir() || ok && int(owner.Uid) != os.Geteuid() || st.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("checking the engine's directory: %s must be a directory that only you can use (chmod 700 %[1]s)", dir)
	}
	return nil
}
