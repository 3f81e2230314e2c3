//go:build linux

package engine_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/engine/ociruntime"
)

func TestEmbeddedBuilds(t *testing.T) {
	requireEngine(t)
	for _, runtime := range []string{"runc", "crun"} {
		// requireEngine sees to it that there is one of them.
		if _, err := ociruntime.Find(ociruntime.Search{Override: runtime, Dirs: ociruntime.SearchDirs("")}); err != nil {
			continue
		}
		t.Run(runtime, func(t *testing.T) {
			o := options(t)
			configure(t, &o, fmt.Sprintf("[worker.oci]\nbinary = %q\n", runtime))
			c := dial(t, o)
			if c.Info.Version != "v0.33.1" || !strings.HasPrefix(c.Info.Detail, runtime+" ") {
				t.Errorf("the engine calls itself %+v", c.Info)
			}
			log := run(t, c, shell("echo hello from $((40+2)); test -w / && echo as root"))
			if !strings.Contains(log, "hello from 42") || !strings.Contains(log, "as root") {
				t.Errorf("log of RUN: %q", log)
			}
		})
	}
}

// BuildKit's own limits would cut this off after some 200 KiB.
func TestALoudStepIsNotClipped(t *testing.T) {
	requireEngine(t)
	c := dial(t, options(t))
	log := run(t, c, shell(`i=0; while [ $i -lt 60000 ]; do echo "line $i of a step that prints a lot"; i=$((i+1)); done`))
	if n := strings.Count(log, "a step that prints a lot\n"); n != 60_000 {
		t.Errorf("%d of 60000 lines came through", n)
	}
}

func TestConcurrentDialsShareOneEngine(t *testing.T) {
	o := options(t)
	var mu sync.Mutex
	starts := 0
	o.Notify = func(string) {
		mu.Lock()
		starts++
		mu.Unlock()
	}
	var wg sync.WaitGroup
	pids := make([]int, 4)
	for i := range pids {
		wg.Go(func() {
			c, err := engine.Dial(t.Context(), o)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { c.Close() })
			if _, err := c.Client.Info(t.Context()); err != nil {
				t.Error(err)
			}
			pids[i] = enginePID(t, o)
		})
	}
	wg.Wait()
	for _, pid := range pids {
		if pid != pids[0] {
			t.Fatalf("engines of four runs: %v", pids)
		}
	}
	if starts != 1 {
		t.Errorf("%d starts were announced, want 1", starts)
	}
}

func TestIdleEngineLeavesNothing(t *testing.T) {
	o := options(t)
	c := dial(t, o)
	run(t, c, shell("echo done"))
	if m, err := enginetest.Mounts(dirOf(o)); err != nil || len(m) > 0 {
		t.Errorf("the engine's mounts reach the host: %v", m)
	}
	if len(enginetest.Sockets(dirOf(o))) != 1 {
		t.Errorf("sockets of a running engine: %v", enginetest.Sockets(dirOf(o)))
	}
	for path, want := range map[string]os.FileMode{
		filepath.Join(o.Dirs.State, "buildkit"): 0o700 | os.ModeDir,
		o.Dirs.Runtime:                          0o700 | os.ModeDir,
		enginetest.Sockets(dirOf(o))[0]:         0o600 | os.ModeSocket,
	} {
		if st, err := os.Stat(path); err != nil || st.Mode() != want {
			t.Errorf("mode of %s: %v, %v; want %v", path, st.Mode(), err, want)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	assertGone(t, o)
}

func TestKilledClientIsCleanedUpAfter(t *testing.T) {
	o := options(t)
	sleep := longSleep(1)
	client := startBuild(t, o, sleep)
	container := eventuallyOne(t, sleep)
	if err := client.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	enginetest.Eventually(t, "the container's end", func() bool { return !alive(container, sleep) })
	assertGone(t, o)
}

func TestKilledEngineIsCleanedUpAfter(t *testing.T) {
	for name, victim := range map[string]func(*testing.T, engine.Options) int{
		"engine": enginePID,
		"warden": wardenPID,
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			sleep := longSleep(2)
			startBuild(t, o, sleep)
			container := eventuallyOne(t, sleep)
			if err := kill(victim(t, o)); err != nil {
				t.Fatal(err)
			}
			enginetest.Eventually(t, "the container's end", func() bool { return !alive(container, sleep) })
			enginetest.Eventually(t, "the engine's end", func() bool { return len(daemons(dirOf(o))) == 0 })
			if m, err := enginetest.Mounts(dirOf(o)); err != nil || len(m) > 0 {
				t.Errorf("mounts left: %v", m)
			}

			c := dial(t, o)
			if log := run(t, c, shell("echo again")); !strings.Contains(log, "again") {
				t.Errorf("log of RUN after the kill: %q", log)
			}
			if left, _ := filepath.Glob(filepath.Join(o.Dirs.State, "buildkit/runc-*/executor/*/rootfs")); len(left) > 0 {
				t.Errorf("bundles left: %v", left)
			}
			c.Close()
			assertGone(t, o)
		})
	}
}

