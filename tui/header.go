package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/pane/work"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// header is the top line: what, target, platform, engine, state. Where there is
// no room for all, what matters least goes first.
func (a *App) header() string {
	th := a.theme
	file := ""
	if a.graph != nil {
		file = a.graph.File
	} else if names := a.sideNames(); names != "" {
		file = names
	} else if im := a.inspection.image; im != nil {
		file = im.Ref
	} else {
		file = sanitize.Text(a.cfg.Ref)
	}
	logo := " " + th.Render(theme.Logo, "stagedive")
	target, problems, state := a.headTarget(), a.headProblems(), a.headState()
	platform := th.Render(theme.Dim, a.platform())
	engine := th.Render(theme.Dim, a.engine())
	watch := a.headWatch(false)
	for drop := 0; ; drop++ {
		switch drop {
		case 1:
			platform = ""
		case 2:
			engine = ""
		case 3:
			watch = a.headWatch(true)
		case 4:
			logo = ""
		}
		right := join("   ", problems, a.headPast(), target, platform, engine, watch, state) + " "
		left := logo + "  " + file
		if drop >= 4 || widget.Width(left)+widget.Width(right)+2 <= a.width {
			if w := a.width - widget.Width(logo) - widget.Width(right) - 4; w < widget.Width(file) {
				left = logo + "  " + widget.TruncateLeft(file, max(6, w), th.Glyphs.Ellipsis)
			}
			if widget.Width(right)+8 > a.width { // a very narrow screen: the state alone
				return widget.Fit(" "+state, a.width, th.Glyphs.Ellipsis)
			}
			return widget.Sides(left, right, a.width, th.Glyphs.Ellipsis)
		}
	}
}

// join puts the parts that are not empty together.
func join(sep string, parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.Join(some, sep)
}

func (a *App) headTarget() string {
	if a.graph == nil || a.target < 0 {
		return ""
	}
	th := a.theme
	return th.Render(theme.Dim, "target ") + th.Render(theme.Bold, a.graph.Label(model.NodeID(a.target))) + " " + th.Render(theme.Key, th.Glyphs.Dropdown)
}

// onTarget says whether a column of the header belongs to the target.
func (a *App) onTarget(x int) bool {
	part := ansi.Strip(a.headTarget())
	before, _, found := strings.Cut(ansi.Strip(a.header()), part)
	at := widget.Width(before)
	return part != "" && found && x >= at && x < at+widget.Width(part)
}

func (a *App) headProblems() string {
	if a.graph == nil {
		return ""
	}
	problems := a.problems()
	if len(problems) == 0 {
		return ""
	}
	role := theme.Warning
	for _, p := range problems {
		if p.Level == model.LevelError {
			role = theme.Error
		}
	}
	return a.theme.Render(role, a.theme.Glyphs.Problem+" "+measure.Plural(len(problems), "problem"))
}

func (a *App) platform() string {
	if a.build != nil && len(a.build.Begin.Platforms) > 0 {
		return strings.Join(a.build.Begin.Platforms, ",")
	}
	return a.cfg.Platform
}

func (a *App) engine() string {
	if a.build != nil && a.build.Begin.Engine.Name != "" {
		e := a.build.Begin.Engine
		return strings.TrimSpace(e.Name + " " + e.Version)
	}
	return a.cfg.Engine
}

// headState is the build as a whole: glyph, word, time.
func (a *App) headState() string {
	th := a.theme
	b := a.shownBuild()
	switch {
	case a.leaving:
		return th.Render(theme.Cancelled, "leaving"+th.Glyphs.Ellipsis)
	case a.run != nil && b == nil:
		word := "starting"
		if a.heard.notice != "" { // such as that another build's engine is waited for
			word = widget.Truncate(a.heard.notice, 24, th.Glyphs.Ellipsis)
		}
		return th.Render(theme.Running, th.Glyphs.Spinner(a.clock.Now())+" "+word)
	case b == nil:
		return ""
	}
	now := a.now()
	if a.run != nil && b.End == nil {
		t, word, role := a.count(b), "building", theme.Running
		if a.run.cancelled {
			word, role = "cancelling", theme.Cancelled
		} else if b.Stop != nil {
			return th.Render(theme.Warning, fmt.Sprintf("%s stopped before line %d", th.Glyphs.Break, b.Stop.Line))
		} else if t.doing != "" {
			word = widget.Truncate(t.doing, 22, th.Glyphs.Ellipsis)
		}
		count := ""
		if t.total > 0 {
			count = fmt.Sprintf(" %d/%d", t.done, t.total)
		}
		return th.Render(role, th.Glyphs.Spinner(now)+" "+word) + count +
			widget.FitRight(measure.Ticking(b.Elapsed(now)), 6, "")
	}
	if b.End == nil {
		if a.stopped.IsZero() {
			return ""
		}
		return th.Render(theme.Dim, "not watched") + " " + measure.Duration(b.Elapsed(now))
	}
	took := " " + measure.Duration(b.Elapsed(now))
	switch b.End.Outcome {
	case build.OutcomeSucceeded:
		return th.Render(theme.Done, th.Glyphs.Done+" built") + took
	case build.OutcomeCancelled:
		return th.Render(theme.Cancelled, th.Glyphs.Cancelled+" cancelled") + took
	}
	return th.Render(theme.Failed, th.Glyphs.Failed+" failed") + took
}

// tally is the build as a whole. Adding up thousands of steps is not for each
// line of a log: it is good until a state changes.
type tally struct {
	build       *build.Build
	states      int
	done, total int    // steps that the target needs
	doing       string // what BuildKit does while none runs
}

func (a *App) count(b *build.Build) *tally {
	t := &a.tally
	if t.build == b && t.states == a.heard.states {
		return t
	}
	*t = tally{build: b, states: a.heard.states}
	running := false
	for _, i := range b.Plan.Runs() {
		st := b.Stage(i)
		t.done, t.total = t.done+st.Done, t.total+st.Total
		running = running || st.State == build.Running
	}
	if !running {
		for _, d := range b.Others() {
			if v, _ := b.Vertex(d); v.Started != nil && v.Completed == nil && v.Error == "" {
				t.doing = work.Short(v.Name)
			}
		}
	}
	return t
}
