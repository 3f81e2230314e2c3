package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/layout/canvas"
	"github.com/stagedive/stagedive/model/measure"
)

// skipped is the word for a stage that the target does not need, here as in the
// explorer.
const skipped = "skipped"

func skips(plan model.Plan, id model.NodeID) bool {
	return len(plan.Targets) > 0 && !plan.Needs(id)
}

func isTarget(plan model.Plan, stage int) bool {
	for _, t := range plan.Targets {
		if t == stage {
			return true
		}
	}
	return false
}

func stageNote(s model.Stage) string {
	return fmt.Sprintf("%s, L%d", measure.Plural(len(s.Steps), "step"), s.Line)
}

func externalLabel(g *model.Graph, id model.NodeID) string {
	x, _ := g.External(id)
	if x.Kind == model.ExternalContext {
		return cut(x.Ref, externalMax-10) + " (context)"
	}
	return cut(x.Ref, externalMax)
}

// cut shortens s to width cells.
func cut(s string, width int) string { return displaywidth.TruncateString(s, width, "…") }

// kinds lists the edge kinds that the graph has among the edges that are drawn.
func kinds(g *model.Graph, drawn func(model.Edge) bool) []model.EdgeKind {
	var out []model.EdgeKind
	for _, k := range []model.EdgeKind{model.EdgeBase, model.EdgeCopy, model.EdgeMount} {
		if slices.ContainsFunc(g.Edges, func(e model.Edge) bool { return e.Kind == k && drawn(e) }) {
			out = append(out, k)
		}
	}
	return out
}

// legend explains the lines that are drawn.
func legend(g *model.Graph, plan model.Plan, s style) string {
	var parts []string
	for _, k := range kinds(g, func(e model.Edge) bool {
		return (g.IsStage(e.From) || !s.fold) && (plan.Needs(e.To) || !s.kept)
	}) {
		line := canvas.Sample(stroke(k), false)
		parts = append(parts, line+line+" "+string(k))
	}
	if slices.ContainsFunc(g.Stages, func(st model.Stage) bool {
		id := model.NodeID(st.Index)
		return s.fold && tagOf(g, id).text != "" && (plan.Needs(id) || !s.kept)
	}) {
		parts = append(parts, head(s)+" image")
	}
	return strings.Join(parts, "   ")
}
