package tuitest

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
)

// Debugger is a tui.Debugger that holds what the test says.
type Debugger struct {
	At    *build.Stop // where the last build stands; nil for nowhere
	List  []build.Change
	Texts map[int]string

	mu     sync.Mutex
	breaks []build.StepRef
	went   int
}

// Held is tui.Debugger's.
func (d *Debugger) Held() (build.Stop, bool) {
	if d.At == nil {
		return build.Stop{}, false
	}
	return *d.At, true
}

// Shell is tui.Debugger's; it ends at once.
func (d *Debugger) Shell(context.Context) tui.Session { return session{} }

// StageShell is tui.Debugger's; it ends at once.
func (d *Debugger) StageShell(context.Context, int) tui.Session { return session{} }

// Changes is tui.Debugger's.
func (d *Debugger) Changes(context.Context) ([]build.Change, bool, error) { return d.List, false, nil }

// ChangedText is tui.Debugger's.
func (d *Debugger) ChangedText(_ context.Context, i int) (string, error) {
	text, ok := d.Texts[i]
	if !ok {
		return "", errors.New("it can't be read")
	}
	return text, nil
}

// SetBreakpoints is tui.Debugger's.
func (d *Debugger) SetBreakpoints(at []build.StepRef) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.breaks = at
}

// Breakpoints are those that were set last.
func (d *Debugger) Breakpoints() []build.StepRef {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.breaks
}

// Continue is tui.Debugger's.
func (d *Debugger) Continue() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.went++
}

// Continued is how often builds were let go on.
func (d *Debugger) Continued() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.went
}

type session struct{}

func (session) SetStdin(io.Reader)  {}
func (session) SetStdout(io.Writer) {}
func (session) SetStderr(io.Writer) {}
func (session) Run() error          { return nil }
func (session) Code() int           { return 0 }
