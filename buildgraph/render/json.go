package render

import (
	"encoding/json"
	"io"

	"github.com/stagedive/stagedive/model"
)

// Version is that of the JSON schema. It changes when a field changes its
// meaning or goes; new fields come without notice.
const Version = 1

// The JSON schema is a promise to other programs, so it is written down here
// instead of following the model. docs/graph-json.md documents it.
type (
	jsonGraph struct {
		Version  int           `json:"version"`
		File     string        `json:"file"`
		Syntax   string        `json:"syntax,omitempty"`
		Target   *int          `json:"target,omitempty"`
		Args     []jsonArg     `json:"args"`
		Stages   []jsonStage   `json:"stages"`
		Edges    []jsonEdge    `json:"edges"`
		Problems []jsonProblem `json:"problems"`
	}
	jsonArg struct {
		Name    string `json:"name"`
		Value   string `json:"value"`
		Default string `json:"default,omitempty"`
		Given   bool   `json:"given,omitempty"`
		Line    int    `json:"line"`
	}
	jsonStage struct {
		Index    int        `json:"index"`
		Name     string     `json:"name"`
		Base     string     `json:"base"`
		Platform string     `json:"platform"`
		Doc      string     `json:"doc,omitempty"`
		Line     int        `json:"line"`
		EndLine  int        `json:"endLine"`
		Needed   *bool      `json:"needed,omitempty"`
		Steps    []jsonStep `json:"steps"`
	}
	jsonStep struct {
		Command string      `json:"command"`
		Text    string      `json:"text"`
		Line    int         `json:"line"`
		EndLine int         `json:"endLine"`
		Vertex  bool        `json:"vertex"`
		OnBuild bool        `json:"onBuild,omitempty"`
		Mounts  []jsonMount `json:"mounts,omitempty"`
	}
	jsonMount struct {
		Type   string `json:"type"`
		From   string `json:"from,omitempty"`
		Source string `json:"source,omitempty"`
		Target string `json:"target,omitempty"`
		ID     string `json:"id,omitempty"`
	}
	jsonEdge struct {
		From  any      `json:"from"` // a stage's index, jsonImage or jsonContext
		To    int      `json:"to"`
		Kind  string   `json:"kind"`
		Step  int      `json:"step"`
		Line  int      `json:"line"`
		Paths []string `json:"paths"`
	}
	jsonImage struct {
		Image string `json:"image"`
	}
	jsonContext struct {
		Context string `json:"context"`
	}
	jsonProblem struct {
		Level   string `json:"level"`
		Line    int    `json:"line"`
		EndLine int    `json:"endLine"`
		Stage   *int   `json:"stage,omitempty"`
		Always  bool   `json:"always,omitempty"`
		Message string `json:"message"`
		Rule    string `json:"rule,omitempty"`
	}
)

// JSON writes the graph as one JSON object, indented, with a line feed at the
// end.
func JSON(w io.Writer, g *model.Graph, plan model.Plan) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(newJSONGraph(g, plan))
}

func newJSONGraph(g *model.Graph, plan model.Plan) jsonGraph {
	out := jsonGraph{
		Version: Version, File: g.File, Syntax: g.Syntax,
		Args: []jsonArg{}, Stages: []jsonStage{}, Edges: []jsonEdge{}, Problems: []jsonProblem{},
	}
	if len(plan.Targets) > 0 {
		out.Target = &plan.Targets[0]
	}
	for _, a := range g.Args {
		out.Args = append(out.Args, jsonArg(a))
	}
	for i, s := range g.Stages {
		js := newJSONStage(s)
		if len(plan.Targets) > 0 {
			needed := plan.Needs(model.NodeID(i))
			js.Needed = &needed
		}
		out.Stages = append(out.Stages, js)
	}
	for _, e := range g.Edges {
		paths := e.Paths
		if paths == nil {
			paths = []string{}
		}
		out.Edges = append(out.Edges, jsonEdge{
			From: jsonFrom(g, e.From), To: int(e.To), Kind: string(e.Kind), Step: e.Step, Line: e.Line, Paths: paths,
		})
	}
	for _, p := range g.Problems {
		jp := jsonProblem{Level: string(p.Level), Line: p.Line, EndLine: p.EndLine, Always: p.Always, Message: p.Message, Rule: p.Rule}
		if p.Stage >= 0 {
			jp.Stage = &p.Stage
		}
		out.Problems = append(out.Problems, jp)
	}
	return out
}

func newJSONStage(s model.Stage) jsonStage {
	out := jsonStage{
		Index: s.Index, Name: s.Name, Base: s.Base, Platform: s.Platform, Doc: s.Doc,
		Line: s.Line, EndLine: s.EndLine, Steps: []jsonStep{},
	}
	for _, t := range s.Steps {
		js := jsonStep{
			Command: t.Command, Text: t.Text, Line: t.Line, EndLine: t.EndLine, Vertex: t.Vertex, OnBuild: t.OnBuild,
		}
		for _, m := range t.Mounts {
			js.Mounts = append(js.Mounts, jsonMount(m))
		}
		out.Steps = append(out.Steps, js)
	}
	return out
}

func jsonFrom(g *model.Graph, id model.NodeID) any {
	x, ok := g.External(id)
	switch {
	case !ok:
		return int(id)
	case x.Kind == model.ExternalContext:
		return jsonContext{x.Ref}
	}
	return jsonImage{x.Ref}
}
