//go:build linux

package container_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	controlapi "github.com/moby/buildkit/api/services/control"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve/container"
	"github.com/stagedive/stagedive/buildgraph/solve/container/containertest"
)

// sh is a command for the image's shell.
func sh(script string) container.Command {
	return container.Command{Args: []string{"sh", "-c", script}, Env: []string{"PATH=/usr/bin:/bin"}}
}

// must runs a command that must end by itself.
func must(t testing.TB, r *container.Root, c container.Command) container.Result {
	t.Helper()
	got, err := r.Run(t.Context(), c)
	if err != nil {
		t.Fatalf("running %q: %v", c.Args, err)
	}
	return got
}

// What a command writes, its exit code, its user, directory and environment are what
// was asked for.
func TestRun(t *testing.T) {
	im := containertest.Shell(t)
	r := opened(t, im)
	for _, c := range []struct {
		name     string
		with     func(*container.Command)
		script   string
		out, err string
		code     int
	}{
		{name: "streams", script: "echo out; echo err >&2; exit 3", out: "out\n", err: "err\n", code: 3},
		{name: "root", script: "id; pwd", out: "uid=0 gid=0\n/\n"},
		{name: "user", with: func(c *container.Command) { c.User, c.Dir = "1234:99", "/made/up" }, script: "id; pwd", out: "uid=1234 gid=99\n/made/up\n"},
		{name: "environment", with: func(c *container.Command) { c.Env = append(c.Env, "COLOUR=blue") }, script: "echo $COLOUR $HOME", out: "blue /root\n"},
		{name: "terminal", with: func(c *container.Command) { c.TTY = true }, script: "echo out; echo err >&2", out: "out\r\nerr\r\n"},
		{name: "setup", with: func(c *container.Command) {
			c.Setup = [][]string{{"sh", "-c", "echo $WHO > /s; exit 9"}, {"sh", "-c", "echo more >> /s"}}
			c.SetupEnv = []string{"PATH=/bin", "WHO=me"}
		}, script: "cat /s", out: "me\nmore\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			command := sh(c.script)
			if c.with != nil {
				c.with(&command)
			}
			got := must(t, r, command)
			if string(got.Stdout) != c.out || string(got.Stderr) != c.err || got.Code != c.code || got.Cut || got.Note != "" {
				t.Errorf("got %q, %q, %d %q, cut %v", got.Stdout, got.Stderr, got.Code, got.Note, got.Cut)
			}
		})
	}
}

// A program that is not there, or is none, is told as a shell tells it.
func TestNoProgram(t *testing.T) {
	im := containertest.Shell(t)
	r := opened(t, im)
	bad := [][]string{{"sh", "-c", "mkdir /opt; printf '#!/no/such\\n' > /opt/script; printf text > /opt/text; chmod 755 /opt/script /opt/text; ln -s /opt/script /opt/link"}}
	for _, c := range []struct {
		name, program string
		setup         [][]string
		code          int
		note          string
	}{
		{name: "name", program: "tsc", code: container.NotFound, note: "tsc: there is no such program in the image's PATH"},
		{name: "path", program: "/no/such", code: container.NotFound, note: "/no/such: there is no such file in the image"},
		{name: "through a file", program: "/etc/os-release/x", code: container.NotFound, note: "/etc/os-release/x: there is no such file in the image"},
		{name: "no program", program: "/etc/os-release", code: container.NotExecutable, note: "/etc/os-release: it is no program that may be executed"},
		{name: "directory", program: "/etc", code: container.NotExecutable, note: "/etc: it is no program that may be executed"},
		{name: "no interpreter", program: "/opt/script", setup: bad, code: container.NotFound, note: "the interpreter that it names is not"},
		{name: "link", program: "/opt/link", setup: bad, code: container.NotFound, note: "the interpreter that it names is not"},
		{name: "text", program: "/opt/text", setup: bad, code: container.NotExecutable, note: "or no program"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := must(t, r, container.Command{Args: []string{c.program}, Setup: c.setup})
			if got.Code != c.code || !strings.Contains(got.Note, c.note) {
				t.Errorf("%d %q, stderr %q", got.Code, got.Note, got.Stderr)
			}
		})
	}
	if _, err := r.Run(t.Context(), container.Command{Args: []string{"true"}, Setup: [][]string{{"nope", "x"}}}); err == nil || err.Error() != "setup nope x: nope: there is no such program in the image's PATH" {
		t.Errorf("a setup that is not there: %v", err)
	}
	if _, err := r.Run(t.Context(), container.Command{Args: []string{"true"}, User: "nosuch"}); err == nil || !strings.Contains(err.Error(), "no such user") {
		t.Errorf("a user who is not there: %v", err)
	}
}

