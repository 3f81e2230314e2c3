package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/saving"
	"github.com/stagedive/stagedive/tui/keys"
	"github.com/stagedive/stagedive/tui/pane/builds"
	comparepane "github.com/stagedive/stagedive/tui/pane/compare"
	"github.com/stagedive/stagedive/tui/pane/file"
	"github.com/stagedive/stagedive/tui/pane/findings"
	imagepane "github.com/stagedive/stagedive/tui/pane/image"
	"github.com/stagedive/stagedive/tui/pane/timeline"
	"github.com/stagedive/stagedive/tui/theme"
)

// screens are the tabs that fill the body with one pane: the timeline, the image,
// the leaks, and images side by side.
type screens struct {
	timeline *timeline.Pane
	image    *imagepane.Pane
	leaks    *findings.Pane
	compare  *comparepane.Pane
}

func newScreens(th *theme.Theme, cfg Config) screens {
	redact := cfg.Redact
	if redact == nil {
		redact = func(s string) string { return s }
	}
	return screens{timeline.New(th), imagepane.New(th, redact), findings.New(th, redact, cfg.Rules), newCompare(th, redact, cfg)}
}

// newCompare is the panel of the comparison.
func newCompare(th *theme.Theme, redact func(string) string, cfg Config) *comparepane.Pane {
	p := comparepane.New(th, redact, cfg.DiffFile)
	p.Behaviour().SetAble(cfg.Prober != nil)
	return p
}

// screenKeys are the screens' own keys, for the help.
func screenKeys() []keys.Group {
	return []keys.Group{
		{Title: keys.Timeline, Bindings: timeline.DefaultKeys().Bindings()},
		{Title: keys.Image, Bindings: imagepane.DefaultKeys().Bindings()},
		{Title: keys.File, Bindings: file.DefaultKeys().Bindings()},
		{Title: keys.Leaks, Bindings: findings.DefaultKeys().Bindings()},
		{Title: keys.Compare, Bindings: comparepane.New(nil, nil, nil).Bindings()},
		{Title: "In the list of builds", Bindings: builds.DefaultKeys().Bindings()},
	}
}

func (s screens) setTheme(th *theme.Theme) {
	s.timeline.SetTheme(th)
	s.image.SetTheme(th)
	s.leaks.SetTheme(th)
	s.compare.SetTheme(th)
}

func (s screens) setSize(w, h int) {
	s.timeline.SetSize(w, h)
	s.image.SetSize(w, h)
	s.leaks.SetSize(w, h)
	s.compare.SetSize(w, h)
}

// setWaiting says in both what is being done, or what to do.
func (s screens) setWaiting(text string) {
	s.image.SetWaiting(text)
	s.leaks.SetWaiting(text)
}

func (s screens) show(im *image.Image, found []finding.Finding, proofs [][]saving.Proof, g *model.Graph) tea.Cmd {
	if im != nil && im.Stage != "" {
		s.leaks.SetFindings(nil, nil, g)
		s.leaks.SetWaiting("Leaks are looked for in images: " + im.Stage + " may hold what it likes, nobody ships it.")
	} else {
		s.leaks.SetFindings(im, found, g)
	}
	return s.image.SetImage(im, found, proofs, g)
}

// update hands a message on; ours says that something may look different now.
func (s screens) update(msg tea.Msg) (cmd tea.Cmd, ours bool) {
	cmd, ours = s.compare.Update(msg)
	if !ours {
		cmd, _ = s.image.Update(msg)
	}
	return cmd, true
}

func (s screens) view(t tab) []string {
	switch t {
	case tabTimeline:
		return s.timeline.View()
	case tabImage:
		return s.image.View()
	case tabCompare:
		return s.compare.View()
	}
	return s.leaks.View()
}

func (s screens) click(t tab, x, y int) tea.Cmd {
	switch t {
	case tabTimeline:
		s.timeline.Click(x, y)
	case tabImage:
		return s.image.Click(x, y)
	default:
		s.leaks.Click(x, y)
	}
	return nil
}

