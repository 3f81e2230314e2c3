package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/buildgraph/solve/hold/differ"
	"github.com/stagedive/stagedive/buildgraph/solve/hold/lister"
	"github.com/stagedive/stagedive/buildgraph/solve/prober/asker"
	"github.com/stagedive/stagedive/userland"
)

// insideCommand is how the program is called in a container.
const insideCommand = "inside"

// newHelper is this very program, to be brought into containers: it has a shell
// and some commands in it.
func newHelper() *hold.Helper { return hold.Self(insideCommand, userland.Has) }

// newInsideCmd is the hidden command that the helper is called as in a container.
func newInsideCmd(env environment) *cobra.Command {
	return &cobra.Command{
		Use: insideCommand, Hidden: true, DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error { return inside(cmd.Context(), env, args) },
	}
}

// inside carries out what is asked of the helper: to compare two directories, to
// list several, to read a file, to ask a server on loopback, or to be a command of the
// userland.
func inside(ctx context.Context, env environment, args []string) error {
	switch {
	case len(args) > 1 && args[0] == asker.Command:
		return asker.Main(ctx, args[1:], env.stdout)
	case len(args) == 3 && args[0] == "changes":
		return differ.Write(env.stdout, args[1], args[2])
	case len(args) > 1 && args[0] == hold.ListCommand:
		return lister.Write(env.stdout, args[1:])
	case len(args) == 4 && args[0] == "dump":
		most, err := strconv.ParseInt(args[3], 10, 64)
		if err != nil {
			return usage(fmt.Errorf("reading a file's beginning: %w", err))
		}
		return differ.Dump(env.stdout, args[1], args[2], most)
	}
	if code := userland.Main(append([]string{insideCommand}, args...), hold.SelfInside(insideCommand)); code != 0 {
		return exitError{code, nil}
	}
	return nil
}
