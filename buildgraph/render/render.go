// Package render writes a model.Graph down: for people, for other programs, and
// for the tools that draw graphs.
package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
)

// Format is a way to write a graph down.
type Format struct {
	Name string // as --format takes it
	What string // one line of help
	// Write writes g. What plan skips is marked; a plan without targets marks
	// nothing. width is that of the terminal in cells, 0 when there is none.
	Write func(w io.Writer, g *model.Graph, plan model.Plan, width int) error
}

// Formats lists the formats, in the order in which to show them.
func Formats() []Format {
	wide := func(write func(io.Writer, *model.Graph, model.Plan) error) func(io.Writer, *model.Graph, model.Plan, int) error {
		return func(w io.Writer, g *model.Graph, plan model.Plan, _ int) error { return write(w, g, plan) }
	}
	return []Format{
		{"text", "a drawing, a table and the problems, for people", Text},
		{"json", "stages, edges and problems, for programs (docs/graph-json.md)", wide(JSON)},
		{"dot", "for Graphviz: dot -Tsvg", wide(DOT)},
		{"mermaid", "for Markdown: a Mermaid flowchart", wide(Mermaid)},
		{"svg", "a picture", wide(SVG)},
	}
}

// Write writes g in the format of that name. An unknown name is an error that
// lists the known ones.
func Write(w io.Writer, g *model.Graph, plan model.Plan, format string, width int) error {
	formats := Formats()
	i := slices.IndexFunc(formats, func(f Format) bool { return f.Name == format })
	if i < 0 {
		names := make([]string, len(formats))
		for j, f := range formats {
			names[j] = f.Name
		}
		return fmt.Errorf("there is no graph format %q; use one of %s", format, strings.Join(names, ", "))
	}
	if err := formats[i].Write(w, g, plan, width); err != nil {
		return fmt.Errorf("writing the graph as %s: %w", format, err)
	}
	return nil
}

// arrows joins the edges that run side by side: same nodes, same kind. They come
// in the order of the first of each.
func arrows(g *model.Graph) []arrow {
	type key struct {
		from, to model.NodeID
		kind     model.EdgeKind
	}
	at := map[key]int{}
	var out []arrow
	for _, e := range g.Edges {
		k := key{e.From, e.To, e.Kind}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, arrow{From: e.From, To: e.To, Kind: e.Kind})
		}
		for _, p := range e.Paths {
			if !slices.Contains(out[i].Paths, p) {
				out[i].Paths = append(out[i].Paths, p)
			}
		}
	}
	return out
}

// arrow is what is drawn between two nodes.
type arrow struct {
	From, To model.NodeID
	Kind     model.EdgeKind
	Paths    []string
}

// label is what an arrow says: nothing for a base, whose line style tells; else
// what flows, shortened to a few paths.
func (a arrow) label() string {
	const few = 3
	if a.Kind == model.EdgeBase || len(a.Paths) == 0 {
		return ""
	}
	if len(a.Paths) <= few {
		return strings.Join(a.Paths, "\n")
	}
	return strings.Join(a.Paths[:few], "\n") + fmt.Sprintf("\n… %d more", len(a.Paths)-few)
}
