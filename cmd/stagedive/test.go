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

	"github.com/stagedive/stagedive/inspect/policyfile"
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
several times, and may be a pattern in quotes; without it the suites are those that the
project's policy names under tests.`

// testFormats are the forms of its report.
var testFormats = []string{"text", "json", "junit"}

// testFlags are those of test alone.
type testFlags struct {
	how            suiteFlags
	policy         policyFlags
	configs        []string
	format, output string
	quiet          bool
}

func newTestCmd(env environment) *cobra.Command {
	var flags buildFlags
	var test testFlags
	cmd := &cobra.Command{
		Use:   "test [PATH|IMAGE] [--config FILE…]",
		Short: "run container-structure-test's suites on an image, without Docker",
		Long:  testLong,
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case !slices.Contains(testFormats, test.format):
				return usagef("--format %q is not known; use one of %s", test.format, strings.Join(testFormats, ", "))
			case test.how.limit <= 0:
				return usagef("--timeout must be more than nothing, such as 30s")
			}
			r, err := test.run(cmd.Context(), env, &flags, append(args, ".")[0])
			if err != nil {
				return err
			}
			return test.write(env, r)
		},
	}
	flags.add(cmd.Flags())
	test.how.add(cmd.Flags())
	test.policy.add(cmd.Flags())
	cmd.Flags().StringArrayVarP(&test.configs, "config", "c", nil, "suite to run, YAML or JSON (repeatable; a pattern in quotes; default what the policy names)")
	cmd.Flags().StringVar(&test.format, "format", "text", "how to report: "+strings.Join(testFormats, ", "))
	cmd.Flags().StringVarP(&test.output, "output", "o", "", "write the report to FILE instead of stdout")
	cmd.Flags().BoolVarP(&test.quiet, "quiet", "q", false, "do not tell of the build on stderr")
	return cmd
}

// run runs suites on an image, or on what a project's target builds.
func (t *testFlags) run(ctx context.Context, env environment, flags *buildFlags, arg string) (r tell.Report, err error) {
	files, err := suiteFiles(t.configs)
	if err != nil {
		return r, usage(err)
	}
	suites, err := readSuites(files)
	if err != nil {
		return r, usage(err)
	}
	r = tell.Report{Subject: sanitize.Text(arg), ASCII: env.ascii()}
	ref, platform, dir, target := arg, "", ".", flags.target
	switch {
	case flags.file != "" || isPath(arg):
		j, err := newJob(env, flags, []string{arg})
		if err != nil {
			return r, err
		}
		dir, target = dirOf(arg), j.graph.Label(model.NodeID(j.target))
		if suites, err = t.orOfPolicy(suites, dir, target); err != nil {
			return r, err
		}
		if ref, err = j.image(ctx, t.quiet); err != nil {
			return r, err
		}
		r.Subject = j.graph.File + ", target " + target
	case len(flags.platforms) > 1:
		return r, usagef("--platform names %d platforms; test one of them at a time", len(flags.platforms))
	case len(flags.platforms) == 1:
		platform = flags.platforms[0]
		if err := source.CheckPlatform(platform); err != nil {
			return r, usage(fmt.Errorf("--platform: %w", err))
		}
	}
	if suites, err = t.orOfPolicy(suites, dir, target); err != nil {
		return r, err
	}
	if ref == "-" {
		file, remove, err := env.keepPiped()
		if err != nil {
			return r, err
		}
		defer remove()
		ref, r.Subject = "archive:"+file, "standard input"
	}
	if err := refuseRecord(ref); err != nil {
		return r, err
	}
	src, err := resolve.Open(ctx, ref, resolve.Options{Platform: platform, Built: ownStore()})
	if err != nil {
		return r, err
	}
	defer src.Close()
	how := t.how
	if t.streams() {
		lines := tell.NewLines(env.stdout, r.Subject, r.ASCII)
		how.tell = lines.Outcome
		defer func() {
			if err == nil {
				err = lines.End()
			}
		}()
	}
	r.Outcomes, err = tested(ctx, env, flags, how, suites, src, nil)
	return r, err
}

// orOfPolicy are the suites that are given, else those that the policy names for a
// target.
func (t *testFlags) orOfPolicy(given []*structure.Suite, dir, target string) ([]*structure.Suite, error) {
	if len(given) > 0 {
		return given, nil
	}
	p, err := t.policy.load(dir, &ruleFlags{})
	if err != nil {
		return nil, err
	}
	var files []string
	if p != nil {
		if files, err = named(*p, t.policy.dir, p.For(target).Tests); err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, usagef("test needs a suite: stagedive test IMAGE --config FILE, or tests: FILE in %s", policyfile.Name)
	}
	suites, err := readSuites(files)
	return suites, usage(err)
}

// streams says whether each test is told of as soon as it is known.
func (t *testFlags) streams() bool {
	return t.format == "text" && (t.output == "" || t.output == "-")
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

// write reports, unless that has been done, and says whether all tests have passed.
func (t *testFlags) write(env environment, r tell.Report) (err error) {
	write := map[string]func(io.Writer, tell.Report) error{"text": tell.Text, "json": tell.JSON, "junit": tell.JUnit}[t.format]
	switch {
	case t.streams():
	case t.output == "" || t.output == "-":
		err = write(env.stdout, r)
	default:
		var f *os.File
		if f, err = os.Create(t.output); err == nil {
			err = errors.Join(write(f, r), f.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if r.Failed() > 0 {
		return exitError{exitFindings, nil}
	}
	return nil
}
