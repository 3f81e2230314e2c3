package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/plain"
)

// stageFlags name a stage in the place of an image, or one of its steps.
type stageFlags struct {
	name  string
	line  int
	build buildFlags
}

// add adds them, with those that say how the stage is built. --platform is the
// command's own.
func (f *stageFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.name, "stage", "", "look into this stage of the Dockerfile in PATH, which is no image")
	fs.IntVar(&f.line, "line", 0, "with --stage: as the step on this line leaves it")
	f.build.addInputs(fs)
}

// given says whether a stage is meant.
func (f *stageFlags) given() bool { return f.name != "" }

// check finds what only makes sense with a stage.
func (f *stageFlags) check(fs *pflag.FlagSet) error {
	if f.given() {
		return nil
	}
	var inputs pflag.FlagSet
	(&stageFlags{}).add(&inputs)
	var wrong string
	fs.Visit(func(given *pflag.Flag) {
		if inputs.Lookup(given.Name) != nil {
			wrong = given.Name
		}
	})
	if wrong != "" {
		return usagef("--%s is for a stage: name it with --stage NAME", wrong)
	}
	return nil
}

// job reads the Dockerfile and finds the stage in it, and the step on the line: -1
// for the stage's end.
func (f *stageFlags) job(env environment, path, platform string) (j *job, step int, err error) {
	flags := f.build
	flags.target = f.name
	if platform != "" {
		flags.platforms = []string{platform}
	}
	if j, err = newJob(env, &flags, []string{path}); err != nil || f.line == 0 {
		return j, -1, err
	}
	for _, s := range j.graph.Stages[j.target].Steps {
		if f.line >= s.Line && f.line <= s.EndLine {
			return j, s.Index, nil
		}
	}
	return nil, -1, usagef("line %d of %s is not of stage %s", f.line, j.graph.File, sanitize.Text(f.name))
}

// open opens the stage. What is missing is built, and that is told; from the cache
// it comes without a word.
func (f *stageFlags) open(ctx context.Context, env environment, path, platform string) (*openStage, *job, error) {
	j, step, err := f.job(env, path, platform)
	if err != nil {
		return nil, nil, err
	}
	var at *build.StepRef
	if step >= 0 {
		at = &build.StepRef{Stage: j.target, Step: step}
	}
	quiet := func(string) {}
	o, err := j.openStage(ctx, j.target, at, false, quiet, func(build.Event) {})
	var would *tui.WouldRun
	if errors.As(err, &would) {
		show := plain.New(env.stderr, plain.Options{ASCII: env.ascii()})
		o, err = j.openStage(ctx, j.target, at, true, quiet, func(e build.Event) { _ = show.Event(redacted(e)) })
	}
	if err != nil {
		return nil, nil, err
	}
	o.idle = time.NewTimer(heldTime)
	return o, j, nil
}
