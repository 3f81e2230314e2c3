// Package policy says what a project makes of findings: which weigh more or less, which
// it accepts and until when, what an image of it must not hold or must, and how large it
// may be. inspect/policyfile reads one from a .stagedive.yaml.
package policy

import (
	"fmt"
	"slices"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/probe"
)

// Policy is what a project asks of its images. The zero value asks nothing. All text is
// sanitised.
type Policy struct {
	File      string            // as shown to the user; "" when no file says it
	Rules     []File            // the user's own rules
	Tests     []File            // container-structure-test suites
	FailOn    *finding.Severity // nil where it says nothing
	Severity  []Override        // of those that match a finding the last one counts
	Allow     []Allow
	Forbidden []Path
	Required  []Path
	Packages  []Package // forbidden ones
	Budgets   []Budget
	Growth    []Growth          // by how much it may be larger than it was
	Probes    []probe.Probe     // what to ask of images, to compare how they behave
	Targets   map[string]Policy // by the name of a stage, what holds for it besides
}

// File is another file that a policy names.
type File struct {
	Path string // as written; relative to the policy's directory
	Line int    // of the policy, 1-based
}

// Match chooses findings. A field that is nil asks nothing; of a field's entries one has
// to match, and all fields have to. Entries are patterns, see Glob and PathGlob.
type Match struct {
	Rule     []string // Finding.Rule: "SD-T003", "SD-C*"
	Category []string // Finding.Category
	Path     []string // Finding.Path, or a directory that it lies in
	Name     []string // Finding.Name or Title
	Stage    []string // label of the stage that wrote it
	Package  []string // name of the package that it is about
	Base     *bool    // whether the base image brought it
}

// Override gives findings another severity.
type Override struct {
	Match
	Level finding.Severity
	Line  int
}

// Allow accepts findings.
type Allow struct {
	Match
	Reason string
	Until  string // the last day on which it holds, 2006-01-02, in UTC; "" for ever
	Line   int
}

// Path is a file or directory that must not be in an image, or must.
type Path struct {
	Glob   string // see PathGlob
	Reason string // "" for none
	Level  finding.Severity
	// Deleted asks of a forbidden one that no layer has it, also when a later one
	// deletes it; without it the final image counts.
	Deleted bool
	Line    int
}

// Package is a package that must not be in an image.
type Package struct {
	Kind    string // inventory.Kind; "" for all
	Name    string // see Glob
	Version Range  // the zero value for all
	Reason  string // "" for none
	Level   finding.Severity
	Line    int
}

// Budget is what an image may take of something.
type Budget struct {
	Kind  BudgetKind
	Limit int64 // bytes, or a count
	Level finding.Severity
	Line  int
}

// BudgetKind is what a budget is about; the word is its key in a policy.
type BudgetKind string

// The budgets.
const (
	Size     BudgetKind = "size"      // bytes of the files in all layers
	OverBase BudgetKind = "over-base" // of these, what the base image did not bring
	Wasted   BudgetKind = "wasted"    // bytes that the image's own instructions store and the final image does not need
	Layers   BudgetKind = "layers"    // how many there are
	Files    BudgetKind = "files"     // how many the final image holds
)

// BudgetKinds are all of them, in the order in which they are told.
func BudgetKinds() []BudgetKind { return []BudgetKind{Size, OverBase, Wasted, Layers, Files} }

// Bytes says whether it counts bytes.
func (k BudgetKind) Bytes() bool { return k == Size || k == OverBase || k == Wasted }

// For is what holds when a target is built: what holds for all of them, and what the
// policy says of this one. Its lists are added; its budgets, its growth, its fail-on, and
// probes of the same name replace.
func (p Policy) For(target string) Policy {
	t, ok := p.Targets[target]
	p.Targets = nil
	if !ok {
		return p
	}
	if t.FailOn != nil {
		p.FailOn = t.FailOn
	}
	p.Tests = slices.Concat(p.Tests, t.Tests)
	p.Severity = slices.Concat(p.Severity, t.Severity)
	p.Allow = slices.Concat(p.Allow, t.Allow)
	p.Forbidden = slices.Concat(p.Forbidden, t.Forbidden)
	p.Required = slices.Concat(p.Required, t.Required)
	p.Packages = slices.Concat(p.Packages, t.Packages)
	p.Probes = probe.Merge(p.Probes, t.Probes)
	var budgets []Budget
	for _, b := range p.Budgets {
		if !slices.ContainsFunc(t.Budgets, func(o Budget) bool { return o.Kind == b.Kind }) {
			budgets = append(budgets, b)
		}
	}
	p.Budgets = slices.Concat(budgets, t.Budgets)
	p.Growth = replaced(p.Growth, t.Growth)
	return p
}

// HasTests says whether it names suites, for all targets or for one.
func (p Policy) HasTests() bool {
	for _, t := range p.Targets {
		if len(t.Tests) > 0 {
			return true
		}
	}
	return len(p.Tests) > 0
}

// HasProbes says whether it has any, for all targets or for one.
func (p Policy) HasProbes() bool {
	for _, t := range p.Targets {
		if len(t.Probes) > 0 {
			return true
		}
	}
	return len(p.Probes) > 0
}

// at is a line of the policy as findings and notes name it: ".stagedive.yaml:14".
func (p Policy) at(line int) string {
	if line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, line)
}
