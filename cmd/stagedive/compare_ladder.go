package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/cache"
	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/packages/listed"
	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
)

// compareStages builds all that the target needs, each stage to an image of its own, and
// tells what crossed between them.
func (f *compareFlags) compareStages(ctx context.Context, env environment, args []string) (comparison.Report, error) {
	j, err := f.targetJob(env, args)
	if err != nil {
		return comparison.Report{}, err
	}
	s, err := sinksBeside(env, f.quiet)
	if err != nil {
		return comparison.Report{}, err
	}
	f.told.draw(j.graph, j.target)
	l, r, err := j.ladder(ctx, f.out.rules, s.write)
	if err != nil {
		s.failed(f.quiet)
		return comparison.Report{}, err
	}
	return comparison.Report{Ladder: l, Crossed: r}, s.err
}

// targetJob is the Dockerfile whose target is taken apart.
func (f *compareFlags) targetJob(env environment, args []string) (*job, error) {
	j, err := newJob(env, &f.buildFlags, args)
	if err != nil {
		return nil, err
	}
	if j.graph.DefaultTarget() < 0 {
		return nil, exitError{exitUsage, refused(j.graph)}
	}
	if j.policy, err = f.out.policy.load(dirOf(j.path), &f.out.rules); err != nil {
		return nil, err
	}
	return j, nil
}

// ladder builds the stages of the target's plan together, and makes its ladder of them.
func (j *job) ladder(ctx context.Context, by ruleFlags, emit func(build.Event)) (*ladder.Ladder, *crossing.Report, error) {
	_, g := j.now()
	b, err := j.together(ctx, g.PlanFor(j.target).Runs(), emit)
	if err != nil {
		return nil, nil, err
	}
	l, r, _, err := j.apart(ctx, b, j.target, by, quietly)
	return l, r, err
}

// apart looks into each stage of a build that was exported whole: how large it is, what
// crossed between them, and the image of the target. tell takes what is being done.
func (j *job) apart(ctx context.Context, b *build.Build, target int, by ruleFlags, tell func(string)) (*ladder.Ladder, *crossing.Report, *inspect.Result, error) {
	var ships *inspect.Result
	in := crossing.Input{Graph: redactedGraph(b.Begin.Graph), Target: target, Looks: map[int]*crossing.Look{}}
	layers := cache.NewShared(userCache())
	for _, im := range b.End.Result.Images {
		if in.Looks[im.Target] != nil {
			continue // of several platforms the first
		}
		name := b.Begin.Graph.Stages[im.Target].Label()
		res, err := openImage(ctx, im.Ref, under(j.policy, inspect.Options{
			Graph: b.Begin.Graph, Target: im.Target, Context: j.contextFS(), Cache: layers, Progress: opening(name, tell),
		}), by.set)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("opening what was built of stage %s: %w", name, err)
		}
		if im.Target == target {
			ships = res
		}
		look := &crossing.Look{Image: res.Image, Tree: crossing.Stack(res.Image), Findings: res.Findings}
		if err := holdPackages(ctx, look, im.Ref); err != nil {
			return nil, nil, nil, fmt.Errorf("reading lists of packages' files in stage %s: %w", name, err)
		}
		in.Looks[im.Target] = look
	}
	r := crossing.Of(in)
	return ladder.Of(in, r), r, ships, nil
}

// holdPackages adds the files of their packages to what findings hold, as the packages' own lists
// tell: a compiler that a distribution's packages brought is thousands of files.
func holdPackages(ctx context.Context, look *crossing.Look, ref string) error {
	r := content.New(look.Image, ref)
	for i := range look.Findings {
		f := &look.Findings[i]
		if len(f.Packages) == 0 {
			continue
		}
		files, err := listed.Files(ctx, r, look.Tree, f.Packages)
		if err != nil {
			return err
		}
		f.Holds = slices.Concat(f.Holds, files)
	}
	return nil
}
