package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/buildgraph"
	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
	"github.com/stagedive/stagedive/buildgraph/lint"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/policy"
)

const lintLong = `lint judges a Dockerfile and its build context before any build: what the stages
ship that should stay behind, what makes the cache miss, what the context sends, and
what BuildKit's own linter says. No engine is needed, nothing is contacted.

A comment right above an instruction turns rules off or accepts a finding:

  # check=skip=SD-B004,JSONArgsRecommended
  # stagedive: allow=SD-B004 the reason`

var lintFormats = []string{"text", "json", "sarif", "github", "junit"}

func newLintCmd(env environment) *cobra.Command {
	var flags buildFlags
	var pol policyFlags
	var format, failOn string
	var byEngine bool
	cmd := &cobra.Command{
		Use:   "lint [PATH]...",
		Short: "judge a Dockerfile and its context without building",
		Long:  lintLong,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(lintFormats, format) {
				return usagef("--format %q is not known; use one of %s", format, strings.Join(lintFormats, ", "))
			}
			if len(args) > 1 && format != "text" {
				return usagef("--format %s is of one PATH; there are %d", format, len(args))
			}
			out := outputFlags{failOn: failOn, progress: "auto"}
			if err := out.check(); err != nil {
				return err
			}
			if len(args) < 2 {
				return lintOne(cmd.Context(), env, &flags, pol, args, format, failOn, byEngine)
			}
			worst := exitOK
			for _, path := range args {
				err := lintOne(cmd.Context(), env, &flags, pol, []string{path}, format, failOn, byEngine)
				if code := say(env.stderr, err); worst == exitOK || code == exitUsage {
					worst = code
				}
			}
			if worst != exitOK {
				return exitError{worst, nil}
			}
			return nil
		},
	}
	flags.dockerfileFlags.add(cmd.Flags())
	pol.add(cmd.Flags())
	cmd.Flags().BoolVar(&byEngine, "engine-lint", false, "ask the engine's linter, too, that of the frontend which # syntax names; it looks at the base images")
	var all pflag.FlagSet
	flags.add(&all)
	for _, name := range []string{"engine", "engine-config"} {
		cmd.Flags().AddFlag(all.Lookup(name))
	}
	cmd.Flags().StringVar(&format, "format", "text", "how to print it: "+strings.Join(lintFormats, ", "))
	cmd.Flags().StringVar(&failOn, "fail-on", "", "exit with 3 when a finding is this severe or worse: info, low, medium, high, critical")
	return cmd
}

// lintOne judges one Dockerfile, by the policy that holds where it lies.
func lintOne(ctx context.Context, env environment, flags *buildFlags, pol policyFlags, args []string, format, failOn string, byEngine bool) error {
	j, err := newJob(env, flags, args)
	if err != nil {
		return err
	}
	if j.policy, err = pol.load(dirOf(j.path), &ruleFlags{}); err != nil {
		return err
	}
	in, err := j.examine(ctx, j.target)
	if err != nil {
		return err
	}
	var said []model.Problem
	if byEngine {
		if said, err = j.askLinter(ctx); err != nil {
			return fmt.Errorf("asking the engine's linter: %w", err)
		}
	}
	findings := j.judged(in, said...)
	if err := j.tell(env.stdout, format, in, findings, failOn); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return linted(in, findings, failOn)
}

// tell writes what was found in one of lintFormats.
func (j *job) tell(w io.Writer, format string, in lint.Input, findings []finding.Finding, failOn string) error {
	g := in.Detail.Graph
	r := lint.Report{File: g.File, Findings: findings, Context: lint.Context(in)}
	switch format {
	case "text":
		return r.Text(w)
	case "json":
		return r.JSON(w)
	}
	level, ok := finding.ParseSeverity(failOn)
	if !ok {
		level = failOnDefault
	}
	target := g.Label(model.NodeID(in.Target))
	// What code scanners and CI take is made for images: here it is one without layers.
	return checkWriter(format)(w, report.Report{
		Image: &image.Image{Ref: g.File}, Findings: findings, Rules: lint.Rules(), Graph: g, Redact: redact.Text,
		Gate: &report.Gate{FailOn: level, Target: target, Subject: g.File, Dockerfile: inRepository(j.file.Path, j.file.Context), Version: version()},
	})
}

