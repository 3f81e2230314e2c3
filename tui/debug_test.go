package tui_test

import (
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// B marks a step where a build can stop, says so where it can't, and the marks
// stay on their steps when the Dockerfile changes.
func TestBreakpointsByHand(t *testing.T) {
	d := shop(t).Press("enter", "g", "B").See("a build stops before RUN")
	d.Press("j", "B").See("builds stop before line 24", "◉")
	if at := d.Debugger.Breakpoints(); len(at) != 1 || at[0] != (build.StepRef{Stage: 3, Step: 1}) {
		t.Fatalf("breakpoints %v", at)
	}
	d.Press("B").See("no longer stop").SeeNot("◉")
	if at := d.Debugger.Breakpoints(); len(at) != 0 {
		t.Errorf("breakpoints %v", at)
	}
	d.Press("B", "b").Play(nil)
	g := *tuitest.Shop()
	g.Stages = append([]model.Stage{}, g.Stages...)
	s := &g.Stages[3]
	s.Steps = append(append([]model.Step{}, s.Steps[:1]...), append([]model.Step{{Index: 1, Command: "ENV", Text: "ENV X=1", Line: 22}}, s.Steps[1:]...)...)
	for i := range s.Steps {
		s.Steps[i].Index = i
	}
	d.Play([]build.Event{{Begin: &build.Begin{Graph: &g, Targets: []int{3}}}})
	if at := d.Debugger.Breakpoints(); len(at) != 1 || at[0] != (build.StepRef{Stage: 3, Step: 2}) {
		t.Errorf("after the Dockerfile has changed: %v", at)
	}
}

// At a breakpoint the build says what to do, and b lets it go on.
func TestStandingStill(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopStopped().Events())
	d.See("stopped before line 13", "s opens a shell, b goes on, ^C cancels", "b go on").Step(13)
	d.See("◉ stopped 1/3 0.3s", "◉ stopped      ", "stopped before this step")
	d.Press("2").See("◉ builder", "◉ 13 RUN", "b go on")
	d.Press("3").See("stopped before line 13", "b go on").SeeNot("running").Press("4").See("has stopped before line 13").Press("1")
	d.Press("b")
	if n := d.Debugger.Continued(); n != 1 {
		t.Errorf("it went on %d times", n)
	}
	d.Play(tuitest.ShopStopped().GoOn("1.2").Start("1.2").Events()).SeeNot("stopped before", "go on")
}

// Without anything held, s and d say what to do instead.
func TestNothingHeld(t *testing.T) {
	d := shop(t)
	d.Press("s").See("S opens a shell in the selected stage").Press("d").See("b builds")
	one := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Breakpoints: []build.StepRef{{Stage: 3, Step: 1}}}).Size(120, 40)
	one.See("◉")
	if at := one.Debugger.Breakpoints(); len(at) != 1 {
		t.Errorf("breakpoints from the start: %v", at)
	}
}

// The files that a failed step changed, and the text of one.
func TestChangesPage(t *testing.T) {
	d := shop(t).Press("t").Type("test").Press("enter", "b").Play(tuitest.ShopFailed().Events())
	d.Debugger.At, d.Debugger.List = tuitest.ShopChanges()
	d.Debugger.Texts = map[int]string{1: "TN:\nSF:src/cart.ts\n", 2: "\x00"}
	d.Press("d").UntilSee("+ 2 added").See("line 20: RUN npm test", "coverage/", "2 files", "lcov.info", "48.2 kB", "412.3 kB → 412.9 kB", "npm.lock")
	d.Press("g", "j", "j", "enter").UntilSee("SF:src/cart.ts").See("/app/coverage/lcov.info", "added").Press("left", "j", "enter").UntilSee("binary")
	d.Press("esc", "G", "enter").UntilSee("it can't be read").Press("esc", "g", "left").SeeNot("lcov.info").Press("esc").SeeNot("2 added")
}
