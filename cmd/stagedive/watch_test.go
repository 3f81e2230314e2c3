package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// heard is what a running program has printed so far.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// until waits for n occurrences of a text.
func (h *heard) until(t *testing.T, n int, text string) {
	t.Helper()
	if !within(patience, func() bool { return strings.Count(h.String(), text) >= n }) {
		t.Fatalf("waited in vain for %q (%d) in:\n%s", text, n, h)
	}
}

const watchedFile = `FROM shell AS tools
RUN echo making tools
FROM tools AS app
COPY src /src
RUN cat /src/main.txt && ! grep -q bad /src/main.txt
FROM tools AS docs
COPY docs /docs
`

// Without a screen each build is told as lines, also a failed one; interrupting
// ends it with the code of the last build.
func TestHeadlessWatch(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	h.write(t, "p/src/main.txt", "one\n")
	h.write(t, "p/docs/readme.md", "read\n")
	dir := h.project(t, "p", watchedFile)
	cmd := h.command("--watch", "--target", "app", "--build-context", "shell="+shellContext(t), dir)
	var out heard
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-over
	})
	out.until(t, 1, "note: watching 2 files; ^C ends\n")
	out.until(t, 1, "findings: ")

	h.write(t, "p/docs/readme.md", "not of the target\n")
	h.write(t, "p/src/main.txt", "bad\n")
	out.until(t, 1, "note: src/main.txt changed: building again\n")
	out.until(t, 1, "note: src/main.txt → failed: 2 steps ran, ")
	if strings.Contains(out.String(), "readme.md") {
		t.Errorf("a file that does not reach the target is told of:\n%s", &out)
	}

	h.write(t, "p/src/main.txt", "good\n")
	out.until(t, 1, "note: src/main.txt → 2 steps ran, ")
	out.until(t, 1, "; 1 cached\n")
	h.write(t, "p/Dockerfile", strings.Replace(watchedFile, "COPY src /src", "COPY src docs /src/", 1))
	out.until(t, 1, "note: Dockerfile → 2 steps ran, ")
	h.write(t, "p/docs/readme.md", "of the target now\n")
	out.until(t, 1, "note: docs/readme.md → ")

	h.write(t, "p/src/main.txt", "bad again\n")
	out.until(t, 2, "note: src/main.txt → failed: ")
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := <-over
	over <- err
	exit, ok := err.(*exec.ExitError)
	if !ok || exit.ExitCode() != exitFailed {
		t.Errorf("ended with %v, want the code of the failed build, %d", err, exitFailed)
	}
}

// In the explorer: w, a change, what it cost, a failure, and going on.
func TestWatchInTheExplorer(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	main := h.write(t, "p/src/main.txt", "one\n")
	h.write(t, "p/docs/readme.md", "read\n")
	dir := h.project(t, "p", watchedFile)
	s := h.start(t, 140, 45, "--watch", "--target", "app", "--build-context", "shell="+shellContext(t), dir)
	s.see("watching 2 files", "✓ built")
	h.write(t, "p/src/main.txt", "two\n")
	s.see("src/main.txt → 2 steps ran", "1 cached")
	h.write(t, "p/src/main.txt", "bad\n")
	s.see("✗ failed", "src/main.txt → failed: 2 steps ran")
	if err := os.Rename(h.write(t, "p/main.new", "three\n"), main); err != nil {
		t.Fatal(err)
	}
	s.see("src/main.txt → 2 steps ran", "✓ built")
	s.press("w").see("not watched any more").press("q").ends(exitOK)
}
