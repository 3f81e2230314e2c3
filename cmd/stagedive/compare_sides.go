package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/cache"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// compareImages opens images, wherever they lie. A layer that several of them have is
// read once. tell takes what is being done.
func (f *compareFlags) compareImages(ctx context.Context, refs []string, tell func(string)) (*compare.Comparison, error) {
	p, err := f.out.policy.load(".", &f.out.rules)
	if err != nil {
		return nil, err
	}
	layers := cache.NewShared(userCache())
	sides := make([]compare.Side, len(refs))
	for i, ref := range refs {
		if sides[i], err = f.imageSide(ctx, ref, under(p, inspect.Options{Cache: layers, Progress: opening(ref, tell)}), tell); err != nil {
			return nil, err
		}
	}
	return compare.New(sides...), nil
}

// imageSide opens an image, and asks it how it behaves, or opens the record of one. tell
// takes what is being done.
func (f *compareFlags) imageSide(ctx context.Context, ref string, opt inspect.Options, tell func(string)) (compare.Side, error) {
	if r, ok, err := openRecord(ref); ok {
		return sideOf(filepath.Base(ref), r), err
	}
	if len(f.platforms) > 0 {
		opt.Platform = f.platforms[0]
	}
	res, err := openNamed(ctx, ref, opt, f.out.rules.set)
	if err != nil {
		return compare.Side{}, err
	}
	by, err := f.probing.load(opt.Policy)
	if err != nil {
		return compare.Side{}, err
	}
	name := sanitize.Text(ref)
	asked, err := asking{ref: ref, platform: opt.Platform, by: by}.ask(ctx, &f.buildFlags, name, tell)
	return compare.Side{Name: name, Detail: res.Image.Place, Image: res.Image, Found: res.Findings, Proofs: res.Proofs, Graph: recall(ownStore(), res.Image.Digest).Graph, Probes: asked}, err
}

// compareTargets builds the stages that --targets names and compares their images.
func (f *compareFlags) compareTargets(ctx context.Context, env environment, args []string) (*compare.Comparison, error) {
	j, targets, err := f.targetsJob(env, args)
	if err != nil {
		return nil, err
	}
	s, err := sinksBeside(env, f.quiet)
	if err != nil {
		return nil, err
	}
	f.told.draw(j.graph, targets...)
	c, err := j.compare(ctx, targets, f.out.rules, s.write, quietly)
	if err != nil {
		s.failed(f.quiet)
		return nil, err
	}
	return c, s.err
}

// targetsJob is the Dockerfile whose stages --targets names, and those.
func (f *compareFlags) targetsJob(env environment, args []string) (*job, []int, error) {
	if f.target != "" {
		return nil, nil, usagef("--target and --targets exclude each other: write all of them into --targets")
	}
	if len(args) > 1 {
		return nil, nil, usagef("with --targets there is one PATH; it has two: %s and %s", sanitize.Text(args[0]), sanitize.Text(args[1]))
	}
	j, err := newJob(env, &f.buildFlags, args)
	if err != nil {
		return nil, nil, err
	}
	if j.policy, err = f.out.policy.load(dirOf(j.path), &f.out.rules); err != nil {
		return nil, nil, err
	}
	if j.probes, err = f.probing.load(j.policy); err != nil {
		return nil, nil, err
	}
	targets, err := f.stages(j.graph)
	return j, targets, err
}

// stages are those that --targets names.
func (f *compareFlags) stages(g *model.Graph) ([]int, error) {
	var targets []int
	for _, name := range f.targets {
		t, err := pickTarget(g, strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		for _, had := range targets {
			if had == t {
				return nil, usagef("--targets names the stage %s twice", g.Stages[t].Label())
			}
		}
		targets = append(targets, t)
	}
	if len(targets) < 2 || len(targets) > compare.Most {
		return nil, usagef("--targets takes two to %d stages, and has %d; %s", compare.Most, len(targets), stageList(g))
	}
	return targets, nil
}

// compare builds targets together, in one solve, and compares their images.
func (j *job) compare(ctx context.Context, targets []int, by ruleFlags, emit func(build.Event), tell func(string)) (*compare.Comparison, error) {
	b, err := j.together(ctx, targets, emit)
	if err != nil {
		return nil, err
	}
	return j.opened(ctx, b, by, tell)
}

// opened compares the images that a build of several targets has made.
func (j *job) opened(ctx context.Context, b *build.Build, by ruleFlags, tell func(string)) (*compare.Comparison, error) {
	sides, err := j.sides(ctx, b, by, cache.NewShared(userCache()), tell)
	if err != nil {
		return nil, err
	}
	return compare.New(sides...), nil
}

// sides are the images that a build of several targets has made. What is read of a
// layer goes through layers; tell takes what is being done.
func (j *job) sides(ctx context.Context, b *build.Build, by ruleFlags, layers scan.Cache, tell func(string)) ([]compare.Side, error) {
	var sides []compare.Side
	for _, im := range b.End.Result.Images {
		stage := b.Begin.Graph.Stages[im.Target].Label()
		name := stage
		if im.Platform != "" {
			name += " " + im.Platform
		}
		res, err := openImage(ctx, im.Ref, under(j.policy, inspect.Options{
			Graph: b.Begin.Graph, Target: im.Target, Context: j.contextFS(), Cache: layers, Progress: opening(name, tell),
		}), by.set)
		if err != nil {
			return nil, fmt.Errorf("opening what was built of stage %s: %w", name, err)
		}
		asked, err := asking{ref: im.Ref, stage: stage, by: j.probes}.ask(ctx, j.flags, name, tell)
		if err != nil {
			return nil, err
		}
		work := b.Work(b.Begin.Graph.PlanFor(im.Target))
		sides = append(sides, compare.Side{
			Name: name, Image: res.Image, Found: res.Findings, Proofs: res.Proofs, Graph: b.Begin.Graph, Probes: asked,
			Build: &compare.Build{Elapsed: b.Elapsed(b.Ended), Busy: work.Busy, Cached: work.Cached, Ran: work.Ran},
		})
	}
	return sides, nil
}

// quietly is who does not want to know what is being done.
func quietly(string) {}

// opening tells how far an image has been looked through.
func opening(name string, tell func(string)) func(scan.Progress) {
	name = sanitize.Text(name)
	tell("opening " + name)
	return func(p scan.Progress) {
		if p.Bytes > 0 {
			tell("opening " + name + ", " + measure.Bytes(p.Bytes))
		}
	}
}

// together builds targets in one solve, each to an image of its own.
func (j *job) together(ctx context.Context, targets []int, emit func(build.Event)) (*build.Build, error) {
	return j.built(ctx, targets, emit, func(*solve.Request) {})
}

// built is together with a request that is not quite what the flags say.
func (j *job) built(ctx context.Context, targets []int, emit func(build.Event), but func(*solve.Request)) (*build.Build, error) {
	req, err := j.request(targets[0])
	if err != nil {
		return nil, err
	}
	req.Targets, req.ExportAll = targets, true
	but(&req)
	b := build.New()
	_, _, err = j.solve(ctx, req, func(e build.Event) {
		b.Apply(e)
		emit(e)
	})
	switch {
	case err != nil:
		return nil, err
	case b.End == nil || b.End.Outcome == build.OutcomeCancelled:
		return nil, exitError{exitInterrupted, nil}
	case b.End.Outcome == build.OutcomeFailed && refused(req.Graph, req.Targets...) != nil:
		return nil, exitError{exitUsage, nil}
	case b.End.Outcome == build.OutcomeFailed:
		return nil, exitError{exitFailed, nil}
	}
	return b, nil
}
