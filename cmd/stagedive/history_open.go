package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/tui"
)

func newHistoryOpenCmd(env environment, flags *engineFlags) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use:   "open REF",
		Short: "open a build: graph, steps, logs as they were",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return openPast(cmd.Context(), env, flags, &out, func(all []history.Record) (history.Record, error) {
				return history.Find(all, args[0])
			})
		},
	}
	out.addShow(cmd.Flags())
	return cmd
}

func newHistoryAttachCmd(env environment, flags *engineFlags) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use:   "attach [REF]",
		Short: "watch a build that runs elsewhere on the engine",
		Long: `attach follows a build that somebody else has the engine run, until it ends.
Leaving, or ^C, only stops watching: the build goes on. Without REF it takes the
build that runs, if there is only one.`,
		Args: usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return openPast(cmd.Context(), env, flags, &out, func(all []history.Record) (history.Record, error) {
				return running(all, args)
			})
		},
	}
	out.addShow(cmd.Flags())
	return cmd
}

// running picks the running build to attach to.
func running(all []history.Record, args []string) (history.Record, error) {
	if len(args) == 1 {
		r, err := history.Find(all, args[0])
		if err == nil && !r.Running() {
			return r, fmt.Errorf("this build has ended; stagedive history open %s shows it", args[0])
		}
		return r, err
	}
	var found []history.Record
	for _, r := range all {
		if r.Running() {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return history.Record{}, errors.New("no build runs on this engine; stagedive history lists those that have ended")
	}
	return history.Record{}, fmt.Errorf("%d builds run; name one, such as %s: stagedive history lists them", len(found), history.Short(found[0].Ref, all))
}

// openPast shows a build of the engine's history.
func openPast(ctx context.Context, env environment, flags *engineFlags, out *outputFlags, pick func([]history.Record) (history.Record, error)) error {
	if err := out.check(); err != nil {
		return err
	}
	show, err := out.tui(env)
	if err != nil {
		return err
	}
	past, all, err := flags.past(ctx)
	if err != nil {
		return err
	}
	defer past.conn.Close() // nothing is lost with the connection
	r, err := pick(all)
	if err != nil {
		return usage(err)
	}
	if show {
		shown := &remembered{engine: *flags, project: r.Project}
		return runTUI(ctx, env, out, tui.Config{
			Graph: &model.Graph{File: r.Title()}, Target: -1, Engine: past.conn.Info.Name,
			History: shown, Past: &r, Inspector: inspector{past: shown},
			NoBuilder: "This is a build of the history. Run stagedive where its Dockerfile is, to build anew.",
		})
	}
	write, err := shower(env, out.progress)
	if err != nil {
		return err
	}
	var outcome build.Outcome
	err = past.tellRedacted(ctx, r.Ref, func(e build.Event) {
		if e.End != nil {
			outcome = e.End.Outcome
		}
		if err := write(e); err != nil {
			fmt.Fprintln(env.stderr, "stagedive: writing the output:", err)
		}
	})
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(env.stderr, "stagedive: stopped watching; the build goes on")
		return exitError{exitInterrupted, nil}
	case err != nil:
		return err
	case !r.Running():
		return nil // what became of it then is no failure now
	}
	return ended(outcome)
}
