package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/filediff"
	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// diffFlags ask for one file of a comparison in the place of all of it.
type diffFlags struct{ path string }

func (f *diffFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.path, "diff", "", "print only how the file at this path differs")
}

// check says what does not go together.
func (f diffFlags) check(told comparedFlags) error {
	if f.path != "" && (told.files || told.format != "" && told.format != "text") {
		return usagef("--diff prints one file as text: leave --files and --format out")
	}
	return nil
}

// write prints how the file differs, to each side after the first.
func (f diffFlags) write(ctx context.Context, env environment, c *compare.Comparison) error {
	for s := 1; s < len(c.Sides); s++ {
		d, err := filediff.Diff(ctx, c, s, f.path, openSide)
		switch {
		case errors.Is(err, filediff.ErrNoFile):
			return usagef("no side has %s: stagedive compare --files lists what differs", sanitize.Text(f.path))
		case err != nil:
			return fmt.Errorf("comparing %s: %w", sanitize.Text(f.path), err)
		}
		if s > 1 {
			fmt.Fprintln(env.stdout)
		}
		if err := comparison.Diff(env.stdout, d, env.ascii()); err != nil {
			return err
		}
	}
	return nil
}

// openSide opens the files of an image again.
func openSide(im *image.Image) *content.Reader { return content.New(im, "") }

// diffFile is how a file of a side differs from the first side's.
func diffFile(ctx context.Context, c *compare.Comparison, side int, path string) (*difference.File, error) {
	return filediff.Diff(ctx, c, side, path, openSide)
}
