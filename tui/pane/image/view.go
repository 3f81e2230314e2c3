package image

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

type box struct{ x, y, w, h int }

func (b box) holds(x, y int) bool { return x >= b.x && x < b.x+b.w && y >= b.y && y < b.y+b.h }

// boxes are where the parts lie, below the line that names the image. One with
// no height is not shown.
type boxes struct{ layers, detail, files box }

const (
	wide      = 110 // from here on layers and files stand side by side
	tall      = 18  // from here on they stand above one another
	detailMin = 8
)

// arrange places the parts.
func (p *Pane) arrange() {
	w, h := p.width, max(0, p.height-1)
	var b boxes
	switch {
	case w >= wide:
		left := min(w*45/100, 90)
		need := len(p.layers.rows) + 2
		top := min(max(need, 6), h)
		if rest := h - top; rest < detailMin {
			if top = h - detailMin; top < h/2 {
				top = h
			}
		}
		b.layers = box{0, 1, left, top}
		b.detail = box{0, 1 + top, left, h - top}
		b.files = box{left, 1, w - left, h}
	case h >= tall:
		top := min(len(p.layers.rows)+2, h*2/5)
		b.layers = box{0, 1, w, top}
		b.files = box{0, 1 + top, w, h - top}
	case p.focus == partFiles:
		b.files = box{0, 1, w, h}
	default:
		b.layers = box{0, 1, w, h}
	}
	p.boxes = b
	p.list.SetHeight(b.layers.h - 2)
	p.files.view.SetHeight(b.files.h - 2)
	p.files.flatAt.SetHeight(b.files.h - 2)
	if n := len(p.layers.rows); n > 0 {
		p.list.Select(p.list.Cursor, n)
	}
}

// View returns exactly the pane's height in lines, none wider than the pane.
func (p *Pane) View() []string {
	if p.width <= 0 || p.height <= 0 {
		return nil
	}
	if p.image == nil {
		return p.empty()
	}
	out := make([]string, p.height)
	out[0] = widget.Fit(p.headline(), p.width, p.theme.Glyphs.Ellipsis)
	side := p.layersView()
	side = append(side, p.detailView()...)
	files := p.filesView()
	b := p.boxes
	for y := 1; y < p.height; y++ {
		switch {
		case b.files.h > 0 && b.files.x > 0: // side by side
			out[y] = line(side, y-1, b.layers.w) + line(files, y-1, b.files.w)
		case b.files.h > 0 && y >= b.files.y:
			out[y] = line(files, y-b.files.y, p.width)
		default:
			out[y] = line(side, y-1, p.width)
		}
	}
	return out
}

func line(lines []string, i, width int) string {
	if i < 0 || i >= len(lines) {
		return widget.Spaces(width)
	}
	return lines[i]
}

func (p *Pane) empty() []string {
	if p.waiting != "" {
		return widget.Empty(p.theme, theme.Text, p.waiting, "", p.width, p.height)
	}
	return widget.Empty(p.theme, theme.Text, "No image yet.", "Press b to build the target; its image opens here.", p.width, p.height)
}

// headline names the image: size, layers, findings, oddities, platform, digest.
// Where there is no room for all, the last go first.
func (p *Pane) headline() string {
	th, im := p.theme, p.image
	leaks := th.Render(theme.Good, th.Glyphs.Done+" no leaks found")
	if tally := finding.Count(p.findings); len(p.findings) > 0 {
		role := theme.Dim
		if tally.AtLeast(finding.Medium) > 0 {
			role = theme.Warning
		}
		leaks = th.Render(role, th.Glyphs.Problem+" leaks: "+tally.String())
	}
	parts := []string{measure.Plural(len(im.Layers), "layer"), leaks}
	if im.Stage != "" {
		parts = []string{measure.Plural(len(im.Layers), "layer")}
	}
	if n := len(im.Problems); n > 0 {
		parts = append(parts, th.Render(theme.Warning, th.Glyphs.Problem+" "+plural(n, "oddity", "oddities")))
	}
	for _, more := range []string{im.Platform, short(im.Digest)} {
		if more != "" {
			parts = append(parts, th.Render(theme.Dim, more))
		}
	}
	title := ""
	if im.Stage != "" {
		title = " " + th.Render(theme.Title, im.Stage)
	}
	line, sep := title+th.Render(theme.Bold, " "+measure.Bytes(im.Size())), th.Render(theme.Dim, " "+th.Glyphs.Dot+" ")
	for i, part := range parts {
		if i > 1 && widget.Width(line)+widget.Width(sep)+widget.Width(part) > p.width {
			break
		}
		line += sep + part
	}
	return line
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return measure.Count(n) + " " + many
}

