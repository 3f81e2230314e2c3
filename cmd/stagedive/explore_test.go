package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// three is a Dockerfile that needs no engine to be looked at.
const three = `FROM scratch AS base
COPY Dockerfile /
FROM base AS left
COPY Dockerfile /left
FROM scratch AS right
COPY --from=base /Dockerfile /right
`

// The first frame has the graph, before anything is contacted or written; q
// leaves.
func TestFirstFrame(t *testing.T) {
	h := newHouse(t, "BUILDKIT_HOST=tcp://127.0.0.1:1") // contacting it would be told
	s := h.start(t, 120, 40, h.project(t, "p", three))
	s.see("base", "left", "right", "target right")
	if !s.alternate() {
		t.Error("the explorer is not on the alternate screen")
	}
	s.press("q").ends(exitOK)
	if _, err := os.Stat(filepath.Join(h.dir, "state")); err == nil {
		t.Error("looking at a Dockerfile made an engine's directory")
	}
}

func TestPickTarget(t *testing.T) {
	h := newHouse(t)
	s := h.start(t, 120, 40, h.project(t, "p", three))
	s.see("target right").press("t").see("runs 2 stages")
	s.typed("lef").press("enter").see("target left")
	s.press("q").ends(exitOK)
}

// What --target names is the target from the start.
func TestTargetFlag(t *testing.T) {
	h := newHouse(t)
	s := h.start(t, 120, 40, "--target", "left", h.project(t, "p", three))
	s.see("target left").press("q").ends(exitOK)
}

func TestResize(t *testing.T) {
	h := newHouse(t)
	s := h.start(t, 120, 40, h.project(t, "p", three))
	s.see("target right", "COPY --from=base")
	for _, size := range [][2]int{{60, 15}, {200, 60}, {20, 5}, {80, 24}} {
		s.resize(size[0], size[1])
		if size[0] >= 60 {
			s.until("the last line to be at the bottom", func(string) bool {
				s.mu.Lock()
				defer s.mu.Unlock()
				return bottomLine(s) != ""
			})
			s.see("right")
		}
	}
	s.press("q").ends(exitOK)
}

// bottomLine is the text of the last line of the screen; the caller holds mu.
func bottomLine(s *terminal) string {
	text := ""
	for x := range s.emu.Width() {
		if c := s.emu.CellAt(x, s.emu.Height()-1); c != nil && c.Content != " " {
			text += c.Content
		}
	}
	return text
}

// However the explorer ends, the terminal is as it was.
func TestSignalRestoresTheTerminal(t *testing.T) {
	for name, sig := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			s := h.start(t, 80, 24, h.project(t, "p", three))
			s.see("target right").signal(sig).ends(exitInterrupted)
		})
	}
}

// A Dockerfile that BuildKit would refuse opens with its error.
func TestRefusedDockerfileOpens(t *testing.T) {
	h := newHouse(t)
	s := h.start(t, 200, 50, h.project(t, "p", three+"FORM scratch\n"))
	s.see("left", "right", "unknown instruction: FORM").press("q").ends(exitOK)
}

// An image from a file opens in the explorer.
func TestInspectOnATerminal(t *testing.T) {
	h := newHouse(t)
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := savedImage(map[string]string{"hello.txt": "hello\n", "root/.ssh/id_ed25519": key}, false)
	if err != nil {
		t.Fatal(err)
	}
	s := h.start(t, 120, 40, "inspect", h.write(t, "leaky.tar", string(archive)))
	s.see("hello.txt").press("4").see("id_ed25519", "critical").press("q").ends(exitOK)
}

// Where nobody looks, or nobody could, there is no TUI.
func TestPlainWithoutAScreen(t *testing.T) {
	for name, env := range map[string]string{"CI": "CI=true", "dumb terminal": "TERM=dumb", "no TERM": "TERM="} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, env, "BUILDKIT_HOST=tcp://127.0.0.1:1")
			s := h.start(t, 120, 40, h.project(t, "p", three))
			s.see("no BuildKit answers at tcp://127.0.0.1:1").ends(exitFailed)
			s.drewNothing()
		})
	}
	t.Run("asked for", func(t *testing.T) {
		h := newHouse(t, "BUILDKIT_HOST=tcp://127.0.0.1:1")
		s := h.start(t, 120, 40, "--progress", "plain", h.project(t, "p", three))
		s.see("no BuildKit answers").ends(exitFailed)
		s.drewNothing()
	})
}

// NO_COLOR, whatever its value, leaves attributes and no colour.
func TestNoColor(t *testing.T) {
	for _, value := range []string{"1", "yes please"} {
		h := newHouse(t, "NO_COLOR="+value)
		s := h.start(t, 120, 40, h.project(t, "p", three))
		s.see("target right").press("q").ends(exitOK)
		if colour := s.colour(); colour != "" {
			t.Errorf("NO_COLOR=%s: %q sets a colour", value, colour)
		}
	}
	h := newHouse(t)
	s := h.start(t, 120, 40, h.project(t, "p", three))
	s.see("target right").press("q").ends(exitOK)
	if s.colour() == "" {
		t.Error("without NO_COLOR there is no colour either: this test sees none")
	}
}

// A Dockerfile from stdin leaves the keys to the terminal.
func TestStdinOnATerminal(t *testing.T) {
	h := newHouse(t)
	h.write(t, "piped", three)
	shell := exec.Command("sh", "-c", "stagedive -f - . < piped")
	shell.Env, shell.Dir = h.env, h.dir
	s := startTerminal(t, shell, 120, 40)
	s.see("stdin", "target right").press("t").see("choose").typed("lef").press("enter").see("target left")
	s.press("q").ends(exitOK)
}
