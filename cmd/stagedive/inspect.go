package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

func newInspectCmd(env environment) *cobra.Command {
	var out outputFlags
	var stage stageFlags
	var platform, format string
	cmd := &cobra.Command{
		Use:   "inspect IMAGE | --stage NAME [PATH]",
		Short: "open an image wherever it lies, or a stage of a build: layers, files, leaks",
		Args: func(cmd *cobra.Command, args []string) error {
			if err := stage.check(cmd.Flags()); err != nil {
				return err
			}
			if stage.given() {
				return usage(cobra.MaximumNArgs(1)(cmd, args))
			}
			return usage(cobra.ExactArgs(1)(cmd, args))
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "" && format != "text" && format != "json" {
				return usagef("--format %q is not known; use text or json", format)
			}
			if err := out.check(); err != nil {
				return err
			}
			if stage.given() {
				return inspectStage(cmd.Context(), env, &stage, &out, args, platform, format)
			}
			if format == "" && env.interactive() {
				return interactiveImage(cmd.Context(), env, &out, args[0], platform)
			}
			res, err := openImage(cmd.Context(), args[0], inspect.Options{Platform: platform})
			if err != nil {
				return err
			}
			if err := writeReport(env, format, reportOf(res, nil)); err != nil {
				return err
			}
			return out.failing(res.Findings)
		},
	}
	cmd.Flags().StringVar(&platform, "platform", "", "which image of several, such as linux/arm64")
	cmd.Flags().StringVar(&format, "format", "", "print instead of opening the explorer: text, json")
	cmd.Flags().StringVar(&out.failOn, "fail-on", "", "exit with 3 when a finding is this severe or worse")
	stage.add(cmd.Flags())
	out.addTheme(cmd.Flags())
	out.progress = "auto"
	return cmd
}

// inspectStage tells of a stage of a build, or shows it in the explorer.
func inspectStage(ctx context.Context, env environment, stage *stageFlags, out *outputFlags, args []string, platform, format string) error {
	if out.failOn != "" {
		return usagef("--fail-on is for images: leaks of a stage are not looked for, nobody ships it")
	}
	path := "."
	if len(args) > 0 {
		path = args[0]
	}
	if format == "" && env.interactive() {
		j, step, err := stage.job(env, path, platform)
		if err != nil {
			return err
		}
		return interactive(ctx, j, out, false, &build.StepRef{Stage: j.target, Step: step})
	}
	o, j, err := stage.open(ctx, env, path, platform)
	if err != nil {
		return err
	}
	defer o.letGo()
	return writeReport(env, format, report.Report{Image: o.Image, Graph: j.graph, Redact: leak.Redact})
}

// writeReport writes a report in a format.
func writeReport(env environment, format string, r report.Report) error {
	write := report.Text
	if format == "json" {
		write = report.JSON
	}
	if err := write(env.stdout, r); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// openImage opens an image and looks for leaks in it.
func openImage(ctx context.Context, ref string, opt inspect.Options) (*inspect.Result, error) {
	return inspect.Inspect(ctx, ref, looking(opt))
}

// looking are the options of whoever looks for leaks.
func looking(opt inspect.Options) inspect.Options {
	opt.Judges, opt.Redact = append(opt.Judges, leak.New(leak.Options{Graph: opt.Graph})), leak.Redact
	return opt
}

func reportOf(res *inspect.Result, g *model.Graph) report.Report {
	return report.Report{Image: res.Image, Findings: res.Findings, Rules: leak.Rules(), Graph: g, Redact: leak.Redact}
}
