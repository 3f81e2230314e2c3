// Package trace writes the timing of a build into one file for two readers: other
// programs, which find documented fields (docs/timing-json.md), and the viewers of
// Chrome and Perfetto, whose trace format lets such fields stand beside its own.
package trace

import (
	"encoding/json"
	"io"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing"
)

// Version is that of our fields. It changes when one changes its meaning or goes;
// new ones come without notice.
const Version = 1

// ms is a time since the build's begin, or a duration, in milliseconds; it is
// exact to the microsecond.
type ms float64

func millis(d time.Duration) ms { return ms(float64(d.Microseconds()) / 1000) }

// The schema is a promise to other programs, so it is written down here instead of
// following the analysis.
type (
	jsonFile struct {
		Version      int          `json:"version"`
		File         string       `json:"file"`
		Targets      []string     `json:"targets"`
		Platforms    []string     `json:"platforms"`
		Engine       jsonEngine   `json:"engine"`
		Outcome      string       `json:"outcome"`
		Error        string       `json:"error,omitempty"`
		Begin        time.Time    `json:"begin"`
		Wall         ms           `json:"wall"`
		CriticalPath jsonPath     `json:"criticalPath"`
		AtOnce       jsonAtOnce   `json:"atOnce"`
		Stages       []jsonStage  `json:"stages"`
		Own          []jsonWork   `json:"own"`
		Unit         string       `json:"displayTimeUnit"`
		Events       []traceEvent `json:"traceEvents"`
	}
	jsonEngine struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
	}
	jsonPath struct {
		Ran    ms         `json:"ran"`
		Waited ms         `json:"waited"`
		Tail   ms         `json:"tail"`
		Links  []jsonLink `json:"links"`
	}
	jsonLink struct {
		Name   string `json:"name"`
		Stage  string `json:"stage,omitempty"`
		Line   int    `json:"line,omitempty"`
		Vertex string `json:"vertex"`
		Start  ms     `json:"start"`
		End    ms     `json:"end"`
		Waited ms     `json:"waited"`
		Beside int    `json:"beside"`
	}
	jsonAtOnce struct {
		Max     int          `json:"max"`
		Average float64      `json:"average"`
		Samples []jsonSample `json:"samples"`
	}
	jsonSample struct {
		At    ms  `json:"at"`
		Steps int `json:"steps"`
	}
	// jsonWork is what stages, steps and BuildKit's own work have in common.
	jsonWork struct {
		Name     string    `json:"name"`
		State    string    `json:"state"`
		Start    *ms       `json:"start,omitempty"`
		End      *ms       `json:"end,omitempty"`
		Ran      ms        `json:"ran"`
		Ready    *ms       `json:"ready,omitempty"`
		Waited   ms        `json:"waited"`
		After    string    `json:"after,omitempty"`
		Critical bool      `json:"critical"`
		Runs     []jsonRun `json:"runs"`
		Vertices []string  `json:"vertices"`
	}
	jsonRun struct {
		Start ms `json:"start"`
		End   ms `json:"end"`
	}
	jsonStage struct {
		jsonWork
		Index  int        `json:"index"`
		Line   int        `json:"line"`
		Saving ms         `json:"saving"`
		Steps  []jsonStep `json:"steps"`
	}
	jsonStep struct {
		jsonWork
		Line    int    `json:"line"`
		EndLine int    `json:"endLine"`
		Command string `json:"command"`
		Cached  bool   `json:"cached"`
		Saving  ms     `json:"saving"`
	}
)

