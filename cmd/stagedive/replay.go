package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/buildgraph/solve/record"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
)

func newReplayCmd(env environment) *cobra.Command {
	var out outputFlags
	speed := 1.0
	cmd := &cobra.Command{
		Use:   "replay FILE",
		Short: "play a recorded build, with no engine",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := out.check(); err != nil {
				return err
			}
			if speed <= 0 {
				return usagef("--speed %v is not above 0; 2 plays twice as fast", speed)
			}
			return replay(cmd.Context(), env, args[0], speed, &out)
		},
	}
	cmd.Flags().Float64Var(&speed, "speed", speed, "how many times faster than it was")
	cmd.Flags().StringVar(&out.progress, "progress", "auto", "how to show it: auto, tty, plain, rawjson")
	out.addTiming(cmd.Flags())
	out.addTheme(cmd.Flags())
	return cmd
}

func replay(ctx context.Context, env environment, file string, speed float64, out *outputFlags) error {
	show, err := out.tui(env)
	if err != nil {
		return err
	}
	r := recorded{file: file, speed: speed}
	begin, err := r.begin()
	if err != nil {
		return err
	}
	times, err := newTimer(out.timing)
	if err != nil {
		return err
	}
	if show {
		target := -1
		if len(begin.Targets) > 0 {
			target = begin.Targets[0]
		}
		b := &watched{Builder: r, keep: times.write}
		err := runTUI(ctx, env, out, tui.Config{
			Graph: begin.Graph, Target: target, Engine: "recorded " + begin.Engine.Name, Builder: b, AutoBuild: true, Speed: speed,
		})
		return errors.Join(err, b.err)
	}
	write, err := shower(env, out.progress)
	if err != nil {
		return err
	}
	var outcome build.Outcome
	err = r.play(ctx, func(e build.Event) {
		if e.End != nil {
			outcome = e.End.Outcome
		}
		if err := errors.Join(write(e), times.write(e)); err != nil {
			fmt.Fprintln(env.stderr, "stagedive: writing the output:", err)
		}
	})
	switch {
	case ctx.Err() != nil:
		return exitError{exitInterrupted, nil}
	case err != nil:
		return err
	}
	return ended(outcome)
}

// recorded is a tui.Builder that plays a record.
type recorded struct {
	file  string
	speed float64
}

// begin reads the record's first event.
func (r recorded) begin() (build.Begin, error) {
	f, err := os.Open(r.file)
	if err != nil {
		return build.Begin{}, usage(fmt.Errorf("opening the record: %w", err))
	}
	defer f.Close() // only read
	e, err := record.NewReader(f).Next()
	if err != nil {
		return build.Begin{}, usage(fmt.Errorf("%s: %w", r.file, err))
	}
	return *e.Begin, nil
}

func (r recorded) play(ctx context.Context, emit func(build.Event)) error {
	f, err := os.Open(r.file)
	if err != nil {
		return fmt.Errorf("opening the record: %w", err)
	}
	defer f.Close() // only read
	return record.Play(ctx, f, r.speed, record.WallClock{}, emit)
}

// Build plays the record, whatever the target: it has only one.
func (r recorded) Build(ctx context.Context, _ int, emit func(build.Event)) {
	err := r.play(ctx, func(e build.Event) {
		if e.Begin != nil {
			begin := *e.Begin
			begin.Engine.Name = "recorded " + begin.Engine.Name // none is at work now
			e.Begin = &begin
		}
		emit(e)
	})
	if err != nil && ctx.Err() == nil {
		emit(build.Event{Time: time.Now(), End: &build.End{
			Outcome: build.OutcomeFailed, Failure: &build.Failure{Message: err.Error()},
		}})
	}
}

// Reload has nothing to read again.
func (recorded) Reload(context.Context) (*model.Graph, error) { return nil, nil }