func TestConnTellsOfTheEnginesDeath(t *testing.T) {
	o := options(t)
	c := dial(t, o)
	if err := kill(enginePID(t, o)); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
}

func TestOtherSettingsReplaceAnIdleEngine(t *testing.T) {
	o := options(t)
	c := dial(t, o)
	first := enginePID(t, o)

	o2 := o
	configure(t, &o2, "[log]\nlevel = \"debug\"\n")
	notices := make(chan string, 8)
	o2.Notify = func(text string) { notices <- text }
	dialed := make(chan *engine.Conn, 1)
	go func() {
		c2, err := engine.Dial(t.Context(), o2)
		if err != nil {
			t.Error(err)
		}
		dialed <- c2
	}()
	if n := <-notices; !strings.Contains(n, "waiting for an engine") {
		t.Errorf("notice while the other engine is in use: %q", n)
	}
	if _, err := c.Client.Info(t.Context()); err != nil {
		t.Errorf("the engine in use was taken away: %v", err)
	}
	c.Close()
	if c2 := <-dialed; c2 != nil {
		defer c2.Close()
		if pid := enginePID(t, o); pid == first {
			t.Error("the engine was not replaced")
		}
	}
}

func TestDialWithoutRuntime(t *testing.T) {
	o := options(t)
	configure(t, &o, "[worker.oci]\nbinary = \"/nowhere/runc\"\n")
	_, err := engine.Dial(t.Context(), o)
	if !errors.Is(err, engine.ErrNoRuntime) || !strings.Contains(err.Error(), "/nowhere/runc") {
		t.Errorf("got %v, want ErrNoRuntime that names the binary", err)
	}
}

func TestFailedStartSaysWhy(t *testing.T) {
	for name, c := range map[string]struct{ config, want string }{
		"syntax":      {"[worker.oci\n", "buildkitd.toml"},
		"snapshotter": {"[worker.oci]\nsnapshotter = \"zfs\"\n", `"zfs" is not one of`},
		"level":       {"[log]\nlevel = \"loud\"\n", "log.level"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			configure(t, &o, c.config)
			_, err := engine.Dial(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one sentence with %q", err, c.want)
			}
			assertGone(t, o)
		})
	}
	t.Run("not the program", func(t *testing.T) {
		o := options(t)
		o.Exe = "/bin/false"
		_, err := engine.Dial(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), "starting the engine") || !strings.Contains(err.Error(), "engine.log") {
			t.Errorf("got %v, want it to name the log", err)
		}
	})
	t.Run("missing configuration", func(t *testing.T) {
		o := options(t)
		o.ConfigFile = filepath.Join(t.TempDir(), "none.toml")
		if _, err := engine.Dial(t.Context(), o); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "none.toml") {
			t.Errorf("got %v, want it to name the file", err)
		}
	})
}

func TestLongRuntimeDirectory(t *testing.T) {
	o := options(t)
	o.Dirs.Runtime = filepath.Join(dirOf(o), strings.Repeat("long/", 25))
	o.Dirs.Temp = dirOf(o)
	c := dial(t, o)
	if _, err := c.Client.Info(t.Context()); err != nil {
		t.Error(err)
	}
	c.Close()
	assertGone(t, o)
}

func TestDialByAddress(t *testing.T) {
	o := options(t)
	dial(t, o) // a real BuildKit to reach
	o.Address = "unix://" + enginetest.Sockets(dirOf(o))[0]
	c := dial(t, o)
	if c.Info.Name != o.Address || c.Info.Version != "v0.33.1" {
		t.Errorf("the engine calls itself %+v", c.Info)
	}
	if log := run(t, c, shell("echo by address")); !strings.Contains(log, "by address") {
		t.Errorf("log of RUN: %q", log)
	}
	o.Address += ".none"
	if _, err := engine.Dial(t.Context(), o); err == nil || !strings.Contains(err.Error(), o.Address) {
		t.Errorf("%v", err)
	}
}
