package image

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/image/files"
	"github.com/stagedive/stagedive/tui/pane/image/ledger"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// detailView tells of the selected layer, or of what is selected in the panel when
// that has the focus.
func (p *Pane) detailView() []string {
	b := p.boxes.detail
	if b.h <= 0 {
		return nil
	}
	f := widget.Frame{Width: b.w, Height: b.h}
	w, _ := f.Inside()
	title, rows := p.fields(f.Height - 2)
	f.Title = p.theme.Render(theme.Title, title)
	return f.Render(p.theme, p.render(rows, w))
}

// fields is what there is to say of what is selected, in about so many lines.
func (p *Pane) fields(lines int) (title string, rows []field) {
	switch {
	case len(p.layers.rows) == 0:
		return "layer", []field{{Label: "none", Text: "This image has no layers: it is empty."}}
	case p.focus == partPanel && p.tab == tabFiles:
		if id, ok := p.files.Selected(); ok {
			return "file", p.fileFields(id, lines)
		}
	case p.focus == partPanel && p.book() != nil:
		if fields := p.book().Detail(); fields != nil {
			return p.tab.name(), brief(fields, lines)
		}
	}
	if s := p.scope(); !s.Single() && p.anchor != nil {
		return "layers", p.rangeFields(s)
	}
	return "layer", p.layerFields()
}

// longPath is the length from which on a path may be cut in its row.
const longPath = 36

// brief is what a few lines have room for: what to change, and why. The rest stands
// in the row.
func brief(fields []field, lines int) []field {
	if lines > 4 {
		return fields
	}
	var out []field
	for _, label := range []string{"change", "path", "because", "seen"} {
		for _, f := range fields {
			if f.Label == label && f.Text != "" && (label != "path" || len(f.Text) > longPath) {
				out = append(out, f)
			}
		}
	}
	return out
}

// field is a label and what it says; long text wraps under itself.
type field = ledger.Field

const labelWidth = 12

func (p *Pane) render(rows []field, width int) []string {
	var out []string
	for _, r := range rows {
		if r.Text == "" {
			continue
		}
		label := " " + widget.Fit(r.Label, labelWidth-1, "")
		for i, piece := range widget.WrapWords(r.Text, max(8, width-labelWidth-1)) {
			if i > 0 {
				label = widget.Spaces(labelWidth)
			}
			out = append(out, p.theme.Render(theme.Dim, label)+p.theme.Render(r.Role, piece))
		}
	}
	return out
}

func (p *Pane) layerFields() []field {
	row := p.layers.rows[p.list.Cursor]
	l := p.image.Layers[row.to]
	if row.folded {
		return []field{
			{Label: "base image", Text: p.baseName()},
			{Label: "layers", Text: fmt.Sprintf("%d of %d; enter unfolds them", row.to-row.from+1, len(p.image.Layers))},
			{Label: "size", Text: measure.Bytes(sum(p.image.Layers[row.from : row.to+1]))},
		}
	}
	from, odd := "", "odd"
	if l.Unread {
		odd = "unread"
	}
	if l.Origin.Stage >= 0 && p.graph != nil && l.Origin.Stage < len(p.graph.Stages) {
		from = fmt.Sprintf("stage %s, line %d of %s", p.graph.Stages[l.Origin.Stage].Label(), l.Origin.Line, path.Base(p.graph.File))
	} else if l.Origin.Base {
		from = "the base image " + p.baseName()
	}
	rows := []field{
		{Label: "made by", Text: p.made(l)},
		{Label: "from", Text: from},
		{Label: "size", Text: stored(l)},
		{Label: "wasted", Text: p.wastedIn(row.to), Role: theme.Warning},
		{Label: "format", Text: l.About()},
		{Label: "digest", Text: l.Digest, Role: theme.Dim},
		{Label: "diff ID", Text: l.DiffID, Role: theme.Dim},
	}
	about := field{Label: odd, Text: strings.Join(l.Problems, "; "), Role: theme.Warning}
	if l.Unread { // on a small screen, before what is no news
		return slices.Insert(rows, 1, about)
	}
	return slices.Insert(rows, 4, about)
}

// stored is how large a layer is. What is not stored as a blob has one size only.
func stored(l image.Layer) string {
	text := measure.Bytes(l.Size) + " of files"
	if l.BlobSize > 0 {
		text += ", " + measure.Bytes(l.BlobSize) + " as stored"
	}
	return text
}

