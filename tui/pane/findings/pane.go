// Package findings shows what should not be in the image, and what is wrong with the
// Dockerfile before one is built: a list in groups, and for the selected finding what
// was seen, why it matters and what to write instead.
package findings

import (
	"cmp"
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Pane is the screen of findings. It is not a tea.Model: the App feeds it keys
// and asks it for its lines, and for what the user wants to go to.
type Pane struct {
	theme  *theme.Theme
	keys   Keys
	redact func(string) string // of instructions

	graph   *model.Graph      // nil when no Dockerfile is known
	image   *image.Image      // nil until one is opened
	static  []finding.Finding // of the Dockerfile
	found   []finding.Finding // of the image
	all     []finding.Finding // both
	rules   func() []finding.Rule
	rows    []row
	waiting string

	list     widget.List
	detail   widget.LogWindow
	filter   widget.Input
	typing   bool
	least    finding.Severity // milder ones are hidden
	order    order
	paging   bool             // the page of a rule lies over all
	about    widget.LogWindow // the page
	matching int              // how many the filter lets through
	focused  bool

	width, height int
	listBox, box  rect
}

type rect struct{ x, y, w, h int }

// New returns a Pane without findings. redact takes secrets out of instructions; rules
// are those with a page.
func New(th *theme.Theme, redact func(string) string, rules func() []finding.Rule) *Pane {
	return &Pane{theme: th, keys: DefaultKeys(), redact: redact, rules: rules, focused: true}
}

// SetTheme changes how the pane looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.theme = th }

// SetFocused says whether keys go to the pane.
func (p *Pane) SetFocused(on bool) { p.focused = on }

// SetWaiting says what is being done until there is an image.
func (p *Pane) SetWaiting(text string) {
	if (p.waiting == "") != (text == "") {
		p.waiting = text
		p.refresh()
	}
	p.waiting = text
}

// SetFindings shows what was found in an image. graph may be nil.
func (p *Pane) SetFindings(im *image.Image, found []finding.Finding, graph *model.Graph) {
	p.image, p.found, p.graph, p.waiting = im, found, graph, ""
	p.list = widget.List{}
	p.merge(finding.Finding{}, false)
}

// SetStatic shows what was found in a Dockerfile before any build of it.
func (p *Pane) SetStatic(found []finding.Finding, graph *model.Graph) {
	at, some := p.Selected()
	p.static = found
	if graph != nil {
		p.graph = graph
	}
	p.merge(at, some)
}

// merge makes one list of both.
func (p *Pane) merge(at finding.Finding, some bool) {
	p.all = finding.Together(p.found, p.static)
	p.paging = p.paging && some
	p.refreshAt(at, some)
	p.arrange()
}

// SetSize gives the pane its cells.
func (p *Pane) SetSize(width, height int) {
	p.width, p.height = width, height
	p.arrange()
}

// Selected is the finding under the cursor.
func (p *Pane) Selected() (finding.Finding, bool) {
	if p.list.Cursor < 0 || p.list.Cursor >= len(p.rows) || p.rows[p.list.Cursor].at < 0 {
		return finding.Finding{}, false
	}
	return p.all[p.rows[p.list.Cursor].at], true
}

// Show puts the cursor on a finding.
func (p *Pane) Show(f finding.Finding) { p.refreshAt(f, true) }

// Line is the Dockerfile line of the selected finding; 0 when none is known.
func (p *Pane) Line() int {
	f, _ := p.Selected()
	return f.Line
}

// Keys are the pane's own bindings, beside those of the whole program.
type Keys struct {
	File, Page, Copy, More, Severity, Order, Filter key.Binding

	rows                             keys.Rows
	back, left, detailUp, detailDown key.Binding
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		File:     bind("enter", "open, the file in its layer or the line", "enter", "right", "l"),
		Page:     bind("p", "about the rule, what counts and what does not", "p"),
		Copy:     bind("y", "copy the fix", "y"),
		Order:    bind("o", "order, worst first, by kind or by line", "o"),
		Severity: bind("s", "severity, hide the mildest", "s"),
		Filter:   bind("/", "filter, by words", "/"),
		rows:     keys.Default().Rows.Without("space", "ctrl+u", "ctrl+d"),
		back:     bind("", "", "esc"),
		left:     bind("", "", "left", "h"),
		More:     bind("^D ^U", "more, scroll what is said of it", "ctrl+d", "ctrl+u"),
		detailUp: bind("", "", "ctrl+u"), detailDown: bind("", "", "ctrl+d"),
	}
}

// Bindings lists the pane's own bindings, for help.
func (k Keys) Bindings() []key.Binding {
	return []key.Binding{k.File, k.Page, k.Copy, k.Order, k.Severity, k.Filter, k.More}
}

// Typing says that letters go into the filter, so that they are nobody's keys.
func (p *Pane) Typing() bool { return p.typing }

// Go is where the user wants to go: a file in a layer, or a line of the Dockerfile; or what
// to copy.
type Go struct {
	Layer int
	Path  string
	Line  int    // not 0: a line, not a file
	Copy  string // not "": the text for the clipboard
}

