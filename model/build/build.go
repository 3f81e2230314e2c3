package build

import (
	"slices"
	"time"

	"github.com/stagedive/stagedive/model"
)

// Build is all that is known of one build. It is made by New and changed by
// Apply only; every change makes Rev grow, so that drawings can be cached.
type Build struct {
	Begin   Begin
	Plan    model.Plan
	Started time.Time
	Ended   time.Time // zero while it runs
	End     *End      // nil while it runs
	Stop    *Stop     // where it stands still; nil when it doesn't

	Warnings []Warning
	Notices  []Notice

	stops    []Interval // at breakpoints; the end is zero while it stands
	rev      int
	states   int
	memo     memo
	active   []string // digests of the vertices that run
	lines    int      // of all logs, by now
	vertices map[string]*vertex
	order    []string // digests by first appearance
	byStep   map[StepRef][]string
	causes   []Cause
	causeOf  map[StepRef]int // its index in causes
}

// vertex is a Vertex with what has accumulated around it.
type vertex struct {
	Vertex
	refs     []StepRef // all steps that it was ever said to carry out
	runs     []Interval
	log      LogBuffer
	progress []Progress // by first appearance of ID
}

// New returns a Build about which nothing is known yet.
func New() *Build {
	return &Build{vertices: map[string]*vertex{}, byStep: map[StepRef][]string{}}
}

// Rev grows with every Apply.
func (b *Build) Rev() int { return b.rev }

// States grows with every Apply that may have changed more than a log: what
// Step, Stage, Progress and the like answer stays the same until then.
func (b *Build) States() int { return b.states }

// Active lists the vertices that are running now, in the order in which that was
// heard.
func (b *Build) Active() []string { return b.active }

// Running says whether the build has begun and not ended.
func (b *Build) Running() bool { return !b.Started.IsZero() && b.End == nil }

// Elapsed is the build's wall time until now, without its pauses; 0 before it has
// begun.
func (b *Build) Elapsed(now time.Time) time.Duration {
	if b.Started.IsZero() {
		return 0
	}
	return max(0, elapsed([]Interval{{b.Started, b.Ended}}, now)-elapsed(b.Pauses(now), now))
}

// Apply folds an event in. A further Begin replaces the graph. Events of unknown
// vertices make them known, so a record whose beginning was lost still shows
// something.
func (b *Build) Apply(e Event) {
	b.rev++
	if e.Log == nil {
		b.states++
	}
	switch {
	case e.Begin != nil:
		b.Begin, b.Started, b.memo = *e.Begin, e.Time, memo{}
		b.unplace()
		if e.Begin.Graph != nil {
			b.Plan = e.Begin.Graph.PlanFor(e.Begin.Targets...)
		}
	case e.Vertex != nil:
		b.applyVertex(*e.Vertex)
	case e.Progress != nil:
		v := b.vertex(e.Progress.Vertex)
		v.setProgress(*e.Progress)
		b.memo.forget(v.refs)
	case e.Log != nil:
		l := &b.vertex(e.Log.Vertex).log
		l.Skip(e.Log.Dropped)
		l.Write(e.Time, e.Log.Stream, e.Log.Text)
	case e.Warning != nil:
		b.Warnings = append(b.Warnings, *e.Warning)
	case e.Cause != nil:
		b.addCause(*e.Cause)
	case e.Notice != nil:
		b.Notices = append(b.Notices, *e.Notice)
	case e.Stop != nil && e.Stop.Over:
		b.Stop = nil
		b.pause(e.Time, true)
	case e.Stop != nil:
		b.Stop = e.Stop
		b.pause(e.Time, false)
	case e.End != nil:
		b.pause(e.Time, true)
		b.End, b.Ended, b.Stop, b.memo = e.End, e.Time, nil, memo{}
	}
}

// unplace forgets which steps the vertices carry out. A second Begin, of a build
// whose graph becomes known only as it runs, has other steps; its vertices are
// told again.
func (b *Build) unplace() {
	clear(b.byStep)
	for _, v := range b.vertices {
		v.Steps = nil
	}
}

func (b *Build) vertex(digest string) *vertex {
	v := b.vertices[digest]
	if v == nil {
		v = &vertex{Vertex: Vertex{Digest: digest}, log: LogBuffer{seq: &b.lines}}
		b.vertices[digest] = v
		b.states++ // that something is known changes what stages without a step say
		b.order = append(b.order, digest)
	}
	return v
}

func (b *Build) applyVertex(n Vertex) {
	v := b.vertex(n.Digest)
	if len(n.Steps) == 0 {
		n.Steps = v.Steps
	}
	if n.Platform == "" {
		n.Platform = v.Platform
	}
	if len(n.Inputs) == 0 { // BuildKit 0.33.1 leaves them out where it makes a merge real (COPY --link)
		n.Inputs = v.Inputs
	}
	for _, ref := range n.Steps {
		if !slices.Contains(b.byStep[ref], n.Digest) {
			b.byStep[ref] = append(b.byStep[ref], n.Digest)
			v.refs = append(v.refs, ref)
		}
	}
	b.memo.forget(v.refs)
	v.Vertex = n
	b.activate(n)
	if n.Started == nil {
		return
	}
	iv := Interval{Start: *n.Started}
	if n.Completed != nil {
		iv.End = *n.Completed
	}
	if k := len(v.runs); k > 0 && (v.runs[k-1].Start.Equal(iv.Start) || v.runs[k-1].End.IsZero()) {
		v.runs[k-1].End = iv.End
		return
	}
	v.runs = append(v.runs, iv)
}

func (v *vertex) setProgress(p Progress) {
	for i := range v.progress {
		if v.progress[i].ID == p.ID {
			v.progress[i] = p
			return
		}
	}
	v.progress = append(v.progress, p)
}

// Log is the output of a vertex; nil when nothing of it is known.
func (b *Build) Log(digest string) *LogBuffer {
	if v := b.vertices[digest]; v != nil {
		return &v.log
	}
	return nil
}

// Progress lists what a vertex is transferring or has transferred.
func (b *Build) Progress(digest string) []Progress {
	if v := b.vertices[digest]; v != nil {
		return v.progress
	}
	return nil
}

// Vertex returns what is known of a vertex.
func (b *Build) Vertex(digest string) (Vertex, bool) {
	if v := b.vertices[digest]; v != nil {
		return v.Vertex, true
	}
	return Vertex{}, false
}

// Carriers lists the digests of the vertices that carry a step out.
func (b *Build) Carriers(ref StepRef) []string { return b.byStep[ref] }

// Vertices lists the digests by first appearance.
func (b *Build) Vertices() []string { return b.order }

// Others lists the vertices that belong to no step: loading the Dockerfile and
// the context, resolving images, exporting.
func (b *Build) Others() []string {
	var out []string
	for _, d := range b.order {
		if len(b.vertices[d].Steps) == 0 {
			out = append(out, d)
		}
	}
	return out
}

// Runs are the times in which a vertex ran, disjoint and ascending; the end of
// one that still runs is zero.
func (b *Build) Runs(digest string) []Interval {
	if v := b.vertices[digest]; v != nil {
		return mergeIntervals(v.runs, b.Ended)
	}
	return nil
}
