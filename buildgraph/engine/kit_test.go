//go:build linux

package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/tonistiigi/fsutil"
	"golang.org/x/sync/errgroup"

	"github.com/stagedive/stagedive/buildgraph/engine"
)

// patience bounds every wait of these tests.
const patience = 60 * time.Second

// options are those of an engine of the test's own, which is ended with it.
func options(t *testing.T) engine.Options {
	t.Helper()
	requireEngine(t)
	dir := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := engine.Options{
		Exe:    exe,
		Dirs:   engine.Dirs{State: filepath.Join(dir, "state"), Runtime: filepath.Join(dir, "run"), Temp: os.TempDir()},
		Idle:   time.Second,
		Env:    append(os.Environ(), "XDG_CONFIG_HOME="+filepath.Join(dir, "config")),
		Notify: func(text string) { t.Log(text) },
	}
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(o.Dirs.State, "buildkit", "engine.log"))
			t.Logf("engine log:\n%s", log)
		}
		for _, pid := range daemons(dir) {
			_ = syscall.Kill(pid, syscall.SIGTERM)
		}
		eventually(t, "the engine's end", func() bool { return len(daemons(dir)) == 0 })
	})
	return o
}

// requireEngine skips where no container can run, unless the environment says
// that this machine must be able to.
func requireEngine(t *testing.T) {
	t.Helper()
	_, runc := exec.LookPath("runc")
	_, crun := exec.LookPath("crun")
	if os.Geteuid() == 0 && (runc == nil || crun == nil) {
		return
	}
	if os.Getenv("STAGEDIVE_REQUIRE_ENGINE") != "" {
		t.Fatal("this test needs root and an OCI runtime (runc or crun)")
	}
	t.Skip("this test needs root and an OCI runtime (runc or crun)")
}

func dial(t *testing.T, o engine.Options) *engine.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := engine.Dial(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// solve builds a Dockerfile in a context that holds a static shell, and returns
// the log of its steps.
func solve(ctx context.Context, c *client.Client, contextDir, dockerfile string) (string, error) {
	dir, err := os.MkdirTemp("", "stagedive-engine-test")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o600); err != nil {
		return "", err
	}
	opt := client.SolveOpt{Frontend: "dockerfile.v0", LocalMounts: map[string]fsutil.FS{}}
	for name, from := range map[string]string{"dockerfile": dir, "context": contextDir} {
		if opt.LocalMounts[name], err = fsutil.NewFS(from); err != nil {
			return "", err
		}
	}
	var log bytes.Buffer
	statuses := make(chan *client.SolveStatus)
	var g errgroup.Group
	g.Go(func() error {
		_, err := c.Solve(ctx, nil, opt, statuses)
		return err
	})
	g.Go(func() error {
		for s := range statuses {
			for _, l := range s.Logs {
				log.Write(l.Data)
			}
		}
		return nil
	})
	err = g.Wait()
	return log.String(), err
}

// shell is a Dockerfile that runs script.
func shell(script string) string {
	return fmt.Sprintf("FROM scratch\nCOPY . /\nRUN %s\n", script)
}

// base is a directory with a static shell at bin/sh and the tools that the tests
// use.
func base(t *testing.T) string {
	t.Helper()
	box, err := os.ReadFile("/bin/busybox")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bin", "busybox"), box, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sh", "sleep", "echo", "cat", "id", "ls"} {
		if err := os.Symlink("busybox", filepath.Join(dir, "bin", name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// eventually waits until cond holds.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// daemons lists the processes whose command line names dir: wardens and engines
// of this test. It includes no container.
func daemons(dir string) []int { return processes("--root=" + dir) }

// processes lists the live processes whose command line has text in it.
func processes(text string) []int {
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	var out []int
	for _, path := range paths {
		line, err := os.ReadFile(path)
		if err != nil || !strings.Contains(strings.ReplaceAll(string(line), "\x00", " "), text) {
			continue
		}
		var pid int
		if _, err := fmt.Sscanf(path, "/proc/%d/", &pid); err == nil && pid != os.Getpid() {
			out = append(out, pid)
		}
	}
	return out
}

// mounts lists the mount points of this namespace that lie under dir.
func mounts(t *testing.T, dir string) []string {
	t.Helper()
	info, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(info)) {
		if f := strings.Fields(line); len(f) > 4 && strings.HasPrefix(f[4], dir) {
			out = append(out, f[4])
		}
	}
	return out
}

// sockets lists the sockets under dir.
func sockets(dir string) []string {
	var out []string
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type()&os.ModeSocket != 0 {
			out = append(out, path)
		}
		return nil
	})
	return out
}

// buildCommand makes the test binary a client: STATE RUNTIME BASE SCRIPT.
const buildCommand = "test-build"

func buildAndWait(args []string) int {
	exe, err := os.Executable()
	if err != nil || len(args) != 4 {
		fmt.Fprintln(os.Stderr, err, args)
		return 2
	}
	ctx := context.Background()
	c, err := engine.Dial(ctx, engine.Options{
		Exe:  exe,
		Dirs: engine.Dirs{State: args[0], Runtime: args[1], Temp: os.TempDir()},
		Idle: time.Second,
		Env:  os.Environ(),
	})
	if err == nil {
		_, err = solve(ctx, c.Client, args[2], shell(args[3]))
		err = errors.Join(err, c.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
