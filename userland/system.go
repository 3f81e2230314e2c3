//go:build unix

package userland

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// env is `env [-i] [NAME=VALUE…] [COMMAND…]`.
func env(ctx context.Context, args []string, s streams) error {
	opts, err := parseOptions("env", args, "i", s)
	if err != nil {
		return err
	}
	environment := os.Environ()
	if opts.has('i') {
		environment = nil
	}
	words := opts.words
	for len(words) > 0 && strings.Contains(words[0], "=") {
		environment, words = append(environment, words[0]), words[1:]
	}
	if len(words) == 0 {
		for _, pair := range environment {
			fmt.Fprintln(s.out, pair)
		}
		return nil
	}
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environment, s.in, s.out, s.err
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return status(exit.ExitCode())
	case err != nil:
		fmt.Fprintf(s.err, "env: %v\n", err)
		return status(127)
	}
	return nil
}

// id is `id [-u|-g]`; the image has no user database worth asking.
func id(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("id", args, "ug", s)
	switch {
	case err != nil:
		return err
	case opts.has('u'):
		fmt.Fprintln(s.out, os.Getuid())
	case opts.has('g'):
		fmt.Fprintln(s.out, os.Getgid())
	default:
		fmt.Fprintf(s.out, "uid=%d gid=%d\n", os.Getuid(), os.Getgid())
	}
	return nil
}

// sleep takes seconds, with a fraction or a unit of s, m, h if one likes.
func sleep(ctx context.Context, args []string, s streams) error {
	var total time.Duration
	for _, word := range args {
		text := word
		if strings.Trim(word, "0123456789.") == "" {
			text += "s"
		}
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			fmt.Fprintf(s.err, "sleep: %q is no length of time\n", word)
			return status(1)
		}
		total += d
	}
	if len(args) == 0 {
		fmt.Fprintln(s.err, "sleep: how long?")
		return status(1)
	}
	select {
	case <-time.After(total):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// date is `date [-u] [+FORMAT]` with the conversions that scripts use.
func date(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("date", args, "u", s)
	if err != nil {
		return err
	}
	now := time.Now()
	if opts.has('u') {
		now = now.UTC()
	}
	if len(opts.words) == 0 {
		fmt.Fprintln(s.out, now.Format(time.UnixDate))
		return nil
	}
	fmt.Fprintln(s.out, strings.NewReplacer(
		"%%", "%", "%Y", now.Format("2006"), "%m", now.Format("01"), "%d", now.Format("02"),
		"%H", now.Format("15"), "%M", now.Format("04"), "%S", now.Format("05"),
		"%F", now.Format(time.DateOnly), "%T", now.Format(time.TimeOnly), "%Z", now.Format("MST"),
		"%s", strconv.FormatInt(now.Unix(), 10), "%N", fmt.Sprintf("%09d", now.Nanosecond()),
	).Replace(strings.TrimPrefix(opts.words[0], "+")))
	return nil
}

// uname is `uname [-asnrmo]`.
func uname(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("uname", args, "asnrmo", s)
	if err != nil {
		return err
	}
	var kernel unix.Utsname
	if err := unix.Uname(&kernel); err != nil {
		return err
	}
	parts := []struct {
		letter byte
		text   string
	}{
		{'s', unix.ByteSliceToString(kernel.Sysname[:])},
		{'n', unix.ByteSliceToString(kernel.Nodename[:])},
		{'r', unix.ByteSliceToString(kernel.Release[:])},
		{'m', unix.ByteSliceToString(kernel.Machine[:])},
		{'o', runtime.GOOS},
	}
	var said []string
	for _, part := range parts {
		if opts.has('a') || opts.has(part.letter) || len(opts.set) == 0 && part.letter == 's' {
			said = append(said, part.text)
		}
	}
	fmt.Fprintln(s.out, strings.Join(said, " "))
	return nil
}

// which is `which NAME…`; it fails when one of them is not in PATH.
func which(_ context.Context, args []string, s streams) error {
	var missing error
	for _, name := range args {
		path, err := exec.LookPath(name)
		if err != nil {
			missing = status(1)
			continue
		}
		fmt.Fprintln(s.out, path)
	}
	return missing
}

// seq is `seq [FIRST [STEP]] LAST`, in whole numbers.
func seq(_ context.Context, args []string, s streams) error {
	first, step, last := 1, 1, 0
	targets := map[int][]*int{1: {&last}, 2: {&first, &last}, 3: {&first, &step, &last}}[len(args)]
	for i, target := range targets {
		number, err := strconv.Atoi(args[i])
		if err != nil {
			fmt.Fprintf(s.err, "seq: %q is no whole number\n", args[i])
			return status(1)
		}
		*target = number
	}
	if targets == nil || step == 0 {
		fmt.Fprintln(s.err, "usage: seq [FIRST [STEP]] LAST")
		return status(1)
	}
	for n := first; step > 0 && n <= last || step < 0 && n >= last; n += step {
		fmt.Fprintln(s.out, n)
	}
	return nil
}
