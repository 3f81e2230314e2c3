package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/model"
)

func newInspectCmd(env environment) *cobra.Command {
	var out outputFlags
	var platform, format string
	cmd := &cobra.Command{
		Use:   "inspect IMAGE",
		Short: "open an image wherever it lies: layers, files, leaks",
		Args:  usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "" && format != "text" && format != "json" {
				return usagef("--format %q is not known; use text or json", format)
			}
			if err := out.check(); err != nil {
				return err
			}
			if format == "" && env.interactive() {
				return interactiveImage(cmd.Context(), env, &out, args[0], platform)
			}
			res, err := openImage(cmd.Context(), args[0], inspect.Options{Platform: platform})
			if err != nil {
				return err
			}
			write := report.Text
			if format == "json" {
				write = report.JSON
			}
			if err := write(env.stdout, reportOf(res, nil)); err != nil {
				return fmt.Errorf("writing the report: %w", err)
			}
			return out.failing(res.Findings)
		},
	}
	cmd.Flags().StringVar(&platform, "platform", "", "which image of several, such as linux/arm64")
	cmd.Flags().StringVar(&format, "format", "", "print instead of opening the explorer: text, json")
	cmd.Flags().StringVar(&out.failOn, "fail-on", "", "exit with 3 when a finding is this severe or worse")
	out.addTheme(cmd.Flags())
	out.progress = "auto"
	return cmd
}

// openImage opens an image and looks for leaks in it.
func openImage(ctx context.Context, ref string, opt inspect.Options) (*inspect.Result, error) {
	opt.Judges, opt.Redact = append(opt.Judges, leak.New(leak.Options{Graph: opt.Graph})), leak.Redact
	return inspect.Inspect(ctx, ref, opt)
}

func reportOf(res *inspect.Result, g *model.Graph) report.Report {
	return report.Report{Image: res.Image, Findings: res.Findings, Rules: leak.Rules(), Graph: g, Redact: leak.Redact}
}
