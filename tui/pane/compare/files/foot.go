package files

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	imagefiles "github.com/stagedive/stagedive/tui/pane/image/files"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// foot says below the rows what became of the selected one in the chosen side.
func (m *Model) foot() []string {
	id, ok := m.Selected()
	if !ok {
		return nil
	}
	th, rule := m.theme, m.theme.Render(theme.Border, strings.Repeat(m.theme.Glyphs.Frame.Horizontal, m.width))
	line := " " + th.Render(theme.Dim, widget.Truncate(m.inWords(id, m.Against()), m.width-2, th.Glyphs.Ellipsis))
	if m.footLines() == 1 {
		return []string{line}
	}
	return []string{rule, line}
}

// inWords is a sentence on what became of a path.
func (m *Model) inWords(id compare.ID, side int) string {
	f, arrow := m.files, " "+m.theme.Glyphs.Arrow+" "
	was, had := f.Info(id, 0)
	is, has := f.Info(id, side)
	name := m.cols.Name(side)
	switch {
	case !had && !has:
		return "neither in " + m.cols.Name(0) + " nor in " + name
	case !had:
		return "only in " + name + ": " + told(is) + m.instead(id, 0)
	case !has:
		return "only in " + m.cols.Name(0) + ": " + told(was) + m.instead(id, side)
	}
	var parts []string
	if f.IsDir(id) {
		if n := f.Differing(id, side); n > 0 {
			parts = append(parts, measure.Plural(n, "file")+" below differ in "+name)
		}
	}
	if f.Own(id, side) == image.Modified {
		parts = append(parts, m.content(was, is, arrow))
	}
	meta := f.Meta(id, side)
	if meta&image.MetaMode != 0 {
		parts = append(parts, "mode "+fmt.Sprintf("%04o", was.Mode)+arrow+fmt.Sprintf("%04o", is.Mode))
	}
	if meta&image.MetaOwner != 0 {
		parts = append(parts, "owner "+imagefiles.Owner(was)+arrow+imagefiles.Owner(is))
	}
	if meta&image.MetaTime != 0 {
		parts = append(parts, "time "+measure.Stamp(was.ModTime)+arrow+measure.Stamp(is.ModTime))
	}
	if meta&image.MetaAttrs != 0 {
		parts = append(parts, "extended attributes differ")
	}
	if len(parts) == 0 {
		return "the same in " + m.cols.Name(0) + " and " + name
	}
	return strings.Join(parts, ", ")
}

// content says what else a path holds.
func (m *Model) content(was, is image.Info, arrow string) string {
	switch {
	case kind(was) != kind(is):
		return kind(was) + arrow + kind(is)
	case was.Type == image.Symlink:
		return "it leads to " + was.Link + arrow + is.Link
	case was.Size != is.Size:
		return measure.Bytes(was.Size) + arrow + measure.Bytes(is.Size)
	}
	return "other bytes, as many"
}

// instead says what a side has in place of a path.
func (m *Model) instead(id compare.ID, side int) string {
	to, ok := m.files.Counterpart(id)
	if !ok {
		return ""
	}
	info, ok := m.files.Info(to, side)
	if !ok {
		return ""
	}
	return "; " + m.cols.Name(side) + " has a " + kind(info) + " there"
}

// told is what is known of a path.
func told(info image.Info) string {
	parts := []string{imagefiles.Perms(info) + " " + imagefiles.Owner(info)}
	if info.Type == image.Symlink {
		parts = append(parts, "to "+info.Link)
	}
	if !info.Type.IsDir() && info.Type != image.Symlink {
		parts = append(parts, measure.Bytes(info.Size))
	}
	parts = append(parts, "written by layer "+measure.Count(info.Layer+1))
	return strings.Join(parts, ", ")
}

// kind is what lies at a path, in a word.
func kind(info image.Info) string {
	switch info.Type {
	case image.Regular, image.Hardlink:
		return "file"
	case image.Directory, image.Opaque:
		return "directory"
	case image.Symlink:
		return "symbolic link"
	case image.FIFO:
		return "pipe"
	}
	return "device"
}
