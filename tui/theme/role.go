package theme

import (
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/finding"
)

// Role is what a piece of text means; a Theme says how that looks. Panes name
// roles, never colours.
type Role uint8

// The roles.
const (
	Text  Role = iota // ordinary text: the terminal's own colours
	Dim               // less important: line numbers, units, hints
	Bold              // text that leads the eye: names, titles
	Title             // a pane's title
	Key               // a key in a hint
	Logo              // the program's name in the header

	// The states of steps and stages. Colour means state and little else.
	Waiting
	Running
	Cached
	Done
	Failed
	Skipped
	Cancelled

	Border      // of a pane without the focus
	BorderFocus // of the pane with the focus

	EdgeBase  // FROM
	EdgeCopy  // COPY --from
	EdgeMount // RUN --mount from=

	Selected     // the row or node under the cursor, in the pane with the focus
	SelectedBlur // the same in a pane without the focus
	Highlight    // on the path that is being shown: what a target would run
	Match        // what a search or filter found
	MatchCurrent // the match that the search stands on

	Good    // a sentence that all is well
	Warning // a sentence that something may be wrong
	Error   // a sentence that something is wrong

	// Dockerfile source.
	Keyword
	String
	Comment
	Variable
	Flag
	Reference // the name of a stage, where it is used

	// Files in an image.
	Added
	Modified
	Removed
	Directory

	// The severities of findings.
	SeverityInfo
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical

	roleCount
)

// StateRole is the role of a state's glyph and word.
func StateRole(s build.State) Role {
	switch s {
	case build.Running:
		return Running
	case build.Cached:
		return Cached
	case build.Done:
		return Done
	case build.Failed:
		return Failed
	case build.Skipped:
		return Skipped
	case build.Cancelled:
		return Cancelled
	}
	return Waiting
}

// Severity is the role of a severity's glyph and word.
func Severity(s finding.Severity) Role {
	return [...]Role{SeverityInfo, SeverityLow, SeverityMedium, SeverityHigh, SeverityCritical}[min(s, finding.Critical)]
}
