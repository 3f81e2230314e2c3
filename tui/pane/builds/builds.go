// Package builds is the page of the builds that the engine remembers: a list that
// is filtered as one types, from which one build is opened or watched, or two are
// compared.
package builds

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/build/compare"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/widget"
)

// Keys are the page's bindings.
type Keys struct{ Open, Mark, Again, Close key.Binding }

// DefaultKeys returns the bindings. All other keys go into the filter.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		Open:  bind("enter", "open the build; watch it, if it runs", "enter"),
		Mark:  bind("tab", "mark it; two marked ones are compared", "tab"),
		Again: bind("^R", "read the list again", "ctrl+r"),
		Close: bind("esc", "back: comparison, filter, list", "esc"),
	}
}

// Bindings lists them for the help.
func (k Keys) Bindings() []key.Binding { return []key.Binding{k.Open, k.Mark, k.Again, k.Close} }

// Page is the open page. Make one with New.
type Page struct {
	keys    Keys
	project string // whose builds come first
	loaded  bool
	err     error
	records []history.Record
	rows    []history.Record // that the filter lets through
	input   widget.Input
	list    widget.List
	marked  []string // refs, in the order in which they were marked

	comparing bool // two builds are being read or shown
	compared  *compare.Comparison
	offset    int // of the comparison
	lines     int // of it, as drawn last
	height    int
}

// New opens the page on a list that is still being read. Builds of the project
// stand before others.
func New(project string) *Page {
	p := &Page{keys: DefaultKeys(), project: project}
	p.list.SetHeight(1)
	return p
}

// SetRecords shows the list, or why there is none.
func (p *Page) SetRecords(records []history.Record, err error) {
	at, had := p.Record()
	p.loaded, p.err, p.records = true, err, slices.Clone(records)
	slices.SortStableFunc(p.records, func(a, b history.Record) int { return p.rank(a) - p.rank(b) })
	p.marked = slices.DeleteFunc(p.marked, func(ref string) bool {
		return !slices.ContainsFunc(p.records, func(r history.Record) bool { return r.Ref == ref })
	})
	p.filter()
	if i := slices.IndexFunc(p.rows, func(r history.Record) bool { return r.Ref == at.Ref }); had && i >= 0 {
		p.list.Select(i, len(p.rows))
	}
}

func (p *Page) rank(r history.Record) int {
	switch {
	case r.Running():
		return 0
	case p.project != "" && r.Project == p.project:
		return 1
	}
	return 2
}

// SetComparison shows two builds side by side, or why they can't be.
func (p *Page) SetComparison(c compare.Comparison, err error) {
	if !p.comparing {
		return
	}
	p.compared, p.err = &c, err
	if err != nil {
		p.comparing, p.compared = false, nil
	}
}

// Comparing says whether two builds are shown side by side.
func (p *Page) Comparing() bool { return p.comparing }

// Height is how many lines a page of that width has use for, frame included. It
// does not change with the filter, so that nothing jumps while one types.
func (p *Page) Height(look pane.Look, width int) int {
	const least = 12
	if p.compared != nil {
		return max(least, len(p.comparison(look, width-2))+2)
	}
	return max(least, len(p.records)+headLines+footLines+2)
}

// Moving says whether something on the page changes with time.
func (p *Page) Moving() bool {
	return !p.loaded || p.comparing && p.compared == nil ||
		slices.ContainsFunc(p.records, func(r history.Record) bool { return r.Running() })
}

// Record is the build under the cursor.
func (p *Page) Record() (history.Record, bool) {
	if p.list.Cursor < 0 || p.list.Cursor >= len(p.rows) {
		return history.Record{}, false
	}
	return p.rows[p.list.Cursor], true
}

// Pair is the two marked builds, the older one first: what changed since is what
// one asks.
func (p *Page) Pair() (a, b history.Record) {
	var found []history.Record
	for _, r := range p.records {
		if slices.Contains(p.marked, r.Ref) {
			found = append(found, r)
		}
	}
	if len(found) != 2 {
		return a, b
	}
	if found[0].Started.After(found[1].Started) {
		found[0], found[1] = found[1], found[0]
	}
	return found[0], found[1]
}

