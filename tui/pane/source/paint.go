package source

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// painter draws a Pane's rows in a look.
type painter struct {
	*Pane
	look pane.Look
}

func (p painter) Len() int { return len(p.rows) }

// Row draws one row: state, number, text. The whole step under the cursor is
// marked, the cursor's own line by its glyph.
func (p painter) Row(i, width int, selected, focus bool) string {
	th := p.look.Theme
	r := p.rows[i]
	if r.note != nil {
		role := theme.Warning
		if r.note.Level == model.LevelError {
			role = theme.Error
		}
		mark := " "
		if r.first {
			mark = th.Glyphs.Problem
		}
		text := widget.Spaces(noteIndent) + mark + " " + r.text
		return th.Render(role, widget.Fit(text, width, th.Glyphs.Ellipsis))
	}
	ref := p.owner[r.line]
	mark := " "
	if selected {
		mark = th.Glyphs.Cursor
	}
	state, first := p.state(ref, r.line)
	text := p.graph.Lines[r.line-1]
	body := ""
	if st := p.stage[r.line]; st >= 0 && !p.plan.Needs(model.NodeID(st)) {
		body = th.Render(theme.Skipped, text)
	} else {
		body = highlight(th, text, first)
	}
	line := widget.Fit(mark+state+th.Render(theme.Dim, fmt.Sprintf("%4d", r.line))+"  "+body, width, th.Glyphs.Ellipsis)
	cursor, ok := p.Step()
	switch {
	case selected && focus || ok && ref == cursor && focus:
		return th.Over(theme.Selected, line)
	case ok && ref == cursor:
		return th.Over(theme.SelectedBlur, line)
	}
	return line
}

// state is the glyph of the step on a line: on its first line only. first says
// that an instruction begins here.
func (p painter) state(ref build.StepRef, line int) (glyph string, first bool) {
	if ref.Stage < 0 {
		return " ", true
	}
	step := p.graph.Stages[ref.Stage].Steps[ref.Step]
	if step.Line != line {
		return " ", false
	}
	if p.build == nil || !step.Vertex {
		return " ", true
	}
	s := p.build.Step(ref).State
	g := p.look.Theme.Glyphs.State(s)
	if s == build.Running {
		g = p.look.Theme.Glyphs.Spinner(p.look.Now)
	}
	return p.look.Theme.Render(theme.StateRole(s), g), true
}

// highlight gives a line of a Dockerfile quiet colours. first says that an
// instruction, a comment or nothing begins on it; else it continues one.
func highlight(th *theme.Theme, text string, first bool) string {
	trimmed := strings.TrimLeft(text, " ")
	indent := text[:len(text)-len(trimmed)]
	if strings.HasPrefix(trimmed, "#") {
		return th.Render(theme.Comment, text)
	}
	out := indent
	if first {
		word, _, _ := strings.Cut(trimmed, " ")
		if isInstruction(word) {
			out += th.Render(theme.Keyword, word)
			trimmed = trimmed[len(word):]
			if strings.EqualFold(word, "FROM") {
				return out + words(th, trimmed, true)
			}
		}
	}
	return out + words(th, trimmed, false)
}

// words colours flags, variables and strings; in a FROM also its AS.
func words(th *theme.Theme, s string, from bool) string {
	var b strings.Builder
	for len(s) > 0 {
		switch {
		case s[0] == '$' && len(s) > 1:
			n := variable(s)
			b.WriteString(th.Render(theme.Variable, s[:n]))
			s = s[n:]
		case s[0] == '"' || s[0] == '\'':
			n := strings.IndexByte(s[1:], s[0]) + 2
			if n < 2 {
				n = len(s)
			}
			b.WriteString(th.Render(theme.String, s[:n]))
			s = s[n:]
		case strings.HasPrefix(s, " --"):
			n := 1 + len("--")
			for n < len(s) && s[n] != '=' && s[n] != ' ' {
				n++
			}
			b.WriteString(" " + th.Render(theme.Flag, s[1:n]))
			s = s[n:]
		case from && len(s) >= 4 && strings.EqualFold(s[:4], " AS "):
			b.WriteString(" " + th.Render(theme.Keyword, s[1:3]) + " ")
			s = s[4:]
		default:
			n := 1 + strings.IndexAny(s[1:], " $\"'")
			if n < 1 {
				n = len(s)
			}
			b.WriteString(s[:n])
			s = s[n:]
		}
	}
	return b.String()
}

// variable measures the $NAME or ${…} at the start of s.
func variable(s string) int {
	if s[1] == '{' {
		if i := strings.IndexByte(s, '}'); i > 0 {
			return i + 1
		}
		return len(s)
	}
	n := 1
	for n < len(s) && (s[n] == '_' || s[n] >= '0' && s[n] <= '9' || s[n] >= 'A' && s[n] <= 'Z' || s[n] >= 'a' && s[n] <= 'z') {
		n++
	}
	return n
}

// isInstruction knows the instructions of Dockerfile syntax 1.
func isInstruction(word string) bool {
	switch strings.ToUpper(word) {
	case "FROM", "RUN", "COPY", "ADD", "ARG", "ENV", "WORKDIR", "CMD", "ENTRYPOINT", "LABEL", "EXPOSE",
		"USER", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "SHELL", "ONBUILD", "MAINTAINER":
		return true
	}
	return false
}
