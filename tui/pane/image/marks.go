package image

import (
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/tui/theme"
)

// marks says where findings lie that nobody has accepted, so that layers and files can
// carry a sign.
type marks struct {
	layers map[int]finding.Severity
	paths  map[string]finding.Severity // the finding's path and each directory above it
}

func newMarks(found []finding.Finding) marks {
	m := marks{map[int]finding.Severity{}, map[string]finding.Severity{}}
	for _, f := range found {
		if f.Severity == finding.Info || f.Allowed != nil {
			continue
		}
		if f.Layer >= 0 {
			m.layers[f.Layer] = max(m.layers[f.Layer], f.Severity)
		}
		for path := f.Path; path != "" && path != "/"; path = path[:strings.LastIndexByte(path, '/')] {
			m.paths[path] = max(m.paths[path], f.Severity)
			if !strings.Contains(path, "/") {
				break
			}
		}
	}
	return m
}

// worst is the worst finding in a range of layers, inclusive.
func (m marks) worst(from, to int) (worst finding.Severity, ok bool) {
	for i := from; i <= to; i++ {
		if s, found := m.layers[i]; found {
			worst, ok = max(worst, s), true
		}
	}
	return worst, ok
}

// sign is the glyph that says that there is a finding. The word stands in the
// detail; alone on a line, the worst needs no shouting.
func (p *Pane) sign(s finding.Severity) string {
	role := [...]theme.Role{
		theme.SeverityInfo, theme.SeverityLow, theme.SeverityMedium, theme.SeverityHigh, theme.SeverityHigh,
	}[s]
	return p.theme.Render(role, p.theme.Glyphs.Problem)
}

// signAt is the sign of a path; a blank where nothing was found.
func (p *Pane) signAt(path string) string {
	if s, ok := p.marks.paths[path]; ok {
		return p.sign(s)
	}
	return " "
}
