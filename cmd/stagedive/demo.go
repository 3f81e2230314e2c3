package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/examples/demo"
)

func newDemoCmd(env environment) *cobra.Command {
	var flags buildFlags
	var out outputFlags
	var pull bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "build and open a real multi-stage example; no registry needed",
		Long: `demo writes a small Go web server with a multi-stage Dockerfile to your cache
directory, makes base images for it out of what this machine has, builds it on a
real BuildKit and opens the image. --target leaky shows what a leak looks like.`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cache, err := os.UserCacheDir()
			if err != nil {
				return fmt.Errorf("finding a place for the demo: %w; set XDG_CACHE_HOME or HOME", err)
			}
			d, err := demo.Prepare(cmd.Context(), demo.Options{CacheDir: filepath.Join(cache, "stagedive"), Pull: pull})
			if err != nil {
				return err
			}
			for _, note := range d.Notes {
				fmt.Fprintln(env.stderr, "note:", note)
			}
			flags.file, flags.shown = d.Dockerfile, "demo/Dockerfile"
			for name, ref := range d.BuildContexts {
				flags.contexts = append(flags.contexts, name+"="+ref)
			}
			return explore(cmd.Context(), env, &flags, &out, []string{d.ContextDir}, true)
		},
	}
	flags.add(cmd.Flags())
	out.add(cmd.Flags())
	cmd.Flags().Lookup("file").Hidden = true
	cmd.Flags().BoolVar(&pull, "pull-bases", false, "use the published base images instead of stand-ins")
	return cmd
}
