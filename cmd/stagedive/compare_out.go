package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/buildgraph/render"
	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/compare/growth"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/model/sanitize"
)

// comparedFlags say how a comparison is told, and when it fails.
type comparedFlags struct {
	format string
	output string
	all    bool
	files  bool
	grow   []string
	failOn string

	limits []growth.Limit // what grow means
	policy []growth.Limit // what the project's policy adds to that
	graph  *model.Graph   // of the Dockerfile that the sides were built from; nil for none
	plan   model.Plan     // what of it they need
}

// comparisonFormats are the forms of a comparison, in the order in which they are told of.
var comparisonFormats = []string{"text", "json", "markdown", "html"}

func (f *comparedFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.format, "format", "", "print instead of opening the explorer: "+strings.Join(comparisonFormats, ", "))
	fs.StringVarP(&f.output, "output", "o", "", "write it to FILE instead of stdout")
	fs.BoolVar(&f.all, "all", false, "print lists to their end")
	fs.BoolVar(&f.files, "files", false, "every path that differs, the largest difference first, a line each: a sign for each side, what differs beside the content, bytes, path; with --format json beside the rest")
	fs.StringArrayVar(&f.grow, "fail-on-growth", nil, "exit with 3 when a side is larger than the first by more: 5%, 10MB, or by name: files=10%,packages=0 (repeatable)")
	fs.StringVar(&f.failOn, "fail-on", "", "exit with 3 when a side has a finding this severe or worse that the first has not")
}

// draw has a page show the stages of a Dockerfile, and which of them targets need.
func (f *comparedFlags) draw(g *model.Graph, targets ...int) {
	f.graph, f.plan = g, g.PlanFor(targets...)
}

// check says what is wrong with the flags.
func (f *comparedFlags) check() (err error) {
	if f.format != "" && !slices.Contains(comparisonFormats, f.format) {
		return usagef("--format %q is not known; use one of %s", f.format, strings.Join(comparisonFormats, ", "))
	}
	if f.files && (f.format == "markdown" || f.format == "html") {
		return usagef("--files is for text and for --format json; --all makes the lists of %s longer", f.format)
	}
	if _, ok := finding.ParseSeverity(f.failOn); !ok && f.failOn != "" {
		return usagef("--fail-on %q is not a severity; use info, low, medium, high or critical", f.failOn)
	}
	if f.limits, err = growth.Parse(f.grow, "--fail-on-growth"); err != nil {
		return usage(fmt.Errorf("--fail-on-growth: %w", err))
	}
	return nil
}

// writer is what writes the form that is asked for.
func (f *comparedFlags) writer() func(io.Writer, comparison.Report) error {
	switch {
	case f.format == "json":
		return comparison.JSON
	case f.format == "markdown":
		return comparison.Markdown
	case f.format == "html":
		return comparison.HTML
	case f.files:
		return comparison.Files
	}
	return comparison.Text
}

// write tells of the comparison, and says whether it passes.
func (f *comparedFlags) write(env environment, r comparison.Report) error {
	r.All, r.Files = f.all, f.files
	if r.Comparison != nil {
		r.Growth = growth.Check(r.Comparison, f.growth())
	}
	if f.graph != nil && f.format == "html" {
		var svg strings.Builder
		if err := render.SVG(&svg, redactedGraph(f.graph), f.plan); err != nil {
			return fmt.Errorf("drawing the stages: %w", err)
		}
		r.Drawing = svg.String()
	}
	if err := f.tell(env, r); err != nil {
		return err
	}
	return f.judge(env, r)
}

// tell writes it to where it is wanted.
func (f *comparedFlags) tell(env environment, r comparison.Report) error {
	if f.output == "" || f.output == "-" {
		r.Width, _ = env.size()
		r.ASCII = env.ascii()
		if err := f.writer()(env.stdout, r); err != nil {
			return fmt.Errorf("writing the comparison: %w", err)
		}
		return nil
	}
	var buf bytes.Buffer
	err := f.writer()(&buf, r)
	if err == nil {
		err = os.WriteFile(f.output, buf.Bytes(), 0o644)
	}
	if err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// bound has a project's policy bound how a target, "" for an image, may grow.
func (f *comparedFlags) bound(p *policy.Policy, target string) {
	if p != nil {
		f.policy = p.For(target).Limits()
	}
}

// growth are the limits that hold: the flags', and of the policy's those about which they
// say nothing.
func (f *comparedFlags) growth() []growth.Limit {
	out := slices.Clone(f.limits)
	for _, l := range f.policy {
		if !slices.ContainsFunc(f.limits, func(o growth.Limit) bool { return o.Key == l.Key }) {
			out = append(out, l)
		}
	}
	return out
}

// gated says whether the command line has anything fail.
func (f *comparedFlags) gated() bool { return len(f.limits) > 0 || f.failOn != "" }

// judge says on stderr what has grown by too much and what is newly found, and gives the
// exit code for it. Where nothing has, and a layer could not be read, nobody knows.
func (f *comparedFlags) judge(env environment, r comparison.Report) error {
	c := r.Comparison
	if c == nil || !f.gated() && len(f.policy) == 0 && c.Behaves() {
		return nil
	}
	var broken []string
	if !c.Behaves() {
		broken = append(broken, "the sides do not behave the same: o"+c.Verdict()[1:])
	}
	sure := true
	for _, m := range r.Growth {
		if m.Broken() {
			broken = append(broken, m.Sentence(c))
		}
		sure = sure && m.Sure
	}
	if level, ok := finding.ParseSeverity(f.failOn); ok {
		for i, s := range c.Sides {
			sure = sure && s.Read()
			if n := c.New(i).AtLeast(level); i > 0 && n > 0 {
				broken = append(broken, fmt.Sprintf("%s has %s at or above %s that %s has not", s.Name, measure.Plural(n, "finding"), level, c.Sides[0].Name))
			}
		}
	}
	if len(broken) > 0 {
		for _, b := range broken {
			fmt.Fprintf(env.stderr, "stagedive: %s\n", sanitize.Lines(b))
		}
		return exitError{exitFindings, nil}
	}
	if !sure {
		return fmt.Errorf("whether anything has grown is not known: %s", unreadSides(c))
	}
	return nil
}

// unreadSides names the sides of which something is not known.
func unreadSides(c *compare.Comparison) string {
	var out []string
	for _, s := range c.Sides {
		switch {
		case s.Image == nil:
			out = append(out, "there is no image of "+s.Name)
		case !s.Read():
			out = append(out, fmt.Sprintf("%s of %s could not be read", s.Image.UnreadInWords(), s.Name))
		}
	}
	return strings.Join(out, ", ")
}
