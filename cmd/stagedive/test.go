package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/inspect/structure/tell"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/sanitize"
)

const testLong = `test runs suites of container-structure-test on an image, as they are: what its
commands print, which files it has and what is in them, what its configuration says.
Given a directory it builds the target first.

Files and settings are read from the image. Commands run in its file system at the
engine, each in a container of its own; no Docker is needed. --config may be given
several times, and may be a pattern in quotes.`

// testFormats are the forms of its report.
var testFormats = []string{"text", "json", "junit"}

func newTestCmd(env environment) *cobra.Command {
	var flags buildFlags
	var how suiteFlags
	var configs []string
	var format, output string
	quiet := false
	cmd := &cobra.Command{
		Use:   "test [PATH|IMAGE] --config FILE…",
		Short: "run container-structure-test's suites on an image, without Docker",
		Long:  testLong,
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case !slices.Contains(testFormats, format):
				return usagef("--format %q is not known; use one of %s", format, strings.Join(testFormats, ", "))
			case len(configs) == 0:
				return usagef("test needs a suite: stagedive test IMAGE --config FILE")
			case how.limit <= 0:
				return usagef("--timeout must be more than nothing, such as 30s")
			}
			files, err := suiteFiles(configs)
			if err != nil {
				return usage(err)
			}
			suites, err := readSuites(files)
			if err != nil {
				return usage(err)
			}
			r, err := runSuites(cmd.Context(), env, &flags, how, suites, append(args, ".")[0], quiet)
			if err != nil {
				return err
			}
			return writeTests(env, r, format, output)
		},
	}
	flags.add(cmd.Flags())
	how.add(cmd.Flags())
	cmd.Flags().StringArrayVarP(&configs, "config", "c", nil, "suite to run, YAML or JSON (repeatable; a pattern in quotes)")
	cmd.Flags().StringVar(&format, "format", "text", "how to report: "+strings.Join(testFormats, ", "))
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the report to FILE instead of stdout")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "do not tell of the build on stderr")
	return cmd
}

// runSuites runs suites on an image, or on what a project's target builds.
func runSuites(ctx context.Context, env environment, flags *buildFlags, how suiteFlags, suites []*structure.Suite, arg string, quiet bool) (tell.Report, error) {
	r := tell.Report{Subject: sanitize.Text(arg), ASCII: env.ascii()}
	ref, platform := arg, ""
	switch {
	case flags.file != "" || isPath(arg):
		j, err := newJob(env, flags, []string{arg})
		if err != nil {
			return r, err
		}
		if ref, err = j.image(ctx, quiet); err != nil {
			return r, err
		}
		_, graph := j.now()
		r.Subject = graph.File + ", target " + graph.Label(model.NodeID(j.target))
	case len(flags.platforms) > 1:
		return r, usagef("--platform names %d platforms; test one of them at a time", len(flags.platforms))
	case len(flags.platforms) == 1:
		platform = flags.platforms[0]
		if err := source.CheckPlatform(platform); err != nil {
			return r, usage(fmt.Errorf("--platform: %w", err))
		}
	}
	if ref == "-" {
		file, remove, err := env.keepPiped()
		if err != nil {
			return r, err
		}
		defer remove()
		ref, r.Subject = "archive:"+file, "standard input"
	}
	src, err := resolve.Open(ctx, ref, resolve.Options{Platform: platform, Built: ownStore()})
	if err != nil {
		return r, err
	}
	defer src.Close()
	r.Outcomes, err = tested(ctx, env, flags, how, suites, src, nil)
	return r, err
}

// keepPiped copies the archive that comes through standard input into a file, as its
// layers are needed more than once.
func (e environment) keepPiped() (name string, remove func(), err error) {
	if e.terminal {
		return "", nil, usagef("- is for an archive from standard input, which is a terminal: docker save NAME | stagedive test -")
	}
	dir, err := os.UserCacheDir()
	if err == nil {
		dir = filepath.Join(dir, "stagedive", "spool")
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return "", nil, fmt.Errorf("finding a place for the archive: %w", err)
	}
	f, err := os.CreateTemp(dir, "archive-*")
	if err != nil {
		return "", nil, fmt.Errorf("keeping the archive: %w", err)
	}
	_, err = io.Copy(f, e.stdin)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", nil, fmt.Errorf("keeping the archive: %w", err)
	}
	return f.Name(), func() { os.Remove(f.Name()) }, nil
}

// writeTests reports, and says whether all tests have passed.
func writeTests(env environment, r tell.Report, format, output string) (err error) {
	write := map[string]func(io.Writer, tell.Report) error{"text": tell.Text, "json": tell.JSON, "junit": tell.JUnit}[format]
	if output == "" || output == "-" {
		err = write(env.stdout, r)
	} else {
		var f *os.File
		if f, err = os.Create(output); err == nil {
			err = errors.Join(write(f, r), f.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if n := r.Failed(); n > 0 {
		return exitError{exitFindings, nil}
	}
	return nil
}
