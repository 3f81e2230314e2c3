package container

import (
	"context"
	"errors"
	"io"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
)

// Running is a command that runs in a container of its own, beside which the helper can
// run: it has its file system, its processes and its network.
type Running struct {
	root   *Root
	ctx    context.Context //nolint:containedctx // ends with the container
	done   func()
	ctr    gateway.Container
	first  *process // nil where it could not be started
	helper bool     // it was brought along
	failed Result   // why then
	over   chan struct{}
}

// Begin starts a command that is not waited for, with a network of its own. Setup and
// Limit are not looked at. helper brings the program along that Image names. It is to be
// closed.
func (r *Root) Begin(ctx context.Context, c Command, helper bool) (*Running, error) {
	ctx, done, err := r.within(ctx)
	if err != nil {
		return nil, err
	}
	x := &Running{root: r, ctx: ctx, done: done, helper: helper}
	if err := x.begin(ctx, c); err != nil {
		x.Close()
		return nil, err
	}
	return x, nil
}

func (x *Running) begin(ctx context.Context, c Command) (err error) {
	r := x.root
	ref, err := r.base(ctx)
	if err != nil {
		return err
	}
	if code, why := c.lookUp(ctx, ref, c.Env, c.Args[0]); code != 0 {
		x.failed, x.over = Result{Code: code, Note: why}, make(chan struct{})
		close(x.over)
		return nil
	}
	var mounts []gateway.Mount
	if x.helper {
		m, err := r.help(ctx)
		if err != nil {
			return err
		}
		mounts = append(mounts, m)
	}
	if x.ctr, err = r.container(ctx, ref, true, mounts...); err != nil {
		return err
	}
	x.first = start(ctx, x.ctr, c, nil)
	x.over = x.first.over
	return nil
}

// Ended is closed when the command has ended by itself.
func (x *Running) Ended() <-chan struct{} { return x.over }

// Result waits for the command's end and is what Root.Run says.
func (x *Running) Result() (Result, error) {
	if x.first == nil {
		return x.failed, nil
	}
	return x.first.result()
}

// SoFar is what the command has written until now.
func (x *Running) SoFar() Result {
	if x.first == nil {
		return x.failed
	}
	return x.first.soFar()
}

// Ask runs the helper in the container, with what it is asked behind its own command.
// What it writes comes as it writes it. Where it ends with another code than 0, the engine
// ends the container with it.
func (x *Running) Ask(ctx context.Context, c Command, told io.Writer) (Result, error) {
	if x.first == nil || !x.helper {
		return Result{}, errNothingRuns
	}
	c.Args = append(append([]string{}, x.root.helper.Command...), c.Args...)
	return start(ctx, x.ctr, c, told).result()
}

// errNothingRuns is why nothing can run beside a command.
var errNothingRuns = errors.New("the command that it is to run beside does not run")

// Close ends the command and all that runs beside it, and gives the container up.
func (x *Running) Close() {
	if x.ctr != nil {
		release(x.ctx, x.ctr)
	}
	if x.first != nil {
		<-x.first.over
		x.first.cancel(nil)
	}
	x.done()
}
