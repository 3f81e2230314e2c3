//go:build unix

package userland

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/term"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// atTerminal says whether a shell with these arguments talks to a person.
func atTerminal(args []string) bool {
	call, err := parseShellArgs(args)
	return err == nil && !call.hasScript && call.file == "" && isTerminal(os.Stdin)
}

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// interact reads commands from a terminal and carries them out, one after the
// other. Lines can be edited, come back with the arrow keys, and end with tab.
func interact(ctx context.Context, call shellCall, s streams) error {
	runner, err := newRunner(ctx, call, s)
	if err != nil {
		return err
	}
	runner.Reset()
	// ^C is never for the shell itself: it reads keys, or waits for a command.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	ed := newEditor(s, runner)
	ed.interrupts = interrupts
	last := error(nil)
	for text := ""; ; {
		line, err := ed.readLine(text != "")
		switch {
		case errors.Is(err, errInterrupted):
			text = ""
			continue
		case errors.Is(err, io.EOF):
			fmt.Fprintln(s.out, "exit")
			return last
		case err != nil:
			return err
		}
		text += line + "\n"
		program, err := syntax.NewParser().Parse(strings.NewReader(text), "")
		switch {
		case syntax.IsIncomplete(err):
			continue
		case err != nil:
			fmt.Fprintln(s.err, "sh:", err)
			last, text = status(2), ""
			continue
		}
		text = ""
		var exited bool
		if last, exited = carryOut(ctx, runner, program, s, interrupts); exited || ctx.Err() != nil {
			return last
		}
	}
}

// carryOut runs what was typed; exited says that it was told to end the shell. ^C
// ends what runs, not the shell.
func carryOut(ctx context.Context, runner *interp.Runner, program *syntax.File, s streams, interrupts <-chan os.Signal) (last error, exited bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-interrupts:
			cancel()
		case <-ctx.Done():
		}
	}()
	for _, stmt := range program.Stmts {
		last = runner.Run(ctx, stmt)
		var code interp.ExitStatus
		isStatus := errors.As(last, &code)
		switch {
		case ctx.Err() != nil, code == interruptedStatus: // the command may know of ^C before we do
			fmt.Fprintln(s.out)
			return status(interruptedStatus), false
		case last != nil && !isStatus:
			fmt.Fprintln(s.err, "sh:", last)
			last = status(1)
		}
		if runner.Exited() {
			return last, true
		}
	}
	return last, false
}

// interruptedStatus is that of a command which SIGINT ended (POSIX.1-2017, "Exit
// Status for Commands": more than 128; shells add the signal's number).
const interruptedStatus = 130

// errInterrupted is why there is no line: ^C was pressed.
var errInterrupted = errors.New("interrupted")

// editor reads lines from a terminal.
type editor struct {
	fd     int
	keys   *keys
	term   *term.Terminal
	runner *interp.Runner

	interrupts <-chan os.Signal // those of the last command, not of the next
}

func newEditor(s streams, runner *interp.Runner) *editor {
	in := s.in.(*os.File) // isTerminal has seen it
	e := &editor{fd: int(in.Fd()), keys: &keys{in: in, out: s.out}, runner: runner}
	e.term = term.NewTerminal(e.keys, "")
	e.term.AutoCompleteCallback = e.complete
	e.term.History = &history{keys: e.keys}
	return e
}

// readLine reads one; more says that a command goes on in it. The terminal is as
// programs expect it before and after.
func (e *editor) readLine(more bool) (string, error) {
	was, err := term.MakeRaw(e.fd)
	if err != nil {
		return "", err
	}
	defer term.Restore(e.fd, was)
	select {
	case <-e.interrupts:
	default:
	}
	if w, h, err := term.GetSize(e.fd); err == nil && w > 0 {
		_ = e.term.SetSize(w, h) // it has no way to fail
	}
	sign := "$ "
	if os.Geteuid() == 0 {
		sign = "# "
	}
	if more {
		e.term.SetPrompt("> ")
	} else {
		e.term.SetPrompt(e.runner.Dir + " " + sign)
	}
	line, err := e.term.ReadLine()
	if e.keys.interrupted {
		e.keys.interrupted = false
		return "", errInterrupted
	}
	if errors.Is(err, term.ErrPasteIndicator) {
		err = nil
	}
	return line, err
}

// keys is the terminal as the editor is to see it: it takes ^C for the end of all
// input, and would not say which of the two it was.
type keys struct {
	in          io.Reader
	out         io.Writer
	interrupted bool
}

// abandon is what is typed instead of ^C: to the end of the line, its sign, enter.
// The line is shown so, and forgotten.
const abandon = "\x05^C\r"

func (k *keys) Read(p []byte) (int, error) {
	n, err := k.in.Read(p[:max(1, len(p)-len(abandon))])
	if i := bytes.IndexByte(p[:n], 0x03); i >= 0 {
		k.interrupted = true
		n = i + copy(p[i:], abandon)
	}
	return n, err
}

// history is the lines so far. It implements term.History.
type history struct {
	keys  *keys
	lines []string // oldest first
}

// Add leaves out what was abandoned, and what is there already.
func (h *history) Add(line string) {
	if !h.keys.interrupted && line != "" && (len(h.lines) == 0 || h.lines[len(h.lines)-1] != line) {
		h.lines = append(h.lines, line)
	}
}

func (h *history) Len() int { return len(h.lines) }

func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }

func (k *keys) Write(p []byte) (int, error) { return k.out.Write(p) }
