package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/stagedive/stagedive/model/sanitize"
)

// The exit codes, as docs/exit-codes.md explains them to users.
const (
	exitOK          = 0
	exitFailed      = 1 // the build failed, or what was asked could not be done
	exitUsage       = 2 // the command line or an input is wrong
	exitFindings    = 3 // findings at or above --fail-on
	exitInterrupted = 130
)

// exitError ends the program with a code. A nil err means that all has been said.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// usage marks an error as the caller's: exit code 2.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return exitError{exitUsage, err}
}

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// say prints what is left to say about err and returns the exit code for it.
func say(w io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	code := exitFailed
	var exit exitError
	switch {
	case errors.As(err, &exit):
		code = exit.code
		if exit.err == nil {
			return code
		}
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	fmt.Fprintf(w, "stagedive: %s\n", sanitize.Lines(err.Error()))
	return code
}

// ending are the signals that end the program, which tidies up. Under nohup it goes on
// when its terminal is closed.
func ending() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}
