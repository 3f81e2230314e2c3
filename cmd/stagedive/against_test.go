package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// state DIR FILE writes down all that is in a directory: kinds, permissions, times and
// what it holds.
func cmdState(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: state DIR FILE")
	}
	text, err := stateOf(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}

func stateOf(dir string) (string, error) {
	var out strings.Builder
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%s %v %d", rel, info.Mode(), info.ModTime().UnixNano())
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&out, " %x", sha256.Sum256(text))
		}
		out.WriteString("\n")
		return nil
	})
	return out.String(), err
}

// nocommits fails if the files of a commit have been left behind.
func cmdNoCommits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: nocommits")
	}
	if left := commitsLeft(ts.Getenv("XDG_CACHE_HOME")); len(left) > 0 {
		ts.Fatalf("left behind: %v", left)
	}
}

func commitsLeft(cache string) []string {
	left, _ := filepath.Glob(filepath.Join(cache, "stagedive", "commits", "commit-*"))
	return left
}

// committedProject is a project in a git repository, whose build sleeps.
func committedProject(t *testing.T, h *house, dockerfile string) (dir, before string) {
	t.Helper()
	dir = h.project(t, "p", dockerfile)
	h.write(t, "p/a", "a\n")
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-A"}, {"commit", "-qm", "a commit"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir, cmd.Env = dir, h.env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	before, err := stateOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, before
}

// nothingLeft fails where files of the commit have been left, or the repository is not
// what it was.
func nothingLeft(t *testing.T, h *house, dir, before string) {
	t.Helper()
	if left := commitsLeft(filepath.Join(h.dir, "cache")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	after, err := stateOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	if before != after {
		t.Errorf("the repository was\n%s\nand is\n%s", before, after)
	}
}

var gitIdentity = []string{"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com"}

// A build that is interrupted leaves neither files of the commit nor anything in the
// repository.
func TestInterruptedAgainstLeavesNothing(t *testing.T) {
	needEngine(t)
	h := newHouse(t, gitIdentity...)
	dockerfile, command := sleeper(20)
	dir, before := committedProject(t, h, dockerfile)
	cmd := h.command("compare", "--against", "HEAD", "--build-context", "shell="+shellContext(t), dir)
	var out heard
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	out.until(t, 1, "]   good night\n")
	asleep(t, command)
	if left := commitsLeft(filepath.Join(h.dir, "cache")); len(left) != 1 {
		t.Errorf("there are %v while it runs", left)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	<-over
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d:\n%s", code, &out)
	}
	awake(t, command)
	nothingLeft(t, h, dir, before)
}

// Nor does leaving the explorer while it builds.
func TestLeftAgainstLeavesNothing(t *testing.T) {
	needEngine(t)
	for i, leave := range []struct {
		name string
		do   func(*terminal)
	}{
		{"q", func(s *terminal) { s.press("q") }},
		{"SIGTERM", func(s *terminal) { s.signal(syscall.SIGTERM) }},
		{"closed terminal", func(s *terminal) { s.signal(syscall.SIGHUP) }},
	} {
		t.Run(leave.name, func(t *testing.T) {
			h := newHouse(t, gitIdentity...)
			dockerfile, command := sleeper(21 + i)
			dir, before := committedProject(t, h, dockerfile)
			s := h.start(t, 120, 40, "compare", "--against", "HEAD", "--build-context", "shell="+shellContext(t), dir)
			s.see("good night")
			asleep(t, command)
			leave.do(s)
			<-s.gone
			awake(t, command)
			nothingLeft(t, h, dir, before)
			h.ended(t)
		})
	}
}
