package logs

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// prompt is the line at the bottom of the pane that has the keys.
type prompt struct {
	kind  promptKind
	input widget.Input
	from  place // where the window was when it was opened

	exists string // to save: the name of a file that is there
}

type promptKind int

const (
	promptNone promptKind = iota
	promptSearch
	promptFilter
	promptSave
)

// place is where a window stands.
type place struct {
	key    int
	follow bool
}

func (p *Pane) place(c *content) place { return place{p.top(c), p.Window.Follow} }

// Typing says that a line at the bottom has the keys.
func (p *Pane) Typing() bool { return p.prompt.kind != promptNone }

func (p *Pane) open(look pane.Look, kind promptKind) {
	p.prompt = prompt{kind: kind, from: p.place(p.content(look))}
}

// Paste adds text to what is being typed.
func (p *Pane) Paste(look pane.Look, text string) {
	p.prompt.input.Insert(text)
	p.changed(look)
}

// typed handles a key while a line at the bottom has them.
func (p *Pane) typed(look pane.Look, m keys.Map, msg tea.KeyPressMsg) {
	switch {
	case key.Matches(msg, m.Enter):
		p.accept(look)
	case key.Matches(msg, m.Back):
		p.abandon(look)
	case p.prompt.input.Press(msg):
		p.changed(look)
	}
}

// changed shows what the text so far would find.
func (p *Pane) changed(look pane.Look) {
	q := widget.NewQuery(p.prompt.input.String())
	switch p.prompt.kind {
	case promptSearch:
		p.setSearch(q)
		if q.Empty() {
			p.back(look)
			return
		}
	case promptFilter:
		p.setFilter(q)
		if !p.prompt.from.follow {
			p.back(look)
		}
	}
}

// back shows again what was shown before.
func (p *Pane) back(look pane.Look) {
	c := p.content(look)
	if p.prompt.from.follow {
		p.Window.End()
	} else {
		p.Window.ShowTop(c, c.Find(p.prompt.from.key))
	}
}

// accept keeps what was typed; an empty filter is none.
func (p *Pane) accept(pane.Look) {
	switch {
	case p.prompt.kind == promptFilter && p.prompt.input.String() == "":
		p.setFilter(widget.Query{})
	case p.prompt.kind == promptSave:
		p.acceptSave()
	}
	p.prompt.kind = promptNone
}

// abandon drops what was typed and goes back to where it was opened.
func (p *Pane) abandon(look pane.Look) {
	kind := p.prompt.kind
	p.prompt.kind = promptNone
	switch kind {
	case promptSearch:
		p.setSearch(widget.Query{})
	case promptFilter:
		p.setFilter(widget.Query{})
	case promptSave:
		return
	}
	p.back(look)
}

// foot is the lines at the bottom of the pane: the filter, the search, what is
// being typed.
func (p *Pane) foot(th *theme.Theme, width, height int) []string {
	var out []string
	if typing := p.prompt.kind == promptFilter; typing || !p.filter.query.Empty() {
		right := ""
		if !p.filter.query.Empty() {
			right = p.filtered()
		}
		out = append(out, p.footLine(th, "&", p.filter.query, typing, right, width))
	}
	if typing := p.prompt.kind == promptSearch; typing || !p.search.query.Empty() {
		right := ""
		if !p.search.query.Empty() {
			right = p.search.count()
		}
		out = append(out, p.footLine(th, "/", p.search.query, typing, right, width))
	}
	if p.Saving() {
		right := p.saveInfo()
		left := " " + th.Render(theme.Key, "save to") + " " + p.prompt.input.View(th, max(2, width-widget.Width(right)-12))
		out = append(out, widget.Sides(left, th.Render(theme.Dim, right)+" ", width, th.Glyphs.Ellipsis))
	}
	if len(out) >= height { // what is being typed stands last, unless it is the filter
		return out[len(out)-max(0, min(1, height)):]
	}
	return out
}

func (p *Pane) footLine(th *theme.Theme, sign string, q widget.Query, typing bool, right string, width int) string {
	if how := q.How(); how != "" {
		right = how + "  " + right
	}
	left := " " + th.Render(theme.Key, sign)
	if typing {
		left += p.prompt.input.View(th, max(2, width-widget.Width(right)-4))
	} else {
		left += q.String()
	}
	return widget.Sides(left, th.Render(theme.Dim, right)+" ", width, th.Glyphs.Ellipsis)
}
