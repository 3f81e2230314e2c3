package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/reproduce"
	"github.com/stagedive/stagedive/inspect/reproduce/tell"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/reproduction"
)

const reproduceLong = `reproduce builds a target twice without cache and says whether both builds made the
same image: exit code 0, or 3 with the first file, field and instruction that differ,
where a COPY took it from, and what is known to help.

Without flags two builds never make the same image, as files and the configuration keep
the time of the build; it then says what SOURCE_DATE_EPOCH and rewrite-timestamp would
leave. --source-date-epoch git --rewrite-timestamp builds with both.`

// reproduceFlags are those of reproduce.
type reproduceFlags struct {
	buildFlags
	epoch   string
	rewrite bool
	format  string
	output  string
	keep    string
	quiet   bool
}

func newReproduceCmd(env environment) *cobra.Command {
	var flags reproduceFlags
	cmd := &cobra.Command{
		Use:   "reproduce [PATH]",
		Short: "build twice: is it the same image, and if not, what differs first",
		Long:  reproduceLong,
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE:  func(cmd *cobra.Command, args []string) error { return flags.run(cmd.Context(), env, args) },
	}
	fs := cmd.Flags()
	flags.buildFlags.add(fs)
	fs.StringVar(&flags.epoch, "source-date-epoch", "", "build with SOURCE_DATE_EPOCH: seconds since 1970, git for the time of the commit, dockerfile for what its ARG says")
	fs.BoolVar(&flags.rewrite, "rewrite-timestamp", false, "set times of files that are later than SOURCE_DATE_EPOCH to that, as the exporter's option of that name does")
	fs.StringVar(&flags.format, "format", "text", "how to print it: text, json, markdown")
	fs.StringVar(&flags.output, "output", "", "write it to FILE instead of stdout")
	fs.StringVar(&flags.keep, "keep", "", "keep both images in DIR, an OCI layout, to be opened with stagedive compare and inspect")
	fs.BoolVarP(&flags.quiet, "quiet", "q", false, "do not tell of the builds on stderr")
	return cmd
}

// run builds twice, compares and tells.
func (f *reproduceFlags) run(ctx context.Context, env environment, args []string) error {
	write, ok := map[string]func(io.Writer, tell.Report) error{"": tell.Text, "text": tell.Text, "json": tell.JSON, "markdown": tell.Markdown}[f.format]
	if !ok {
		return usagef("--format %q is not known; use text, json or markdown", f.format)
	}
	if len(f.platforms) > 1 {
		return usagef("--platform names %d platforms; reproduce one of them at a time", len(f.platforms))
	}
	j, err := f.job(ctx, env, args)
	if err != nil {
		return err
	}
	v, err := f.twice(ctx, j)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, tell.Report{Verdict: v, Again: f.again(ctx, j), ASCII: env.ascii()}); err != nil {
		return err
	}
	if f.output != "" {
		if err := os.WriteFile(f.output, b.Bytes(), 0o644); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	} else if _, err := env.stdout.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if !v.Reproducible {
		return exitError{exitFindings, nil}
	}
	return nil
}

// twice builds twice and compares stage by stage.
func (f *reproduceFlags) twice(ctx context.Context, j *job) (*reproduction.Verdict, error) {
	dir, done, err := f.store(j.env.getenv)
	if err != nil {
		return nil, err
	}
	defer done()
	_, graph := j.now()
	began := time.Now()
	refs := map[int][2]string{}
	var took [2]time.Duration
	for k := range took {
		if k > 0 {
			if err := apart(ctx, began); err != nil {
				return nil, err
			}
		}
		b, err := f.once(ctx, j, dir, k)
		if err != nil {
			return nil, err
		}
		took[k] = b.Elapsed(b.Ended)
		for _, im := range b.End.Result.Images {
			pair := refs[im.Target]
			pair[k] = im.Ref
			refs[im.Target] = pair
		}
	}
	v, err := reproduce.Compare(ctx, reproduce.Options{Graph: graph, Target: j.target, Refs: refs, Began: began, Redact: redact.Text})
	if err != nil {
		return nil, fmt.Errorf("comparing the two builds: %w", err)
	}
	v.First.Took, v.Second.Took = took[0].Milliseconds(), took[1].Milliseconds()
	if f.keep != "" {
		v.First.Kept, v.Second.Kept = refs[j.target][0], refs[j.target][1]
	}
	v.Rewritten = f.rewrite
	if epoch, given := f.given(graph); given {
		v.Epoch = &epoch
	}
	v.Judge(graph, j.target)
	return v, nil
}

// apart waits until the same step of the second build can't fall into the second of the
// clock that it fell into in the first: archives keep no smaller times, and the builds
// would look the same that are not.
func apart(ctx context.Context, began time.Time) error {
	const least = 2 * time.Second
	select {
	case <-ctx.Done():
		return exitError{exitInterrupted, nil}
	case <-time.After(least - time.Since(began)):
		return nil
	}
}

// once is one of the two builds, with an image of each stage that the target needs.
func (f *reproduceFlags) once(ctx context.Context, j *job, dir string, which int) (*build.Build, error) {
	s, err := sinksBeside(j.env, f.quiet)
	if err != nil {
		return nil, err
	}
	s.note([2]string{"The first of two builds, without cache.", "The second build, without cache, of the same."}[which])
	b, err := j.built(ctx, []int{j.target}, s.write, func(req *solve.Request) {
		for _, t := range req.Graph.PlanFor(j.target).Runs() {
			if t != j.target {
				req.Targets = append(req.Targets, t)
			}
		}
		req.Anew = true
		req.Export = solve.Export{Dir: dir, RewriteTimestamp: f.rewrite}
		// What a build is compared with that says why it ran again stays the last build
		// of somebody who wanted its result.
		req.Baseline = solve.Baseline{}
	})
	if err != nil {
		s.failed(f.quiet)
		return nil, err
	}
	return b, s.err
}

// again are the flags that the same command needs to build with both.
func (f *reproduceFlags) again(ctx context.Context, j *job) string {
	_, graph := j.now()
	if _, given := f.given(graph); given {
		return "--rewrite-timestamp"
	}
	if _, err := committed(ctx, dirOf(j.path)); err != nil {
		return "--source-date-epoch 0 --rewrite-timestamp"
	}
	return "--source-date-epoch git --rewrite-timestamp"
}

// given is the SOURCE_DATE_EPOCH of the builds.
func (f *reproduceFlags) given(g *model.Graph) (epoch int64, ok bool) {
	value := ""
	if i := slices.IndexFunc(g.Args, func(a model.Arg) bool { return a.Name == epochArg }); i >= 0 {
		value = g.Args[i].Value
	}
	if args, err := f.args(os.LookupEnv); err == nil && args[epochArg] != "" {
		value = args[epochArg]
	}
	epoch, err := strconv.ParseInt(value, 10, 64)
	return epoch, err == nil
}
