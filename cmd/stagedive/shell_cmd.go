package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/console"
)

func newShellCmd(env environment) *cobra.Command {
	var flags buildFlags
	line := 0
	cmd := &cobra.Command{
		Use:   "shell [PATH] [-- COMMAND [ARG…]]",
		Short: "build a stage and open a shell in it, or where it fails",
		Long: `shell builds the target and opens a shell in what comes out, with the stage's
environment, directory and user. If a step fails, the shell opens in that step's
container as the step left it. --line opens it before the step on that line.

With a COMMAND that runs instead, and its exit code is this program's. What is done
inside is not kept.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if at := cmd.ArgsLenAtDash(); at > 1 || at < 0 && len(args) > 1 {
				return usagef("more than one PATH; write the command after --, as in stagedive shell . -- ls /")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var command []string
			if at := cmd.ArgsLenAtDash(); at >= 0 {
				args, command = args[:at], args[at:]
			}
			j, err := newJob(env, &flags, args)
			if err != nil {
				return err
			}
			return j.shell(cmd.Context(), line, command)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().IntVar(&line, "line", 0, "stop before the step on this line of the Dockerfile")
	return cmd
}

// shell opens a shell at the target, or runs a command there.
func (j *job) shell(ctx context.Context, line int, command []string) error {
	if j.target < 0 {
		return usagef("%s has no stage to build", j.graph.File)
	}
	target, before := j.target, (*build.StepRef)(nil)
	if line != 0 {
		ref, err := stepOn(j.graph, line)
		if err != nil {
			return err
		}
		if before = &ref; !j.graph.PlanFor(target).Needs(model.NodeID(ref.Stage)) {
			target = ref.Stage
		}
	}
	s := &session{
		job: j, ctx: ctx, args: command, shell: j.flags.shell,
		stdin: j.env.stdin, stdout: j.env.stdout, stderr: j.env.stderr,
		open: func(ctx context.Context, c *console.Console, s *session) (*held, func(), error) {
			return j.reach(ctx, c, s.stderr, target, before)
		},
	}
	err := s.Run()
	switch {
	case ctx.Err() != nil, errors.Is(err, errCancelled):
		return exitError{exitInterrupted, nil}
	case err != nil:
		return err
	case s.code != 0:
		return exitError{s.code, nil}
	}
	return nil
}

// errCancelled is why there is nothing to enter: the user pressed ^C.
var errCancelled = fmt.Errorf("cancelled before there was anything to enter")
