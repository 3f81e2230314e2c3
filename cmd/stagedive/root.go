package main

import (
	"context"

	"github.com/spf13/cobra"
)

const rootLong = `stagedive draws a Dockerfile's stages as a graph, builds a target on a real
BuildKit while you watch, and opens the image: every layer, file and leak, down
to the Dockerfile line it came from.

Without a subcommand it opens the explorer on the Dockerfile in PATH. Where no
terminal can show it (a pipe, CI, TERM=dumb) it builds and prints plain lines.`

// newRootCmd returns the whole command tree.
func newRootCmd(env environment) *cobra.Command {
	var flags buildFlags
	var out outputFlags
	root := &cobra.Command{
		Use:           "stagedive [PATH]",
		Short:         "dive into every stage of a container build",
		Long:          rootLong,
		Args:          usageArgs(cobra.MaximumNArgs(1)),
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return explore(cmd.Context(), env, &flags, &out, args, false)
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.SetVersionTemplate("stagedive {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	flags.add(root.Flags())
	out.add(root.Flags())
	root.AddCommand(
		newBuildCmd(env), newGraphCmd(env), newLintCmd(env), newCheckCmd(env), newCompareCmd(env), newProbeCmd(env), newReproduceCmd(env), newTestCmd(env), newInitCmd(env), newInspectCmd(env), newRulesCmd(env), newExtractCmd(env), newReplayCmd(env),
		newHistoryCmd(env), newShellCmd(env), newDemoCmd(env), newKeysCmd(env), newEngineDaemonCmd(), newInsideCmd(env),
	)
	return root
}

func newBuildCmd(env environment) *cobra.Command {
	var flags buildFlags
	var out outputFlags
	cmd := &cobra.Command{
		Use:   "build [PATH]",
		Short: "build at once: the explorer with the build already running",
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return explore(cmd.Context(), env, &flags, &out, args, true)
		},
	}
	flags.add(cmd.Flags())
	out.add(cmd.Flags())
	return cmd
}

// explore opens the explorer on a Dockerfile, or builds it headless where there
// is nobody to look at it.
func explore(ctx context.Context, env environment, flags *buildFlags, out *outputFlags, args []string, start bool) error {
	if err := out.check(); err != nil {
		return err
	}
	j, err := newJob(env, flags, args)
	if err != nil {
		return err
	}
	if j.policy, err = out.policy.load(dirOf(j.path), &out.rules); err != nil {
		return err
	}
	j.probes = j.policy
	if j.file.Path == "" {
		j.env = env.atKeyboard()
	}
	show, err := out.tui(j.env)
	if err != nil {
		return err
	}
	if !show && len(out.breaks) > 0 {
		return usagef("--break needs the explorer, and a terminal for it; stagedive shell --line N stops at a line without")
	}
	if !show {
		return headless(ctx, j, out)
	}
	return interactive(ctx, j, out, beginning{build: start})
}

// usageArgs makes what a cobra argument check says a usage error.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error { return usage(check(cmd, args)) }
}
