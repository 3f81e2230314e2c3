package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/model/compare"
)

const compareLong = `compare puts two to four images side by side: size, layers that they share, files,
packages, findings, configuration, and what it took to build them.

With nothing but PATH it builds every stage that the target needs and shows how
large each is beside the image that ships and the one that a single stage would
make, what each COPY --from and mount carried, and what was left behind.

With --targets it builds several stages of the Dockerfile in PATH together, in one
solve, so that what they share runs once. With --against it builds the target as it
was at another commit, and as it is now; nothing of the repository is touched. With
--against-record it compares with what a record has kept of an image or a build.
Otherwise it opens images wherever they lie, as stagedive inspect does. The first
one is what the others are measured against.`

// compareFlags say what is compared.
type compareFlags struct {
	buildFlags
	out     outputFlags
	probing probeFlags
	targets []string
	against string
	record  string // --against-record
	save    string // --save-record
	told    comparedFlags
	quiet   bool
	diff    diffFlags
}

func newCompareCmd(env environment) *cobra.Command {
	var flags compareFlags
	cmd := &cobra.Command{
		Use:   "compare [PATH] | --targets A,B[,C] [PATH] | --against COMMIT [PATH] | --against-record FILE [PATH|IMAGE] | IMAGE IMAGE [IMAGE]",
		Short: "images or targets side by side: size, layers, files, packages, leaks",
		Long:  compareLong,
		Args:  usageArgs(cobra.MaximumNArgs(compare.Most)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.told.check(); err != nil {
				return err
			}
			if err := flags.diff.check(flags.told); err != nil {
				return err
			}
			if err := flags.out.check(); err != nil {
				return err
			}
			if explore, err := flags.explores(env, args); err != nil {
				return err
			} else if explore {
				return flags.explore(cmd.Context(), env, args)
			}
			r, err := flags.report(cmd.Context(), env, args)
			if err != nil {
				return err
			}
			if err := flags.keep(cmd.Context(), env, r); err != nil {
				return err
			}
			if flags.diff.path != "" {
				return flags.diff.write(cmd.Context(), env, r.Comparison)
			}
			return flags.told.write(env, r)
		},
	}
	fs := cmd.Flags()
	flags.buildFlags.add(fs)
	fs.StringSliceVar(&flags.targets, "targets", nil, "stages to build together and to compare, the first one with each other")
	fs.StringVar(&flags.against, "against", "", "compare the target with what it was at a commit, a branch or a tag; NAME... for the commit where this branch left NAME")
	fs.StringVar(&flags.record, "against-record", "", "compare with what FILE has kept: a record of an image (--save-record) or of a build (build --record)")
	fs.StringVar(&flags.save, "save-record", "", "keep what is known of the last side in FILE, for --against-record")
	flags.told.add(fs)
	fs.BoolVarP(&flags.quiet, "quiet", "q", false, "do not tell of the build on stderr")
	flags.diff.add(fs)
	flags.out.addShow(fs)
	flags.out.policy.add(fs)
	flags.out.rules.add(fs)
	flags.probing.add(fs)
	return cmd
}

// report makes what is written: a comparison, or all about the one target.
func (f *compareFlags) report(ctx context.Context, env environment, args []string) (comparison.Report, error) {
	if f.against == "" && f.record == "" && len(f.targets) == 0 && len(args) < 2 {
		if f.told.files || f.diff.path != "" {
			return comparison.Report{}, usagef("--files and --diff need two sides: give --targets, --against, --against-record or two images")
		}
		if f.told.gated() {
			return comparison.Report{}, usagef("--fail-on-growth and --fail-on measure what stands beside a first side; give --targets, --against, --against-record or two images")
		}
		return f.compareStages(ctx, env, args)
	}
	c, err := f.compare(ctx, env, args)
	return comparison.Report{Comparison: c}, err
}

// compare makes the comparison that the command line asks for.
func (f *compareFlags) compare(ctx context.Context, env environment, args []string) (*compare.Comparison, error) {
	switch {
	case f.record != "":
		return f.compareAgainstRecord(ctx, env, args)
	case f.against != "":
		return f.compareAgainst(ctx, env, args)
	case len(f.targets) > 0:
		return f.compareTargets(ctx, env, args)
	}
	return f.compareImages(ctx, args, quietly)
}
