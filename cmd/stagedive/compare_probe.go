package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/tui"
)

// sideProber asks images that stand side by side. It is a tui.Prober.
type sideProber struct {
	flags  *buildFlags
	policy policyFlags
	dir    string // whose policy holds
	file   string // of --probes
	job    *job   // whose stages the sides may be; nil for images
}

var _ tui.Prober = sideProber{}

// written is the policy whose probes are run, as it is on disk now.
func (p sideProber) written() (*policy.Policy, error) {
	var of *policy.Policy
	if p.file == "" {
		var err error
		if of, err = p.policy.load(p.dir, &ruleFlags{}); err != nil {
			return nil, err
		}
	}
	return (&probeFlags{file: p.file}).load(of)
}

// probes is written, or what is asked where nothing is: the HEALTHCHECK of images, if any
// of them has one; nil for nothing.
func (p sideProber) probes(c *compare.Comparison) (*policy.Policy, error) {
	by, err := p.written()
	if err != nil || by != nil && by.HasProbes() {
		return by, err
	}
	if slices.ContainsFunc(c.Sides, func(s compare.Side) bool { return s.Image != nil && s.Image.Config.Healthcheck != nil }) {
		return usualProbes(), nil
	}
	return nil, nil
}

// Questions is tui.Prober's.
func (p sideProber) Questions(_ context.Context, c *compare.Comparison) ([][]probe.Question, error) {
	by, err := p.probes(c)
	if err != nil {
		return nil, err
	}
	out := make([][]probe.Question, len(c.Sides))
	for i, s := range c.Sides {
		if s.Image == nil {
			continue
		}
		a := p.of(s, by)
		probes := a.probes(s.Image.Digest)
		clean := cleaner(s.Image.Config.Env, probes)
		for _, q := range probes {
			out[i] = append(out[i], q.Question(clean))
		}
	}
	return out, nil
}

// of is what is asked of a side.
func (p sideProber) of(s compare.Side, by *policy.Policy) asking {
	a := asking{ref: s.Image.Ref, platform: s.Image.Platform, by: by}
	if p.job == nil || s.Build == nil {
		return a
	}
	_, g := p.job.now()
	name := strings.TrimSuffix(s.Name, " "+s.Image.Platform)
	if slices.ContainsFunc(g.Stages, func(st model.Stage) bool { return st.Label() == name }) {
		a.stage = name
	}
	return a
}

// errRecorded is why nothing is asked of what a record has kept of an image.
var errRecorded = errors.New("this is what a record has kept of an image: there is no image here to ask")

// Probe is tui.Prober's.
func (p sideProber) Probe(ctx context.Context, c *compare.Comparison, hear func(int, probe.Outcome), tell func(string)) error {
	by, err := p.probes(c)
	if err != nil || by == nil {
		return err
	}
	for i, s := range c.Sides {
		if s.Image == nil {
			continue
		}
		a := p.of(s, by)
		heard := 0
		a.hear = func(o probe.Outcome) {
			heard++
			hear(i, o)
		}
		err := p.ask(ctx, a, s.Image, s.Name, tell)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && heard > 0:
			return err
		case err != nil: // of this side nobody knows; the others may be asked
			probes := a.probes(s.Image.Digest)
			for _, o := range notRun(probes, cleaner(s.Image.Config.Env, probes), err) {
				hear(i, o)
			}
		}
	}
	return nil
}

func (p sideProber) ask(ctx context.Context, a asking, im *image.Image, name string, tell func(string)) error {
	if im.Recorded {
		return errRecorded
	}
	_, err := a.ask(ctx, p.flags, name, tell)
	return err
}
