// Package maker says which instruction made a layer, and how to speak of it: what
// advice about an image needs to know of its Dockerfile, or of its history where
// there is no Dockerfile.
package maker

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// Maker is the instruction that made a layer.
type Maker struct {
	Layer   int    // its index
	Command string // RUN, COPY, ADD, WORKDIR; "" when nobody knows
	Text    string // the instruction as the Dockerfile has it, or as the history tells; it may hold what looks like a secret
	Stage   int    // of the Dockerfile; -1 unknown or the base image's
	Line    int    // in the Dockerfile, 1-based; 0 unknown
	From    string // of COPY --from: what it names
	Base    bool   // the base image brought the layer
}

// Of finds the makers of all layers. g may be nil: then the history alone tells.
func Of(im *image.Image, g *model.Graph) []Maker {
	out := make([]Maker, len(im.Layers))
	base, _ := Base(im)
	for i, l := range im.Layers {
		m := Maker{Layer: i, Stage: l.Origin.Stage, Line: l.Origin.Line, Base: l.Origin.Base || i < base}
		if s, ok := step(g, l.Origin); ok {
			m.Command, m.Text = s.Command, s.Text
		} else {
			m.Command, m.Text = Instruction(l.CreatedBy)
		}
		m.From = Flag(m.Text, "--from=")
		out[i] = m
	}
	return out
}

// step is the instruction at an origin.
func step(g *model.Graph, o image.Origin) (model.Step, bool) {
	if g == nil || o.Base || o.Stage < 0 || o.Stage >= len(g.Stages) {
		return model.Step{}, false
	}
	steps := g.Stages[o.Stage].Steps
	if o.Step < 0 || o.Step >= len(steps) {
		return model.Step{}, false
	}
	return steps[o.Step], true
}

// Instruction takes apart what an image's history says of a layer. BuildKit writes
// instructions as they are; Docker's older builder and buildah write a shell command,
// in which "#(nop)" marks everything but RUN.
func Instruction(createdBy string) (command, text string) {
	text = strings.TrimSpace(strings.TrimSuffix(createdBy, "# buildkit"))
	if text == "" {
		return "", ""
	}
	if _, after, ok := strings.Cut(text, "#(nop)"); ok {
		text = strings.TrimSpace(after)
	}
	word, _, _ := strings.Cut(text, " ")
	switch word {
	case "RUN", "COPY", "ADD", "WORKDIR":
		return word, text
	}
	if strings.Contains(text, "/bin/sh -c ") {
		return "RUN", text
	}
	return "", text
}

// Name is how a layer is told of: by its line where that is known, else by its place,
// counted from 1.
func (m Maker) Name() string {
	switch {
	case m.Base:
		return fmt.Sprintf("layer %d of the base image", m.Layer+1)
	case m.Line > 0:
		return fmt.Sprintf("line %d", m.Line)
	}
	return fmt.Sprintf("layer %d", m.Layer+1)
}

// Flag is the value of an instruction's flag such as --from=, or "".
func Flag(text, name string) string {
	for _, w := range strings.Fields(text) {
		if value, ok := strings.CutPrefix(w, name); ok {
			return value
		}
	}
	return ""
}

// Copies says whether the layer was made by a COPY or an ADD.
func (m Maker) Copies() bool { return m.Command == "COPY" || m.Command == "ADD" }

// Quote writes a path as a shell takes it for one word, whatever is in it: advice is
// pasted, and an image's paths are anybody's.
func Quote(path string) string {
	for _, r := range path {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-", r) {
			return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
		}
	}
	return path
}
