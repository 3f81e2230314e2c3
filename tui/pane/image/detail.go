package image

import (
	"fmt"
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// detailView tells of the selected layer, or of the selected file when the files
// have the focus.
func (p *Pane) detailView() []string {
	b := p.boxes.detail
	if b.h <= 0 {
		return nil
	}
	f := widget.Frame{Width: b.w, Height: b.h}
	w, _ := f.Inside()
	var rows []field
	if len(p.layers.rows) == 0 {
		f.Title = p.theme.Render(theme.Title, "layer")
		rows = []field{{"none", "This image has no layers: it is empty."}}
	} else if id, ok := p.files.selected(); ok && p.focus == partFiles {
		f.Title = p.theme.Render(theme.Title, "file")
		rows = p.fileFields(id)
	} else {
		f.Title = p.theme.Render(theme.Title, "layer")
		rows = p.layerFields()
	}
	return f.Render(p.theme, p.render(rows, w))
}

// field is a label and what it says; long text wraps under itself.
type field struct{ label, text string }

const labelWidth = 12

func (p *Pane) render(rows []field, width int) []string {
	var out []string
	for _, r := range rows {
		if r.text == "" {
			continue
		}
		label := " " + widget.Fit(r.label, labelWidth-1, "")
		for i, piece := range widget.WrapWords(r.text, max(8, width-labelWidth-1)) {
			if i > 0 {
				label = widget.Spaces(labelWidth)
			}
			out = append(out, p.theme.Render(theme.Dim, label)+piece)
		}
	}
	return out
}

func (p *Pane) layerFields() []field {
	row := p.layers.rows[p.list.Cursor]
	l := p.image.Layers[row.to]
	if row.folded {
		return []field{
			{"base image", p.baseName()},
			{"layers", fmt.Sprintf("%d of %d; enter unfolds them", row.to-row.from+1, len(p.image.Layers))},
			{"size", measure.Bytes(sum(p.image.Layers[row.from : row.to+1]))},
		}
	}
	what := p.stepText(l.Origin)
	if what == "" {
		what = instruction(l.CreatedBy)
	}
	from := ""
	if l.Origin.Stage >= 0 && p.graph != nil && l.Origin.Stage < len(p.graph.Stages) {
		from = fmt.Sprintf("stage %s, line %d of %s", p.graph.Stages[l.Origin.Stage].Label(), l.Origin.Line, path.Base(p.graph.File))
	} else if l.Origin.Base {
		from = "the base image " + p.baseName()
	}
	return []field{
		{"made by", what},
		{"from", from},
		{"size", stored(l)},
		{"digest", l.Digest},
		{"diff ID", l.DiffID},
		{"odd", strings.Join(l.Problems, "; ")},
	}
}

// stored is how large a layer is. What is not stored as a blob has one size only.
func stored(l image.Layer) string {
	text := measure.Bytes(l.Size) + " of files"
	if l.BlobSize > 0 {
		text += ", " + measure.Bytes(l.BlobSize) + " as stored"
	}
	return text
}

func sum(layers []image.Layer) int64 {
	var n int64
	for _, l := range layers {
		n += l.Size
	}
	return n
}

func (p *Pane) fileFields(id image.NodeID) []field {
	t := p.files.tree
	info := t.Info(id)
	written := fmt.Sprintf("layer %d", info.Layer+1)
	if info.Layer < len(p.image.Layers) {
		l := p.image.Layers[info.Layer]
		if w := p.where(l.Origin); w != "" {
			written += ", " + w
		}
		if what := p.stepText(l.Origin); what != "" {
			written += "  " + what
		} else {
			written += "  " + instruction(l.CreatedBy)
		}
	}
	fields := []field{
		{"path", t.Path(id)},
		{"size", fmt.Sprintf("%s  %s %s", measure.Bytes(t.Size(id)), mode(info), owner(info))},
		{"here", info.Change.String()},
		{"written by", written},
		{"link to", info.Link},
	}
	for _, f := range p.findings {
		if f.Path == t.Path(id) || f.Path != "" && strings.HasPrefix(t.Path(id), f.Path+"/") {
			fields = append(fields, field{f.Severity.String(), f.Title})
		}
	}
	return fields
}
