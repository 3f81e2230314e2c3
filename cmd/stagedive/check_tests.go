package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/policy"
)

// suites reads all suites that a policy names, also those of targets: a mistake in one
// is told before anything is built.
func (c *checkFlags) suites(p *policy.Policy) (map[policy.File][]*structure.Suite, error) {
	if c.tests.limit <= 0 {
		return nil, usagef("--timeout must be more than nothing, such as 30s")
	}
	if p == nil {
		return nil, nil
	}
	all := slices.Clone(p.Tests)
	for _, t := range p.Targets {
		all = append(all, t.Tests...)
	}
	out := map[policy.File][]*structure.Suite{}
	for _, f := range all {
		files, err := named(*p, c.policy.dir, []policy.File{f})
		if err != nil {
			return nil, err
		}
		if out[f], err = readSuites(files); err != nil {
			return nil, usage(err)
		}
	}
	return out, nil
}

// test runs the suites that the policy names for the target.
func (g gate) test(ctx context.Context, p policy.Policy, im *image.Image) ([]structure.Outcome, error) {
	var suites []*structure.Suite
	for _, f := range p.For(g.target).Tests {
		suites = append(suites, g.suites[f]...)
	}
	if len(suites) == 0 {
		return nil, nil
	}
	src, err := g.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening the image again for its tests: %w", err)
	}
	defer src.Close()
	outcomes, err := tested(ctx, g.env, g.build, g.flags.tests, suites, src, im)
	if err != nil {
		return nil, fmt.Errorf("running the tests that the policy names: %w", err)
	}
	return outcomes, nil
}

// failedTest is the finding of a test that has not passed. It points to the step that
// wrote the file that the test is about, where there is one.
func failedTest(o structure.Outcome, im *image.Image) finding.Finding {
	rules := policy.Rules()
	rule := rules[slices.IndexFunc(rules, func(r finding.Rule) bool { return r.ID == policy.RuleTest })]
	f := finding.Finding{
		Rule: rule.ID, Title: "Failed: " + o.Name, Category: rule.Category, Severity: rule.Severity,
		Name: report.TestName(o), Layer: -1, Stage: -1,
		Evidence: o.Detail, Why: rule.Why, Fix: rule.Fix,
	}
	if o.Refused {
		f.Title = "Not run: " + o.Name
		f.Why = "A container-structure-test that the project's policy names can't be run here, so nobody knows whether it holds."
		f.Fix = "Take out of the suite what is not supported (docs/structure-tests.md), or run it elsewhere and take it out of the policy."
	}
	if o.Layer >= 0 && o.Layer < len(im.Layers) {
		at := im.Layers[o.Layer].Origin
		f.Path, f.Layer, f.Stage, f.Line, f.Base = o.Path, o.Layer, at.Stage, at.Line, at.Base
	}
	return f
}
