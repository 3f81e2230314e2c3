package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/embedded"
)

// newEngineDaemonCmd is the hidden command that stagedive runs itself as, to be
// the embedded engine.
func newEngineDaemonCmd() *cobra.Command {
	return &cobra.Command{
		Use:                engine.DaemonCommand,
		Hidden:             true,
		DisableFlagParsing: true, // the flags are between two halves of one program
		Run: func(cmd *cobra.Command, args []string) {
			os.Exit(embedded.Main(cmd.Context(), args, cmd.ErrOrStderr()))
		},
	}
}
