package image

import (
	"cmp"
	"slices"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// headline names the image: size, layers, findings, oddities, platform, digest.
// Where there is no room for all, the last go first.
func (p *Pane) headline() string {
	th, im := p.theme, p.image
	leaks := th.Render(theme.Good, th.Glyphs.Good()+" no leaks found")
	switch tally := finding.Count(p.findings); {
	case tally.Total() > 0:
		role := theme.Dim
		if tally.AtLeast(finding.Medium) > 0 {
			role = theme.Warning
		}
		leaks = th.Render(role, th.Glyphs.Problem+" leaks: "+tally.String())
	case len(p.findings) > 0:
		leaks = th.Render(theme.Good, th.Glyphs.Good()+" no leaks but what is accepted")
	}
	parts := []string{measure.Plural(len(im.Layers), "layer"), leaks}
	if unread := im.UnreadInWords(); unread != "" {
		if len(p.findings) == 0 {
			parts[1] = th.Render(theme.Dim, "no leaks in the rest")
		}
		parts = slices.Insert(parts, 1, th.Render(theme.Warning, th.Glyphs.Problem+" "+unread+" unread"))
	}
	if im.Stage != "" {
		parts = parts[:1]
	}
	if n := im.Oddities(); n > 0 {
		parts = append(parts, th.Render(theme.Warning, th.Glyphs.Problem+" "+plural(n, "oddity", "oddities")+", see "+tabConfig.name()))
	}
	for _, more := range []string{im.Platform, short(im.Digest)} {
		if more != "" {
			parts = append(parts, th.Render(theme.Dim, more))
		}
	}
	title := ""
	if name := cmp.Or(im.Stage, p.title); name != "" {
		title = " " + th.Render(theme.Title, widget.TruncateMiddle(name, max(12, p.width/3), th.Glyphs.Ellipsis))
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
