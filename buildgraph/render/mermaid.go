package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/model"
)

// Mermaid writes the graph as a flowchart
// (https://mermaid.js.org/syntax/flowchart.html). A base is a thick arrow, a
// copy a thin one, a mount a dotted one; stages are rounded boxes, images
// stadiums, named contexts cylinders; what the chosen target skips is dashed and
// grey.
func Mermaid(w io.Writer, g *model.Graph, plan model.Plan) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "flowchart TD")
	var skipped, targets []string
	for id := range model.NodeID(g.NodeCount()) {
		open, end := "(", ")"
		if x, ok := g.External(id); ok {
			open, end = "([", "])"
			if x.Kind == model.ExternalContext {
				open, end = "[(", ")]"
			}
		}
		name := fmt.Sprintf("n%d", id)
		fmt.Fprintf(b, "  %s%s%s%s\n", name, open, mermaidQuote(g.Label(id)), end)
		if skips(plan, id) {
			skipped = append(skipped, name)
		}
		if g.IsStage(id) && isTarget(plan, int(id)) {
			targets = append(targets, name)
		}
	}
	for _, a := range arrows(g) {
		line := map[model.EdgeKind]string{model.EdgeBase: "==>", model.EdgeCopy: "-->", model.EdgeMount: "-.->"}[a.Kind]
		if label := a.label(); label != "" {
			line += "|" + mermaidQuote(label) + "|"
		}
		fmt.Fprintf(b, "  n%d %s n%d\n", a.From, line, a.To)
	}
	if len(skipped) > 0 {
		fmt.Fprintln(b, "  classDef skipped fill:none,stroke:#bbb,color:#999,stroke-dasharray:4 3")
		fmt.Fprintf(b, "  class %s skipped\n", strings.Join(skipped, ","))
	}
	if len(targets) > 0 {
		fmt.Fprintln(b, "  classDef target stroke-width:3px")
		fmt.Fprintf(b, "  class %s target\n", strings.Join(targets, ","))
	}
	return b.Flush()
}

// mermaidQuote writes a quoted text. Mermaid knows no backslash escapes but
// entity codes, and reads HTML and Markdown in texts, so everything that could
// begin either is written as a code.
func mermaidQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString("<br/>")
		case strings.ContainsRune("\"#&<>`*_~\\|[](){};", r):
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
