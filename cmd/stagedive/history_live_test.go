package main

import (
	"encoding/json"
	"strings"
	"syscall"
	"testing"

	"github.com/stagedive/stagedive/model/history"
)

// A build that one process runs is watched from two others; leaving them, by key
// or by signal, leaves it running.
func TestAttach(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	dockerfile, command := sleeper(7)
	dir := h.project(t, "p", dockerfile)
	owner := h.start(t, 120, 40, "--build-context", "shell="+shellContext(t), dir)
	owner.see("target nap").press("b").see("good night")
	asleep(t, command)

	watcher := h.start(t, 120, 40, "history", "attach")
	watcher.see("watching", "building", "good night", "^C stop watching")
	watcher.press("ctrl+c").see("not watched", "the build goes on").press("q").ends(exitOK)

	lines := h.command("history", "attach")
	var out, complaint buffer
	lines.Stdout, lines.Stderr = &out, &complaint
	if err := lines.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the log", func() bool { return out.has("[nap:2]   good night") })
	if err := lines.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = lines.Wait()
	if code := lines.ProcessState.ExitCode(); code != exitInterrupted || !complaint.has("the build goes on") {
		t.Errorf("exit code %d: %s", code, complaint.String())
	}
	if len(containers(command)) == 0 {
		t.Fatal("the build was stopped by those who watched")
	}

	// Who stays hears how it ended.
	watcher = h.start(t, 120, 40, "history", "attach")
	watcher.see("watching", "good night")
	owner.press("ctrl+c").see("■ cancelled")
	awake(t, command)
	watcher.see("■ cancelled").press("q").ends(exitOK)
	owner.press("q").ends(exitInterrupted)
}

// ^R lists what was built here and elsewhere; a past build opens in the place of
// the explorer's own, and b comes back.
func TestPastBuildsInTheExplorer(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	shell := "shell=" + shellContext(t)
	other := h.project(t, "other", "FROM shell AS only\nRUN echo elsewhere && exit 4\n")
	if code := h.run(t, "--build-context", shell, other).code; code != exitFailed {
		t.Fatalf("exit code %d", code)
	}
	s := h.start(t, 140, 45, "--build-context", shell, h.project(t, "mine", "FROM shell AS first\nRUN echo here\nFROM first AS second\nRUN echo there\n"))
	s.see("target second").press("b").see("✓ built", "there")
	s.press("ctrl+r").see("2 builds · 1 of this project", "✗ failed", "mine", "other")
	s.typed("other").see("1 of 2 builds", "exited with code 4").press("enter").see("past build", "target only", "elsewhere", "code 4")
	s.press("b").see("✓ built", "target second").until("the past build to be gone", func(screen string) bool { return !strings.Contains(screen, "past build") })
	s.press("ctrl+r").see("3 builds").press("tab", "tab").see("compare", "The second build lost nothing")
	s.press("esc").see("enter open").typed("qq").see("No build is like that").press("esc").see("mark", "/ ", "✗ failed", "other")
	s.press("esc").until("the page to be closed", func(screen string) bool { return !strings.Contains(screen, "esc close") })
	s.press("q").ends(exitOK)

	// The image of a past build opens while it is kept.
	s = h.start(t, 140, 45, "history", "open", h.newest(t))
	s.see("past build", "target second", "RUN echo there").press("3").see("layers", "RUN echo there").press("q").ends(exitOK)
}

// newest is the ref of the build that began last.
func (h *house) newest(t *testing.T) string {
	t.Helper()
	said := h.run(t, "history", "--json", "--limit", "1")
	var d history.Document
	if err := json.Unmarshal([]byte(said.stdout), &d); err != nil || len(d.Builds) != 1 {
		t.Fatalf("%v: %s", err, said.stdout)
	}
	return d.Builds[0].Ref
}
