package tui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// large is an App over 200 stages, of which a few are in view.
func large(t *testing.T) *tuitest.Driver {
	clock, builder := tuitest.NewClock(tuitest.Epoch()), tuitest.NewBuilder()
	app := tui.New(tui.Config{Graph: big(), Target: -1, Builder: builder, Clock: clock, Profile: colorprofile.ASCII, Width: 160, Height: 40})
	return tuitest.Drive(t, app, clock, builder)
}

func TestOverviewOfALargeGraph(t *testing.T) {
	d := large(t).See("╭─ overview", "more")
	d.Press("o").SeeNot("╭─ overview").Press("o").See("╭─ overview")
	d.Press("g").Selected("stage0").See("○ stage0").Press("G").Selected("stage199").SeeNot("○ stage0 ")
	shop(t).Press("o").See("the whole graph is in view")
}

func TestTheMousePullsTheGraph(t *testing.T) {
	d := large(t).Press("G")
	at := func(text string) int {
		for y, line := range strings.Split(d.Screen(), "\n") {
			if strings.Contains(line, text) {
				return y
			}
		}
		t.Fatalf("%q is not on the screen:\n%s", text, d.Screen())
		return 0
	}
	before := at("○ stage198")
	d.Click(3, 10) // beside all stages
	d.Send(tea.MouseMotionMsg{X: 3, Y: 13, Button: tea.MouseLeft})
	if got := at("○ stage198"); got != before+3 {
		t.Errorf("pulled by 3 rows stage198 went from row %d to %d", before, got)
	}
	d.Send(tea.MouseReleaseMsg{X: 3, Y: 13, Button: tea.MouseLeft})
	d.Send(tea.MouseMotionMsg{X: 3, Y: 20, Button: tea.MouseLeft})
	if got := at("○ stage198"); got != before+3 {
		t.Error("the graph moves though nothing holds it")
	}
	d.Selected("stage199")
}

func TestCtrlAndTheWheelZoom(t *testing.T) {
	d := large(t)
	before := d.Screen()
	d.Send(tea.MouseWheelMsg{X: 20, Y: 10, Button: tea.MouseWheelUp, Mod: tea.ModCtrl})
	if d.Screen() == before {
		t.Error("ctrl and the wheel do nothing")
	}
	d.See("zoom ")
	d.Press("0").SeeNot("zoom full", "zoom lines", "zoom brief")
}