func short(digest string) string {
	const keep = len("sha256:") + 12
	if len(digest) > keep {
		return digest[:keep]
	}
	return digest
}

func (p *Pane) layersView() []string {
	b := p.boxes.layers
	if b.h <= 0 {
		return nil
	}
	focus := p.focused && p.focus == partLayers
	f := widget.Frame{
		Title: p.theme.Render(theme.Title, "layers"), Width: b.w, Height: b.h, Focus: focus,
		Scroll: p.list.Scroll(len(p.layers.rows)),
	}
	w, _ := f.Inside()
	return f.Render(p.theme, p.list.Render(layerSource{p}, w, focus))
}

func (p *Pane) filesView() []string {
	b := p.boxes.files
	if b.h <= 0 {
		return nil
	}
	th, fs := p.theme, &p.files
	focus := p.focused && p.focus == partFiles
	what := "what this layer did"
	if fs.cumulative {
		what = "all files so far"
	}
	if fs.largest {
		what = "largest files, " + what
	}
	order := "by name"
	if fs.bySize || fs.largest {
		order = "by size"
	}
	f := widget.Frame{
		Title: th.Render(theme.Title, fmt.Sprintf("layer %d", fs.layer+1)) + th.Render(theme.Dim, " "+th.Glyphs.Dot+" "+what),
		Info:  th.Render(theme.Dim, order), Width: b.w, Height: b.h, Focus: focus, Footer: p.filesFooter(),
	}
	w, h := f.Inside()
	rows := fileRows{fs, p}
	var lines []string
	switch {
	case fs.tree == nil:
		lines = []string{"", th.Render(theme.Dim, " laying the layers over each other …")}
	case fs.largest:
		f.Scroll = fs.flatAt.Scroll(len(fs.flat))
		lines = fs.flatAt.Render(rows, w, focus)
	default:
		f.Scroll = fs.view.Scroll(fs.view.Len())
		lines = fs.view.Render(rows, w, focus)
	}
	if fs.tree != nil && len(lines) == 0 && h > 1 {
		lines = []string{""}
		for _, l := range widget.WrapWords(p.nothing(), w-2) {
			lines = append(lines, th.Render(theme.Dim, " "+l))
		}
	}
	return f.Render(th, lines)
}

// nothing says why no file is shown.
func (p *Pane) nothing() string {
	if text := p.files.filter.String(); text != "" {
		if !p.files.cumulative {
			return fmt.Sprintf("This layer did nothing to a path with %q; esc and a show all files so far.", text)
		}
		return fmt.Sprintf("No path holds %q; esc shows all again.", text)
	}
	return "This layer changes no file; a shows all files so far."
}

func (p *Pane) filesFooter() string {
	th, fs := p.theme, &p.files
	switch {
	case fs.typing:
		return th.Render(theme.Key, "/") + fs.filter.String() + th.Render(theme.Dim, "▏")
	case p.message != "":
		return th.Render(theme.Warning, p.message)
	case fs.filter.String() != "":
		return th.Render(theme.Match, "/"+fs.filter.String())
	case fs.tree == nil:
		return ""
	}
	return th.Render(theme.Dim, totals(fs.tree, fs.cumulative))
}

func totals(t *image.Tree, cumulative bool) string {
	if cumulative {
		return fmt.Sprintf("%s in %s files", measure.Bytes(t.Size(image.Root)), measure.Count(t.Files(image.Root)))
	}
	c := t.Counts(image.Root)
	var parts []string
	for _, x := range []struct {
		sign string
		n    int
		size int64
	}{{"+", c.Added, c.AddedBytes}, {"~", c.Modified, c.ModifiedBytes}, {"m", c.Metadata, c.MetadataBytes}, {"-", c.Removed, c.RemovedBytes}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%s%s %s", x.sign, measure.Count(x.n), measure.Bytes(x.size)))
		}
	}
	return strings.Join(parts, "  ")
}