// Lint judges the Dockerfile as it was read last, and its context.
func (j *job) Lint(ctx context.Context, target int) ([]finding.Finding, error) {
	in, err := j.examine(ctx, target)
	if err != nil {
		return nil, err
	}
	return j.judged(in), nil
}

// askLinter has the engine's frontend, or the one that "# syntax" names, lint the file.
func (j *job) askLinter(ctx context.Context) ([]model.Problem, error) {
	notify := func(e build.Event) {
		if e.Notice != nil {
			fmt.Fprintf(j.env.stderr, "stagedive: %s\n", e.Notice.Text)
		}
	}
	req, err := j.request(j.target)
	if err != nil {
		return nil, err
	}
	conn, err := j.dial(ctx, notify)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	req.Engine = conn.Info
	return solve.Lint(ctx, conn.Client, req, notify)
}

// examine reads the Dockerfile as it was read last for judging it, and lists its context
// when that is a directory.
func (j *job) examine(ctx context.Context, target int) (lint.Input, error) {
	file, _ := j.now()
	opts, err := j.options(file)
	if err != nil {
		return lint.Input{}, err
	}
	in := lint.Input{Detail: buildgraph.Examine(file.Text, opts), Target: target}
	if info, err := os.Stat(file.Context); j.path == "-" || err != nil || !info.IsDir() {
		return in, nil
	}
	ignore, err := buildcontext.ReadIgnore(file.Context, file.Path)
	if err != nil {
		return in, err
	}
	in.Context, err = buildcontext.List(ctx, file.Context, ignore)
	if err == nil && in.Context.Ignore.File != "" {
		in.Context.Ignore.File = display(filepath.Clean(in.Context.Ignore.File))
	}
	return in, err
}

// judged are the findings as the job's policy has them, if it has one, free of secrets that the Dockerfile's
// own text has in it. said is what the engine's linter adds.
func (j *job) judged(in lint.Input, said ...model.Problem) []finding.Finding {
	out := lint.Check(in)
	if len(said) > 0 {
		out = lint.Heard(in.Detail.Graph, out, said)
	}
	if j.policy != nil {
		g := in.Detail.Graph
		out = j.policy.Apply(policy.Subject{Graph: g, Target: g.Label(model.NodeID(in.Target)), Findings: out, Now: time.Now()}).Findings
		slices.SortStableFunc(out, func(a, b finding.Finding) int { return a.Line - b.Line })
	}
	for i := range out {
		f := &out[i]
		f.Title, f.Name, f.Fix, f.Instead = redact.Text(f.Title), redact.Text(f.Name), redact.Text(f.Fix), redact.Text(f.Instead)
		for k, e := range f.Evidence {
			f.Evidence[k] = redact.Text(e)
		}
	}
	return out
}

// linted is the error for a Dockerfile that BuildKit would refuse, or that has findings
// as severe as asked; "# check=error=true" asks for all that BuildKit's linter says.
func linted(in lint.Input, findings []finding.Finding, failOn string) error {
	g := in.Detail.Graph
	for _, p := range g.Refusals(g.PlanFor(in.Target)) {
		if !strings.HasPrefix(p.Message, "lint violation found") {
			return usagef("%s:%d: %s; correct this line", g.File, p.Line, p.Message)
		}
	}
	if level, ok := finding.ParseSeverity(failOn); ok {
		if n := finding.Count(findings).AtLeast(level); n > 0 {
			return exitError{exitFindings, fmt.Errorf("%d finding(s) at or above %s; see the list above", n, level)}
		}
	}
	strict := func(f finding.Finding) bool { return strings.HasPrefix(f.Rule, "BK-") && f.Allowed == nil }
	if in.Detail.Strict() && slices.ContainsFunc(findings, strict) {
		return exitError{exitFindings, fmt.Errorf("%s asks for it (# check=error=true): BuildKit refuses what its linter objects to; see the list above", g.File)}
	}
	return nil
}
