package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/cache"
	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/inspect/record"
	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/archive"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/policy"
)

func newInspectCmd(env environment) *cobra.Command {
	var out outputFlags
	var stage stageFlags
	var parts partFlags
	var platform, format, save string
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
			if len(args) != 1 {
				return usagef("inspect needs one image: stagedive inspect IMAGE, a name, an archive, an OCI layout, or - for an archive from standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if format == "" && parts.given() {
				format = "text"
			}
			if _, ok := writerOf(format); !ok {
				return usagef("--format %q is not known; use text, json or markdown", format)
			}
			show, err := parts.show()
			if err != nil {
				return err
			}
			if err := out.check(); err != nil {
				return err
			}
			if stage.given() && save != "" {
				return usagef("--save-record is for images: of a stage its files are known, not what is installed; build the image up to it with --target")
			}
			if stage.given() {
				return inspectStage(cmd.Context(), env, &stage, &out, args, platform, format, show)
			}
			if err := source.CheckPlatform(platform); err != nil {
				return usage(fmt.Errorf("--platform: %w", err))
			}
			p, err := out.policy.load(".", &out.rules)
			if err != nil {
				return err
			}
			open := openSeen
			switch {
			case args[0] == "-" && env.terminal:
				return usagef("- is for an archive from standard input, which is a terminal: docker save NAME | stagedive inspect -")
			case args[0] == "-":
				open = env.openPiped
			case format == "" && save == "" && env.interactive():
				return interactiveImage(cmd.Context(), env, &out, args[0], platform, p)
			}
			res, err := open(cmd.Context(), args[0], under(p, inspect.Options{Platform: platform}), out.rules.set)
			if err != nil {
				return err
			}
			if save != "" {
				if err := saveRecord(cmd.Context(), env, save, record.Record{Name: res.Image.Ref, Image: res.Image, Found: res.Findings, Proofs: res.Proofs}); err != nil || format == "" {
					return errors.Join(err, out.failing(res.Image, res.Findings))
				}
			}
			r := reportOf(res, recall(ownStore(), res.Image.Digest).Graph, out.rules.set)
			r.Show = show
			if err := writeReport(env, format, r); err != nil {
				return err
			}
			return out.failing(res.Image, res.Findings)
		},
	}
	cmd.Flags().StringVar(&platform, "platform", "", "which image of several, such as linux/arm64")
	cmd.Flags().StringVar(&format, "format", "", "print instead of opening the explorer: text, json, markdown")
	cmd.Flags().StringVar(&out.failOn, "fail-on", "", "exit with 3 when a finding is this severe or worse")
	cmd.Flags().StringVar(&save, "save-record", "", "keep what is known of the image in FILE, for compare --against-record")
	out.rules.add(cmd.Flags())
	parts.add(cmd.Flags())
	stage.add(cmd.Flags())
	out.addTheme(cmd.Flags())
	out.policy.add(cmd.Flags())
	out.progress = "auto"
	return cmd
}

// inspectStage tells of a stage of a build, or shows it in the explorer.
func inspectStage(ctx context.Context, env environment, stage *stageFlags, out *outputFlags, args []string, platform, format string, show report.Show) error {
	if out.failOn != "" {
		return usagef("--fail-on is for images: leaks of a stage are not looked for, nobody ships it")
	}
	if show.Packages {
		return usagef("--packages is for images: of a stage its files are known, not what is installed; build the image up to it with --target")
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
		return interactive(ctx, j, out, beginning{look: &build.StepRef{Stage: j.target, Step: step}})
	}
	o, j, err := stage.open(ctx, env, path, platform)
	if err != nil {
		return err
	}
	defer o.letGo()
	return writeReport(env, format, report.Report{Image: o.Image, Graph: j.graph, Redact: redact.Text, Show: show})
}

// writerOf is what writes a report in a format; "" is text where there is no explorer.
func writerOf(format string) (write func(io.Writer, report.Report) error, ok bool) {
	switch format {
	case "", "text":
		return report.Text, true
	case "json":
		return report.JSON, true
	case "markdown":
		return report.Markdown, true
	}
	return nil, false
}

// writeReport writes a report in a format. Parts of one are for programs to read: what
// is odd about the image is then told beside them.
func writeReport(env environment, format string, r report.Report) error {
	write, _ := writerOf(format)
	if err := write(env.stdout, r); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if format == "text" && !r.Show.Whole() {
		for _, n := range r.Notes() {
			fmt.Fprintf(env.stderr, "stagedive: %s\n", n)
		}
	}
	return nil
}

// openImage opens an image and looks for leaks in it.
func openImage(ctx context.Context, ref string, opt inspect.Options, by *rules.Set) (*inspect.Result, error) {
	return inspect.Inspect(ctx, ref, looking(opt, by))
}

// openSeen is openNamed for who only looks: at an image, or at the record of one.
func openSeen(ctx context.Context, ref string, opt inspect.Options, by *rules.Set) (*inspect.Result, error) {
	if r, ok, err := openRecord(ref); ok {
		return resultOf(r), err
	}
	return openNamed(ctx, ref, opt, by)
}

// openNamed opens an image, and joins it to its Dockerfile if stagedive has built it here.
func openNamed(ctx context.Context, ref string, opt inspect.Options, by *rules.Set) (*inspect.Result, error) {
	if err := refuseRecord(ref); err != nil {
		return nil, err
	}
	src, err := resolve.Open(ctx, ref, resolve.Options{Platform: opt.Platform, Built: ownStore()})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	return inspect.Source(ctx, src, ref, looking(joined(src, opt), by))
}

// joined are the options for an image with what is remembered of its build.
func joined(src source.Source, opt inspect.Options) inspect.Options {
	k := recall(ownStore(), src.Image().Digest)
	opt.Graph, opt.Target = k.Graph, k.Target
	return opt
}

// openPiped opens the image in an archive that comes through standard input. It goes by
// once: it is read as it comes, and kept nowhere.
func (e environment) openPiped(ctx context.Context, _ string, opt inspect.Options, by *rules.Set) (*inspect.Result, error) {
	once := func(context.Context) (io.ReadCloser, error) { return io.NopCloser(e.stdin), nil }
	src := archive.NewStream("reading an image archive from standard input", source.Pick{Platform: opt.Platform}, "", once)
	defer src.Close()
	return inspect.Source(ctx, src, "standard input", looking(opt, by))
}

// looking are the options of whoever looks for leaks by a set of rules; nil is for those
// that stagedive brings along.
func looking(opt inspect.Options, by *rules.Set) inspect.Options {
	boundMemory()
	opt.Judges, opt.Redact = append(opt.Judges, leak.New(leak.Options{Graph: opt.Graph, Target: opt.Target, Rules: by})), redact.Text
	opt.Built = ownStore()
	if opt.Cache == nil {
		opt.Cache = userCache()
	}
	return opt
}

// userCache keeps what looks find of layers; nil where there is no place for it: every
// look is the first then.
func userCache() scan.Cache {
	dir, err := cache.Dir()
	if err != nil {
		return nil
	}
	return cache.New(dir, cache.Size)
}

func reportOf(res *inspect.Result, g *model.Graph, by *rules.Set) report.Report {
	if by == nil {
		by = rules.Builtin()
	}
	return report.Report{
		Image: res.Image, Findings: res.Findings, Rules: slices.Concat(by.Rules(), policy.Rules()), Graph: g,
		Redact: redact.Text, Proofs: res.Proofs, Policy: res.Policy,
	}
}
