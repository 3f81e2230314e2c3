//go:build linux

package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/moby/buildkit/client"
	"github.com/tonistiigi/fsutil"
	"golang.org/x/sync/errgroup"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/engine/ociruntime"
	"github.com/stagedive/stagedive/examples/bases"
)

// patience bounds every wait of these tests.
const patience = enginetest.Patience

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
		enginetest.Eventually(t, "the engine's end", func() bool { return len(daemons(dir)) == 0 })
	})
	return o
}

// requireEngine skips where no container can run, unless the environment says
// that this machine must be able to.
func requireEngine(t *testing.T) {
	t.Helper()
	_, noRuntime := ociruntime.Find(ociruntime.Search{Dirs: ociruntime.SearchDirs(os.Getenv("PATH"))})
	_, noMap := exec.LookPath("newuidmap")
	if noRuntime == nil && (os.Geteuid() == 0 || noMap == nil) {
		return
	}
	const needs = "this test needs an OCI runtime (runc or crun), and root or newuidmap"
	if os.Getenv("STAGEDIVE_REQUIRE_ENGINE") != "" {
		t.Fatal(needs)
	}
	t.Skip(needs)
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

// solve builds a Dockerfile with the named contexts of image, and returns the
// log of its steps.
func solve(ctx context.Context, c *client.Client, image bases.Base, dockerfile string) (string, error) {
	dir, err := os.MkdirTemp("", "stagedive-engine-test")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o600); err != nil {
		return "", err
	}
	files, err := fsutil.NewFS(dir)
	if err != nil {
		return "", err
	}
	store, err := local.NewStore(image.LayoutDir)
	if err != nil {
		return "", err
	}
	opt := client.SolveOpt{
		Frontend: "dockerfile.v0",
		FrontendAttrs: map[string]string{
			"context:base": fmt.Sprintf("oci-layout://base@%s", image.Digest),
		},
		LocalMounts: map[string]fsutil.FS{"dockerfile": files, "context": files},
		OCIStores:   map[string]content.Store{"base": store},
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
func shell(script string) string { return fmt.Sprintf("FROM base\nRUN %s\n", script) }

// base is an image with a shell and small commands, made once on a machine.
func base(ctx context.Context) (bases.Base, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return bases.Base{}, err
	}
	return bases.Shell(ctx, filepath.Join(dir, "stagedive-test", "bases"))
}

// run builds a Dockerfile that must succeed, and returns its log.
func run(t *testing.T, c *engine.Conn, dockerfile string) string {
	t.Helper()
	image, err := base(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	log, err := solve(t.Context(), c.Client, image, dockerfile)
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	return log
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

// buildCommand makes the test binary a client: STATE RUNTIME SCRIPT.
const buildCommand = "test-build"

func buildAndWait(args []string) int {
	exe, err := os.Executable()
	if err != nil || len(args) != 3 {
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
	var image bases.Base
	if err == nil {
		defer c.Close()
		image, err = base(ctx)
	}
	if err == nil {
		_, err = solve(ctx, c.Client, image, shell(args[2]))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
