package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stagedive/stagedive/buildgraph/solve"
	buildrecord "github.com/stagedive/stagedive/buildgraph/solve/record"
	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/cache"
	"github.com/stagedive/stagedive/inspect/record"
	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/sanitize"
)

// compareAgainstRecord compares what a record has kept, of an image or of a build, with
// the target as it is built now, or with an image.
func (f *compareFlags) compareAgainstRecord(ctx context.Context, env environment, args []string) (*compare.Comparison, error) {
	switch {
	case len(f.targets) > 0 || f.against != "":
		return nil, usagef("--against-record, --against and --targets exclude each other")
	case len(f.platforms) > 1:
		return nil, usagef("--against-record compares one platform: give one --platform")
	case len(args) > 1:
		return nil, usagef("with --against-record there is one PATH or IMAGE; there are two: %s and %s", sanitize.Text(args[0]), sanitize.Text(args[1]))
	}
	arg := "."
	if len(args) > 0 {
		arg = args[0]
	}
	p, err := f.out.policy.load(dirOf(arg), &f.out.rules)
	if err != nil {
		return nil, err
	}
	layers := cache.NewShared(userCache())
	first, err := f.recordedSide(ctx, env, inspect.Options{Cache: layers})
	if err != nil {
		return nil, err
	}
	if f.file == "" && f.target == "" && !isPath(arg) {
		f.told.bound(p, "")
		second, err := f.imageSide(ctx, arg, under(p, inspect.Options{Cache: layers}), quietly)
		if err != nil {
			return nil, err
		}
		return compare.New(first, second), nil
	}
	j, err := newJob(env, &f.buildFlags, args)
	if err != nil {
		return nil, err
	}
	j.policy = p
	f.told.bound(p, j.graph.Label(model.NodeID(j.target)))
	f.told.draw(j.graph, j.target)
	if j.probes, err = f.probing.load(p); err != nil {
		return nil, err
	}
	s, err := sinksBeside(env, f.quiet)
	if err != nil {
		return nil, err
	}
	second, err := j.buildSide(ctx, f.out.rules, layers, s)
	if err != nil {
		s.failed(f.quiet)
		return nil, err
	}
	return compare.New(first, second), s.err
}

// buildSide builds the target for one platform, and is what became of it.
func (j *job) buildSide(ctx context.Context, by ruleFlags, layers scan.Cache, s *sinks) (compare.Side, error) {
	b, err := j.together(ctx, []int{j.target}, s.write)
	if err != nil {
		return compare.Side{}, err
	}
	sides, err := j.sides(ctx, b, by, layers, quietly)
	if err != nil {
		return compare.Side{}, err
	}
	return sides[0], nil
}

// recordedSide is what --against-record names: the record of an image, or of a build.
func (f *compareFlags) recordedSide(ctx context.Context, env environment, opt inspect.Options) (compare.Side, error) {
	name := filepath.Base(f.record)
	if r, ok, err := openRecord(f.record); ok {
		return sideOf(name, r), err
	}
	b, err := playedBack(f.record)
	if err != nil {
		return compare.Side{}, usage(fmt.Errorf("opening the record %s: %w", sanitize.Text(f.record), err))
	}
	return f.playedSide(ctx, name, b, opt)
}

// sideOf is the record of an image as a side.
func sideOf(name string, r record.Record) compare.Side {
	s := compare.Side{Name: sanitize.Text(name), Detail: recordedAs(r), Image: r.Image, Found: r.Found, Proofs: r.Proofs, Probes: r.Probes}
	if b := r.Build; b != nil {
		s.Build = &compare.Build{Elapsed: b.Elapsed, Busy: b.Busy, Cached: b.Cached, Ran: b.Ran}
	}
	return s
}

// playedBack is the build that a record of events tells of, as it ended.
func playedBack(file string) (*build.Build, error) {
	f, err := os.Open(file)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err // the caller names the file
		}
		return nil, err
	}
	defer f.Close() // only read
	b, r := build.New(), buildrecord.NewReader(f)
	for {
		e, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return b, nil
		case errors.Is(err, buildrecord.ErrNotARecord):
			return nil, errNoRecord
		case err != nil:
			return nil, err
		}
		b.Apply(e)
	}
}

// playedSide is a recorded build as a side: what it took, and its image if that is still
// kept here.
func (f *compareFlags) playedSide(ctx context.Context, name string, b *build.Build, opt inspect.Options) (compare.Side, error) {
	s := compare.Side{Name: sanitize.Text(name), Detail: "record of a build, " + b.Started.UTC().Format("2006-01-02")}
	if b.End == nil || b.End.Outcome != build.OutcomeSucceeded || b.End.Result == nil {
		return s, usagef("the build of the record %s did not succeed: there is nothing to compare with", sanitize.Text(f.record))
	}
	work := b.Work(b.Plan)
	s.Build = &compare.Build{Elapsed: b.Elapsed(b.Ended), Busy: work.Busy, Cached: work.Cached, Ran: work.Ran}
	digest := b.End.Result.Digest
	ref, ok := solve.Kept(ownStore(), digest)
	if digest == "" || !ok {
		s.Problem = "its image is not kept here any more, so that only what the builds took can be compared; a record of the image itself has more: stagedive inspect IMAGE --save-record FILE"
		return s, nil
	}
	k := recall(ownStore(), digest)
	opt.Graph, opt.Target = k.Graph, k.Target
	res, err := openImage(ctx, ref, opt, f.out.rules.set)
	if err != nil {
		return s, fmt.Errorf("opening the image of the recorded build: %w", err)
	}
	s.Image, s.Found, s.Proofs = res.Image, res.Findings, res.Proofs
	return s, nil
}

// keep writes the record that --save-record asks for, of the last side.
func (f *compareFlags) keep(ctx context.Context, env environment, r comparison.Report) error {
	if f.save == "" {
		return nil
	}
	if r.Comparison == nil {
		return usagef("--save-record keeps the last of the images that stand side by side: give --targets, --against, --against-record or two images")
	}
	last := r.Comparison.Sides[len(r.Comparison.Sides)-1]
	if last.Image == nil {
		return fmt.Errorf("there is no image of %s to record: %s", last.Name, last.Problem)
	}
	rec := record.Record{Name: last.Name, Target: f.target, Image: last.Image, Found: last.Found, Proofs: last.Proofs, Probes: last.Probes}
	if b := last.Build; b != nil {
		rec.Build = &record.Build{Elapsed: b.Elapsed, Busy: b.Busy, Cached: b.Cached, Ran: b.Ran}
	}
	return saveRecord(ctx, env, f.save, rec)
}
