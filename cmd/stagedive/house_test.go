package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/engine/ociruntime"
	"github.com/stagedive/stagedive/examples/bases"
)

// patience bounds every wait of these tests; only a broken program reaches it.
const patience = 60 * time.Second

// house is a place where the program runs as if nothing else were on the
// machine: its own home, directories and engine, which ends with the test.
type house struct {
	dir string
	env []string
}

// newHouse makes a house. more is put on top of its environment.
func newHouse(t testing.TB, more ...string) *house {
	t.Helper()
	// A path of the test's name could be too long for a socket.
	dir, err := os.MkdirTemp("", "stagedive-t-")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{dir: dir, env: houseEnv(t, dir)}
	h.env = append(h.env, more...)
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "state", "stagedive", "buildkit", "engine.log"))
			t.Logf("engine log:\n%s", tail(string(log), 4000))
		}
		if err := leave(dir); err != nil {
			t.Error(err)
		}
	})
	return h
}

// houseEnv is an environment whose directories all lie in dir. The base images
// are shared by all tests of a machine, and so is what the Go tool downloaded.
func houseEnv(t testing.TB, dir string) []string {
	t.Helper()
	cache := filepath.Join(dir, "cache", "stagedive")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	shared, err := basesDir()
	if err == nil {
		err = os.MkdirAll(shared, 0o755)
	}
	if err == nil {
		err = os.Symlink(shared, filepath.Join(cache, "bases"))
	}
	if err != nil {
		t.Fatal(err)
	}
	env := []string{
		"PATH=" + filepath.Dir(program) + string(filepath.ListSeparator) + os.Getenv("PATH"),
		"HOME=" + dir,
		"XDG_STATE_HOME=" + filepath.Join(dir, "state"),
		"XDG_RUNTIME_DIR=" + filepath.Join(dir, "run"),
		"XDG_CACHE_HOME=" + filepath.Join(dir, "cache"),
		"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"),
		"DOCKER_CONFIG=" + filepath.Join(dir, "docker"),
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8",
		"STAGEDIVE_ENGINE_IDLE=2s",
		"GORACE=atexit_sleep_ms=50", // else each process of a race-enabled test ends a second late
	}
	return append(env, goEnv()...)
}

var goEnv = sync.OnceValue(func() []string {
	var out []string
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS", "GOSUMDB"} {
		if value, err := exec.Command("go", "env", name).Output(); err == nil {
			out = append(out, name+"="+strings.TrimSpace(string(value)))
		}
	}
	return out
})

func basesDir() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "stagedive-test", "bases"), err
}

var shellBase = sync.OnceValues(func() (bases.Base, error) {
	dir, err := basesDir()
	if err != nil {
		return bases.Base{}, err
	}
	return bases.Shell(context.Background(), dir)
})

// shellContext is the shell image as the value of --build-context.
func shellContext(t testing.TB) string {
	t.Helper()
	b, err := shellBase()
	if err != nil {
		t.Fatalf("making the shell image: %v", err)
	}
	return b.Context()
}

// needEngine skips where no container can run, unless the environment says that
// this machine must be able to.
func needEngine(t testing.TB) {
	t.Helper()
	if why := noEngine(); why != "" {
		if os.Getenv("STAGEDIVE_REQUIRE_ENGINE") != "" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
}

// noEngine says why the embedded engine cannot run here; "" when it can.
func noEngine() string {
	_, noRuntime := ociruntime.Find(ociruntime.Search{Dirs: ociruntime.SearchDirs(os.Getenv("PATH"))})
	_, noMap := exec.LookPath("newuidmap")
	if noRuntime == nil && (os.Geteuid() == 0 || noMap == nil) {
		return ""
	}
	return "this test needs an OCI runtime (runc or crun), and root or newuidmap"
}

// command is the program with arguments, ready to be started in the house.
func (h *house) command(args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Dir = h.env, h.dir
	return cmd
}

// said is what a run of the program came to.
type said struct {
	stdout, stderr string
	code           int
}

// run runs the program to its end.
func (h *house) run(t testing.TB, args ...string) said {
	t.Helper()
	cmd := h.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the code tells
	return said{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// write puts a file into the house and returns its path.
func (h *house) write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// project puts a Dockerfile into a directory of the house. shell stands for the
// shell image in it.
func (h *house) project(t testing.TB, name, dockerfile string) string {
	t.Helper()
	return filepath.Dir(h.write(t, filepath.Join(name, "Dockerfile"), dockerfile))
}

// leave ends the engines of a house, looks for what they left and removes it.
func leave(dir string) error {
	for _, pid := range daemons(dir) {
		_ = syscall.Kill(pid, syscall.SIGTERM)
	}
	if !within(patience, func() bool { return len(daemons(dir)) == 0 }) {
		return fmt.Errorf("the engine of %s does not end", dir)
	}
	err := leftovers(dir)
	if rm := os.RemoveAll(dir); err == nil {
		err = rm
	}
	return err
}

// leftovers says what an engine that has ended should have taken with it.
func leftovers(dir string) error {
	if s := enginetest.Sockets(dir); len(s) > 0 {
		return fmt.Errorf("sockets left: %v", s)
	}
	if m, err := enginetest.Mounts(dir); err != nil || len(m) > 0 {
		return fmt.Errorf("mounts left: %v, %v", m, err)
	}
	return nil
}

// within waits until cond holds and says whether it does in time.
func within(d time.Duration, cond func() bool) bool {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(d); !cond(); <-look.C {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}

func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	if !within(patience, cond) {
		t.Fatalf("waited in vain for %s", what)
	}
}

// daemons lists the processes of the engines whose state lies in dir. It
// includes no container.
func daemons(dir string) []int { return processes("--root=" + dir + "/") }

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

func tail(s string, n int) string {
	if len(s) > n {
		return s[len(s)-n:]
	}
	return s
}

// buffer is output that a test reads while it is written.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String is all that was written so far.
func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *buffer) has(text string) bool { return strings.Contains(b.String(), text) }
