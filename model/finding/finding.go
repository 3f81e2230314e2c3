// Package finding says what is wrong with an image and how sure we are: rules,
// findings, their evidence and their fixes.
package finding

import (
	"strings"

	"github.com/stagedive/stagedive/model/inventory"
)

// Finding is one thing found. Secrets' values are never in it.
//
// A finding stands for one cause: a toolchain, a cache or a directory of source
// files is one finding with its size, however many files it has.
type Finding struct {
	Rule     string   `json:"rule"`  // Rule.ID
	Title    string   `json:"title"` // of this instance: "Go toolchain go1.26.1"
	Category Category `json:"category"`
	Severity Severity `json:"severity"`
	Path     string   `json:"path,omitempty"`    // absolute in the image; the directory when it stands for many files; "" when no file is meant
	Name     string   `json:"name,omitempty"`    // what is meant when Path is empty, or is only the proof: "ENV NPM_TOKEN", "8 packages (g++-12, gcc-12, …)"
	Files    int      `json:"files,omitempty"`   // how many, when Path stands for many
	Size     int64    `json:"size"`              // bytes, of all files
	Layer    int      `json:"layer"`             // index into Image.Layers; -1 when it is in the configuration or the history
	Stage    int      `json:"stage"`             // the stage whose step wrote it; -1 unknown or the base image's
	Line     int      `json:"line,omitempty"`    // of that step, 1-based; 0 unknown
	Base     bool     `json:"base,omitempty"`    // the base image brought it
	Deleted  int      `json:"deleted,omitempty"` // layer index (always > 0) that removes or overwrites it; 0 when it is in the final tree
	From     string   `json:"from,omitempty"`    // where a COPY took it: "builder:/app/src/server.ts", "context:src/server.ts"; "" unknown or made in place
	// Packages are those of a distribution that it stands for, too, beside what it Holds.
	Packages []inventory.Package `json:"-"`
	// Holds are the files that it stands for, and the directories all of whose files it
	// stands for, as the layers have them, absolute: never for a screen. Of packages whose
	// files nobody lists there are only those that were seen.
	Holds []string `json:"-"`
	// Taken are a few of its files that can be compared with what they were copied from.
	Taken    []Taken  `json:"-"`
	Evidence []string `json:"evidence"` // what was seen: "ELF, Go build info: path cmd/compile, go1.26.1"
	Why      string   `json:"why"`
	Fix      string   `json:"fix"` // naming the line and the text to put there where that is known
	// Instead is Dockerfile text to write in place of the lines Line to EndLine, which are
	// those of the step or of the steps that change places; "" when no text alone is the fix.
	Instead string `json:"instead,omitempty"`
	EndLine int    `json:"endLine,omitempty"` // 0 where Instead is ""
	// Allowed is why a policy accepts it; nil when none does. What is accepted is shown
	// apart, and counts for nothing: not in a Tally, not for --fail-on.
	Allowed *Allowance `json:"allowed,omitempty"`
}

// Allowance is an entry of a policy that accepts a finding.
type Allowance struct {
	Reason string `json:"reason"`
	Until  string `json:"until,omitempty"` // the last day on which it holds, 2006-01-02; "" for ever
	Policy string `json:"policy"`          // file and line of the entry: ".stagedive.yaml:14"
}

// Subject is what the finding is about in one word or two: its path, or a name when no
// file is meant, or when Size is not that of what lies at the path.
func (f Finding) Subject() string {
	if f.Name != "" {
		return f.Name
	}
	return f.Path
}

// Remedy is Fix with each instruction of Instead, which it ends in, on a line of its own:
// for places that have room for lines.
func (f Finding) Remedy() string {
	if head, ok := strings.CutSuffix(f.Fix, strings.ReplaceAll(f.Instead, "\n", "; ")); ok {
		return head + f.Instead
	}
	return f.Fix
}

// Compare orders findings as they are shown: the worst first, then the largest,
// then by rule, subject and layer. It is a total order on what one scan finds,
// so that the same image always gives the same list.
func Compare(a, b Finding) int {
	switch {
	case a.Severity != b.Severity:
		return int(b.Severity) - int(a.Severity)
	case a.Base != b.Base && a.Base:
		return 1
	case a.Base != b.Base:
		return -1
	case a.Size > b.Size:
		return -1
	case a.Size < b.Size:
		return 1
	}
	for _, c := range [...]int{
		strings.Compare(a.Rule, b.Rule),
		strings.Compare(a.Subject(), b.Subject()),
		a.Layer - b.Layer,
		a.Line - b.Line,
		strings.Compare(a.Title, b.Title),
	} {
		if c != 0 {
			return c
		}
	}
	return strings.Compare(strings.Join(a.Evidence, "\n"), strings.Join(b.Evidence, "\n"))
}
