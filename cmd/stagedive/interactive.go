package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/tui"
)

// beginning is what the explorer does first.
type beginning struct {
	build   bool           // the target
	look    *build.StepRef // at what a step has made; a step of -1 is the end of its stage
	compare []int          // stages, side by side
	probes  string         // file of the probes to run in those, instead of the policy's
	probe   bool           // run them at once
}

// interactive opens the explorer on a job. What the last build came to becomes the exit
// code.
func interactive(ctx context.Context, j *job, out *outputFlags, first beginning) error {
	rec, err := newRecorder(out.record)
	if err != nil {
		return err
	}
	times, err := newTimer(out.timing)
	if err != nil {
		return err
	}
	past := &remembered{engine: j.engineFlags(), project: solve.Project(j.file.Context)}
	b := &watched{Builder: j, past: past, keep: func(e build.Event) error { return errors.Join(rec.write(e), times.write(e)) }}
	j.debug.life = ctx
	defer j.debug.letGo()
	defer j.stages.drop(nil)
	breakpoints, err := j.breakpoints(out.breaks)
	if err != nil {
		return err
	}
	platform := ""
	if len(j.flags.platforms) > 0 {
		platform = j.flags.platforms[0]
	}
	err = runTUI(ctx, j.env, out, tui.Config{
		Graph: j.graph, Target: j.target, Platform: platform, Engine: j.engineName(),
		Builder: b, Inspector: inspector{j, past, out.rules.set}, Debugger: j, Stages: j, Files: imageFiles{home: j.env.getenv("HOME"), open: &j.stages}, Breakpoints: breakpoints, AutoBuild: first.build || out.watch,
		Linter: j, Watcher: watcher{j}, AutoWatch: out.watch,
		History: past, Look: first.look, Comparer: comparer{b, j, out.rules}, Compare: first.compare,
		Prober: sideProber{flags: j.flags, policy: out.policy, dir: dirOf(j.path), file: first.probes, job: j}, Probe: first.probe,
	})
	if err := errors.Join(err, rec.close(), b.err); err != nil {
		return err
	}
	return ended(b.outcome)
}

// ended is the error for how the last build ended; it has been seen already.
func ended(o build.Outcome) error {
	switch o {
	case build.OutcomeFailed:
		return exitError{exitFailed, nil}
	case build.OutcomeCancelled:
		return exitError{exitInterrupted, nil}
	}
	return nil
}

// watched is a Builder whose events are kept in a record too, and whose last
// outcome is known afterwards.
type watched struct {
	tui.Builder
	past    *remembered
	keep    func(build.Event) error
	err     error // the first that the record had
	outcome build.Outcome
}

func (w *watched) Build(ctx context.Context, target int, emit func(build.Event)) {
	w.past.forget()
	w.Builder.Build(ctx, target, w.through(emit))
}

// through keeps what a build says on its way to the screen.
func (w *watched) through(emit func(build.Event)) func(build.Event) {
	return func(e build.Event) {
		if e.End != nil {
			w.outcome = e.End.Outcome
		}
		if err := w.keep(redacted(e)); err != nil && w.err == nil {
			w.err = fmt.Errorf("keeping what the build said: %w", err)
		}
		emit(withoutTokens(e))
	}
}

// inspector opens what a build made, now or in the past. It is a tui.Inspector.
type inspector struct {
	job  *job // nil: only past builds
	past *remembered
	by   *rules.Set // nil for those that stagedive brings along
}

func (i inspector) Inspect(ctx context.Context, r build.Result, target int, progress func(done, total int64)) (tui.Inspected, error) {
	if r.Ref == "" {
		return tui.Inspected{}, errors.New("this build kept no image to open")
	}
	graph, old := i.past.dockerfile(r.Ref)
	if !old && i.job != nil {
		_, graph = i.job.now()
	}
	opt := inspect.Options{
		Graph: graph, Target: target,
		Progress: func(p scan.Progress) { progress(p.Bytes, 0) },
	}
	if i.job != nil {
		opt = under(i.job.policy, opt)
		if !old {
			var done func()
			opt, done = i.job.copied(ctx, opt)
			defer done()
		}
	}
	res, err := openImage(ctx, r.Ref, opt, i.by)
	if err != nil {
		return tui.Inspected{}, err
	}
	return tui.Inspected{Image: res.Image, Findings: res.Findings, Proofs: res.Proofs}, nil
}

// interactiveImage opens the explorer on an image. Where it is is found out before, so
// that an error is one line in the shell; it is read while its screen is there.
func interactiveImage(ctx context.Context, env environment, out *outputFlags, ref, platform string, p *policy.Policy) error {
	if r, ok, err := openRecord(ref); ok {
		if err != nil {
			return err
		}
		return runTUI(ctx, env, out, tui.Config{
			Ref: ref, Inspector: keptImage{r}, NoBuilder: "This is the record of an image: there is no Dockerfile to build.",
		})
	}
	src, err := resolve.Open(ctx, ref, resolve.Options{Platform: platform, Built: ownStore()})
	if err != nil {
		return err
	}
	defer src.Close()
	return runTUI(ctx, env, out, tui.Config{
		Ref: ref, Inspector: found{src, ref, p, out.rules.set}, Files: imageFiles{home: env.getenv("HOME"), src: src},
		NoBuilder: "This is an image that is finished: there is no Dockerfile to build.",
	})
}

// found is an image that has been found and not been read. It is a tui.Inspector.
type found struct {
	src    source.Source
	ref    string
	policy *policy.Policy
	by     *rules.Set
}

func (f found) Inspect(ctx context.Context, _ build.Result, _ int, progress func(done, total int64)) (tui.Inspected, error) {
	opt := joined(f.src, inspect.Options{Progress: func(p scan.Progress) { progress(p.Bytes, 0) }})
	res, err := inspect.Source(ctx, f.src, f.ref, looking(under(f.policy, opt), f.by))
	if err != nil {
		return tui.Inspected{}, err
	}
	return tui.Inspected{Image: res.Image, Findings: res.Findings, Proofs: res.Proofs, Graph: opt.Graph}, nil
}

// runTUI shows the explorer until the user leaves it.
func runTUI(ctx context.Context, env environment, out *outputFlags, c tui.Config) error {
	c.ASCII = env.ascii()
	c.Profile = tui.Profile(env.stdout, env.environ, env.noColor())
	c.Light = out.theme == "light" || out.theme == "auto" && env.lightBackground()
	c.Fixed = out.theme == "light" || out.theme == "dark"
	c.Width, c.Height = env.size()
	c.Redact = redact.Text
	c.Rules = sync.OnceValue(func() []finding.Rule { return everyRule(out.rules.all()) }) // they take longer to read than the first frame to draw
	c.Saver = files{env.getenv("HOME")}
	c.DiffFile = diffFile
	if c.Files == nil {
		c.Files = imageFiles{home: env.getenv("HOME")}
	}
	return tui.Run(ctx, c, env.stdin, env.stdout)
}