// Key handles a key. taken is false for one that means nothing here; to is set
// when the user asked for the finding's file.
func (p *Pane) Key(msg tea.KeyPressMsg) (to *Go, taken bool) {
	switch {
	case len(p.all) == 0:
		return nil, false
	case p.typing:
		return nil, p.typeFilter(msg)
	case p.paging:
		return nil, p.pressPage(msg)
	}
	k := p.keys
	before := p.list.Cursor
	switch {
	case p.list.Press(k.rows, msg, len(p.rows)):
		by := 1
		if p.list.Cursor < before {
			by = -1
		}
		p.skipHeads(by)
	case key.Matches(msg, k.detailUp):
		p.detail.Scroll(p.fields(), -max(1, p.box.h/2))
	case key.Matches(msg, k.detailDown):
		p.detail.Scroll(p.fields(), max(1, p.box.h/2))
	case key.Matches(msg, k.Filter):
		p.typing = true
	case key.Matches(msg, k.Severity):
		p.nextLevel()
	case key.Matches(msg, k.back) && (p.filter.String() != "" || p.least > finding.Info):
		p.least = finding.Info
		p.filter.Clear()
		p.refresh()
	case key.Matches(msg, k.Order):
		p.order = (p.order + 1) % orders
		p.refresh()
	case key.Matches(msg, k.Page):
		_, p.paging = p.Selected()
		p.about.Home()
	case key.Matches(msg, k.Copy):
		f, ok := p.Selected()
		if text := cmp.Or(f.Instead, f.Fix); ok && text != "" {
			return &Go{Copy: text}, true
		}
	case key.Matches(msg, k.File):
		f, ok := p.Selected()
		switch {
		case ok && f.Path != "" && f.Layer >= 0:
			return &Go{Layer: f.Layer, Path: f.Path}, true
		case ok && f.Line > 0:
			return &Go{Line: f.Line}, true
		}
		return nil, ok
	default:
		return nil, false
	}
	if p.list.Cursor != before {
		p.detail.Home()
	}
	return nil, true
}

// pressPage handles a key while a rule's page is open.
func (p *Pane) pressPage(msg tea.KeyPressMsg) bool {
	k, all := p.keys, p.pageText()
	by, moves := k.rows.By(msg, p.height-2, all.Len())
	switch {
	case key.Matches(msg, k.back, k.Page, k.left):
		p.paging = false
	case moves:
		p.about.Scroll(all, by)
	case key.Matches(msg, k.detailUp):
		p.about.Scroll(all, -max(1, p.height/2))
	case key.Matches(msg, k.detailDown):
		p.about.Scroll(all, max(1, p.height/2))
	default:
		return false
	}
	return true
}

// nextLevel hides one severity more, and after the worst shows all again.
func (p *Pane) nextLevel() {
	if p.least++; p.least > finding.High {
		p.least = finding.Info
	}
	p.refresh()
}

func (p *Pane) typeFilter(msg tea.KeyPressMsg) bool {
	switch {
	case key.Matches(msg, p.keys.back):
		p.typing = false
		p.filter.Clear()
	case msg.String() == "enter":
		p.typing = false
		return true
	case !p.filter.Press(msg):
		return false
	}
	p.refresh()
	return true
}

// Paste adds text to the filter.
func (p *Pane) Paste(text string) {
	p.filter.Insert(text)
	p.refresh()
}

// Click selects the finding under the mouse; x and y count from the pane's corner.
func (p *Pane) Click(x, y int) {
	if x < p.listBox.x || x >= p.listBox.x+p.listBox.w {
		return
	}
	if p.paging {
		return
	}
	if i, ok := p.list.At(y-p.listBox.y-1, len(p.rows)); ok && p.rows[i].at >= 0 {
		p.list.Select(i, len(p.rows))
		p.detail.Home()
	}
}

// Wheel scrolls what is under the mouse by delta lines.
func (p *Pane) Wheel(x, y, delta int) {
	if p.paging {
		p.about.Scroll(p.pageText(), delta)
		return
	}
	if x >= p.box.x && x < p.box.x+p.box.w && y >= p.box.y && y < p.box.y+p.box.h {
		p.detail.Scroll(p.fields(), delta)
		return
	}
	p.list.Wheel(delta, len(p.rows))
	p.skipHeads(1)
}

// stage is the name of the stage that a finding came from; "" when unknown.
func (p *Pane) stage(f finding.Finding) string {
	switch {
	case f.Base:
		return "base image"
	case p.graph == nil || f.Stage < 0 || f.Stage >= len(p.graph.Stages):
		return ""
	}
	return p.graph.Stages[f.Stage].Label()
}

// where says the layer, stage and line of a finding.
func (p *Pane) where(f finding.Finding) string {
	var parts []string
	if f.Layer >= 0 {
		parts = append(parts, fmt.Sprintf("layer %d", f.Layer+1))
	}
	if s := p.stage(f); s != "" {
		parts = append(parts, s)
	}
	if f.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", f.Line))
	}
	return strings.Join(parts, " "+p.theme.Glyphs.Dot+" ")
}
