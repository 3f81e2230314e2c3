package history

import (
	"time"

	"github.com/stagedive/stagedive/model/build"
)

// SchemaVersion of Document. It grows when a reader of the older form would
// misread the newer one.
const SchemaVersion = 1

// Document is a list of builds for other programs (docs/history-json.md).
type Document struct {
	Version int          `json:"version"`
	Engine  build.Engine `json:"engine"`
	Builds  []Entry      `json:"builds"`
}

// Entry is one build of a Document. Times are RFC 3339, in UTC.
type Entry struct {
	Ref        string        `json:"ref"`
	Name       string        `json:"name"`
	Dockerfile string        `json:"dockerfile"`
	Target     string        `json:"target,omitempty"`
	Platforms  []string      `json:"platforms,omitempty"`
	Project    string        `json:"project,omitempty"`
	Own        bool          `json:"own"`
	Pinned     bool          `json:"pinned,omitempty"`
	State      build.Outcome `json:"state"` // or running
	Error      string        `json:"error,omitempty"`
	Started    time.Time     `json:"started"`
	Ended      *time.Time    `json:"ended,omitempty"`
	DurationMS int64         `json:"durationMs"`
	Steps      *Steps        `json:"steps,omitempty"` // not while it runs
	Warnings   int           `json:"warnings,omitempty"`
	Size       int64         `json:"size,omitempty"`
}

// Steps counts vertices: those that ended are either cached or ran.
type Steps struct {
	Total  int `json:"total"`
	Cached int `json:"cached"`
	Ran    int `json:"ran"`
}

// StateRunning stands where an Outcome would if the build had ended.
const StateRunning build.Outcome = "running"

// State is the record's outcome, or StateRunning.
func (r Record) State() build.Outcome {
	if r.Running() {
		return StateRunning
	}
	return r.Outcome
}

// Word is the state as people read it: a build that succeeded is built.
func (r Record) Word() string {
	if r.Outcome == build.OutcomeSucceeded {
		return "built"
	}
	return string(r.State())
}

// NewDocument puts records into the form for other programs.
func NewDocument(engine build.Engine, records []Record, now time.Time) Document {
	d := Document{Version: SchemaVersion, Engine: engine, Builds: []Entry{}}
	for _, r := range records {
		e := Entry{
			Ref: r.Ref, Name: r.Name, Dockerfile: r.Dockerfile, Target: r.Target, Platforms: r.Platforms,
			Project: r.Project, Own: r.Own, Pinned: r.Pinned, State: r.State(), Error: r.Error,
			Started: r.Started.UTC(), DurationMS: r.Elapsed(now).Milliseconds(), Warnings: r.Warnings, Size: r.Size,
		}
		if !r.Running() {
			ended := r.Ended.UTC()
			e.Ended, e.Steps = &ended, &Steps{r.Steps, r.Cached, r.Ran()}
		}
		d.Builds = append(d.Builds, e)
	}
	return d
}
