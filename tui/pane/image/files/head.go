package files

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// headline is the first line: what is shown and what it comes to, or the filter
// and how much it finds. It is there always, so that nothing below it moves.
func (m *Model) headline() string {
	th := m.theme
	if !m.typing && m.view.text == "" {
		return widget.Sides(" "+m.what(), m.sums(), m.width, th.Glyphs.Ellipsis)
	}
	right := m.found()
	prompt := " " + th.Render(theme.Key, "/") + " "
	if m.regex {
		prompt = " " + th.Render(theme.Key, "regex") + " "
	}
	room := max(8, m.width-widget.Width(prompt)-widget.Width(right)-1)
	text := widget.TruncateLeft(m.input.String(), room, th.Glyphs.Ellipsis)
	if m.typing {
		text = m.input.View(th, room)
	}
	return widget.Sides(prompt+text, right, m.width, th.Glyphs.Ellipsis)
}

// what says whose files these are, in words.
func (m *Model) what() string {
	th, dot := m.theme, " "+m.theme.Glyphs.Dot+" "
	name := fmt.Sprintf("layer %d", m.scope.To+1)
	does := "what it did"
	switch {
	case m.scope.Single():
	case m.isBase():
		name, does = "base image", "what it brings"
	default:
		name, does = fmt.Sprintf("layers %d to %d", m.scope.From+1, m.scope.To+1), "together"
	}
	if m.view.all {
		does = "all files so far"
	}
	if k := m.view.kinds.String(); k != "" {
		does = "only " + k
	}
	text := th.Render(theme.Bold, name)
	if _, ok := m.unread(m.scope); ok {
		text += " " + th.Render(theme.Warning, th.Glyphs.Problem+" unread")
	}
	return text + th.Render(theme.Dim, dot+does+dot+m.order().String())
}

// unread is the first layer of a scope of which something is not known.
func (m *Model) unread(s Scope) (layer int, ok bool) {
	for i := s.From; i <= s.To && i < len(m.image.Layers); i++ {
		if m.image.Layers[i].Unread {
			return i, true
		}
	}
	return 0, false
}

// isBase says whether the scope is all that the base image brought.
func (m *Model) isBase() bool {
	for i, l := range m.image.Layers {
		if l.Origin.Base != (i <= m.scope.To) {
			return false
		}
	}
	return m.scope.From == 0
}

// sums is what is shown comes to.
func (m *Model) sums() string {
	if m.shown == nil || m.waiting && m.scope != m.shown.scope {
		return m.theme.Render(theme.Dim, "reading "+m.theme.Glyphs.Ellipsis)
	}
	th, l := m.theme, m.shown.look
	var parts []string
	if m.shown.view.all && m.shown.view.kinds == 0 {
		parts = append(parts, th.Render(theme.Dim, measure.Plural(l.fileCount(image.Root), "file"))+" "+measure.Bytes(l.size(image.Root)))
	} else {
		parts = changeSums(th, l.totals)
	}
	return strings.Join(parts, "  ")
}

func changeSums(th *theme.Theme, c image.Counts) []string {
	var parts []string
	for _, x := range []struct {
		change image.Change
		n      int
		size   int64
	}{{image.Added, c.Added, c.AddedBytes}, {image.Modified, c.Modified, c.ModifiedBytes}, {image.Metadata, c.Metadata, c.MetadataBytes}, {image.Removed, c.Removed, c.RemovedBytes}} {
		if x.n > 0 {
			parts = append(parts, Mark(th, x.change)+th.Render(theme.Dim, measure.Count(x.n))+" "+measure.Bytes(x.size))
		}
	}
	return parts
}

// found says what the filter comes to, or what is missing in it.
func (m *Model) found() string {
	th := m.theme
	switch {
	case m.problem != "":
		return th.Render(theme.Warning, "no expression yet: "+m.problem)
	case m.shown == nil || m.waiting && m.shown.view.text != m.view.text:
		return th.Render(theme.Dim, "looking "+th.Glyphs.Ellipsis)
	}
	l := m.shown.look
	n := l.count - 1
	if m.shown.rows == nil {
		n = len(m.shown.flat)
	}
	text := measure.Count(n) + " found, " + m.order().String()
	if m.view.text == "" {
		text = ""
	}
	if m.typing && m.width >= 60 {
		other := "regex"
		if m.regex {
			other = "words"
		}
		if text != "" {
			text += " " + th.Glyphs.Dot + " "
		}
		return th.Render(theme.Dim, text) + th.Render(theme.Key, "^R") + th.Render(theme.Dim, " "+other)
	}
	return th.Render(theme.Dim, text)
}

// order is the one of the rows that are shown.
func (m *Model) order() order {
	if m.shown == nil {
		return m.view.sorted()
	}
	return m.shown.view.sorted()
}

// Message is what the last key could not do; "" for nothing.
func (m *Model) Message() string { return m.message }

// nothing says why no file is shown.
func (m *Model) nothing() string {
	v := m.shown.view
	did := "This layer"
	if !m.shown.scope.Single() {
		did = "These layers"
	}
	layer := m.image.Layers[m.shown.scope.To]
	unread, lost := m.unread(m.shown.scope)
	switch {
	case m.shown.scope.Single() && layer.Tree == nil && len(layer.Problems) > 0:
		return "The files of this layer are not known: " + layer.Problems[0]
	case m.shown.scope.Single() && layer.Tree == nil:
		return "The files of this layer are not known."
	case v.text != "" && v.all:
		return fmt.Sprintf("No path matches %q; esc shows all again.", v.text)
	case v.text != "":
		return fmt.Sprintf("%s did nothing to a path like %q; esc and a show all files so far.", did, v.text)
	case lost:
		text := fmt.Sprintf("What layer %d holds is not known", unread+1)
		if problems := m.image.Layers[unread].Problems; len(problems) > 0 {
			text += ": " + problems[len(problems)-1]
		}
		return text
	case v.kinds != 0:
		return v.kinds.none(m.shown.scope.Single()) + "; esc shows the other changes again."
	case v.all:
		return "There are no files."
	}
	if m.shown.scope.Single() {
		return "This layer changes no file; a shows all files so far."
	}
	return "Together these layers change no file; a shows all files so far."
}
