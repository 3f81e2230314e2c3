//go:build unix

package userland

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"mvdan.cc/sh/moreinterp/coreutils"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// shell is `sh [-eux…] [-o OPTION] [-c SCRIPT [NAME [ARG…]] | FILE [ARG…]]`; with
// neither it reads the script from its input, line by line from a terminal. Commands run as processes of their
// own, found in PATH, so that pipes, signals and exit codes are the real ones.
func shell(ctx context.Context, args []string, s streams) error {
	call, err := parseShellArgs(args)
	if err != nil {
		fmt.Fprintf(s.err, "sh: %v\n", err)
		return status(2)
	}
	source, name := io.Reader(strings.NewReader(call.script)), "sh"
	switch {
	case call.hasScript:
	case call.file != "":
		file, err := os.Open(call.file)
		if err != nil {
			fmt.Fprintf(s.err, "sh: %v\n", err)
			return status(127)
		}
		defer file.Close()
		source, name = file, call.file
	case isTerminal(s.in):
		return interact(ctx, call, s)
	default:
		source = s.in
	}
	program, err := syntax.NewParser().Parse(source, name)
	if err != nil {
		fmt.Fprintln(s.err, err)
		return status(2)
	}
	runner, err := newRunner(ctx, call, s)
	if err != nil {
		return err
	}
	return runner.Run(ctx, program)
}

// newRunner makes the interpreter of a shell.
func newRunner(ctx context.Context, call shellCall, s streams) (*interp.Runner, error) {
	runner, err := interp.New(
		interp.StdIO(s.in, s.out, s.err),
		interp.Params(append(append(call.options, "--"), call.params...)...),
		interp.ExecHandlers(bySelf(ctx)),
	)
	if err != nil {
		fmt.Fprintf(s.err, "sh: %v\n", err)
		return nil, status(2)
	}
	return runner, nil
}

// shellCall is a command line of sh, taken apart.
type shellCall struct {
	options   []string // for `set`
	hasScript bool     // -c was there; the script may be empty
	script    string
	file      string
	params    []string // $1…
}

// parseShellArgs follows POSIX sh: options may be clustered (-ec SCRIPT), and
// what follows -c's script is $0 and then the parameters.
func parseShellArgs(args []string) (shellCall, error) {
	var call shellCall
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		word := args[0]
		args = args[1:]
		if word == "--" {
			break
		}
		var kept strings.Builder
		for _, letter := range word[1:] {
			switch letter {
			case 'c':
				call.hasScript = true
			case 'i', 'l', 's': // interactive, login, stdin: nothing to do differently
			case 'o':
				if len(args) == 0 {
					return call, fmt.Errorf("%s: the option's name is missing", word)
				}
				call.options = append(call.options, word[:1]+"o", args[0])
				args = args[1:]
			default:
				kept.WriteRune(letter)
			}
		}
		if kept.Len() > 0 {
			call.options = append(call.options, word[:1]+kept.String())
		}
	}
	if call.hasScript {
		if len(args) == 0 {
			return call, fmt.Errorf("-c: the script is missing")
		}
		call.script, args = args[0], args[1:]
		if len(args) > 0 {
			args = args[1:] // $0: the interpreter has no way to be told
		}
	} else if len(args) > 0 {
		call.file, args = args[0], args[1:]
	}
	call.params = args
	return call, nil
}

// borrowed is a builtin of the interpreter, or a command of moreinterp, as a
// command of its own.
func borrowed(name string) command {
	return func(ctx context.Context, args []string, s streams) error {
		program, err := syntax.NewParser().Parse(strings.NewReader(`"$@"`), name)
		if err != nil {
			return err
		}
		complaints := &counter{to: s.err}
		runner, err := interp.New(
			interp.StdIO(s.in, s.out, complaints),
			interp.Params(append([]string{"--", name}, args...)...),
			interp.ExecHandlers(coreutils.ExecHandler),
		)
		if err != nil {
			return err
		}
		if err := runner.Run(ctx, program); err != nil {
			return err
		}
		if complaints.bytes > 0 && (name == "find" || name == "gzip" || name == "gunzip") {
			return status(1) // these report an error and then succeed
		}
		return nil
	}
}

// counter counts what passes through it.
type counter struct {
	to    io.Writer
	bytes int
}

func (c *counter) Write(p []byte) (int, error) {
	c.bytes += len(p)
	return c.to.Write(p)
}
