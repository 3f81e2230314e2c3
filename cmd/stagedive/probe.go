package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/inspect/policyfile"
	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/model/sanitize"
)

const probeLong = `probe asks images to do something and puts what came of it side by side: commands, and
servers that are asked on loopback inside of their own container. The exit code is 3
when an image does not do what it should, or does not behave as the first one.

What to ask is written below probes in the project's policy (docs/probes.md); where it
says nothing, the image's own HEALTHCHECK is asked. Given a directory, it builds its
target first, or the stages that --targets names, together.`

// probeCmdFlags are those of probe.
type probeCmdFlags struct {
	buildFlags
	policy         policyFlags
	targets        []string
	file           string
	format, output string
	quiet          bool
}

func newProbeCmd(env environment) *cobra.Command {
	var flags probeCmdFlags
	cmd := &cobra.Command{
		Use:   "probe [PATH] | --targets A,B[,C] [PATH] | IMAGE [IMAGE…]",
		Short: "run the policy's probes in images: do they behave the same?",
		Long:  probeLong,
		Args:  usageArgs(cobra.MaximumNArgs(compare.Most)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains([]string{"text", "json"}, flags.format) {
				return usagef("--format %q is not known; use text or json", flags.format)
			}
			return flags.run(cmd.Context(), env, args)
		},
	}
	fs := cmd.Flags()
	flags.buildFlags.add(fs)
	flags.policy.add(fs)
	fs.StringSliceVar(&flags.targets, "targets", nil, "stages to build together and to ask, the first one with each other")
	fs.StringVar(&flags.file, "probes", "", "run the probes of FILE, which is written as "+policyfile.Name+" is, instead of the policy's")
	fs.StringVar(&flags.format, "format", "text", "how to print it: text, json")
	fs.StringVarP(&flags.output, "output", "o", "", "write it to FILE instead of stdout")
	fs.BoolVarP(&flags.quiet, "quiet", "q", false, "do not tell of the build and of what is asked on stderr")
	return cmd
}

// usualProbes are those where no policy says any.
func usualProbes() *policy.Policy {
	p := probe.Probe{Start: probe.Itself, Ask: probe.Healthcheck}
	p.Name = p.What()
	return &policy.Policy{Probes: []probe.Probe{p}}
}

func (f *probeCmdFlags) run(ctx context.Context, env environment, args []string) error {
	sides, err := f.sides(ctx, env, args)
	if err != nil {
		return err
	}
	c := compare.New(sides...)
	if !slices.ContainsFunc(c.Behaviour(), func(r probe.Row) bool { return r.Verdict != probe.NotAsked }) {
		return usagef("there is nothing to ask: no probe is for %s, and no HEALTHCHECK is in it; write probes into %s (docs/probes.md)", names(sides), policyfile.Name)
	}
	r := comparison.Report{Comparison: c, ASCII: env.ascii()}
	r.Width, _ = env.size()
	if err := f.write(env, r); err != nil {
		return fmt.Errorf("writing what was asked: %w", err)
	}
	if !c.Behaves() {
		return exitError{exitFindings, nil}
	}
	return nil
}

func names(sides []compare.Side) string {
	var out []string
	for _, s := range sides {
		out = append(out, s.Name)
	}
	return strings.Join(out, ", ")
}

func (f *probeCmdFlags) write(env environment, r comparison.Report) (err error) {
	write := map[string]func(io.Writer, comparison.Report) error{"text": comparison.Behaviour, "json": comparison.BehaviourJSON}[f.format]
	if f.output == "" || f.output == "-" {
		return write(env.stdout, r)
	}
	file, err := os.Create(f.output)
	if err != nil {
		return err
	}
	return errors.Join(write(file, r), file.Close())
}

// sides are the images with what came of the probes, and nothing else of them.
func (f *probeCmdFlags) sides(ctx context.Context, env environment, args []string) ([]compare.Side, error) {
	tell := func(text string) {
		if !f.quiet {
			fmt.Fprintln(env.stderr, "stagedive:", text)
		}
	}
	built := len(f.targets) > 0 || f.dockerfileFlags.file != "" || len(args) == 0 || len(args) == 1 && isPath(args[0])
	if built {
		return f.ofTargets(ctx, env, args, tell)
	}
	if slices.Contains(args, "-") {
		return nil, usagef("probe reads no archive from standard input: write it to a file, and give its name")
	}
	by, err := f.probes(".")
	if err != nil {
		return nil, err
	}
	platform, err := f.platformAsked()
	if err != nil {
		return nil, err
	}
	sides := make([]compare.Side, len(args))
	for i, ref := range args {
		name := sanitize.Text(ref)
		got, err := asking{ref: ref, platform: platform, by: by}.ask(ctx, &f.buildFlags, name, tell)
		if err != nil {
			return nil, err
		}
		sides[i] = compare.Side{Name: name, Probes: got}
	}
	return sides, nil
}

// probes is the policy whose probes are run.
func (f *probeCmdFlags) probes(dir string) (*policy.Policy, error) {
	var of *policy.Policy
	if f.file == "" {
		var err error
		if of, err = f.policy.load(dir, &ruleFlags{}); err != nil {
			return nil, err
		}
	}
	by, err := (&probeFlags{file: f.file}).load(of)
	if err == nil && (by == nil || !by.HasProbes()) {
		by = usualProbes()
	}
	return by, err
}

// ofTargets builds stages and asks them.
func (f *probeCmdFlags) ofTargets(ctx context.Context, env environment, args []string, tell func(string)) ([]compare.Side, error) {
	if len(args) > 1 {
		return nil, usagef("there is one PATH to build; this has %d: %s", len(args), sanitize.Text(strings.Join(args, ", ")))
	}
	j, err := newJob(env, &f.buildFlags, args)
	if err != nil {
		return nil, err
	}
	by, err := f.probes(dirOf(j.path))
	if err != nil {
		return nil, err
	}
	targets := []int{j.target}
	if len(f.targets) > 0 {
		if targets, err = (&compareFlags{targets: f.targets}).stages(j.graph); err != nil {
			return nil, err
		}
	}
	s, err := sinksBeside(env, f.quiet)
	if err != nil {
		return nil, err
	}
	b, err := j.together(ctx, targets, s.write)
	if err != nil {
		s.failed(f.quiet)
		return nil, err
	}
	var sides []compare.Side
	for _, im := range b.End.Result.Images {
		stage := b.Begin.Graph.Label(model.NodeID(im.Target))
		name := stage
		if im.Platform != "" {
			name += " " + im.Platform
		}
		got, err := asking{ref: im.Ref, stage: stage, by: by}.ask(ctx, &f.buildFlags, name, tell)
		if err != nil {
			return nil, err
		}
		sides = append(sides, compare.Side{Name: name, Probes: got})
	}
	return sides, s.err
}
