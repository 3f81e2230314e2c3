package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/buildgraph/lint"
	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/policy"
)

const checkLong = `check is the gate for CI. Given a directory it builds the target, given an image it
opens it. It looks for leaks, judges the Dockerfile as stagedive lint does, runs the
suites of tests that the project's policy (.stagedive.yaml) names, applies the policy and
says whether the image passes: exit code 0, or 3 where a finding is at or above --fail-on.

The build tells of itself on stderr. What was found comes on stdout, or goes to files:
--report sarif=leaks.sarif --report junit=leaks.xml.`

// failOnDefault is where check fails when neither a flag nor a policy says.
const failOnDefault = finding.High

// checkFlags are those of check alone.
type checkFlags struct {
	policy  policyFlags
	rules   ruleFlags
	reports reportFlags
	tests   suiteFlags
	failOn  string
	quiet   bool
}

func newCheckCmd(env environment) *cobra.Command {
	var flags buildFlags
	var check checkFlags
	cmd := &cobra.Command{
		Use:   "check [PATH|IMAGE]",
		Short: "the gate: build a target or open an image, and fail if it must not ship",
		Long:  checkLong,
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, ok := finding.ParseSeverity(check.failOn); !ok && check.failOn != "" {
				return usagef("--fail-on %q is not a severity; use info, low, medium, high or critical", check.failOn)
			}
			if err := check.reports.check(); err != nil {
				return err
			}
			if err := check.rules.load(); err != nil {
				return err
			}
			arg := "."
			if len(args) > 0 {
				arg = args[0]
			}
			if flags.file != "" || isPath(arg) {
				return check.path(cmd.Context(), env, &flags, arg)
			}
			return check.image(cmd.Context(), env, &flags, arg)
		},
	}
	flags.add(cmd.Flags())
	check.policy.add(cmd.Flags())
	check.rules.add(cmd.Flags())
	check.reports.add(cmd.Flags())
	check.tests.add(cmd.Flags())
	cmd.Flags().StringVar(&check.failOn, "fail-on", "", "exit with 3 when a finding is this severe or worse (default what the policy says, else "+failOnDefault.String()+")")
	cmd.Flags().BoolVarP(&check.quiet, "quiet", "q", false, "do not tell of the build on stderr")
	return cmd
}

// path builds a project's target and judges it.
func (c *checkFlags) path(ctx context.Context, env environment, flags *buildFlags, path string) error {
	p, err := c.policy.load(dirOf(path), &c.rules)
	if err != nil {
		return err
	}
	suites, err := c.suites(p)
	if err != nil {
		return err
	}
	j, err := newJob(env, flags, []string{path})
	if err != nil {
		return err
	}
	ref, err := j.image(ctx, c.quiet)
	if err != nil {
		return err
	}
	_, graph := j.now()
	opt, done := j.copied(ctx, inspect.Options{Graph: graph, Target: j.target})
	defer done()
	res, err := openImage(ctx, ref, opt, c.rules.set)
	if err != nil {
		return fmt.Errorf("opening the image that was built: %w", err)
	}
	in, err := j.examine(ctx, j.target)
	if err != nil {
		return fmt.Errorf("judging the Dockerfile: %w", err)
	}
	res.Findings = finding.Together(res.Findings, j.judged(in))
	g := gate{env: env, flags: c, policy: p, graph: graph, target: graph.Label(model.NodeID(j.target)), suites: suites, build: flags}
	g.open = func(ctx context.Context) (source.Source, error) { return resolve.Open(ctx, ref, resolve.Options{}) }
	g.subject = graph.File + ", target " + g.target
	res.Image.Ref = g.subject // where it lies is nobody's business
	g.dockerfile = inRepository(j.file.Path, j.file.Context)
	return g.judge(ctx, res)
}

// image builds the target, telling of it on stderr unless that is to be quiet, and says
// where the image lies.
func (j *job) image(ctx context.Context, quiet bool) (ref string, err error) {
	s, err := sinksBeside(j.env, quiet)
	if err != nil {
		return "", err
	}
	end, err := j.once(ctx, s)
	if err != nil {
		s.failed(quiet)
		return "", err
	}
	if end.Result == nil || end.Result.Ref == "" {
		return "", fmt.Errorf("the build left no image to check; give one target and one platform")
	}
	return end.Result.Ref, nil
}