func (p *Pane) rangeFields(s files.Scope) []field {
	first, last := p.image.Layers[s.From], p.image.Layers[s.To]
	return []field{
		{Label: "from", Text: fmt.Sprintf("layer %d  %s", s.From+1, p.made(first))},
		{Label: "to", Text: fmt.Sprintf("layer %d  %s", s.To+1, p.made(last))},
		{Label: "size", Text: measure.Bytes(sum(p.image.Layers[s.From:s.To+1])) + " in these layers"},
		{Label: "meaning", Text: "The files are what the layers did together to what lies below them: what a COPY --from of all of it would have to carry.", Role: theme.Dim},
	}
}

// fileFields tells of a file: what it is, and which layers wrote it.
func (p *Pane) fileFields(id image.NodeID, lines int) []field {
	t := p.files.Tree()
	info := t.Info(id)
	size := fmt.Sprintf("%s  %s  %s", measure.Bytes(t.Size(id)), files.Perms(info), files.Owner(info))
	if info.Implicit {
		size = measure.Bytes(t.Size(id)) + "  no layer lists the directory itself"
	}
	link := info.Link
	if info.Type == image.Hardlink {
		link = "the same file as " + link
	}
	fields := []field{
		{Label: "path", Text: t.Path(id)},
		{Label: "size", Text: size},
	}
	if link != "" {
		fields = append(fields, field{Label: "link to", Text: link})
	}
	var found []field
	for _, f := range p.findings {
		if text := toldOf(f, t.Path(id)); text != "" {
			label, role := f.Severity.String(), theme.Warning
			if f.Allowed != nil {
				label, role = "accepted", theme.Dim
			}
			found = append(found, field{Label: label, Text: text, Role: role})
		}
	}
	if lines < 3 { // the row has the size
		fields = fields[:1]
	}
	room := lines - len(fields)
	if room-len(found) < 3 && room-len(found) < len(p.writes()) {
		fields = append(fields, p.writeLine())
	} else {
		fields = append(fields, p.writeFields(room-len(found))...)
	}
	return append(fields, found...)
}

// writeLine names the layers that wrote the selected file on one line.
func (p *Pane) writeLine() field {
	var out []string
	for _, w := range p.writes() {
		out = append(out, fmt.Sprintf("layer %d %s", w.Layer+1, did(w)))
	}
	return field{Label: "written by", Text: strings.Join(out, " "+p.theme.Glyphs.Dot+" ")}
}

// writeFields lists the layers that wrote the selected file, at most so many: of
// more, those around the selected layer.
func (p *Pane) writeFields(limit int) []field {
	writes := p.writes()
	from := 0
	if over := len(writes) - limit; over > 0 {
		for from < over && writes[from].Layer < p.files.Scope().To-limit/2 {
			from++
		}
		writes = writes[from : from+limit]
	}
	var out []field
	for i, w := range writes {
		label := ""
		if i == 0 {
			label = "written by"
		}
		l := p.image.Layers[w.Layer]
		text := fmt.Sprintf("layer %d", w.Layer+1)
		if where := p.where(l.Origin); where != "" {
			text += " " + where
		}
		text += " " + p.theme.Glyphs.Dot + " " + did(w)
		if w.Layer != p.files.Scope().To {
			out = append(out, field{Label: label, Text: text, Role: theme.Dim})
			continue
		}
		out = append(out, field{Label: label, Text: text})
		if limit > 4 {
			out = append(out, field{Text: p.made(l), Role: theme.Dim})
		}
	}
	return out
}

// did is what a layer did to a path, in words.
func did(w image.Write) string {
	switch w.Change {
	case image.Added:
		return "added " + measure.Bytes(w.Size)
	case image.Modified:
		if w.Size == 0 {
			return "changed it"
		}
		return "wrote " + measure.Bytes(w.Size)
	case image.Metadata:
		return "changed only its mode, owner or time, and holds " + measure.Bytes(w.Size)
	case image.Removed:
		return "removed it"
	}
	return "holds it once more as it was: " + measure.Bytes(w.Size)
}

// toldOf is what a finding says of a path: its title where it is of that very path; of
// what lies below it the directory is named, for it may be other files in it that are
// meant; else "".
func toldOf(f finding.Finding, path string) string {
	switch {
	case f.Path == path:
		return f.Title
	case f.Path != "" && strings.HasPrefix(path, f.Path+"/"):
		return "in " + f.Path + "/: " + f.Title
	}
	return ""
}
