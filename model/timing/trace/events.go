package trace

import (
	"fmt"
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing"
)

// traceEvent is one of Chrome's trace events ("Trace Event Format", the JSON
// object format): a slice (X), a counter (C), an end of an arrow (s, f), or a name
// (M). Times are microseconds.
type traceEvent struct {
	Phase    string         `json:"ph"`
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	Process  int            `json:"pid"`
	Thread   int            `json:"tid"`
	At       int64          `json:"ts"`
	Duration *int64         `json:"dur,omitempty"`
	ID       int            `json:"id,omitempty"`
	Bind     string         `json:"bp,omitempty"`
	Args     map[string]any `json:"args,omitempty"`
}

// The processes of the trace: viewers show one below the other, each with the
// lanes that its overlapping slices need. Stages follow by their index.
const (
	pathLane = iota + 1
	ownLane
	firstStageLane
)

func micros(d time.Duration) int64 { return d.Microseconds() }

func (c converter) events() []traceEvent {
	out := []traceEvent{}
	lane := func(pid int, name string) {
		out = append(out,
			traceEvent{Phase: "M", Name: "process_name", Process: pid, Args: map[string]any{"name": name}},
			traceEvent{Phase: "M", Name: "process_sort_index", Process: pid, Args: map[string]any{"sort_index": pid}})
	}
	lane(pathLane, "critical path")
	lane(ownLane, "BuildKit's own work")
	for i := range c.Stages {
		lane(firstStageLane+c.Stages[i].Index, "stage "+c.Stages[i].Name)
	}
	out = append(out, c.pathEvents()...)
	own := lanes{c: c, pid: ownLane}
	for i := range c.Own {
		own.add(&c.Own[i], "BuildKit", map[string]any{})
	}
	out = append(out, own.events...)
	for i := range c.Stages {
		st := &c.Stages[i]
		l := lanes{c: c, pid: firstStageLane + st.Index}
		for k := range st.Steps {
			s := &st.Steps[k]
			l.add(&s.Work, "step", map[string]any{"stage": st.Name, "line": c.line(s.Ref), "savesAtMost": millis(c.Saving(s.Ref))})
		}
		out = append(out, l.events...)
	}
	for _, s := range c.Parallel.Samples {
		out = append(out, traceEvent{
			Phase: "C", Name: "steps at once", Process: pathLane, At: micros(s.At.Sub(c.Started)),
			Args: map[string]any{"steps": s.Running},
		})
	}
	return out
}

// pathEvents are the critical path in a lane of its own, with its waits, joined by
// arrows.
func (c converter) pathEvents() []traceEvent {
	var out []traceEvent
	slice := func(name, category string, from, to time.Time, args map[string]any) {
		d := micros(to.Sub(from))
		out = append(out, traceEvent{
			Phase: "X", Name: name, Category: category, Process: pathLane, Thread: 1,
			At: micros(from.Sub(c.Started)), Duration: &d, Args: args,
		})
	}
	for i, l := range c.Path.Links {
		if l.Waited >= time.Millisecond {
			slice("waiting", "wait", l.Start.Add(-l.Waited), l.Start, map[string]any{"beside": l.Busy})
		}
		args := map[string]any{"vertex": l.Vertex}
		if l.Step != nil && c.Graph != nil {
			args["stage"], args["line"] = c.Graph.Stages[l.Step.Stage].Label(), c.line(*l.Step)
		}
		slice(l.Name, "critical path", l.Start, l.End, args)
		if i == 0 {
			continue
		}
		arrow := traceEvent{
			Phase: "s", Name: "then", Category: "critical path", Process: pathLane, Thread: 1, ID: i,
			At: micros(c.Path.Links[i-1].Start.Sub(c.Started)),
		}
		out = append(out, arrow)
		arrow.Phase, arrow.Bind, arrow.At = "f", "e", micros(l.Start.Sub(c.Started))
		out = append(out, arrow)
	}
	return out
}

// lanes puts the runs of one process on as few threads as keep them apart: slices
// of one thread must not overlap.
type lanes struct {
	c      converter
	pid    int
	until  []time.Time // of each thread
	events []traceEvent
}

func (l *lanes) add(w *timing.Work, category string, args map[string]any) {
	args["state"], args["cached"], args["critical"] = w.State.String(), w.State == build.Cached, w.Critical
	args["waited"] = millis(w.Waited)
	if name, step := l.c.Vertex(w.After); name != "" {
		args["after"] = name
		if step != nil && l.c.Graph != nil {
			args["after"] = fmt.Sprintf("%s line %d", l.c.Graph.Stages[step.Stage].Label(), l.c.line(*step))
		}
	}
	for _, r := range w.Runs {
		thread := 0
		for thread < len(l.until) && l.until[thread].After(r.Start) {
			thread++
		}
		if thread == len(l.until) {
			l.until = append(l.until, time.Time{})
		}
		l.until[thread] = r.End
		d := micros(r.End.Sub(r.Start))
		l.events = append(l.events, traceEvent{
			Phase: "X", Name: w.Name, Category: category, Process: l.pid, Thread: thread + 1,
			At: micros(r.Start.Sub(l.c.Started)), Duration: &d, Args: args,
		})
	}
}
