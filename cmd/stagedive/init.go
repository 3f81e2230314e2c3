package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/policyfile"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/policy"
)

const initLong = `init writes a first ` + policyfile.Name + ` for the project in PATH: commented, with its
targets, and with budgets that suit the image where stagedive has built it here.`

func newInitCmd(env environment) *cobra.Command {
	var flags buildFlags
	var force, schema bool
	cmd := &cobra.Command{
		Use:   "init [PATH]",
		Short: "write a first policy: what stagedive check is to hold images against",
		Long:  initLong,
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if schema {
				_, err := fmt.Fprint(env.stdout, policyfile.Schema)
				return err
			}
			return initialise(cmd.Context(), env, &flags, args, force)
		},
	}
	flags.dockerfileFlags.add(cmd.Flags())
	cmd.Flags().BoolVar(&force, "force", false, "write it anew where there is one")
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of policies instead, for editors")
	return cmd
}

// initialise looks at a project and writes its first policy.
func initialise(ctx context.Context, env environment, flags *buildFlags, args []string, force bool) error {
	j, err := newJob(env, flags, args)
	if err != nil {
		return err
	}
	path := filepath.Join(j.file.Context, policyfile.Name)
	mode := os.O_EXCL
	if force {
		mode = os.O_TRUNC
	}
	if _, err := os.Lstat(path); err == nil && !force {
		return usagef("%s is there already; --force writes it anew", display(path))
	}
	start := policyfile.Start{Tests: suites(j.file.Context)}
	for i := range j.graph.Stages {
		if i != j.target {
			start.Targets = append(start.Targets, j.graph.Label(model.NodeID(i)))
		}
	}
	if len(j.graph.Stages) > 0 {
		start.Targets = append(start.Targets, j.graph.Label(model.NodeID(j.target)))
	}
	if start.Measured, err = j.measured(ctx); err != nil {
		fmt.Fprintf(env.stderr, "stagedive: the image that was built last can't be measured: %v\n", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|mode, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usagef("%s is there already; --force writes it anew", display(path))
	}
	if err != nil {
		return fmt.Errorf("writing the policy: %w", err)
	}
	_, err = f.WriteString(start.First())
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing the policy: %w", err)
	}
	fmt.Fprintf(env.stdout, "wrote %s: %s", display(path), measure.Plural(len(j.graph.Stages), "stage"))
	if start.Measured == nil {
		fmt.Fprint(env.stdout, ", no budgets yet, for nothing has been built here")
	} else {
		fmt.Fprintf(env.stdout, ", budgets a fifth above today's %s", measure.Bytes(start.Measured[policy.Size]))
	}
	_, err = fmt.Fprintln(env.stdout)
	return err
}

// suites are files of a project that look like suites of container-structure-test.
func suites(dir string) []string {
	var out []string
	for _, pattern := range []string{"*structure-test*.y*ml", "*structure_test*.y*ml", "*/*structure-test*.y*ml", "*/*structure_test*.y*ml"} {
		some, _ := filepath.Glob(filepath.Join(dir, pattern)) // the patterns are good
		for _, path := range some {
			if rel, err := filepath.Rel(dir, path); err == nil {
				out = append(out, filepath.ToSlash(rel))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// measured is what the image takes that was built last of the target, from the Dockerfile
// as it is now; nil where none was.
func (j *job) measured(ctx context.Context) (map[policy.BudgetKind]int64, error) {
	store := ownStore()
	all, _ := filepath.Glob(filepath.Join(store, "dockerfiles", "*.json"))
	built := map[string]time.Time{}
	for _, f := range all {
		if info, err := os.Stat(f); err == nil {
			built[f] = info.ModTime()
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(built[b].Compare(built[a]), strings.Compare(a, b)) })
	lines, label := redactedGraph(j.graph).Lines, j.graph.Label(model.NodeID(j.target))
	for _, f := range all {
		digest := "sha256:" + strings.TrimSuffix(filepath.Base(f), ".json")
		k := recall(store, digest)
		if k.Graph == nil || k.Graph.Label(model.NodeID(k.Target)) != label || !slices.Equal(k.Graph.Lines, lines) {
			continue
		}
		ref, ok := solve.Kept(store, digest)
		if !ok {
			continue
		}
		res, err := openImage(ctx, ref, inspect.Options{Graph: k.Graph, Target: k.Target}, nil)
		if err != nil {
			return nil, err
		}
		return policy.Measure(res.Image, k.Graph), nil
	}
	return nil, nil
}
