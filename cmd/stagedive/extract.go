package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

const extractLong = `extract writes a file or a directory of an image to DEST: into it when DEST is a
directory or ends with a slash, else as it. With - a file goes to standard output,
a directory as a tar archive.

It is what a container would see after the last layer, or after layer N of
--layer N. Nothing is written outside of DEST, whatever the image holds: links
stay links and are never followed, devices and sparse files are left out and
counted, setuid bits are dropped. A link that PATH itself names is followed.

With --stage the files are those of a stage of the Dockerfile in DIR (default .),
which need not be in any image; --line N takes them as the step there leaves them.`

func newExtractCmd(env environment) *cobra.Command {
	var stage stageFlags
	var platform string
	var layer int
	var opt content.Options
	cmd := &cobra.Command{
		Use:   "extract IMAGE PATH DEST | extract --stage NAME [DIR] PATH DEST",
		Short: "write a file or directory of an image or a stage to disk, or to a pipe",
		Long:  extractLong,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := stage.check(cmd.Flags()); err != nil {
				return err
			}
			if stage.given() {
				return usage(cobra.RangeArgs(2, 3)(cmd, args))
			}
			if len(args) != 3 {
				return usagef("extract needs an image, a path in it and where to write it: stagedive extract IMAGE PATH DEST")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case opt.Owner && os.Geteuid() != 0:
				return usagef("--owner gives files to others, which only root may do: leave it out, or run as root")
			case cmd.Flags().Changed("layer") && layer < 1:
				return usagef("--layer %d is no layer: they count from 1", layer)
			case slices.Contains(args, ""):
				return usagef("an argument is empty: PATH is / for all files, and DEST . for here")
			case stage.given():
				if len(args) == 2 {
					args = append([]string{"."}, args...)
				}
				o, _, err := stage.open(cmd.Context(), env, args[0], platform)
				if err != nil {
					return err
				}
				defer o.letGo()
				return write(cmd.Context(), env, content.From(o.Image, o), o.Image, args[1], args[2], layer, opt)
			}
			if err := source.CheckPlatform(platform); err != nil {
				return usage(fmt.Errorf("--platform: %w", err))
			}
			return extract(cmd.Context(), env, args[0], args[1], args[2], platform, layer, opt)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&platform, "platform", "", "which image of several, such as linux/arm64")
	fs.IntVar(&layer, "layer", 0, "as it is after this layer, counted from 1 (default the last)")
	fs.BoolVar(&opt.Replace, "force", false, "replace files that are there")
	fs.BoolVar(&opt.Setuid, "setuid", false, "keep setuid, setgid and sticky bits")
	stage.add(fs)
	fs.BoolVar(&opt.Owner, "owner", false, "give files to the owners they have in the image (as root)")
	return cmd
}

func extract(ctx context.Context, env environment, ref, name, dest, platform string, layer int, opt content.Options) error {
	if err := refuseRecord(ref); err != nil {
		return err
	}
	src, err := resolve.Open(ctx, ref, resolve.Options{Platform: platform, Built: ownStore()})
	if err != nil {
		return err
	}
	defer src.Close()
	res, err := inspect.Source(ctx, src, ref, looking(inspect.Options{}, nil)) // what it finds is kept for the next look
	if err != nil {
		return err
	}
	return write(ctx, env, content.Of(res.Image, src), res.Image, name, dest, layer, opt)
}

// write extracts out of an image that is open.
func write(ctx context.Context, env environment, r *content.Reader, im *image.Image, name, dest string, layer int, opt content.Options) error {
	n := len(im.Layers)
	switch opt.Layer = layer - 1; {
	case layer > n:
		return fmt.Errorf("--layer %d: the image has %s", layer, measure.Plural(n, "layer"))
	case layer == 0:
		opt.Layer = n - 1
	}
	if dest == "-" {
		did, err := r.Write(ctx, name, env.stdout, opt)
		if left := did.LeftOut(); left != "" && err == nil {
			fmt.Fprintln(env.stderr, left)
		}
		return err
	}
	did, err := r.Extract(ctx, name, dest, opt)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s; --force replaces it", strings.TrimSuffix(err.Error(), ": "+fs.ErrExist.Error()))
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(env.stderr, "%s, %s written to %s\n", measure.Plural(did.Files+did.Links, "file"), measure.Bytes(did.Bytes), sanitize.Text(did.Path))
	if left := did.LeftOut(); left != "" {
		fmt.Fprintln(env.stderr, left)
	}
	return nil
}
