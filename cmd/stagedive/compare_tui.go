package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui"
)

// explores says whether the comparison is shown in the explorer: not where it is printed
// in some form, or judged.
func (f *compareFlags) explores(env environment, args []string) (bool, error) {
	if show, err := f.out.tui(env); err != nil || !show {
		return false, err
	}
	return f.told.format == "" && f.told.output == "" && f.save == "" && f.diff.path == "" && !f.told.files && !f.told.all && !f.told.gated(), nil
}

// then says whether something of another time is compared with.
func (f *compareFlags) then() bool { return f.against != "" || f.record != "" }

// policyDir is the directory whose policy holds for what is compared with something of
// another time, or for images.
func (f *compareFlags) policyDir(args []string) string {
	if f.then() && len(args) == 1 {
		return dirOf(args[0])
	}
	return "."
}

// explore opens the explorer on the comparison that the command line asks for: on the
// Dockerfile whose target is taken apart, or whose stages are compared, else on the
// comparison alone.
func (f *compareFlags) explore(ctx context.Context, env environment, args []string) error {
	if !f.then() && len(f.targets) == 0 && len(args) < 2 {
		j, err := f.targetJob(env, args)
		if err != nil {
			return err
		}
		return interactive(ctx, j, &f.out, beginning{compare: []int{j.target}})
	}
	if len(f.targets) > 0 && !f.then() {
		j, targets, err := f.targetsJob(env, args)
		if err != nil {
			return err
		}
		probe := j.probes != nil && j.probes.HasProbes()
		j.probes = nil // they run when the rest can be looked at
		return interactive(ctx, j, &f.out, beginning{compare: targets, probes: f.probing.file, probe: probe})
	}
	asks := sideProber{flags: &f.buildFlags, policy: f.out.policy, dir: f.policyDir(args), file: f.probing.file}
	of, err := asks.policy.load(asks.dir, &ruleFlags{})
	if err != nil {
		return err
	}
	by, err := f.probing.load(of)
	if err != nil {
		return err
	}
	f.probing = probeFlags{none: true} // they run when the rest can be looked at
	said := &lines{}
	err = runTUI(ctx, env, &f.out, tui.Config{
		NoBuilder: "These are images that are finished: there is no Dockerfile to build.",
		Prober:    asks, Probe: by != nil && by.HasProbes(),
		Comparison: func(ctx context.Context, tell func(string)) (*compare.Comparison, error) {
			said.tell = tell
			beside := env
			beside.stderr = said
			if len(args) > 1 && !f.then() {
				return f.compareImages(ctx, args, tell)
			}
			return f.compare(ctx, beside, args)
		},
	})
	if err != nil {
		_, _ = env.stderr.Write(said.all.Bytes())
	}
	return err
}

// lines tells of the last line that was written, and keeps all.
type lines struct {
	tell func(string)

	mu   sync.Mutex
	all  bytes.Buffer
	part string // of a line whose end has not come
}

// Write is io.Writer's.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Write(p)
	whole := strings.Split(l.part+string(p), "\n")
	l.part = whole[len(whole)-1]
	for _, line := range slices.Backward(whole[:len(whole)-1]) {
		if text := strings.TrimSpace(sanitize.Text(line)); text != "" {
			l.tell(text)
			break
		}
	}
	return len(p), nil
}

// comparer puts stages of a job side by side. It is a tui.Comparer.
type comparer struct {
	watched *watched
	job     *job
	by      ruleFlags
}

// errNotBuilt is why there are no images to compare; the build has said why.
var errNotBuilt = errors.New("the build failed")

// Compare is tui.Comparer's. It builds the Dockerfile as it is on disk now.
func (c comparer) Compare(ctx context.Context, targets []int, emit func(build.Event), tell func(string)) (*compare.Comparison, error) {
	b, err := c.build(ctx, targets, func(_ *model.Graph, targets []int) []int { return targets }, emit)
	if err != nil {
		return nil, err
	}
	return c.job.opened(ctx, b, c.by, tell)
}

// Dissect is tui.Comparer's. It builds the Dockerfile as it is on disk now.
func (c comparer) Dissect(ctx context.Context, target int, emit func(build.Event), tell func(string)) (*tui.Dissected, error) {
	b, err := c.build(ctx, []int{target}, func(g *model.Graph, targets []int) []int {
		target = targets[0]
		return all(g, target)
	}, emit)
	if err != nil {
		return nil, err
	}
	l, r, ships, err := c.job.apart(ctx, b, target, c.by, tell)
	if err != nil {
		return nil, err
	}
	return &tui.Dissected{Ladder: l, Crossed: r, Image: tui.Inspected{Image: ships.Image, Findings: ships.Findings, Proofs: ships.Proofs}}, nil
}

// all are the stages that a target needs, itself first: it is what the build is of.
func all(g *model.Graph, target int) []int {
	runs := g.PlanFor(target).Runs()
	return append([]int{target}, slices.DeleteFunc(runs, func(s int) bool { return s == target })...)
}

// build builds stages of the Dockerfile as it is on disk now: those that of makes of
// targets, in the graph that it is by now.
func (c comparer) build(ctx context.Context, targets []int, of func(*model.Graph, []int) []int, emit func(build.Event)) (*build.Build, error) {
	c.watched.past.forget()
	targets, err := c.job.freshenAll(ctx, targets)
	if err != nil {
		return nil, err
	}
	_, g := c.job.now()
	targets = of(g, targets)
	c.job.debug.letGo()
	said := false
	emit = c.watched.through(emit)
	b, err := c.job.together(ctx, targets, func(e build.Event) {
		said = said || e.End != nil
		emit(e)
	})
	switch {
	case err != nil && ctx.Err() != nil:
		if !said {
			c.job.unreached(ctx, targets[0], err, emit)
		}
		return nil, context.Cause(ctx)
	case err != nil && said:
		return nil, errNotBuilt
	case err != nil:
		c.job.unreached(ctx, targets[0], err, emit)
		return nil, errNotBuilt
	}
	return b, nil
}

// freshenAll reads the Dockerfile again and returns the targets' indexes in it, by their
// names. A file that cannot be read is built as it was.
func (j *job) freshenAll(ctx context.Context, targets []int) ([]int, error) {
	_, old := j.now()
	g, err := j.Reload(ctx)
	if err != nil || g == nil || g == old {
		return targets, nil
	}
	j.debug.follow(old, g)
	out := make([]int, len(targets))
	for i, t := range targets {
		label := old.Label(model.NodeID(t))
		out[i] = slices.IndexFunc(g.Stages, func(s model.Stage) bool { return s.Label() == label })
		if out[i] < 0 {
			return nil, fmt.Errorf("%s has no stage %s any more: r reads it again", g.File, label)
		}
	}
	return out, nil
}
