package hold

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
)

// Command is what to run in a container of a Hold.
type Command struct {
	Args   []string // none for an interactive shell
	Shell  string   // the shell to take for that: a path or a name; "" for the best there is
	TTY    bool     // give it a terminal; Stderr is then part of Stdout
	Term   string   // TERM of that terminal
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
}

// Process is a command that runs in a container of its own.
type Process struct {
	proc gateway.ContainerProcess
	ctr  gateway.Container
	ctx  context.Context
}

// Start runs a command in a new container. The container ends with the command,
// when ctx does, or with the Hold.
func (h *Hold) Start(ctx context.Context, c Command) (*Process, error) {
	ctr, err := h.container(ctx, h.root)
	if err != nil {
		return nil, err
	}
	args, err := h.choose(ctx, ctr, c)
	if errors.Is(err, errNoShell) {
		release(ctx, ctr)
		mount, why := h.help(ctx)
		if why != nil {
			return nil, fmt.Errorf("%w: %w", err, why)
		}
		if ctr, why = h.container(ctx, h.root, mount); why != nil {
			return nil, why
		}
		args, err = append(append([]string{}, h.helper.Command...), c.orShell()...), nil
	}
	var p *Process
	if err == nil {
		p, err = h.start(ctx, ctr, c, args)
	}
	if err != nil {
		release(ctx, ctr)
		return nil, err
	}
	return p, nil
}

// orShell is the command, or that for a shell.
func (c Command) orShell() []string {
	if len(c.Args) == 0 {
		return []string{"sh"}
	}
	return c.Args
}

// choose finds what to run. errNoShell says that the image lacks it and that the
// helper has it.
func (h *Hold) choose(ctx context.Context, ctr gateway.Container, c Command) ([]string, error) {
	if len(c.Args) == 0 {
		sh, err := h.chooseShell(ctx, ctr, c.Shell)
		return []string{sh}, err
	}
	if h.helper != nil && h.helper.Has(c.Args[0]) {
		if found, known := h.lookPath(ctx, ctr, c.Args[0]); known && found == "" {
			return nil, errNoShell
		}
	}
	return c.Args, nil
}

func (h *Hold) start(ctx context.Context, ctr gateway.Container, c Command, args []string) (*Process, error) {
	req := gateway.StartRequest{
		Args: args, Env: h.step.env, SecretEnv: h.step.secretEnv, User: h.step.user, Cwd: h.step.cwd,
		SecurityMode: h.step.security, Tty: c.TTY,
		Stdout: writeCloser{c.Stdout},
	}
	if c.Stdin != nil {
		req.Stdin = io.NopCloser(c.Stdin)
	}
	if !c.TTY {
		req.Stderr = writeCloser{c.Stderr}
	} else if c.Term != "" {
		req.Env = append(without(req.Env, "TERM"), "TERM="+c.Term)
	}
	if h.step.command != "" {
		req.Env = append(without(req.Env, "STEP"), "STEP="+h.step.command)
	}
	proc, err := ctr.Start(ctx, req)
	if err != nil {
		return nil, h.refused(err)
	}
	return &Process{proc: proc, ctr: ctr, ctx: ctx}, nil
}

// without leaves a variable out of an environment.
func without(env []string, name string) []string {
	out := make([]string, 0, len(env)+1)
	for _, e := range env {
		if !strings.HasPrefix(e, name+"=") {
			out = append(out, e)
		}
	}
	return out
}

// Wait waits for the command's end, gives its container up, and returns the
// command's exit code. An error says that it could not run, or was cut off.
func (p *Process) Wait() (code int, err error) {
	err = p.proc.Wait()
	release(p.ctx, p.ctr)
	var exit *gatewaypb.ExitError
	switch {
	case err == nil:
		return 0, nil
	case p.ctx.Err() != nil:
		return 0, context.Cause(p.ctx)
	case errors.As(err, &exit) && exit.ExitCode != gatewaypb.UnknownExitStatus:
		return int(exit.ExitCode), nil
	}
	return 0, inWords(err)
}

// Resize tells the command's terminal its size in cells.
func (p *Process) Resize(width, height int) error {
	return p.proc.Resize(p.ctx, gateway.WinSize{Rows: uint32(height), Cols: uint32(width)})
}

// Signal sends the command a signal.
func (p *Process) Signal(sig syscall.Signal) error { return p.proc.Signal(p.ctx, sig) }

// release gives a container up; whatever still runs in it ends.
func release(ctx context.Context, ctr gateway.Container) {
	_ = ctr.Release(context.WithoutCancel(ctx)) // it says how the process ended, which is known
}

// writeCloser is a stream of ours that outlives the process.
type writeCloser struct{ w io.Writer }

func (w writeCloser) Write(p []byte) (int, error) {
	if w.w == nil {
		return len(p), nil
	}
	return w.w.Write(p)
}

func (writeCloser) Close() error { return nil }
