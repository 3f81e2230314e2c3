package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/build/compare"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/tui/plain"
)

func newHistoryCompareCmd(env environment, flags *engineFlags) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "two builds side by side: times, cache, where it broke first",
		Args:  usageArgs(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return comparePast(cmd.Context(), env, flags, args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the comparison as JSON")
	return cmd
}

func comparePast(ctx context.Context, env environment, flags *engineFlags, args []string, asJSON bool) error {
	past, all, err := flags.past(ctx)
	if err != nil {
		return err
	}
	defer past.conn.Close() // nothing is lost with the connection
	var builds [2]*build.Build
	var refs [2]string
	for i, arg := range args {
		r, err := history.Find(all, arg)
		if err != nil {
			return usage(err)
		}
		if r.Running() {
			return usagef("%s still runs; compare it when it has ended", arg)
		}
		refs[i], builds[i] = r.Ref, build.New()
		if err := past.tellRedacted(ctx, r.Ref, builds[i].Apply); err != nil {
			return fmt.Errorf("%s: %w", arg, err)
		}
	}
	c := compare.Of(builds[0], builds[1], time.Now())
	if asJSON {
		return printJSON(env.stdout, c.Document(refs[0], refs[1], redact.Text))
	}
	if err := plain.Comparison(env.stdout, c, history.Short(refs[0], all), history.Short(refs[1], all)); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}
