package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/model"
)

// DOT writes the graph for Graphviz (https://graphviz.org/doc/info/lang.html).
// A base is a bold line, a copy a solid one, a mount a dotted one; stages are
// boxes, images ellipses, named contexts folders; what the chosen target skips is
// dashed and grey, and the target itself is bold.
func DOT(w io.Writer, g *model.Graph, plan model.Plan) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "digraph %s {\n", dotQuote(g.File))
	fmt.Fprintln(b, `  rankdir=TB`)
	fmt.Fprintln(b, `  node [fontname="Helvetica", fontsize=11, color="#444444"]`)
	fmt.Fprintln(b, `  edge [fontname="Helvetica", fontsize=9, color="#444444"]`)
	for id := range model.NodeID(g.NodeCount()) {
		fmt.Fprintf(b, "  n%d [%s]\n", id, dotNode(g, plan, id))
	}
	for _, a := range arrows(g) {
		fmt.Fprintf(b, "  n%d -> n%d [%s]\n", a.From, a.To, dotEdge(plan, a))
	}
	fmt.Fprintln(b, "}")
	return b.Flush()
}

func dotNode(g *model.Graph, plan model.Plan, id model.NodeID) string {
	attrs := []string{"label=" + dotQuote(g.Label(id))}
	x, external := g.External(id)
	style := ""
	switch {
	case !external:
		attrs = append(attrs, "shape=box")
		style = "rounded"
	case x.Kind == model.ExternalContext:
		attrs = append(attrs, "shape=folder")
	default:
		attrs = append(attrs, "shape=ellipse")
	}
	if !external && isTarget(plan, int(id)) {
		attrs = append(attrs, "penwidth=2")
	}
	if skips(plan, id) {
		style = strings.TrimPrefix(style+",dashed", ",")
		attrs = append(attrs, `color="#bbbbbb"`, `fontcolor="#999999"`)
	}
	if style != "" {
		attrs = append(attrs, "style="+dotQuote(style))
	}
	return strings.Join(attrs, ", ")
}

func dotEdge(plan model.Plan, a arrow) string {
	style := map[model.EdgeKind]string{model.EdgeBase: "bold", model.EdgeCopy: "solid", model.EdgeMount: "dotted"}[a.Kind]
	attrs := []string{"style=" + style}
	if label := a.label(); label != "" {
		attrs = append(attrs, "label="+dotQuote(label))
	}
	if skips(plan, a.To) {
		attrs = append(attrs, `color="#bbbbbb"`, `fontcolor="#999999"`)
	}
	return strings.Join(attrs, ", ")
}

// dotQuote writes a quoted string. Graphviz reads escapes of its own in labels
// (\N is the node's name, \l a line end), so a backslash is doubled.
func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
