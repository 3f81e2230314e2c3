package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/plain"
)

// headless builds and tells about it line by line, then says what is in the
// image; with --watch again and again.
func headless(ctx context.Context, j *job, out *outputFlags) error {
	rec, err := newRecorder(out.record)
	if err != nil {
		return err
	}
	times, err := newTimer(out.timing)
	if err != nil {
		return err
	}
	s := &sinks{env: j.env, progress: out.progress, keep: []func(build.Event) error{rec.write, times.write}}
	if out.watch {
		err = headlessWatch(ctx, j, out, s)
	} else {
		err = headlessOnce(ctx, j, out, s)
	}
	if closing := rec.close(); closing != nil && s.err == nil {
		s.err = fmt.Errorf("writing the output: %w", closing)
	}
	if s.err != nil && err != nil { // which the exit code then does not tell
		fmt.Fprintln(j.env.stderr, "stagedive:", s.err)
		return err
	}
	return errors.Join(err, s.err)
}

// headlessOnce is one build, and its image.
func headlessOnce(ctx context.Context, j *job, out *outputFlags, s *sinks) error {
	if err := s.begin(); err != nil {
		return err
	}
	end, err := j.once(ctx, s)
	if err != nil {
		return err
	}
	return j.judge(ctx, end.Result, out)
}

// once builds the target and tells of it. The error is for whatever ended otherwise than
// well, with its exit code.
func (j *job) once(ctx context.Context, s *sinks) (build.End, error) {
	end, unreached := j.run(ctx, j.target, s.write)
	_, graph := j.now()
	switch {
	case ctx.Err() != nil, end.Outcome == build.OutcomeCancelled:
		return end, exitError{exitInterrupted, nil}
	case unreached != nil:
		return end, unreached
	case end.Outcome == build.OutcomeFailed && refused(graph, j.target) != nil:
		return end, exitError{exitUsage, nil}
	case end.Outcome == build.OutcomeFailed:
		return end, exitError{exitFailed, nil}
	}
	return end, nil
}

// judge inspects what was built and prints what it finds.
func (j *job) judge(ctx context.Context, r *build.Result, out *outputFlags) error {
	w := j.env.stdout
	if out.progress == "rawjson" {
		if out.failOn == "" {
			return nil
		}
		w = io.Discard
	}
	if r == nil || r.Ref == "" {
		return nil
	}
	_, graph := j.now()
	opt, done := j.copied(ctx, inspect.Options{Graph: graph, Target: j.target})
	defer done()
	res, err := openImage(ctx, r.Ref, under(j.policy, opt), out.rules.set)
	if err != nil {
		return fmt.Errorf("opening the image that was built: %w", err)
	}
	if err := report.Text(w, reportOf(res, graph, out.rules.set)); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return out.failing(res.Image, res.Findings)
}

// shower returns what shows events on stdout.
func shower(env environment, progress string) (func(build.Event) error, error) {
	if progress == "rawjson" {
		return newPrinter(env.stdout).write, nil
	}
	return plain.New(env.stdout, plain.Options{ASCII: env.ascii()}).Event, nil
}