// image judges one that is there.
func (c *checkFlags) image(ctx context.Context, env environment, flags *buildFlags, ref string) error {
	platform := ""
	switch len(flags.platforms) {
	case 0:
	case 1:
		platform = flags.platforms[0]
	default:
		return usagef("--platform names %d platforms; check one of them at a time", len(flags.platforms))
	}
	if err := source.CheckPlatform(platform); err != nil {
		return usage(fmt.Errorf("--platform: %w", err))
	}
	p, err := c.policy.load(".", &c.rules)
	if err != nil {
		return err
	}
	suites, err := c.suites(p)
	if err != nil {
		return err
	}
	open, piped := openNamed, ref == "-"
	switch {
	case piped && env.terminal:
		return usagef("- is for an archive from standard input, which is a terminal: docker save NAME | stagedive check -")
	case piped && len(suites) > 0:
		file, remove, err := env.keepPiped()
		if err != nil {
			return err
		}
		defer remove()
		ref = "archive:" + file
	case piped:
		open = env.openPiped
	}
	res, err := open(ctx, ref, inspect.Options{Platform: platform}, c.rules.set)
	if err != nil {
		return err
	}
	if piped {
		res.Image.Ref = "standard input"
	}
	k := recall(ownStore(), res.Image.Digest)
	g := gate{env: env, flags: c, policy: p, graph: k.Graph, target: flags.target, subject: res.Image.Ref, suites: suites, build: flags}
	g.open = func(ctx context.Context) (source.Source, error) {
		return resolve.Open(ctx, ref, resolve.Options{Platform: platform, Built: ownStore()})
	}
	if k.Graph != nil {
		if _, err := os.Stat(k.Graph.File); err == nil { // as it was called then, from here
			g.dockerfile = inRepository(k.Graph.File, ".")
		}
		if g.target == "" {
			g.target = k.Graph.Label(model.NodeID(k.Target))
		}
	}
	return g.judge(ctx, res)
}

// gate is an image on its way out.
type gate struct {
	env        environment
	flags      *checkFlags
	policy     *policy.Policy // nil for none
	graph      *model.Graph
	target     string // label of the stage; "" unknown
	subject    string // what is checked, for people
	dockerfile string // relative to the repository

	suites map[policy.File][]*structure.Suite           // that the policy names
	build  *buildFlags                                  // how the engine is reached
	open   func(context.Context) (source.Source, error) // opens the image again
}

// judge applies the policy, reports, and says whether the image may ship.
func (g gate) judge(ctx context.Context, res *inspect.Result) error {
	var p policy.Policy
	if g.policy != nil {
		p = *g.policy
	}
	tests, err := g.test(ctx, p, res.Image)
	if err != nil {
		return err
	}
	for _, o := range tests {
		if !o.Passed {
			res.Findings = append(res.Findings, failedTest(o, res.Image))
		}
	}
	out := p.Apply(policy.Subject{Image: res.Image, Graph: g.graph, Target: g.target, Findings: res.Findings, Now: time.Now()})
	res.Findings, res.Policy = out.Findings, &out
	level := failOnDefault
	if out.Policy.FailOn != nil {
		level = *out.Policy.FailOn
	}
	if given, ok := finding.ParseSeverity(g.flags.failOn); ok {
		level = given
	}
	r := reportOf(res, g.graph, g.flags.rules.set)
	r.Redact, r.Tests = redact.Text, tests
	r.Rules = slices.Concat(r.Rules, lint.Rules())
	r.Gate = &report.Gate{FailOn: level, Target: g.target, Subject: g.subject, Dockerfile: g.dockerfile, Policy: inRepository(p.File, "."), Version: version()}
	if err := g.flags.reports.write(g.env, r); err != nil {
		return err
	}
	var exit exitError
	err = failing(res.Image, res.Findings, level)
	if errors.As(err, &exit) && exit.code == exitFindings {
		exit.err = fmt.Errorf("%s must not ship: %s at or above %s", g.subject, measure.Plural(finding.Count(res.Findings).AtLeast(level), "finding"), level)
		return exit
	}
	return err
}
