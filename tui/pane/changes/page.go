// Package changes is the page of what a failed step did to the files: a tree of
// what it added, changed and removed, and the text of one of them.
package changes

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/widget"
)

// Page is the page. The zero Page waits for the changes to come.
type Page struct {
	title   string
	err     error
	come    bool // the changes have, or err
	more    bool // there are too many to show
	changes []build.Change
	nodes   []node
	tops    []int
	tree    widget.Tree
	text    *text // the file that is shown; nil for none
}

// node is a file or a directory of the tree; one that only holds changes has no
// change itself.
type node struct {
	name     string
	change   int // index into changes; -1 for none
	children []int
	files    int   // below, with changes
	bytes    int64 // of those
	dir      bool
}

// text is a file's content.
type text struct {
	change int
	lines  []string
	err    error
	come   bool
	offset int
}

// Act is what a key asks of the owner of the page.
type Act int

// The acts.
const (
	Stay  Act = iota
	Close     // the page
	Read      // the file that Wanted says
)

// New returns a page about a step.
func New(title string) *Page { return &Page{title: title} }

// SetChanges shows what has come, or why nothing has.
func (p *Page) SetChanges(changes []build.Change, more bool, err error) {
	p.changes, p.more, p.err, p.come = changes, more, err, true
	p.plant()
	src := row{Page: p}
	p.tree.Reset(src, false)
	for i := 0; i < p.tree.Len() && p.tree.Len() < openRows; i++ { // a few are best seen at once
		p.tree.Select(i, p.tree.Len())
		if r, _ := p.tree.Selected(); !r.Leaf && !r.Open {
			p.tree.Toggle(src)
		}
	}
	p.tree.Select(0, p.tree.Len())
}

// openRows bounds the tree that is shown with all its directories open.
const openRows = 200

// plant makes a tree of paths, which come sorted.
func (p *Page) plant() {
	p.nodes, p.tops = nil, nil
	at := map[string]int{}
	var dir func(path string) int
	add := func(path string, n node) int {
		slash := strings.LastIndexByte(path, '/')
		n.name = path[slash+1:]
		p.nodes = append(p.nodes, n)
		id := len(p.nodes) - 1
		if slash <= 0 {
			p.tops = append(p.tops, id)
		} else {
			up := dir(path[:slash])
			p.nodes[up].children = append(p.nodes[up].children, id)
		}
		return id
	}
	dir = func(path string) int {
		id, ok := at[path]
		if !ok {
			id = add(path, node{change: -1, dir: true})
			at[path] = id
		}
		return id
	}
	for i, c := range p.changes {
		id := add(c.Path, node{change: i, dir: c.Dir})
		if _, known := at[c.Path]; !known { // what was a directory can be a file now
			at[c.Path] = id
		}
		if !c.Dir {
			for up := c.Path[:max(0, strings.LastIndexByte(c.Path, '/'))]; up != ""; up = up[:max(0, strings.LastIndexByte(up, '/'))] {
				p.nodes[at[up]].files++
				p.nodes[at[up]].bytes += c.Size
			}
		}
	}
}

// Wanted is the file that is asked for, an index into the changes.
func (p *Page) Wanted() int {
	if p.text == nil {
		return -1
	}
	return p.text.change
}

// SetText shows the text of a file, if it is still asked for.
func (p *Page) SetText(change int, content string, err error) {
	if p.text == nil || p.text.change != change {
		return
	}
	p.text.come, p.text.err = true, err
	if strings.ContainsRune(content, 0) {
		content = "(a binary file)"
	}
	if content != "" {
		p.text.lines = strings.Split(strings.TrimSuffix(content, "\n"), "\n")
	}
}

// Children implements widget.TreeSource.
func (p *Page) Children(id int) []int {
	if id == widget.Root {
		return p.tops
	}
	return p.nodes[id].children
}

// Leaf implements widget.TreeSource.
func (p *Page) Leaf(id int) bool { return len(p.nodes[id].children) == 0 }

// Press handles a key.
func (p *Page) Press(k keys.Map, msg tea.KeyPressMsg) Act {
	if p.text != nil {
		p.pressText(k, msg)
		return Stay
	}
	switch {
	case p.tree.Press(k.Rows, msg, p.tree.Len()):
	case key.Matches(msg, k.Left):
		p.tree.Close(row{Page: p})
	case key.Matches(msg, k.Enter, k.Right):
		return p.enter()
	case key.Matches(msg, k.Back, k.Quit, k.Changes):
		return Close
	}
	return Stay
}

// enter opens what is under the cursor.
func (p *Page) enter() Act {
	r, ok := p.tree.Selected()
	if !ok {
		return Stay
	}
	if nd := p.nodes[r.ID]; nd.dir || nd.change < 0 {
		p.tree.Open(row{Page: p})
		return Stay
	}
	p.text = &text{change: p.nodes[r.ID].change}
	return Read
}

func (p *Page) pressText(k keys.Map, msg tea.KeyPressMsg) {
	t := p.text
	by, moves := k.By(msg, p.tree.Height(), len(t.lines))
	switch {
	case moves:
		t.offset += by
	case key.Matches(msg, k.Back, k.Left, k.Quit, k.Changes):
		p.text = nil
	}
}

// Wheel scrolls.
func (p *Page) Wheel(delta int) {
	if p.text != nil {
		p.text.offset += delta
		return
	}
	p.tree.Wheel(delta, p.tree.Len())
}
