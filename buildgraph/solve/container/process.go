package container

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
)

// process is a command that runs in a container.
type process struct {
	program        string
	ctx            context.Context //nolint:containedctx // ends with the process
	cancel         context.CancelCauseFunc
	said           *output
	stdout, stderr *stream
	over           chan struct{} // closed when it has ended
	err            error         // how, valid then
}

// start starts a command in a container; the first one is the one that the container
// lives as long as. lines gets its output too, as it comes; nil for nobody.
func start(ctx context.Context, ctr gateway.Container, c Command, lines io.Writer) *process {
	p := &process{program: c.Args[0], over: make(chan struct{})}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	p.said = &output{over: func() { p.cancel(errTooMuch) }}
	keep := cmp.Or(c.Keep, Kept)
	p.stdout, p.stderr = &stream{of: p.said, keep: keep}, &stream{of: p.said, keep: keep}
	req := gateway.StartRequest{Args: c.Args, Env: c.Env, User: c.User, Cwd: c.dir(), Tty: c.TTY, Stdout: p.stdout}
	if lines != nil {
		req.Stdout = closer{io.MultiWriter(p.stdout, lines)}
	}
	if !c.TTY {
		req.Stderr = p.stderr
	}
	if c.Stdin != "" {
		req.Stdin = io.NopCloser(strings.NewReader(c.Stdin))
	}
	proc, err := ctr.Start(p.ctx, req)
	go func() {
		defer close(p.over)
		if p.err = err; err == nil {
			p.err = proc.Wait()
		}
	}()
	return p
}

// soFar is what it has written until now.
func (p *process) soFar() Result {
	p.said.mu.Lock()
	defer p.said.mu.Unlock()
	return Result{
		Stdout: slices.Clone(p.stdout.kept), Stderr: slices.Clone(p.stderr.kept), Last: bytes.Clone(p.said.end()),
		Wrote: [2]int64{p.stdout.all, p.stderr.all}, Cut: p.stdout.cut() || p.stderr.cut(),
	}
}

func (s *stream) cut() bool { return s.all > int64(len(s.kept)) }

// result waits for its end. An error says that it could not run or did not end by
// itself; what it wrote until then is there all the same.
func (p *process) result() (Result, error) {
	<-p.over
	defer p.cancel(nil)
	res := p.soFar()
	var exit *gatewaypb.ExitError
	switch {
	case p.err == nil:
		return res, nil
	case p.ctx.Err() != nil:
		return res, context.Cause(p.ctx)
	case errors.As(p.err, &exit) && exit.ExitCode != gatewaypb.UnknownExitStatus:
		if res.Code = int(exit.ExitCode); len(res.Stdout) == 0 && notStarted(res.Stderr) {
			code, why := reason(errors.New(string(res.Stderr)), p.program)
			return Result{Code: max(code, NotExecutable), Note: why}, nil
		}
		return res, nil
	}
	code, why := reason(p.err, p.program)
	if code == 0 {
		return res, errors.New(why)
	}
	return Result{Code: code, Note: why}, nil
}

// closer is a writer that outlives the process.
type closer struct{ io.Writer }

// Close implements io.Closer.
func (closer) Close() error { return nil }