func (p *Page) filter() {
	p.rows = history.Filter{Words: p.input.String()}.Of(p.records)
	p.list.Select(p.list.Cursor, len(p.rows))
}

// Answer is what a key did to the page.
type Answer int

// The answers.
const (
	Open     Answer = iota // it stays open
	Closed                 // the user went away
	Chosen                 // Record shall be opened
	Compared               // Pair shall be compared; SetComparison brings it
	Reload                 // the list shall be read again; SetRecords brings it
)

// Press handles a key.
func (p *Page) Press(msg tea.KeyPressMsg) Answer {
	if p.comparing {
		return p.pressComparison(msg)
	}
	n := len(p.rows)
	switch {
	case key.Matches(msg, p.keys.Close) && p.input.String() != "":
		p.input.Clear()
		p.filter()
	case key.Matches(msg, p.keys.Close):
		return Closed
	case key.Matches(msg, p.keys.Open):
		if _, ok := p.Record(); ok {
			return Chosen
		}
	case key.Matches(msg, p.keys.Mark):
		return p.mark()
	case key.Matches(msg, p.keys.Again):
		p.loaded = false
		return Reload
	case msg.String() == "up", msg.String() == "ctrl+p":
		p.list.Move(-1, n)
	case msg.String() == "down", msg.String() == "ctrl+n":
		p.list.Move(1, n)
	case msg.String() == "pgup":
		p.list.Page(-1, n)
	case msg.String() == "pgdown":
		p.list.Page(1, n)
	case msg.String() == "home":
		p.list.Select(0, n)
	case msg.String() == "end":
		p.list.Select(n-1, n)
	case msg.String() == "/" && p.input.String() == "": // the filter is open already
	case p.input.Press(msg):
		p.list.Cursor = 0
		p.filter()
	}
	return Open
}

// mark marks the build under the cursor, or takes the mark away. One that runs
// can't be compared yet.
func (p *Page) mark() Answer {
	r, ok := p.Record()
	if !ok || r.Running() {
		return Open
	}
	if i := slices.Index(p.marked, r.Ref); i >= 0 {
		p.marked = slices.Delete(p.marked, i, i+1)
		return Open
	}
	p.marked = append(p.marked, r.Ref)
	if len(p.marked) < 2 {
		p.list.Move(1, len(p.rows))
		return Open
	}
	p.comparing, p.compared, p.offset, p.err = true, nil, 0, nil
	return Compared
}

func (p *Page) pressComparison(msg tea.KeyPressMsg) Answer {
	switch msg.String() {
	case "esc", "left", "h", "q", "enter":
		p.comparing, p.compared = false, nil
		p.marked = p.marked[:1] // the first one may be compared with another
	case "up", "k":
		p.offset--
	case "down", "j":
		p.offset++
	case "pgup", "ctrl+u", "ctrl+b":
		p.offset -= max(1, p.height-1)
	case "pgdown", "ctrl+d", "ctrl+f", "space":
		p.offset += max(1, p.height-1)
	case "home", "g":
		p.offset = 0
	case "end", "G":
		p.offset = p.lines
	}
	p.offset = max(0, min(p.offset, p.lines-p.height))
	return Open
}

// Paste adds text to the filter.
func (p *Page) Paste(text string) {
	if !p.comparing {
		p.input.Insert(text)
		p.filter()
	}
}

// Wheel moves the cursor, or scrolls the comparison.
func (p *Page) Wheel(delta int) {
	if p.comparing {
		p.offset = max(0, min(p.offset+delta, p.lines-p.height))
		return
	}
	p.list.Move(delta, len(p.rows))
}

// Click selects the row at y of the page, frame included; a second click opens
// it.
func (p *Page) Click(y int) Answer {
	i, ok := p.list.At(y-headLines-1, len(p.rows))
	switch {
	case p.comparing || !ok:
		return Open
	case i == p.list.Cursor:
		return Chosen
	}
	p.list.Select(i, len(p.rows))
	return Open
}
