package asker

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// maxSaid bounds what is told of a check's output, in bytes.
const maxSaid = 4 << 10

// grace is how long a check's output is waited for when it has ended and what it started
// has not.
const grace = time.Second

// check runs a check once.
func check(ctx context.Context, limit time.Duration, args []string) Answer {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	said := &head{}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = said, said, grace
	err := cmd.Run()
	a := Answer{Body: said.kept, Bytes: said.all}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		a.Refused = fmt.Sprintf("a check took more than the %s that it is given", limit)
	case err == nil, errors.Is(err, exec.ErrWaitDelay):
		a.Exit = new(int)
	case errors.As(err, &exit):
		code := exit.ExitCode()
		a.Exit = &code
	default:
		a.Refused, a.Never = args[0]+": "+why(err), true
	}
	return a
}

// head keeps the beginning of an output.
type head struct {
	kept []byte
	all  int64
}

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	h.all += int64(len(p))
	h.kept = append(h.kept, p[:min(len(p), maxSaid-len(h.kept))]...)
	return len(p), nil
}
