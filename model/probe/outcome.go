package probe

import (
	"fmt"
	"time"

	"github.com/stagedive/stagedive/model/measure"
)

// Outcome is what came of a probe in one image. All text is sanitised, and secrets are
// taken out.
type Outcome struct {
	Name  string `json:"name"`
	What  string `json:"what"` // the command, or what was asked, in a line
	Ask   Ask    `json:"ask"`
	State State  `json:"state"`
	// Failure says in a sentence why it failed, was not run or is not asked; "" where it
	// passed.
	Failure string `json:"failure,omitempty"`
	// Incomplete says that it did not come to what was asked, so that there is nothing to
	// compare: it did not start, did not end, or did not answer.
	Incomplete bool          `json:"incomplete,omitempty"`
	Took       time.Duration `json:"took"` // nanoseconds, until its end or its answer

	Exit   *int    `json:"exit,omitempty"`   // of a command or a HEALTHCHECK that ended by itself
	Status int     `json:"status,omitempty"` // of HTTP; 0 for no answer
	Stdout *Output `json:"stdout,omitempty"` // nil where nothing was asked to end
	Stderr *Output `json:"stderr,omitempty"`
	Body   *Output `json:"body,omitempty"` // of HTTP
	// Last are the last lines that it wrote, where it failed and they may tell why.
	Last []string `json:"last,omitempty"`
	// Compared are the aspects that have to be as on the first side.
	Compared []Aspect `json:"compared,omitempty"`
}

// Output is what was written to a stream, or an answer's body.
type Output struct {
	// Text is its beginning, of at most MaxText bytes, with line feeds. What does not
	// count is replaced by Ignored.
	Text  string `json:"text"`
	Bytes int64  `json:"bytes"`         // how much was written
	Cut   bool   `json:"cut,omitempty"` // Text is not all of it
	// Digest is of all that was kept, as it is compared: by it two are the same.
	Digest string `json:"digest"`
}

// MaxText bounds Output.Text, in bytes.
const MaxText = 16 << 10

// Ignored stands in texts where a probe says that it does not count.
const Ignored = "‹ignored›"

// State is what became of a probe in one image.
type State string

// The states.
const (
	Passed  State = "passed"  // it ran, and what was expected came
	Failed  State = "failed"  // it did not start, did not end, or something else came
	NotRun  State = "not run" // nobody knows: it could not be run here
	Skipped State = "skipped" // it is not asked of this image
)

// Failing says whether the image does not do what it should, as far as anybody knows.
func (s State) Failing() bool { return s == Failed || s == NotRun }

// Ran says whether there is something to compare.
func (o *Outcome) Ran() bool {
	return o != nil && !o.Incomplete && (o.State == Passed || o.State == Failed)
}

// Short is what came of it in a few words: "exit 0", "200", "connected".
func (o *Outcome) Short() string {
	switch {
	case o.State == Skipped || o.State == NotRun:
		return string(o.State)
	case o.Ask == HTTP && o.Status != 0:
		return fmt.Sprintf("status %d", o.Status)
	case o.Ask == TCP && o.State == Passed:
		return "connected"
	case o.Ask == Healthcheck && o.State == Passed:
		return "healthy"
	case o.Ask == End && o.Exit != nil:
		return fmt.Sprintf("exit %d", *o.Exit)
	}
	return string(o.State)
}

// Time is how long it took; "" where it was not run.
func (o *Outcome) Time() string {
	if o.State == Skipped || o.State == NotRun {
		return ""
	}
	return measure.Duration(o.Took)
}
