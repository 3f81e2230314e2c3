package container

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/moby/buildkit/client/llb"
	gateway "github.com/moby/buildkit/frontend/gateway/client"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Command is a command to run, and how.
type Command struct {
	Setup    [][]string // run before it, each in what the one before left; their exit codes do not count
	SetupEnv []string   // NAME=value
	Args     []string   // looked up in PATH where it has no slash
	Env      []string   // NAME=value
	Dir      string     // made where the image has none; "" for the root
	User     string     // "" for root
	TTY      bool       // Stderr is then part of Stdout
	Limit    time.Duration
	Stdin    string // all that it can read; "" for nothing
	Alone    bool   // in a network of its own, of which nothing but loopback can be reached
	Keep     int    // bytes of each stream that are kept; 0 for Kept
}

// Result is what came out of a command.
type Result struct {
	Stdout, Stderr []byte   // their beginnings, up to Kept bytes each
	Wrote          [2]int64 // how many bytes of standard output and error there were
	Last           []byte   // the end of what it wrote, on both streams as it came
	Cut            bool     // there was more
	Code           int      // NotFound and NotExecutable as a shell has it
	Note           string   // for those two, what the matter is
}

// Exit codes of what could not be started, as in a shell (POSIX, "Exit Status for
// Commands").
const (
	NotExecutable = 126
	NotFound      = 127
)

// Bounds of what a command writes.
const (
	Kept = 16 << 20  // bytes of each stream that are kept
	most = 256 << 20 // bytes of both after which it is ended
)

// errTooMuch ends a command that writes and writes.
var errTooMuch = errors.New("it wrote more than " + measure.Bytes(most) + " and was ended")

// Run runs a command in the image. An error says that it could not be run or did not
// end by itself, a sentence for whoever asked for it.
func (r *Root) Run(ctx context.Context, c Command) (Result, error) {
	ctx, done, err := r.within(ctx)
	if err != nil {
		return Result{}, err
	}
	defer done()
	base, err := r.base(ctx)
	if err != nil {
		return Result{}, err
	}
	if c.Limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.Limit, fmt.Errorf("it did not end within %s and was ended; --timeout gives more time", measure.Duration(c.Limit)))
		defer cancel()
	}
	ref := base
	if len(c.Setup) > 0 {
		if ref, err = r.setup(ctx, c, base); err != nil {
			return Result{}, err
		}
	}
	return r.execute(ctx, ref, c)
}

// setup runs the commands of the setup, each in a container of its own, and returns
// what they leave: like RUN, but whatever their exit code is. What the same commands
// have left before is taken again: it can't have changed since.
func (r *Root) setup(ctx context.Context, c Command, ref gateway.Reference) (gateway.Reference, error) {
	state, key := r.state, strings.Join(append([]string{c.User, c.dir()}, c.SetupEnv...), "\x00")
	for _, args := range c.Setup {
		if code, why := c.lookUp(ctx, ref, c.SetupEnv, args[0]); code != 0 {
			return nil, fmt.Errorf("setup %s: %s", shown(args), why)
		}
		state = state.Run(c.options(args)...).Root()
		key += "\x00\x00" + strings.Join(args, "\x00")
		var err error
		if ref, err = r.once(ctx, key, func() (gateway.Reference, error) { return r.solve(ctx, state) }); err != nil {
			if ctx.Err() != nil {
				return nil, fmt.Errorf("setup %s: %w", shown(args), context.Cause(ctx))
			}
			_, why := reason(err, args[0])
			return nil, fmt.Errorf("setup %s: %s", shown(args), why)
		}
	}
	return ref, nil
}

// options are how a command of the setup runs.
func (c Command) options(args []string) []llb.RunOption {
	codes := make([]int, 256)
	for i := range codes {
		codes[i] = i
	}
	options := []llb.RunOption{
		llb.Args(args), llb.Dir(c.dir()), llb.User(c.User), llb.ValidExitCodes(codes...), llb.IgnoreCache,
		llb.WithCustomName("[stagedive] setup"),
	}
	for _, e := range c.SetupEnv {
		name, value, _ := strings.Cut(e, "=")
		options = append(options, llb.AddEnv(name, value))
	}
	return options
}

func (c Command) dir() string {
	if c.Dir == "" {
		return "/"
	}
	return c.Dir
}

// execute runs the command itself.
func (r *Root) execute(ctx context.Context, ref gateway.Reference, c Command) (Result, error) {
	if code, why := c.lookUp(ctx, ref, c.Env, c.Args[0]); code != 0 {
		return Result{Code: code, Note: why}, nil
	}
	ctr, err := r.container(ctx, ref, c.Alone)
	if err != nil {
		return Result{}, err
	}
	defer release(ctx, ctr)
	return start(ctx, ctr, c, nil).result()
}

// notStarted says whether it is the runtime that speaks, of a program that is there and
// could not be started all the same: its interpreter is missing, for example. (Its own
// exit code is no help: runc's is 1.)
func notStarted(stderr []byte) bool {
	text := string(stderr)
	if strings.Count(text, "\n") > 1 {
		return false
	}
	if strings.HasPrefix(text, "runc run failed: unable to start container process") || strings.HasPrefix(text, "crun: ") {
		return true
	}
	return strings.HasPrefix(text, "exec ") && (strings.HasSuffix(text, ": no such file or directory\n") ||
		strings.HasSuffix(text, ": exec format error\n") || strings.HasSuffix(text, ": permission denied\n"))
}

// reason puts plainly why a command could not be started, with the exit code that a
// shell would give; 0 where it would have none.
func reason(err error, program string) (code int, why string) {
	text := err.Error()
	program = sanitize.Text(program)
	switch {
	case strings.Contains(text, "exec format error"):
		return NotExecutable, program + ": it is for another platform than the engine's, or no program"
	case strings.Contains(text, "executable file not found"), strings.Contains(text, "executable file `"):
		return NotFound, program + ": not found in the image's PATH"
	case strings.Contains(text, "no such file or directory"):
		return NotFound, program + ": not found in the image, or the interpreter that it names is not"
	case strings.Contains(text, "permission denied"), strings.Contains(text, "is a directory"):
		return NotExecutable, program + ": it may not be executed: permission denied"
	case strings.Contains(text, "unable to find user"), strings.Contains(text, "no matching entries in passwd"):
		return 0, "the image has no such user: " + sanitize.Text(text)
	}
	return 0, "running in the container: " + sanitize.Text(text)
}

// shown is a command on one line.
func shown(args []string) string {
	const most = 80
	text := []rune(sanitize.Text(strings.Join(args, " ")))
	if len(text) > most {
		return string(text[:most-1]) + "…"
	}
	return string(text)
}
