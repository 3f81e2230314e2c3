package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/context"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Input is what is judged.
type Input struct {
	Detail  buildgraph.Detail
	Target  int              // the stage that ships: what --target names, or the last
	Context *context.Listing // nil where it is not known; what needs it is then left out
}

// Check returns what is wrong, in the order of lines. All text is sanitised; secrets are
// never in it, but for what stands in the Dockerfile's own commands, which callers pass
// through their redaction.
func Check(in Input) []finding.Finding {
	g := in.Detail.Graph
	if !g.IsStage(model.NodeID(in.Target)) {
		return buildkit(in)
	}
	c := newChecker(in)
	for _, check := range []func(*checker){
		(*checker).byIndex, (*checker).wholeStage, (*checker).builtTree,
		(*checker).order, (*checker).update, (*checker).lateCleaning,
		(*checker).secrets, (*checker).devTools, (*checker).recommends, (*checker).leftovers, (*checker).aptCaches,
		(*checker).npmInstall, (*checker).fromBuilder, (*checker).bases, (*checker).user,
		(*checker).adds, (*checker).piped, (*checker).owners, (*checker).unused, (*checker).buildContext,
	} {
		check(c)
	}
	out := c.merge(buildkit(in))
	for i := range out {
		out[i].Allowed = c.allowance(out[i])
	}
	slices.SortStableFunc(out, byLine)
	return out
}

// byLine orders findings as the file has them, the worse first on one line.
func byLine(a, b finding.Finding) int {
	if a.Line != b.Line {
		return a.Line - b.Line
	}
	return finding.Compare(a, b)
}

// checker is one Check.
type checker struct {
	in     Input
	g      *model.Graph
	stages [][]step
	chain  []int // the stage that ships and those it is FROM, itself first
	plan   model.Plan
	late   map[int]bool // lines of RUNs whose leftovers a later layer removes
	out    []finding.Finding
}

// step is a step with all that is known of it.
type step struct {
	model.Step
	stage int
	ins   buildgraph.Instruction
	calls []call // of a RUN
	read  bool   // all of a RUN's commands are in calls
}

func newChecker(in Input) *checker {
	g := in.Detail.Graph
	c := &checker{in: in, g: g, chain: g.Lineage(in.Target), plan: g.PlanFor(in.Target), late: map[int]bool{}}
	for i, s := range g.Stages {
		var steps []step
		for j, m := range s.Steps {
			steps = append(steps, newStep(m, i, in.Detail.Stages[i][j]))
		}
		c.stages = append(c.stages, steps)
	}
	return c
}

// shipped are the steps whose layers the image has, the first one first.
func (c *checker) shipped() []step {
	var out []step
	for _, i := range slices.Backward(c.chain) {
		out = append(out, c.stages[i]...)
	}
	return out
}

// all are the steps of all stages.
func (c *checker) all() []step { return slices.Concat(c.stages...) }

// ships says whether the stage's layers are in the image.
func (c *checker) ships(stage int) bool { return slices.Contains(c.chain, stage) }

// add keeps a finding of a step, unless a directive turns its rule off.
func (c *checker) add(s step, rule, title string, f finding.Finding) {
	if s.OnBuild || s.ins.Skips(rule) {
		return
	}
	r, ok := Rule(rule)
	if !ok {
		return
	}
	f.Rule, f.Title, f.Category = rule, sanitize.Text(title), r.Category
	f.Layer, f.Stage, f.Line = -1, s.stage, s.Line
	if f.Severity == asRule {
		f.Severity = r.Severity
	}
	if f.Name == "" {
		f.Name = sanitize.Text(sanitize.Shorten(strings.Join(strings.Fields(c.g.Short(s.Step)), " "), 72))
	}
	if f.Why == "" {
		f.Why = r.Why
	}
	if f.Fix == "" {
		f.Fix = r.Fix
	}
	f.Fix, f.Instead = sanitize.Lines(f.Fix), sanitize.Lines(f.Instead)
	for i, e := range f.Evidence {
		f.Evidence[i] = sanitize.Text(e)
	}
	if f.Instead != "" && f.EndLine == 0 {
		f.EndLine = s.EndLine
	}
	c.out = append(c.out, f)
}

// asRule is the severity of a finding that has that of its rule.
const asRule = finding.Severity(255)

// rate is a finding with the rule's own severity.
func rate() finding.Finding { return finding.Finding{Severity: asRule} }

// allowance is what a comment above the instruction says to accept a finding.
func (c *checker) allowance(f finding.Finding) *finding.Allowance {
	if f.Stage < 0 || f.Stage >= len(c.stages) {
		return nil
	}
	for _, s := range c.stages[f.Stage] {
		if s.Line != f.Line || s.OnBuild {
			continue
		}
		for _, comment := range s.ins.Comments {
			rules, reason, ok := allowed(comment)
			if ok && slices.Contains(rules, f.Rule) {
				return &finding.Allowance{Reason: sanitize.Text(reason), Policy: fmt.Sprintf("%s:%d", c.g.File, f.Line)}
			}
		}
	}
	return nil
}

// allowed reads "stagedive: allow=RULE,RULE reason".
func allowed(comment string) (rules []string, reason string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(comment), "stagedive:")
	if !ok {
		return nil, "", false
	}
	rest, ok = strings.CutPrefix(strings.TrimSpace(rest), "allow=")
	list, reason, _ := strings.Cut(rest, " ")
	return strings.Split(list, ","), strings.TrimSpace(reason), ok
}
