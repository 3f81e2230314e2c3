package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/console"
	"github.com/stagedive/stagedive/tui/plain"
)

// session is a command, most often a shell, in a container of a build that stands
// still. It is a tui.Session: it has the terminal while Run runs.
type session struct {
	job    *job
	ctx    context.Context
	open   func(ctx context.Context, c *console.Console, s *session) (h *held, done func(), err error)
	args   []string // none for a shell
	shell  string   // which one; "" for the best there is
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	code   int
}

// SetStdin is tui.Session's.
func (s *session) SetStdin(r io.Reader) { s.stdin = r }

// SetStdout is tui.Session's.
func (s *session) SetStdout(w io.Writer) { s.stdout = w }

// SetStderr is tui.Session's.
func (s *session) SetStderr(w io.Writer) { s.stderr = w }

// Code is tui.Session's.
func (s *session) Code() int { return s.code }

// Run is tui.Session's.
func (s *session) Run() (err error) {
	// The explorer hears of nothing while the terminal is away: not of a signal either.
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	if s.job.debug.life != nil {
		defer context.AfterFunc(s.job.debug.life, cancel)()
	}
	c, err := console.Open(s.stdin, s.stdout)
	if err != nil {
		return fmt.Errorf("taking the terminal over: %w", err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	h, done, err := s.open(ctx, c, s)
	if err != nil {
		return err
	}
	defer done()
	if len(s.args) == 0 {
		if err := s.banner(c, h); err != nil {
			return err
		}
	}
	s.code, err = c.Attach(ctx, func(ctx context.Context, in io.Reader) (console.Process, error) {
		p, err := h.Start(ctx, hold.Command{
			Args: s.args, Shell: s.shell, TTY: c.TTY(), Term: s.job.env.getenv("TERM"),
			Stdin: in, Stdout: c.Out(), Stderr: s.stderr,
		})
		if err != nil {
			return nil, err // not a nil *hold.Process in an interface
		}
		return p, nil
	})
	if errors.Is(err, console.ErrLeft) {
		return nil
	}
	return err
}

// banner says in two lines where the user is and how to come back.
func (s *session) banner(c *console.Console, h *held) error {
	_, graph := s.job.now()
	where := "shell"
	at := h.Stop
	if graph != nil && at.Stage >= 0 && at.Stage < len(graph.Stages) {
		where += " in stage " + graph.Stages[at.Stage].Label()
	}
	if at.Platform != "" {
		where += " for " + at.Platform
	}
	note := ""
	switch at.Reason {
	case build.StopFailed:
		where += fmt.Sprintf(", as line %d left it when it failed: %s", at.Line, at.Text)
		note = `eval "$STEP" runs the step again; `
	case build.StopBreakpoint:
		where += fmt.Sprintf(", before line %d: %s", at.Line, at.Text)
		note = `eval "$STEP" runs the step; `
	default:
		where += ", as it is at its end"
	}
	if h.Script() == "" {
		note = ""
	}
	width, _ := c.Size()
	return console.Banner(c.Text(), width, console.Style{ASCII: s.job.env.ascii(), NoColor: s.job.env.noColor()},
		where, note+"what is done here is not kept; exit or ^D goes back")
}

// Shell is tui.Debugger's: a shell in what the last build has left.
func (j *job) Shell(ctx context.Context) tui.Session {
	return &session{job: j, ctx: ctx, shell: j.flags.shell, open: func(context.Context, *console.Console, *session) (*held, func(), error) {
		h := j.debug.kept()
		if h == nil {
			return nil, nil, hold.ErrOver
		}
		return h, j.debug.use(), nil
	}}
}

// StageShell is tui.Debugger's: a shell in the result of a stage, which is built
// first.
func (j *job) StageShell(ctx context.Context, stage int) tui.Session {
	return &session{job: j, ctx: ctx, shell: j.flags.shell, open: func(ctx context.Context, c *console.Console, s *session) (*held, func(), error) {
		return j.reach(ctx, c, s.stderr, stage, nil)
	}}
}

// reach builds a stage, telling of it on the terminal, and holds its result, or
// where it fails. With a step it stops before that.
func (j *job) reach(ctx context.Context, c *console.Console, w io.Writer, stage int, before *build.StepRef) (*held, func(), error) {
	req, err := j.request(stage)
	if err != nil {
		return nil, nil, err
	}
	req.Export.Dir, req.Baseline, req.Unrecorded = "", solve.Baseline{}, true
	req.HoldFailure, req.HoldResult, req.Helper = true, before == nil, newHelper()
	ctx, uninterrupted := c.Interruptible(ctx)
	if c.TTY() {
		w = c.Text()
	}
	show := plain.New(w, plain.Options{ASCII: j.env.ascii()})
	stopped := make(chan *held, 1)
	letGo := make(chan struct{})
	if before != nil {
		req.Breakpoints = []build.StepRef{*before}
		req.Stopped = func(ctx context.Context, h *hold.Hold) {
			stopped <- &held{h, func() {}}
			select {
			case <-letGo:
			case <-ctx.Done():
			}
		}
	}
	building, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	type ended struct {
		end build.End
		h   *held
		err error
	}
	over := make(chan ended, 1)
	go func() {
		end, h, err := j.solve(building, req, func(e build.Event) {
			if e.End == nil || e.End.Outcome != build.OutcomeSucceeded { // the shell says that
				_ = show.Event(redacted(e))
			}
		})
		over <- ended{end, h, err}
	}()
	select {
	case h := <-stopped:
		stop()
		uninterrupted()
		return h, func() { cancel(); close(letGo); <-over }, nil
	case e := <-over:
		stop()
		uninterrupted()
		cancel()
		switch {
		case e.err != nil:
			return nil, nil, e.err
		case e.h != nil:
			return e.h, e.h.close, nil
		case e.end.Outcome == build.OutcomeCancelled:
			return nil, nil, errCancelled
		case e.end.Failure != nil:
			return nil, nil, errors.New(e.end.Failure.Message)
		}
		return nil, nil, errors.New("the build did not stop before this step: it is not part of the target")
	}
}
