package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/keys"
)

// newKeysCmd prints the table of keys that the README holds.
func newKeysCmd(env environment) *cobra.Command {
	return &cobra.Command{
		Use:    "keys",
		Short:  "print the table of keys as Markdown",
		Hidden: true,
		Args:   usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(env.stdout, keys.Markdown(tui.Keys()))
			return err
		},
	}
}
