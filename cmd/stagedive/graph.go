package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/buildgraph/render"
	"github.com/stagedive/stagedive/model"
)

func newGraphCmd(env environment) *cobra.Command {
	var flags buildFlags
	var names []string
	long := "graph prints what stagedive draws. Formats:\n"
	for _, f := range render.Formats() {
		names = append(names, f.Name)
		long += fmt.Sprintf("\n  %-8s %s", f.Name, f.What)
	}
	format := names[0]
	cmd := &cobra.Command{
		Use:   "graph [PATH]",
		Short: "print the graph of stages",
		Long:  long,
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(names, format) {
				return usagef("--format %q is not known; use one of %s", format, strings.Join(names, ", "))
			}
			j, err := newJob(env, &flags, args)
			if err != nil {
				return err
			}
			_, graph := j.now()
			plan := model.Plan{}
			if flags.target != "" {
				plan = graph.PlanFor(j.target)
			}
			width, _ := env.size()
			if err := render.Write(env.stdout, redactedGraph(graph), plan, format, width); err != nil {
				return err
			}
			return refused(graph, j.target)
		},
	}
	flags.dockerfileFlags.add(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", format, "how to print it: "+strings.Join(names, ", "))
	return cmd
}

// refused is the error for a Dockerfile of which BuildKit would not build the
// target. The problems have been printed with the graph; here is the first one
// for those who keep stdout only.
func refused(g *model.Graph, targets ...int) error {
	for _, p := range g.Refusals(g.PlanFor(targets...)) {
		return usagef("%s:%d: %s; correct this line", g.File, p.Line, p.Message)
	}
	return nil
}