// Nothing of what a command does is seen by another, setup or not.
func TestClean(t *testing.T) {
	im := containertest.Shell(t)
	r := opened(t, im)
	one := sh("cat /s; echo own >> /s; rm /etc/os-release; cat /s")
	one.Setup, one.SetupEnv = [][]string{{"sh", "-c", "echo setup > /s"}}, one.Env
	for range 2 {
		if got := must(t, r, one); string(got.Stdout) != "setup\nsetup\nown\n" {
			t.Errorf("after another: %q %q", got.Stdout, got.Stderr)
		}
	}
	if got := must(t, r, sh("ls /s; cat /etc/os-release")); !strings.Contains(string(got.Stderr), "/s") || !strings.Contains(string(got.Stdout), "ID=") {
		t.Errorf("the image is not as it was: %q %q", got.Stdout, got.Stderr)
	}
	two := one
	two.Setup = append(two.Setup, []string{"sh", "-c", "echo two >> /s"})
	if got := must(t, r, two); !strings.HasPrefix(string(got.Stdout), "setup\ntwo\n") {
		t.Errorf("a longer setup: %q", got.Stdout)
	}
}

// A command that does not end is ended, with its children, by its time or by whoever
// gives up; what was written until then is lost with it.
func TestEnds(t *testing.T) {
	im := containertest.Shell(t)
	r := opened(t, im)
	c := sh("sleep 120.5511 & sleep 120.5511")
	c.Limit = 500 * time.Millisecond
	if _, err := r.Run(t.Context(), c); err == nil || !strings.Contains(err.Error(), "did not end within 0.5s") {
		t.Errorf("after its time: %v", err)
	}
	gone(t, "sleep", "120.5511")
	c = sh("true")
	c.Setup, c.Limit = [][]string{{"sleep", "120.5512"}}, 500*time.Millisecond
	if _, err := r.Run(t.Context(), c); err == nil || !strings.HasPrefix(err.Error(), "setup sleep 120.5512: ") {
		t.Errorf("a setup after its time: %v", err)
	}
	gone(t, "sleep", "120.5512")

	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	done := make(chan error, 1)
	go func() {
		_, err := r.Run(ctx, sh("sleep 120.5513"))
		done <- err
	}()
	enginetest.Eventually(t, "the command's start", func() bool { return enginetest.Running("sleep", "120.5513") })
	cancel(why)
	if err := <-done; !errors.Is(err, why) {
		t.Errorf("given up: %v", err)
	}
	gone(t, "sleep", "120.5513")
	if got := must(t, r, sh("echo fine")); string(got.Stdout) != "fine\n" {
		t.Errorf("after all that: %q", got.Stdout)
	}
}

// Closing ends what runs.
func TestClose(t *testing.T) {
	im := containertest.Shell(t)
	r := opened(t, im)
	done := make(chan error, 1)
	go func() {
		_, err := r.Run(t.Context(), sh("sleep 120.5514"))
		done <- err
	}()
	enginetest.Eventually(t, "the command's start", func() bool { return enginetest.Running("sleep", "120.5514") })
	r.Close()
	if err := <-done; err == nil {
		t.Error("it ended well")
	}
	gone(t, "sleep", "120.5514")
}

