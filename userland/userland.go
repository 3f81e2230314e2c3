//go:build unix

package userland

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"mvdan.cc/sh/v3/interp"
)

// streams are the standard streams of one command.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// status is an error that carries nothing but an exit code: the command has
// already said what there is to say.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// Main carries out a command line and returns its exit code. The first argument
// is the name that the binary was called by; where that is no command, the next
// one is ("shell ls -l"), else it is the shell.
//
// self is how the binary is called so that it gets here, for shells in images
// whose PATH does not lead to these commands; none where it does.
func Main(args, self []string) int {
	name, args := filepath.Base(args[0]), args[1:]
	if find(name) == nil {
		name = "sh"
		if len(args) > 0 && find(args[0]) != nil {
			name, args = args[0], args[1:]
		}
	}
	// As PID 1 the kernel delivers only the signals a process asks for.
	asked := []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}
	if name == "sh" && atTerminal(args) {
		asked = []os.Signal{syscall.SIGTERM, syscall.SIGHUP} // ^C is for what runs in it
	}
	ctx, caught := catchSignals(withSelf(context.Background(), self), asked...)
	err := run(ctx, name, args, streams{os.Stdin, os.Stdout, os.Stderr})
	return exitCode(name, err, caught())
}

// Has says whether there is a command of that name.
func Has(name string) bool { return find(name) != nil }

// run carries out one command under the given name.
func run(ctx context.Context, name string, args []string, s streams) error {
	command := find(name)
	if command == nil {
		fmt.Fprintf(s.err, "%s: no such command in this image\n", name)
		return status(127)
	}
	return command(ctx, args, s)
}

// catchSignals ends the context at the first of the signals. The function it
// returns tells which one that was, nil for none.
func catchSignals(parent context.Context, signals ...os.Signal) (context.Context, func() os.Signal) {
	ctx, cancel := context.WithCancelCause(parent)
	arrived := make(chan os.Signal, 1)
	signal.Notify(arrived, signals...)
	go func() { cancel(signalled{<-arrived}) }()
	return ctx, func() os.Signal {
		var s signalled
		if errors.As(context.Cause(ctx), &s) {
			return s.Signal
		}
		return nil
	}
}

type signalled struct{ os.Signal }

func (s signalled) Error() string { return "caught " + s.Signal.String() }

// exitCode turns the outcome of a command into the code a shell would give:
// 128+N after signal N, otherwise the command's own.
func exitCode(name string, err error, caught os.Signal) int {
	if number, ok := caught.(syscall.Signal); ok {
		return 128 + int(number)
	}
	var plain status
	var interpreted interp.ExitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &plain):
		return int(plain)
	case errors.As(err, &interpreted):
		return int(interpreted)
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	return 1
}
