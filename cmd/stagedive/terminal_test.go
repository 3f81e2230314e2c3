package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// terminal is a virtual terminal with the program on it. It answers the
// program's questions as a real one does. All waits are for what it shows.
type terminal struct {
	t   testing.TB
	cmd *exec.Cmd
	pty *os.File

	mu      sync.Mutex // of all below
	emu     *vt.Emulator
	modes   map[ansi.Mode]bool
	raw     []byte
	changed chan struct{} // closed, and made anew, with every write

	patience time.Duration // of each wait
	gone     chan struct{} // closed when the program has ended and all is on screen
}

// start runs the program with arguments on a terminal of that size.
func (h *house) start(t testing.TB, width, height int, args ...string) *terminal {
	t.Helper()
	return startTerminal(t, h.command(args...), width, height)
}

func startTerminal(t testing.TB, cmd *exec.Cmd, width, height int) *terminal {
	t.Helper()
	s := &terminal{
		t: t, cmd: cmd, emu: vt.NewEmulator(width, height), modes: map[ansi.Mode]bool{},
		changed: make(chan struct{}), gone: make(chan struct{}), patience: patience,
	}
	s.emu.SetCallbacks(vt.Callbacks{
		EnableMode:  func(m ansi.Mode) { s.modes[m] = true },
		DisableMode: func(m ansi.Mode) { s.modes[m] = false },
	})
	s.modes[ansi.ModeTextCursorEnable] = true // as every terminal starts
	var err error
	if s.pty, err = pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(s.pty, s.emu) }() // its answers
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		_, _ = io.Copy(writerFunc(s.show), s.pty) // ends with EIO when the program is gone
	}()
	go func() {
		_ = cmd.Wait()
		<-shown
		close(s.gone)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-s.gone
		_ = s.pty.Close()
		_ = s.emu.InputPipe().(io.Closer).Close()
	})
	return s
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// show is what the program writes.
func (s *terminal) show(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw = append(s.raw, p...)
	n, err := s.emu.Write(p)
	close(s.changed)
	s.changed = make(chan struct{})
	return n, err
}

// screen is the text on the screen, line ends trimmed.
func (s *terminal) screen() string {
	text, _ := s.look()
	return text
}

func (s *terminal) look() (string, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := strings.Split(s.emu.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \r")
	}
	return strings.Join(lines, "\n"), s.changed
}

// until waits for a screen that the condition holds for.
func (s *terminal) until(what string, cond func(screen string) bool) *terminal {
	s.t.Helper()
	timeout := time.After(s.patience)
	gone := s.gone
	for {
		text, changed := s.look()
		if cond(text) {
			return s
		}
		select {
		case <-changed:
		case <-gone:
			if gone = nil; cond(s.screen()) {
				return s
			}
			s.t.Fatalf("the program ended (%s) before %s; the screen:\n%s", s.cmd.ProcessState, what, s.screen())
		case <-timeout:
			s.t.Fatalf("waited in vain for %s; the screen:\n%s", what, s.screen())
		}
	}
}

// see waits until all texts are on the screen at once.
func (s *terminal) see(texts ...string) *terminal {
	s.t.Helper()
	return s.until(fmt.Sprintf("%q", texts), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// keyBytes are what terminals send for keys that are no letters.
var keyBytes = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
	"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "home": "\x1b[H", "end": "\x1b[F",
}

// press presses keys, one by one: a name in keyBytes, "ctrl+x", or a letter.
func (s *terminal) press(names ...string) *terminal {
	s.t.Helper()
	for _, name := range names {
		text, ok := keyBytes[name]
		if letter, ctrl := strings.CutPrefix(name, "ctrl+"); !ok && ctrl {
			text = string(rune(letter[0] & 0x1f))
		} else if !ok {
			text = name
		}
		s.typed(text)
	}
	return s
}

// typed types a text.
func (s *terminal) typed(text string) *terminal {
	s.t.Helper()
	if _, err := s.pty.WriteString(text); err != nil {
		s.t.Fatalf("typing %q: %v; the screen:\n%s", text, err, s.screen())
	}
	return s
}

// resize gives the terminal another size.
func (s *terminal) resize(width, height int) *terminal {
	s.t.Helper()
	s.mu.Lock()
	s.emu.Resize(width, height)
	s.mu.Unlock()
	if err := pty.Setsize(s.pty, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		s.t.Fatal(err)
	}
	return s
}

func (s *terminal) signal(sig syscall.Signal) *terminal {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
	return s
}

// ends waits until the program has ended, with that exit code, and fails the
// test unless the terminal is as it was.
func (s *terminal) ends(code int) *terminal {
	s.t.Helper()
	s.wait()
	if got := s.cmd.ProcessState.ExitCode(); got != code {
		s.t.Errorf("exit code %d, want %d; the screen:\n%s", got, code, s.screen())
	}
	s.restored()
	return s
}

func (s *terminal) wait() *terminal {
	s.t.Helper()
	select {
	case <-s.gone:
	case <-time.After(s.patience):
		s.t.Fatalf("the program does not end; the screen:\n%s", s.screen())
	}
	return s
}

// alternate says whether the alternate screen is on.
func (s *terminal) alternate() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emu.IsAltScreen()
}

// restored fails the test unless the next program would find the terminal as it
// was before.
func (s *terminal) restored() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.emu.IsAltScreen() {
		s.t.Error("the alternate screen is still on")
	}
	if !s.modes[ansi.ModeTextCursorEnable] {
		s.t.Error("the cursor is still hidden")
	}
	for name, mode := range map[string]ansi.Mode{
		"mouse clicks": ansi.ModeMouseNormal, "mouse drags": ansi.ModeMouseButtonEvent, "mouse motion": ansi.ModeMouseAnyEvent,
		"mouse coordinates": ansi.ModeMouseExtSgr, "focus": ansi.ModeFocusEvent, "pastes": ansi.ModeBracketedPaste,
		"synchronized output": ansi.ModeSynchronizedOutput,
	} {
		if s.modes[mode] {
			s.t.Errorf("%s are still reported (mode %v)", name, mode)
		}
	}
}

// drewNothing fails the test if the program sent an escape sequence.
func (s *terminal) drewNothing() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := strings.IndexByte(string(s.raw), '\x1b'); i >= 0 {
		s.t.Errorf("plain output has an escape sequence: %q", s.raw[i:min(len(s.raw), i+20)])
	}
}

// setsColour matches SGR sequences with a foreground or background colour.
var setsColour = regexp.MustCompile(`\x1b\[(?:[\d:]*;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[\d:;]*m`)

// colour is the first sequence by which the program set a colour; "" if none.
func (s *terminal) colour() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(setsColour.Find(s.raw))
}
