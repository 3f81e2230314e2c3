// Package build says what happens in a build: the events that an engine sends,
// and the Build that they add up to. It is the one truth that the TUI, the plain
// output, rawjson and records are drawn from.
package build

import (
	"time"

	"github.com/stagedive/stagedive/model"
)

// SchemaVersion of the event stream, as rawjson prints and --record keeps it.
// It grows when a reader of the older form would misread the newer one.
const SchemaVersion = 1

// Event is one thing that happened. Exactly one of the pointers is set.
// Events are values: who receives one may keep it but must not change it.
type Event struct {
	Time     time.Time `json:"time"`
	Begin    *Begin    `json:"begin,omitempty"`
	Vertex   *Vertex   `json:"vertex,omitempty"`
	Progress *Progress `json:"progress,omitempty"`
	Log      *Log      `json:"log,omitempty"`
	Warning  *Warning  `json:"warning,omitempty"`
	Cause    *Cause    `json:"cause,omitempty"`
	Notice   *Notice   `json:"notice,omitempty"`
	Stop     *Stop     `json:"stop,omitempty"`
	End      *End      `json:"end,omitempty"`
}

// Lossy says whether a newer event of the same subject makes this one
// superfluous, so that a slow reader may drop it.
func (e Event) Lossy() bool { return e.Progress != nil }

// Begin is the first event of a build.
type Begin struct {
	Version   int          `json:"version"` // SchemaVersion
	Graph     *model.Graph `json:"graph"`
	Targets   []int        `json:"targets"` // stage indexes
	Platforms []string     `json:"platforms,omitempty"`
	Engine    Engine       `json:"engine"`
}

// Engine is the BuildKit that builds.
type Engine struct {
	Name    string `json:"name"`              // "embedded", or the address
	Version string `json:"version,omitempty"` // of BuildKit
	Detail  string `json:"detail,omitempty"`  // snapshotter, runtime, why it was chosen
}

// StepRef names a step of the graph.
type StepRef struct {
	Stage int `json:"stage"`
	Step  int `json:"step"`
}

// Vertex is what is known of a BuildKit vertex at the event's time; a later
// event of the same digest replaces it. A vertex that runs several times is
// sent with each new Started.
type Vertex struct {
	Digest    string     `json:"digest"`
	Name      string     `json:"name"`
	Steps     []StepRef  `json:"steps,omitempty"` // the steps it carries out; several when stages share it; none for internal ones
	Platform  string     `json:"platform,omitempty"`
	Inputs    []string   `json:"inputs,omitempty"` // digests
	Cached    bool       `json:"cached,omitempty"`
	Started   *time.Time `json:"started,omitempty"`
	Completed *time.Time `json:"completed,omitempty"`
	Error     string     `json:"error,omitempty"`
	Cancelled bool       `json:"cancelled,omitempty"` // with Error: it was stopped because of something else
}

// Progress of a part of a vertex: a download, an upload, an unpack. The last one
// of the same (Vertex, ID) wins.
type Progress struct {
	Vertex  string `json:"vertex"`
	ID      string `json:"id"`
	Current int64  `json:"current"`         // bytes, or a count when Total is 0
	Total   int64  `json:"total,omitempty"` // bytes; 0 when unknown
	Done    bool   `json:"done,omitempty"`
}

// Log is output of a vertex: a piece of text, not always whole lines. SGR colour
// sequences are kept, all other control sequences have been removed.
type Log struct {
	Vertex string `json:"vertex"`
	Stream int    `json:"stream"` // 1 stdout, 2 stderr
	Text   string `json:"text"`

	// Dropped is how many lines are missing before Text. Only what stands between a
	// build and a screen that is too slow for it drops any: no record has this.
	Dropped int `json:"-"`
}

// Warning is BuildKit's: its linter or a frontend objects to something.
type Warning struct {
	Message string   `json:"message"`
	Detail  []string `json:"detail,omitempty"`
	URL     string   `json:"url,omitempty"`
	Line    int      `json:"line,omitempty"` // 1-based, 0 unknown
	EndLine int      `json:"endLine,omitempty"`
}

// Notice is stagedive's own word to the user: what it does and why.
type Notice struct {
	Level model.Level `json:"level,omitempty"` // "" for plain information
	Text  string      `json:"text"`
}

// Stop says that a build stands still, and where: before a step that has a
// breakpoint, where it failed, or at the end of a stage. As an event it is always
// a breakpoint's; the next one, with Over set, says that the build goes on.
type Stop struct {
	Reason   StopReason `json:"reason"`
	Stage    int        `json:"stage"`              // index
	Step     *StepRef   `json:"step,omitempty"`     // the step that failed or has the breakpoint
	Line     int        `json:"line,omitempty"`     // of the step, 1-based
	Text     string     `json:"text,omitempty"`     // the step's instruction, on one line
	Platform string     `json:"platform,omitempty"` // "" unless the build is for several
	Over     bool       `json:"over,omitempty"`
}

// StopReason is why a build stands still.
type StopReason string

// The reasons. The values stand in records.
const (
	StopFailed     StopReason = "failed"
	StopBreakpoint StopReason = "breakpoint"
	StopEnd        StopReason = "end" // of a stage
)

// Outcome of a build.
type Outcome string

// The outcomes. A Build without End has none of them: it is running.
const (
	OutcomeSucceeded Outcome = "succeeded"
	OutcomeFailed    Outcome = "failed"
	OutcomeCancelled Outcome = "cancelled"
)

// End is the last event of a build.
type End struct {
	Outcome Outcome  `json:"outcome"`
	Failure *Failure `json:"failure,omitempty"`
	Result  *Result  `json:"result,omitempty"`
}

// Failure says why a build failed, for somebody who has five minutes.
type Failure struct {
	Message  string   `json:"message"`            // one sentence
	Step     *StepRef `json:"step,omitempty"`     // the step that failed, if one did
	Vertex   string   `json:"vertex,omitempty"`   // its vertex
	ExitCode int      `json:"exitCode,omitempty"` // of its process; 0 when no process failed
	Line     int      `json:"line,omitempty"`     // 1-based
	EndLine  int      `json:"endLine,omitempty"`
	Hint     string   `json:"hint,omitempty"` // what to do next
}

// Result is what a successful build made.
type Result struct {
	Ref    string   `json:"ref,omitempty"`    // where the image can be opened from (inspect/source)
	Digest string   `json:"digest,omitempty"` // of the image's manifest
	Tags   []string `json:"tags,omitempty"`
	// Images are all that a build of several targets exported, in the order of
	// Begin.Targets and its first one too; empty where the first is the only one.
	Images []TargetImage `json:"images,omitempty"`
}

// TargetImage is the image of one of several targets that were built together.
type TargetImage struct {
	Target   int    `json:"target"`             // stage index
	Platform string `json:"platform,omitempty"` // where several were asked for
	Ref      string `json:"ref"`
	Digest   string `json:"digest"`
}
