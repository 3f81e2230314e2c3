package logs

import (
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// cause says why the step ran again, in at most two lines above its output.
func (p *Pane) cause(look pane.Look, head []string, width, height int) []string {
	if p.build == nil || !p.some || p.scope != ScopeStep || height < 6 {
		return head
	}
	c, ok := p.build.Cause(p.ref)
	if !ok {
		return head
	}
	th := look.Theme
	text := "because " + c.Text
	if len(c.Also) > 0 {
		text += "; also " + strings.Join(c.Also, "; ")
	}
	if th.Options().ASCII {
		text = build.ASCII(text)
	}
	lines := widget.WrapWords(text, max(8, width-4))
	if len(lines) > 2 {
		lines = lines[:2]
		lines[1] = widget.Truncate(lines[1]+" "+th.Glyphs.Ellipsis, width-4, th.Glyphs.Ellipsis)
	}
	if p.failure() != nil && height-len(head)-len(lines) < p.tailRows(height) {
		return head // what it said last matters more
	}
	lead := " " + th.Glyphs.Again + " "
	var out []string
	for _, l := range lines {
		out = append(out, lead+th.Render(theme.Dim, l))
		lead = "   "
	}
	switch {
	case len(head) > 0: // it ends with a rule or a blank line
		return append(head[:len(head)-1:len(head)-1], append(out, head[len(head)-1])...)
	case p.rows.Len() == 0:
		return append(out, "")
	}
	return append(out, rule(th, width))
}