// When it is closed, the engine keeps nothing open for it: no container, and no file
// system in use. No build is remembered.
func TestNothingIsLeft(t *testing.T) {
	im := containertest.Shell(t)
	c := dial(t)
	r := opened(t, im)
	with := sh("cat /s")
	with.Setup, with.SetupEnv = [][]string{{"sh", "-c", "echo left > /s"}}, with.Env
	short := sh("sleep 120.5515")
	short.Limit = 300 * time.Millisecond
	must(t, r, with)
	must(t, r, container.Command{Args: []string{"nothing"}})
	if _, err := r.Run(t.Context(), short); err == nil {
		t.Error("it ended by itself")
	}
	r.Close()
	if _, err := r.Run(t.Context(), sh("true")); err == nil || !strings.Contains(err.Error(), "session with the engine has ended") {
		t.Errorf("after its end: %v", err)
	}
	inUse := func() (out []string) {
		all, err := c.DiskUsage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range all {
			if u.InUse {
				out = append(out, u.ID+" "+u.Description)
			}
		}
		return out
	}
	enginetest.Eventually(t, "the end of all use", func() bool { return len(inUse()) == 0 })
	events, err := c.ControlClient().ListenBuildHistory(t.Context(), &controlapi.BuildHistoryRequest{EarlyExit: true})
	if err != nil {
		t.Fatal(err)
	}
	if e, err := events.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("remembered: %v, %v", e, err)
	}
}

// gone waits until no process has been called so any more.
func gone(t testing.TB, args ...string) {
	t.Helper()
	enginetest.Eventually(t, "the end of "+strings.Join(args, " "), func() bool { return !enginetest.Running(args...) })
}

// Endless output is ended, and long output is kept to a bound.
func TestOutputIsBounded(t *testing.T) {
	im := containertest.Shell(t)
	r := opened(t, im)
	got := must(t, r, sh("head -c 100000000 /dev/zero; echo end >&2"))
	if len(got.Stdout) != container.Kept || !got.Cut || string(got.Stderr) != "end\n" || got.Code != 0 {
		t.Errorf("a line of 100 MB: %d bytes kept, cut %v, %q, %d", len(got.Stdout), got.Cut, got.Stderr, got.Code)
	}
	if _, err := r.Run(t.Context(), sh("cat /dev/zero")); err == nil || !strings.Contains(err.Error(), "it wrote more than") {
		t.Errorf("endless: %v", err)
	}
}

// Images without a shell, and without anything, work: programs are executed as they
// are.
func TestScratch(t *testing.T) {
	r := opened(t, container.Image{})
	if got := must(t, r, container.Command{Args: []string{"sh"}}); got.Code != container.NotFound {
		t.Errorf("in an empty image: %+v", got)
	}
	r = opened(t, containertest.Over(container.Image{}, containertest.Layer(t, "basename", program(t))))
	if got := must(t, r, container.Command{Args: []string{"/basename", "/a/there"}}); string(got.Stdout) != "there\n" || got.Code != 0 {
		t.Errorf("a program alone: %+v %s", got, got.Stderr)
	}
}

// program is one that needs nothing around it: what the shell image consists of.
func program(t testing.TB) []byte {
	t.Helper()
	im := containertest.Shell(t)
	in, err := im.Open(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if h.Name == "bin/sh" {
			data, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
	}
}

// A layer that can't be read, or is not what its digest says, is told.
func TestBadLayers(t *testing.T) {
	good := containertest.Layer(t, "x", []byte("x"))
	im := containertest.Over(container.Image{}, good)
	im.Open = func(context.Context, int) (io.ReadCloser, error) { return nil, errors.New("the disk is on fire") }
	if _, err := opened(t, im).Run(t.Context(), sh("true")); err == nil || !strings.Contains(err.Error(), "reading layer 1: the disk is on fire") {
		t.Errorf("unreadable: %v", err)
	}
	im = containertest.Over(container.Image{}, containertest.Layer(t, "y", []byte("y")))
	im.Open = func(context.Context, int) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(good)), nil }
	if _, err := opened(t, im).Run(t.Context(), sh("true")); err == nil || !strings.Contains(err.Error(), "loading the image into the engine") {
		t.Errorf("another layer: %v", err)
	}
}
