package leak

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/leak/rewrite"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/model/saving"
)

// minDebug is how much debug information a layer must add to be told of, in bytes.
const minDebug = 32 << 10

// leastShare is the part of a program that debug information must be, 1 in so many: the
// little that a linker adds of its start code, or a makers' build leaves of one library in
// it, is nobody's omission.
const leastShare = 10

// debugInfo reports what debuggers read in the programs that the Dockerfile adds, those
// of a layer as one, with the sum of what could go.
func debugInfo(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		if i >= len(v.proofs) || !v.own(i) {
			continue
		}
		proofs := slices.Clone(v.proofs[i])
		slices.SortFunc(proofs, func(a, b saving.Proof) int { return int(b.Debug - a.Debug) })
		found := leak{rule: "SD-H005", layer: i}
		for _, p := range proofs {
			if p.Kind != saving.Debug || p.Debug == 0 || publishedWith(p.Path) != "" || v.ofToolchain(p.Path) || v.removedBy(i, p.Path) > 0 || v.inherits(i, p.Path) {
				continue
			}
			whole := int64(0)
			if id, ok := l.tree.Find(p.Path); ok {
				whole = l.tree.Size(id)
			}
			if p.Debug < whole/leastShare {
				continue
			}
			found.files = append(found.files, p.Path)
			found.size += p.Debug
			found.evidence = append(found.evidence, fmt.Sprintf("%s: sections .debug_* hold %s of its %s", p.Path, measure.Bytes(p.Debug), measure.Bytes(whole)))
		}
		if found.size < minDebug {
			continue
		}
		largest := found.files[0]
		found, _ = grouped(found)
		found.fix = v.stripFix(i, largest)
		leaks = append(leaks, found)
	}
	return leaks
}

// ofToolchain says whether a path lies in a toolchain that is told of as a whole.
func (v *view) ofToolchain(p string) bool {
	return slices.ContainsFunc(v.roots, func(r leak) bool { return v.letter(r.rule) == 'T' && paths.Below(p, r.path) })
}

// stripFix says how to build a program without what debuggers read, and on which line
// it is built where that is plain; "" for the rule's words.
func (v *view) stripFix(index int, p string) string {
	kind := inventory.Kind("")
	for _, m := range v.im.Packages {
		if m.Path == p && (m.Kind == inventory.Golang || m.Kind == inventory.Cargo) {
			kind = m.Kind
			break
		}
	}
	line := func(word string) (model.Step, bool) {
		if v.graph == nil {
			return model.Step{}, false
		}
		var steps []model.Step
		for _, s := range v.graph.Stages {
			for _, step := range s.Steps {
				if step.Command == "RUN" && strings.Contains(step.Text, word) {
					steps = append(steps, step)
				}
			}
		}
		if len(steps) != 1 {
			return model.Step{}, false
		}
		return steps[0], true
	}
	switch kind {
	case inventory.Golang:
		if step, ok := line("go build"); ok && !strings.Contains(step.Text, "-ldflags") {
			if text := redact.Text(step.Text); !strings.Contains(text, "\n") && len(text) <= rewrite.MaxPasted {
				return sanitize.Text(fmt.Sprintf("line %d: %s", step.Line, strings.Replace(text, "go build", `go build -ldflags="-s -w"`, 1)))
			}
			return fmt.Sprintf("line %d: write go build -ldflags=\"-s -w\" in place of go build", step.Line)
		}
		return `build it with go build -ldflags="-s -w"`
	case inventory.Cargo:
		return "write strip = true below [profile.release] in Cargo.toml"
	}
	if v.graph == nil {
		return ""
	}
	if step, ok := v.step(v.im.Layers[index].Origin); ok && step.Command == "RUN" {
		return sanitize.Text(fmt.Sprintf("line %d: end this RUN with && strip --strip-debug %s", step.Line, p))
	}
	return ""
}