func (s screens) wheel(t tab, m tea.Mouse, dx, dy int, body rect) tea.Cmd {
	x, y := m.X-body.x, m.Y-body.y
	switch t {
	case tabTimeline:
		s.timeline.Wheel(x, y, dx, dy*wheelRows, m.Mod.Contains(tea.ModCtrl))
	case tabImage:
		return s.image.Wheel(x, y, dy*wheelRows)
	case tabCompare:
		return s.compare.Wheel(dy * wheelRows)
	default:
		s.leaks.Wheel(x, y, dy*wheelRows)
	}
	return nil
}

func (s screens) typing(t tab) bool {
	return t == tabImage && s.image.Typing() || t == tabLeaks && s.leaks.Typing() || t == tabCompare && s.compare.Typing()
}

// paste adds text to the filter that is being typed.
func (s screens) paste(t tab, text string) tea.Cmd {
	if t == tabImage {
		return s.image.Paste(text)
	}
	if t == tabCompare {
		return s.compare.Paste(text)
	}
	s.leaks.Paste(text)
	return nil
}

// pressScreen offers a key to the screen that is shown.
func (a *App) pressScreen(msg tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	if cmd, taken := a.onFile(msg); taken {
		return cmd, true
	}
	switch a.tab {
	case tabTimeline:
		a.syncTimeline()
		var to *timeline.Go
		if to, taken = a.screens.timeline.Key(msg); to != nil {
			a.leaveTimeline(*to)
		}
	case tabImage:
		visiting := a.screens.image.Visiting()
		if cmd, taken = a.screens.image.Key(msg); visiting && !taken && key.Matches(msg, a.keys.Back) {
			a.tab = tabLeaks
			return cmd, true
		}
	case tabCompare:
		if cmd, taken = a.pressCompare(msg); taken {
			return cmd, true
		}
	default:
		var to *findings.Go
		if to, taken = a.screens.leaks.Key(msg); to != nil {
			cmd = a.follows(*to)
		}
	}
	if taken || a.screens.typing(a.tab) {
		return cmd, true
	}
	if cmd, taken := a.leaveStage(msg); taken {
		return cmd, true
	}
	switch {
	case key.Matches(msg, a.keys.View) && a.tab != tabImage && a.tab != tabCompare, key.Matches(msg, a.keys.Inspect) && a.tab == tabImage && a.inside().image != nil:
		return a.showOrigin(), true
	case key.Matches(msg, a.keys.Back) && a.graph != nil:
		a.tab = tabBuild
		return nil, true
	}
	return nil, false
}

// follows does what the user wants with a finding.
func (a *App) follows(to findings.Go) tea.Cmd {
	switch {
	case to.Copy != "":
		return tea.Batch(tea.SetClipboard(to.Copy), a.say(theme.Dim, "the fix was sent to the clipboard"))
	case to.Line > 0 && a.graph == nil:
		return a.say(theme.Dim, "no line of the Dockerfile is known for this")
	case to.Line > 0:
		a.showLine(to.Line)
		return nil
	}
	a.tab = tabImage
	return a.screens.image.Reveal(to.Layer, to.Path)
}

// showOrigin goes from a layer or a finding to its line of the Dockerfile.
func (a *App) showOrigin() tea.Cmd {
	line := 0
	switch a.tab {
	case tabTimeline:
		line = a.screens.timeline.Line()
	case tabImage:
		line = a.screens.image.Line()
	default:
		line = a.screens.leaks.Line()
	}
	if a.graph == nil || line == 0 {
		return a.say(theme.Dim, "no line of the Dockerfile is known for this")
	}
	a.showLine(line)
	return nil
}