// Write writes the file for a build that has ended, or as far as it has come. The
// texts in b must be fit to be shown to others.
func Write(w io.Writer, b *build.Build, a *timing.Analysis) error {
	out := jsonFile{
		Version: Version, Targets: []string{}, Platforms: append([]string{}, b.Begin.Platforms...),
		Engine: jsonEngine{b.Begin.Engine.Name, b.Begin.Engine.Version}, Outcome: string(a.Outcome),
		Begin: a.Started, Wall: millis(a.Wall()), Stages: []jsonStage{}, Own: []jsonWork{}, Unit: "ms",
	}
	if b.End != nil && b.End.Failure != nil {
		out.Error = b.End.Failure.Message
	}
	if a.Graph != nil {
		out.File = a.Graph.File
		for _, t := range b.Begin.Targets {
			out.Targets = append(out.Targets, a.Graph.Label(model.NodeID(t)))
		}
	}
	c := converter{a}
	out.CriticalPath, out.AtOnce = c.path(), c.atOnce()
	for i := range a.Stages {
		out.Stages = append(out.Stages, c.stage(&a.Stages[i]))
	}
	for i := range a.Own {
		out.Own = append(out.Own, c.work(&a.Own[i]))
	}
	out.Events = c.events()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

type converter struct{ *timing.Analysis }

func (c converter) at(t time.Time) ms { return millis(t.Sub(c.Started)) }

func (c converter) path() jsonPath {
	p := jsonPath{Ran: millis(c.Path.Ran), Waited: millis(c.Path.Waited), Tail: millis(c.Path.Tail), Links: []jsonLink{}}
	for _, l := range c.Path.Links {
		link := jsonLink{
			Name: l.Name, Vertex: l.Vertex, Start: c.at(l.Start), End: c.at(l.End), Waited: millis(l.Waited), Beside: l.Busy,
		}
		if l.Step != nil && c.Graph != nil {
			link.Stage, link.Line = c.Graph.Label(model.NodeID(l.Step.Stage)), c.line(*l.Step)
		}
		p.Links = append(p.Links, link)
	}
	return p
}

func (c converter) atOnce() jsonAtOnce {
	out := jsonAtOnce{Max: c.Parallel.Max, Average: c.Parallel.Average, Samples: []jsonSample{}}
	for _, s := range c.Parallel.Samples {
		out.Samples = append(out.Samples, jsonSample{c.at(s.At), s.Running})
	}
	return out
}

func (c converter) work(w *timing.Work) jsonWork {
	out := jsonWork{
		Name: w.Name, State: w.State.String(), Ran: millis(w.Ran()), Waited: millis(w.Waited), After: w.After,
		Critical: w.Critical, Runs: []jsonRun{}, Vertices: append([]string{}, w.Vertices...),
	}
	set := func(to **ms, t time.Time) {
		if !t.IsZero() {
			at := c.at(t)
			*to = &at
		}
	}
	set(&out.Start, w.Start())
	set(&out.End, w.End())
	set(&out.Ready, w.Ready)
	for _, r := range w.Runs {
		out.Runs = append(out.Runs, jsonRun{c.at(r.Start), c.at(r.End)})
	}
	return out
}

func (c converter) stage(s *timing.Stage) jsonStage {
	out := jsonStage{
		jsonWork: c.work(&s.Work), Index: s.Index, Line: c.Graph.Stages[s.Index].Line,
		Saving: millis(c.StageSaving(s.Index)), Steps: []jsonStep{},
	}
	for i := range s.Steps {
		step := &s.Steps[i]
		of := c.Graph.Stages[step.Ref.Stage].Steps[step.Ref.Step]
		out.Steps = append(out.Steps, jsonStep{
			jsonWork: c.work(&step.Work), Line: of.Line, EndLine: of.EndLine, Command: of.Command,
			Cached: step.State == build.Cached, Saving: millis(c.Saving(step.Ref)),
		})
	}
	return out
}

// line is where a step stands in the Dockerfile; 0 when the graph does not have it.
func (c converter) line(ref build.StepRef) int {
	if ref.Stage >= len(c.Graph.Stages) || ref.Step >= len(c.Graph.Stages[ref.Stage].Steps) {
		return 0
	}
	return c.Graph.Stages[ref.Stage].Steps[ref.Step].Line
}
