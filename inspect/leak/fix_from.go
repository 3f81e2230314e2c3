package leak

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/inspect/leak/rewrite"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
)

// built is the stage that the image is of: the target, unless what the layers and the
// history tell is not of it.
func (v *view) built() int {
	told := v.told()
	for _, s := range v.graph.Lineage(v.target) {
		if s == told && v.target < len(v.graph.Stages) {
			return v.target
		}
	}
	return told
}

// told is the last stage that the image's history or layers come from, or the default
// one.
func (v *view) told() int {
	for i := len(v.im.History) - 1; i >= 0; i-- {
		if o := v.im.History[i].Origin; o.Stage >= 0 && !o.Base {
			return o.Stage
		}
	}
	for i := len(v.im.Layers) - 1; i >= 0; i-- {
		if o := v.im.Layers[i].Origin; o.Stage >= 0 && !o.Base {
			return o.Stage
		}
	}
	return v.graph.DefaultTarget()
}

// heirs are the stage that ships and the one that it starts FROM, where that is the one
// that made something or is made from it in turn. Stages between may need what was made
// there for building; the one that ships does not.
func (v *view) heirs(maker int) (ships, parent model.Stage, ok bool) {
	lineage := v.graph.Lineage(v.built())
	if i := slices.Index(lineage, maker); i < 1 {
		return model.Stage{}, model.Stage{}, false
	}
	return v.graph.Stages[lineage[0]], v.graph.Stages[lineage[1]], true
}

// inheritance says, as evidence, that the stage that ships starts FROM the one that made a
// leak; "" when it does not.
func (v *view) inheritance(maker int) string {
	ships, parent, ok := v.heirs(maker)
	if !ok {
		return ""
	}
	if parent.Index == maker {
		return fmt.Sprintf("stage %s starts FROM %s (line %d), so everything in it ships", ships.Label(), parent.Label(), ships.Line)
	}
	return fmt.Sprintf("stage %s starts FROM %s (line %d), which is made from %s, so everything in it ships", ships.Label(), parent.Label(), ships.Line, v.graph.Stages[maker].Label())
}

// inheritedFix is the remedy where the stage that ships starts FROM the one that made a
// leak: another FROM, and a COPY of what runs; "" where it does not.
func (v *view) inheritedFix(maker int) string {
	ships, parent, ok := v.heirs(maker)
	if !ok {
		return ""
	}
	builder := parent.Label()
	at := fmt.Sprintf("line %d: ", ships.Line)
	from := v.runtimeFor(maker)
	if from == "" {
		return at + fmt.Sprintf("start stage %s FROM a runtime image, and COPY --from=%s only what runs", ships.Label(), builder)
	}
	fix := at + rewrite.From(from, ships)
	if what := v.copiesOf(builder); what != "" {
		return fix + ", then " + what
	}
	return fix + fmt.Sprintf(", then COPY --from=%s only what runs", builder)
}

// splitFix is the remedy where a stage builds what it runs: a stage of its own for that, and
// one behind it for what runs; "" where it is not known what that is.
func (v *view) splitFix(stage int) string {
	s := v.graph.Stages[stage]
	builder := s.Name
	if builder == "" {
		builder = "build"
	}
	what := v.copiesOf(builder)
	if what == "" || stage != v.built() || len(v.graph.Lineage(stage)) > 1 {
		return ""
	}
	from := v.runtimeFor(stage)
	if from == "" {
		from = s.Base
	}
	if from == "" {
		return ""
	}
	name := ""
	if s.Name == "" {
		name = fmt.Sprintf("name this stage (line %d: AS %s), ", s.Line, builder)
	}
	return fmt.Sprintf("%sand run in another one behind it: FROM %s, then %s; ENV, USER and CMD go there too", name, from, what)
}

// copiesOf are the COPYs that bring what the image starts from a stage; "" where that is
// not known.
func (v *view) copiesOf(stage string) string {
	s := v.final.Command()
	if !s.Known {
		return ""
	}
	root := path.Dir(s.File)
	if dir := path.Join("/", v.im.Config.WorkingDir); dir != "/" && paths.Below(s.File, dir) {
		root = dir
	}
	rels, known := v.final.Needed(root)
	if !known || len(rels) == 0 {
		return ""
	}
	var lines []string
	for _, rel := range rels {
		p := path.Join(root, rel)
		lines = append(lines, rewrite.Copy{Command: "COPY", Flags: []string{"--from=" + stage}, Sources: []string{rewrite.Literal(p, true)}, Dest: rewrite.Literal(p, false)}.String())
	}
	return strings.Join(lines, "; ")
}

// baseFix names the FROM whose image brought the leak.
func (v *view) baseFix(rule finding.Rule) string {
	builds := rule.Category == finding.Toolchain
	if v.graph == nil {
		if builds {
			return "the base image brings this: keep it for a build stage, start the final one FROM a runtime image, and COPY --from only what was built"
		}
		return "the base image brings this: choose one without it"
	}
	lineage := v.graph.Lineage(v.built())
	root := lineage[len(lineage)-1]
	if fix := v.inheritedFix(root); fix != "" && builds {
		return fix
	}
	for _, e := range v.graph.Into(model.NodeID(root)) {
		if e.Kind != model.EdgeBase {
			continue
		}
		label, s := v.graph.Label(e.From), v.graph.Stages[v.built()]
		from := v.runtimeFor(root)
		switch {
		case builds && from != "":
			return fmt.Sprintf("line %d: FROM %s brings this: keep it for a build stage, and begin the final one with %s and a COPY --from of what was built", e.Line, label, rewrite.From(from, s))
		case builds:
			return fmt.Sprintf("line %d: FROM %s brings this: keep it for a build stage, start the final one FROM a runtime image, and COPY --from only what was built", e.Line, label)
		case from != "" && from != "scratch":
			return fmt.Sprintf("line %d: FROM %s brings this: FROM %s has less in it", e.Line, label, from)
		}
		return fmt.Sprintf("line %d: FROM %s brings this: choose a base image without it", e.Line, label)
	}
	return "choose a base image without it"
}

// runtimeFor is the image to start FROM in place of the one that a stage stands on in the
// end, where there is one to run what it builds, with the user's own tag; "" else.
func (v *view) runtimeFor(stage int) string {
	lineage := v.graph.Lineage(stage)
	root := v.graph.Stages[lineage[len(lineage)-1]]
	ref := ""
	for _, e := range v.graph.Into(model.NodeID(root.Index)) {
		if x, ok := v.graph.External(e.From); ok && e.Kind == model.EdgeBase && x.Kind == model.ExternalImage {
			ref = x.Ref // of a context nobody knows what it is
		}
	}
	if ref == "" {
		if v.final.IsStaticallyLinked() {
			return "scratch"
		}
		return ""
	}
	if root.BaseRaw != "" && !strings.Contains(rewrite.ImageName(root.BaseRaw), "$") {
		ref = root.BaseRaw // so that the variables stay
	}
	return rewrite.Counterpart(ref, v.final.IsStaticallyLinked())
}