func (a *App) screenHints() []hint {
	if a.tab == tabTimeline {
		return a.timelineHints()
	}
	if a.tab == tabCompare {
		return a.compareHints()
	}
	var out []hint
	bindings := a.screens.image.Hints()
	if a.tab == tabLeaks {
		bindings = findings.DefaultKeys().Bindings()
	}
	switch {
	case a.tab == tabLeaks && a.screens.leaks.Paging():
		return []hint{{a.keys.Back, "list"}, {a.keys.Down, "down"}, {a.keys.Up, "up"}}
	case a.tab == tabLeaks && (a.opened == nil || a.opened.side) && len(a.inside().findings)+len(a.static()) > 0:
		if a.opened != nil {
			out = append(out, hint{a.keys.Back, "comparison"})
		}
		out = append(out, a.selectedHints()...)
		for _, b := range bindings {
			out = append(out, hint{b, firstWords(b.Help().Desc)})
		}
		if a.graph != nil {
			out = append(out, hint{a.keys.View, "Dockerfile line"})
		}
	case a.inside().image != nil && a.tab == tabLeaks: // nothing to enter
		out = append(out, hint{a.keys.ImageTab, "image"})
	case a.inside().image != nil:
		if o := a.opened; o != nil && o.side {
			out = append(out, hint{a.keys.Back, "comparison"})
		} else if o != nil {
			out = append(out, hint{a.keys.Back, "close stage"})
		}
		out = append(out, a.selectedHints()...)
		for _, b := range bindings {
			out = append(out, hint{b, firstWords(b.Help().Desc)})
		}
		if a.graph != nil && a.tab != tabImage {
			out = append(out, hint{a.keys.View, "Dockerfile line"})
		}
		if a.tab == tabImage {
			out = append(out, hint{a.keys.Next, "pane"})
		}
	case a.opened != nil && a.opened.running():
		out = append(out, hint{a.keys.Back, "cancel"})
	case a.opened != nil && a.opened.wouldRun() != nil:
		out = append(out, hint{a.keys.Inspect, "run it"}, hint{a.keys.Back, "back"})
	default:
		out = a.runHints()
	}
	return append(out, hint{a.keys.Quit, "quit"})
}

// firstWords is a help text cut down to a hint.
func firstWords(desc string) string {
	desc, _, _ = strings.Cut(desc, ",")
	desc, _, _ = strings.Cut(desc, " or ")
	return strings.TrimSuffix(strings.TrimSpace(desc), " …")
}

// failedAt says where the build that is shown has failed, if a step did.
func (a *App) failedAt() string {
	f := a.shownBuild().End.Failure
	switch {
	case f.Step != nil && a.graph != nil && f.Step.Stage < len(a.graph.Stages):
		return fmt.Sprintf(" at %s:%d", a.graph.Stages[f.Step.Stage].Label(), f.Line)
	case f.Line > 0:
		return fmt.Sprintf(" at line %d", f.Line)
	}
	return ""
}

// screenState is what the tabs say while they have no image.
func (a *App) screenState() string {
	if a.opened != nil {
		return a.openingState()
	}
	in := &a.inspection
	switch {
	case in.image != nil:
		return ""
	case in.running():
		done, total := in.done.Load(), in.total.Load()
		text := a.theme.Glyphs.Spinner(a.clock.Now()) + " looking into the image"
		switch {
		case total > 0:
			text += " " + measure.Bytes(done) + " of " + measure.Bytes(total)
		case done > 0:
			text += " " + measure.Bytes(done)
		}
		return text
	case in.err != nil:
		return "looking into the image: " + in.err.Error()
	case a.past != nil:
		return "a build of the history: its image is not kept here"
	case a.stop() != nil:
		return fmt.Sprintf("the build has stopped before line %d: its image comes when it has gone on to its end", a.stop().Line)
	case a.run != nil:
		return "the build is running: its image comes when it has ended"
	case a.failed():
		return "the build failed" + a.failedAt() + " " + a.theme.Glyphs.Dot + " 1 goes there"
	case a.build != nil && a.build.End != nil && a.build.End.Outcome == build.OutcomeCancelled:
		return "the build was cancelled: b builds again"
	}
	return ""
}
