package accuracy

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model/finding"
)

// Score is what became of the labels of a family.
type Score struct {
	Leaks, Found  int
	Judged, True  int // findings, without those that a label allows
	Clean, Silent int // look-alikes, and those that nothing is said of
}

// Recall is the share of leaks that is found.
func (s Score) Recall() float64 { return share(s.Found, s.Leaks) }

// Precision is the share of findings that is true.
func (s Score) Precision() float64 { return share(s.True, s.Judged) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// Outcome is what judging one case, or all, came to.
type Outcome struct {
	Scores map[string]*Score // by family
	Wrong  []string          // a line for each miss and each false alarm
	Shown  []string          // secrets that are somewhere in what was found
	Said   []string          // every finding, for whoever looks at one case
}

// Judge builds a case's image in dir, has it looked at as the program does, and counts.
func (c *Case) Judge(ctx context.Context, dir string, bases []*Case) (*Outcome, error) {
	p, graph, err := c.picture(bases)
	if err != nil {
		return nil, err
	}
	if err := p.write(dir); err != nil {
		return nil, err
	}
	opt := inspect.Options{Redact: redact.Text}
	if graph != nil && !c.Unknown {
		opt.Graph, opt.Target = graph, len(graph.Stages)-1
	}
	opt.Judges = []inspect.Judge{leak.New(leak.Options{Graph: opt.Graph})}
	res, err := inspect.Inspect(ctx, dir, opt)
	if err != nil {
		return nil, err
	}
	return c.count(res)
}

func (c *Case) count(res *inspect.Result) (*Outcome, error) {
	o := &Outcome{Scores: map[string]*Score{}}
	of := func(family string) *Score {
		if o.Scores[family] == nil {
			o.Scores[family] = &Score{}
		}
		return o.Scores[family]
	}
	for _, l := range c.Labels {
		fits := slices.ContainsFunc(res.Findings, l.Fits)
		switch s := of(l.Families[0]); l.Kind {
		case Leak:
			s.Leaks++
			if fits {
				s.Found++
			} else {
				o.Wrong = append(o.Wrong, "miss  "+c.Name+"  "+l.text)
			}
		case Clean:
			s.Clean++
			if !slices.ContainsFunc(res.Findings, func(f finding.Finding) bool { return l.Fits(f) && !c.any(Leak, f) && !c.any(Allow, f) }) {
				s.Silent++
			}
		}
	}
	for _, f := range res.Findings {
		s := of(familyOf(f))
		o.Said = append(o.Said, fmt.Sprintf("%s %s %s: %s (%s) %s", f.Severity, f.Rule, cmp.Or(f.Path, f.Name), f.Title, f.Name, strings.Join(f.Evidence, "; ")))
		switch {
		case c.any(Leak, f):
			s.Judged++
			s.True++
		case c.any(Allow, f):
		default:
			s.Judged++
			o.Wrong = append(o.Wrong, fmt.Sprintf("false %s  %s %s %s", c.Name, familyOf(f), f.Rule, cmp.Or(f.Path, f.Name)))
		}
	}
	data, err := json.Marshal(res)
	if err != nil {
		return nil, err
	}
	for _, s := range c.secrets {
		if len(s) >= 12 && strings.Contains(string(data), s) {
			o.Shown = append(o.Shown, s)
		}
	}
	return o, nil
}

// any says whether a label of the kind is about a finding.
func (c *Case) any(kind Kind, f finding.Finding) bool {
	return slices.ContainsFunc(c.Labels, func(l Label) bool { return l.Kind == kind && l.Fits(f) })
}

// Add adds another outcome.
func (o *Outcome) Add(other *Outcome) {
	if o.Scores == nil {
		o.Scores = map[string]*Score{}
	}
	for family, s := range other.Scores {
		if o.Scores[family] == nil {
			o.Scores[family] = &Score{}
		}
		o.Scores[family].add(*s)
	}
	o.Wrong, o.Shown = append(o.Wrong, other.Wrong...), append(o.Shown, other.Shown...)
}

func (s *Score) add(t Score) {
	s.Leaks, s.Found, s.Judged, s.True = s.Leaks+t.Leaks, s.Found+t.Found, s.Judged+t.Judged, s.True+t.True
	s.Clean, s.Silent = s.Clean+t.Clean, s.Silent+t.Silent
}

// All is the sum over the families.
func (o *Outcome) All() Score {
	var all Score
	for _, s := range o.Scores {
		all.add(*s)
	}
	return all
}

// Table is the outcome for people.
func (o *Outcome) Table() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "family\tleaks\tfound\trecall\tfindings\ttrue\tprecision\tlook-alikes\tsilent\t")
	row := func(name string, s Score) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.3f\t%d\t%d\t%.3f\t%d\t%d\t\n", name, s.Leaks, s.Found, s.Recall(), s.Judged, s.True, s.Precision(), s.Clean, s.Silent)
	}
	for _, f := range families {
		if s := o.Scores[f]; s != nil {
			row(f, *s)
		}
	}
	row("all", o.All())
	_ = w.Flush() // a builder takes all
	return b.String()
}

// Known reads the list of what is known to be judged wrongly.
func Known(name string) ([]string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var list []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			list = append(list, line)
		}
	}
	return list, nil
}
