package findings

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// rule is the one that a finding is an instance of.
func (p *Pane) rule(id string) (finding.Rule, bool) {
	if p.rules == nil {
		return finding.Rule{}, false
	}
	all := p.rules()
	i := slices.IndexFunc(all, func(r finding.Rule) bool { return r.ID == id })
	if i < 0 {
		return finding.Rule{}, false
	}
	return all[i], true
}

// pageText is the page of the selected finding's rule: why it matters, what is taken for
// evidence and what is not, what to do, and how to accept it.
func (p *Pane) pageText() text {
	f, ok := p.Selected()
	if !ok {
		return nil
	}
	r, ok := p.rule(f.Rule)
	if !ok {
		r = finding.Rule{ID: f.Rule, Title: f.Title, Category: f.Category, Severity: f.Severity, Why: f.Why}
	}
	th := p.theme
	out := text{" " + severity(th, r.Severity, false) + " " + th.Render(theme.Bold, r.Title)}
	part := func(head, body string) {
		if body == "" {
			return
		}
		out = append(out, "", " "+th.Render(theme.Title, head))
		for paragraph := range strings.SplitSeq(body, "\n") {
			if strings.TrimSpace(paragraph) == "" {
				out = append(out, "")
				continue
			}
			if strings.HasPrefix(paragraph, "    ") { // an example, to be copied as it is
				out = append(out, "   "+th.Render(theme.Dim, strings.TrimRight(paragraph, " ")))
				continue
			}
			for _, line := range widget.WrapWords(strings.TrimSpace(paragraph), max(20, min(p.width-6, readable))) {
				out = append(out, "   "+line)
			}
		}
	}
	part("Why", r.Why)
	part("What to do", r.Fix)
	more := r.More
	if rest, ok := strings.CutPrefix(more, "Evidence: "); ok {
		evidence, after, _ := strings.Cut(rest, "\n\n")
		part("What counts", strings.ToUpper(evidence[:1])+evidence[1:])
		more = after
	}
	part("More", more)
	if r.File != "" {
		part("Written in", r.File)
	}
	accept := "In .stagedive.yaml, under allow, with the rule, the path and a reason."
	if f.Category == finding.Build {
		accept = "By a comment right above the instruction:\n# stagedive: allow=" + f.Rule + " the reason"
	}
	part("To accept it", accept)
	return out
}

// Paging says that the page of a rule lies over the list.
func (p *Pane) Paging() bool { return p.paging }

// readable is how many cells of running text are easy to read.
const readable = 84

// pageView draws the page in the place of list and detail.
func (p *Pane) pageView() []string {
	th := p.theme
	f, _ := p.Selected()
	frame := widget.Frame{
		Title: th.Render(theme.Title, "rule "+f.Rule) + th.Render(theme.Dim, " "+th.Glyphs.Dot+" "+string(f.Category)),
		Info:  th.Render(theme.Key, "esc") + th.Render(theme.Dim, " back"),
		Width: p.width, Height: p.height, Focus: p.focused,
	}
	all := p.pageText()
	p.about.SetSize(max(0, p.width-2), max(0, p.height-2))
	shown := p.about.Render(all, th.Glyphs.Ellipsis)
	if len(shown) < all.Len() {
		frame.Scroll = p.about.Position(all)
	}
	return frame.Render(th, shown)
}
