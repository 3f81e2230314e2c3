package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// order is how the list is sorted.
type order int

const (
	bySeverity order = iota // what the Dockerfile added, then the base image, then what is accepted
	byKind                  // by category
	byLine                  // of the Dockerfile
	orders
)

func (o order) String() string { return [...]string{"worst first", "by kind", "by line"}[o] }

// row is a finding, or the head of a group.
type row struct {
	at    int    // index into all; -1 for a head
	head  string // of a group
	info  string // beside it; brief where there is little room
	brief string
}

// refresh works out what the list shows: what the filter lets through, in groups.
func (p *Pane) refresh() { p.refreshAt(p.Selected()) }

// refreshAt is refresh with the cursor on a finding, if the list has it.
func (p *Pane) refreshAt(selected finding.Finding, had bool) {
	var kept []int
	words := strings.Fields(strings.ToLower(p.filter.String()))
	for i, f := range p.all {
		if f.Severity < p.least {
			continue
		}
		text := strings.ToLower(strings.Join([]string{f.Rule, f.Title, string(f.Category), f.Severity.String(), f.Subject(), f.From, p.stage(f)}, " "))
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			kept = append(kept, i)
		}
	}
	p.matching = len(kept)
	p.rows = p.grouped(kept)
	at := p.list.Cursor
	if had {
		if i := slices.IndexFunc(p.rows, func(r row) bool { return r.at >= 0 && same(p.all[r.at], selected) }); i >= 0 {
			at = i
		}
	}
	p.list.Select(at, len(p.rows))
	p.skipHeads(1)
	p.detail.Home()
}

// same says that two are the same finding, perhaps of two lists.
func same(a, b finding.Finding) bool { return finding.Compare(a, b) == 0 && a.Path == b.Path }

// grouped sorts findings and puts heads over those that belong together.
func (p *Pane) grouped(kept []int) []row {
	group := func(i int) (int, string) {
		f := p.all[i]
		switch {
		case f.Allowed != nil:
			return 1 << 20, "accepted"
		case p.order == byKind:
			return slices.Index(kinds, f.Category), string(f.Category)
		case p.order == byLine && f.Line == 0:
			return 1 << 10, "of no line"
		case p.order == byLine:
			return 0, ""
		case f.Base:
			return 2, "brought by the base image"
		case f.Category == finding.Build:
			return 1, "in the Dockerfile"
		}
		return 0, "in the image"
	}
	slices.SortStableFunc(kept, func(a, b int) int {
		ga, _ := group(a)
		gb, _ := group(b)
		if ga == gb && p.order == byLine {
			return cmp.Or(p.all[a].Line-p.all[b].Line, finding.Compare(p.all[a], p.all[b]))
		}
		return cmp.Or(ga-gb, finding.Compare(p.all[a], p.all[b]))
	})
	var out []row
	last, head := -1, 0
	for n, i := range kept {
		g, name := group(i)
		if n == 0 || g != last {
			last, head = g, len(out)
			if name != "" {
				out = append(out, row{at: -1, head: name})
			} else {
				head = -1
			}
		}
		if head >= 0 {
			out[head].info, out[head].brief = p.sum(kept, n, group)
		}
		out = append(out, row{at: i})
	}
	return p.withImage(out)
}

// withImage says of an image without findings that it has none, or is not there yet.
func (p *Pane) withImage(out []row) []row {
	th := p.theme
	switch {
	case len(p.found) > 0 || p.order != bySeverity || len(out) == 0 || p.filter.String() != "" || p.least > finding.Info:
	case p.image == nil && p.waiting == "":
		out = append(out, row{at: -1, head: "in the image", info: "not built yet"})
	case p.image != nil && p.image.UnreadInWords() == "":
		out = append([]row{{at: -1, head: "in the image", info: th.Glyphs.Good() + " nothing found"}}, out...)
	}
	return out
}

// sum is what a group comes to up to its n-th entry: counts by severity, or of all, and
// bytes where there are any.
func (p *Pane) sum(kept []int, n int, group func(int) (int, string)) (info, brief string) {
	want, _ := group(kept[n])
	var some []finding.Finding
	var size int64
	for _, i := range kept[:n+1] {
		if g, _ := group(i); g == want {
			f := p.all[i]
			f.Allowed = nil
			some = append(some, f)
			if f.Category != finding.Build { // what a build would send is no size of an image
				size += f.Size
			}
		}
	}
	bytes := ""
	if size > 0 {
		bytes = " " + p.theme.Glyphs.Dot + " " + measure.Bytes(size)
	}
	return finding.Count(some).String() + bytes, measure.Count(len(some)) + bytes
}

// kinds are the categories in the order in which the list has them.
var kinds = []finding.Category{
	finding.Secret, finding.Toolchain, finding.Source, finding.DevDeps, finding.VCS, finding.Cache, finding.Hygiene, finding.Policy, finding.Build,
}

// skipHeads moves the cursor off the head of a group.
func (p *Pane) skipHeads(by int) {
	n := len(p.rows)
	on := func() bool { return p.list.Cursor < n && p.list.Cursor >= 0 && p.rows[p.list.Cursor].at < 0 }
	if !on() {
		return
	}
	next := p.list.Cursor + by
	if next < 0 || next >= n {
		next = p.list.Cursor - by
	}
	top := p.list.Offset
	p.list.Select(next, n)
	if p.list.Cursor == 1 && top <= 1 {
		p.list.Offset = 0 // the first head belongs to the first row
	}
}

// lines draws the list.
type lines struct{ p *Pane }

func (l lines) Len() int { return len(l.p.rows) }

func (l lines) Row(i, width int, selected, focus bool) string {
	p, th := l.p, l.p.theme
	r := p.rows[i]
	if r.at < 0 {
		info := r.info
		if r.brief != "" && widget.Width(r.head)+widget.Width(info)+5 > width {
			info = r.brief
		}
		return widget.Sides(" "+th.Render(theme.Bold, r.head), th.Render(theme.Dim, info+" "), width, th.Glyphs.Ellipsis)
	}
	f := p.all[r.at]
	cursor := " "
	if selected {
		cursor = th.Glyphs.Cursor
	}
	title := f.Title
	if f.Allowed != nil {
		title = th.Render(theme.Dim, title)
	}
	left := cursor + severity(th, f.Severity, f.Allowed != nil) + " " + title
	right := ""
	switch {
	case f.Size > 0 && f.Category != finding.Build:
		right = fmt.Sprintf("%9s", measure.Bytes(f.Size))
	case f.Line > 0 && f.Category == finding.Build:
		right = fmt.Sprintf("%9s", fmt.Sprintf("line %d", f.Line))
	default:
		right = widget.Spaces(9)
	}
	right = th.Render(theme.Dim, right) + " "
	subject := f.Subject()
	if f.Category == finding.Build {
		subject = f.Name
	}
	if room := width - widget.Width(left) - widget.Width(right) - 3; room >= 12 {
		left += "  " + th.Render(theme.Dim, widget.TruncateLeft(subject, room, th.Glyphs.Ellipsis))
	}
	line := widget.Sides(left, right, width, th.Glyphs.Ellipsis)
	return th.Row(line, selected, focus)
}

// severity is the glyph and word of a severity, eight cells and the glyph wide; quiet for
// what is accepted.
func severity(th *theme.Theme, s finding.Severity, quiet bool) string {
	role, glyph := theme.Severity(s), th.Glyphs.Problem
	if quiet {
		role, glyph = theme.Dim, th.Glyphs.Good()
	}
	return th.Render(role, glyph+" "+s.String()) + widget.Spaces(len("critical")-len(s.String()))
}
