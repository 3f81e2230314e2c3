package build

import (
	"time"
)

// State of a step or a stage.
type State uint8

// The states, in the order in which they win when a stage's is made of its steps'.
const (
	Waiting   State = iota // needed, not begun
	Skipped                // not needed for the target
	Cached                 // finished without running
	Done                   // ran to its end
	Running                // at it
	Cancelled              // stopped by the user
	Failed                 // stopped by an error
)

var stateNames = [...]string{"waiting", "skipped", "cached", "done", "running", "cancelled", "failed"}

// String is the state's word, as shown to users.
func (s State) String() string { return stateNames[s] }

// Ended says whether nothing more will happen.
func (s State) Ended() bool { return s != Waiting && s != Running }

// Interval is a time in which something ran. End is zero while it runs.
type Interval struct{ Start, End time.Time }

// Step is the status of one step of the graph.
type Step struct {
	State     State
	Intervals []Interval // disjoint, ascending
	Vertices  []string   // digests that carry it out
	Error     string
}

// Elapsed is how long the step has run until now, all its intervals together.
func (s Step) Elapsed(now time.Time) time.Duration { return elapsed(s.Intervals, now) }

// Stage is the status of one stage, derived from its steps.
type Stage struct {
	State     State
	Done      int // steps ended of Total
	Cached    int // of those, from cache
	Total     int // steps that have a vertex
	Intervals []Interval
}

// Elapsed is how long at least one step of the stage has run until now.
func (s Stage) Elapsed(now time.Time) time.Duration { return elapsed(s.Intervals, now) }

func elapsed(in []Interval, now time.Time) time.Duration {
	var d time.Duration
	for _, iv := range in {
		end := iv.End
		if end.IsZero() {
			end = now
		}
		if end.After(iv.Start) {
			d += end.Sub(iv.Start)
		}
	}
	return d
}
