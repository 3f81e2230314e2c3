package tui_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

func shop(t *testing.T) *tuitest.Driver {
	t.Helper()
	return tuitest.New(t, tui.Config{
		Graph: tuitest.Shop(), Target: -1, Platform: "linux/amd64", Engine: "embedded 0.33.1", Saver: &tuitest.Saver{},
	}).Size(120, 40)
}

func TestFirstFrameComesBeforeTheTerminalSaysItsSize(t *testing.T) {
	app := tui.New(tui.Config{Graph: tuitest.Shop(), Target: -1})
	v := app.View()
	if !v.AltScreen || strings.Count(v.Content, "\n") != 23 || !strings.Contains(v.Content, "runtime") {
		t.Errorf("the first frame is not a sane screen of 80 × 24:\n%s", v.Content)
	}
}

func TestIdle(t *testing.T) {
	shop(t).Focus("graph").Selected("runtime").Target("runtime").
		See("shop/Dockerfile", "target runtime", "4 stages · 1 skipped", "27  COPY --from=builder").
		SeeNot("waiting", "building")
}

func TestPanes(t *testing.T) {
	d := shop(t)
	d.Press("enter").Focus("steps").Step(23)
	d.Press("j", "down", "j").Step(26)
	d.Press("G").Step(31).Press("g").Step(23).Press("j")
	d.Press("l").Focus("Dockerfile").Press("j").Step(25)
	d.Press("esc").Focus("steps").Press("h").Focus("graph")
	d.Press("tab", "tab").Focus("Dockerfile").Press("tab").Focus("graph").Press("shift+tab").Focus("Dockerfile")
	d.Press("v").Focus("log").See("not built yet: press b")
}

func TestTheSelectionOfAStageIsKept(t *testing.T) {
	d := shop(t).Press("enter", "j", "j").Step(25).Press("h", "g").Focus("graph")
	if d.App.Selected() == tuitest.ShopRuntime {
		t.Fatal("g does not leave the last stage")
	}
	d.Press("G").Selected("runtime").Step(25)
}

func TestMovingInTheDockerfileMovesTheSelection(t *testing.T) {
	d := shop(t).Press("tab", "tab", "g").Focus("Dockerfile")
	for range 13 {
		d.Press("j")
	}
	d.Selected("builder").Step(13) // line 14 continues it
}

func TestPickingATarget(t *testing.T) {
	d := shop(t).Press("t").See("runs 3 stages · skips test", "runs 2 stages · skips builder, runtime")
	d.Press("down").Selected("test").See("4 stages · 2 skipped")
	d.Press("esc").Selected("runtime").Target("runtime").See("4 stages · 1 skipped").SeeNot("runs 2 stages")
	d.Press("t").Type("bui").See("1 of 4").Press("enter").Target("builder").Selected("builder")
	d.Press("t").Type("zzz").See("no stage is called like that").Press("enter").See("no stage").Press("esc").Target("builder")
	d.Press("t").Type("tst").Press("ctrl+b").Until("a build", d.App.Building)
	d.Play(tuitest.ShopFailed().Events()).Target("test")
}

func TestBuilding(t *testing.T) {
	d := shop(t).Press("b").See("starting")
	d.Play(tuitest.ShopBuilding().Events())
	d.See("building", "7/12", "15s").Selected("builder").Step(13)
	d.See("src/server.ts", "running", "following", "waiting")
	d.Press("b").See("a build is running")
	if d.App.Build().Plan.Needs(tuitest.ShopTest) {
		t.Error("the plan of runtime needs test")
	}
}

func TestBuilt(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilt().Events())
	d.See("✓ built", "5/5").Selected("runtime").SeeNot("building", "running")
}

func TestAFailureShowsItself(t *testing.T) {
	d := shop(t).Press("t").Type("test").Press("enter", "b").Play(tuitest.ShopFailed().Events())
	d.Selected("test").Step(20).Focus("log")
	d.See("✗ failed", "exit code 1 · test:20", "20  RUN npm test", "! first error · r retry", "1 failed | 160 passed")
}

// Who is reading something else must not be torn away.
func TestAFailureLeavesTheUserAlone(t *testing.T) {
	d := shop(t).Press("t").Type("test").Press("enter", "b")
	events := tuitest.ShopFailed().Events()
	d.Play(events[:len(events)-1])
	d.Press("g").Focus("graph")
	was := d.App.Graph().Label(d.App.Selected())
	d.Play(events[len(events)-1:]).Selected(was).Focus("graph").See("✗ failed")
}

func TestTheUserTakesTheSelectionAndGivesItBack(t *testing.T) {
	d := shop(t).Press("b")
	events := tuitest.ShopBuilding().Events()
	d.Play(events[:20]).Selected("deps")
	d.Press("G").Selected("runtime")
	d.Play(events[20:]).Selected("runtime")
	d.Press("f").Selected("builder").Step(13)
}

func TestCancelling(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilding().Events()).Press("ctrl+c")
	if !d.Cancelled() {
		t.Fatal("ctrl+c does not cancel the build")
	}
	d.See("cancelling").Finish()
	d.See("■ cancelled", "b builds again")
	if d.Quit() {
		t.Error("cancelling left the program")
	}
	d.Press("ctrl+c").Until("quit", d.Quit)
}

func TestLeavingWaitsForTheBuild(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilding().Events()).Press("q").See("leaving")
	if !d.Cancelled() || d.Quit() {
		t.Fatalf("q: cancelled %v, quit %v; want the build cancelled and waited for", d.Cancelled(), d.Quit())
	}
	d.Finish().Until("quit", d.Quit)
}

func TestLeavingDoesNotWaitForever(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilding().Events()).Press("q")
	d.Advance(time.Minute).Until("quit", d.Quit)
}

func TestLeavingTwiceDoesNotWait(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilding().Events()).Press("ctrl+c", "ctrl+c", "q")
	d.Until("quit", d.Quit)
}

func TestShutdownWaits(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilding().Events())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := d.App.Shutdown(ctx); err == nil {
		t.Error("Shutdown says that nothing runs while a build does")
	}
	if !d.Cancelled() {
		t.Error("Shutdown does not cancel the build")
	}
	d.Finish()
	if err := d.App.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestABuilderThatSaysNothing(t *testing.T) {
	d := shop(t).Press("b").Play(nil)
	d.Finish().See("✗ failed", "the build ended without saying how")
}

func TestNoBuilder(t *testing.T) {
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: 1, NoBuilder: "no runc: apt install runc"}).Size(100, 30)
	d.Target("builder").Press("b").See("no runc: apt install runc")
}

func TestLog(t *testing.T) {
	d := shop(t).Press("t").Type("test").Press("enter", "b").Play(tuitest.ShopFailed().Events()).Focus("log")
	d.See("Tests  1 failed").Press("g").SeeNot("Tests  1 failed").See("> vitest run", "1/49")
	d.Press("/").Type("vat").See("1/1", "adds VAT once").Press("enter")
	d.Press("esc").SeeNot("1/1").Press("G").See("Tests  1 failed")
	d.Press("y")
	d.Until("the clipboard", func() bool { return strings.Contains(d.Clipboard(), "expected 1428") })
	if strings.Contains(d.Clipboard(), "\x1b") {
		t.Error("the clipboard has escape sequences")
	}
}

func TestSearchGoesAround(t *testing.T) {
	d := shop(t).Press("t").Type("test").Press("enter", "b").Play(tuitest.ShopFailed().Events())
	d.Press("g", "/").Type("(7 tests)").See("1/5").Press("enter", "n", "n").See("3/5").Press("N").See("2/5").Press("N", "N").See("5/5")
	d.Press("/").Type("no such thing").See("0 matches").Press("esc").Focus("log")
}

func TestProblems(t *testing.T) {
	g := tuitest.Shop()
	g.Problems = []model.Problem{{Level: model.LevelError, Line: 13, EndLine: 14, Stage: 1, Message: `unknown instruction: "RUNN" (did you mean RUN?)`}}
	d := tuitest.New(t, tui.Config{Graph: g, Target: -1}).Size(120, 40)
	d.See("▲ 1 problem", "unknown instruction").Press("tab", "j", "k").Focus("steps").Press("t", "esc").See("builder")
}

func TestReload(t *testing.T) {
	b := tuitest.NewBuilder()
	b.Graph = tuitest.Shop()
	b.Graph.Stages[1].Name = "compile"
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Builder: b}).Size(120, 40)
	d.Press("r").UntilSee("read shop/Dockerfile again").See("compile").Target("runtime")
	b.Graph, b.ReloadErr = nil, errors.New("reading shop/Dockerfile: it is gone")
	d.Press("r").UntilSee("it is gone")
}

type inspector struct{ err error }

func (i inspector) Inspect(_ context.Context, r build.Result, target int, progress func(done, total int64)) (tui.Inspected, error) {
	progress(10, 10)
	if i.err != nil {
		return tui.Inspected{}, i.err
	}
	return tui.Inspected{Image: &image.Image{Ref: r.Ref, Layers: []image.Layer{{Size: 1000, Origin: image.Origin{Stage: target, Step: 3, Line: 26}}}}}, nil
}

func TestTheImageComesAfterTheBuild(t *testing.T) {
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Inspector: inspector{}}).Size(120, 40)
	d.Press("i").Focus("image").See("No image yet")
	d.Press("b").Focus("graph").Play(tuitest.ShopBuilt().Events())
	d.Until("an image", func() bool { return d.App.Image() != nil })
	d.Press("3").Focus("image").SeeNot("No image yet").Press("4").Focus("leaks").Press("1").Focus("graph")
	d.Press("3", "i").Focus("Dockerfile").Step(26)
	d.Press("i").Focus("image").See("layer 1") // from the line to what it wrote
	d.Press("1", "k", "i").Focus("Dockerfile").See("line 25 left no layer in the image")
}

func TestAnImageThatCanNotBeOpened(t *testing.T) {
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Inspector: inspector{errors.New("layer 3 is truncated")}}).Size(120, 40)
	d.Press("b").Play(tuitest.ShopBuilt().Events()).UntilSee("looking into the image: layer 3 is truncated")
}

func TestAnImageWithoutADockerfile(t *testing.T) {
	d := tuitest.New(t, tui.Config{Image: &image.Image{Ref: "app.tar", Layers: []image.Layer{{Size: 1000, Origin: image.Unknown}}}}).Size(100, 30)
	d.Until("the image", func() bool { return d.App.Image() != nil })
	d.Focus("image").See("app.tar").Press("1").Focus("image").Press("b").See("no stage to build").Press("t", "3", "r", "i", "v")
}

func TestMouse(t *testing.T) {
	d := shop(t)
	d.ClickOn("○ builder").Selected("builder").Focus("graph")
	d.ClickOn("COPY . .").Focus("steps").Step(12)
	d.ClickOn("FROM deps AS test").Focus("Dockerfile").Selected("test").Step(18)
	d.Wheel(70, 5, 1).Focus("Dockerfile")
	d.ClickOn("4 leaks").Focus("leaks")
	d.ClickOn("1 build").Focus("Dockerfile")
	if d.App.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("the mouse is off at first")
	}
	d.Press("m")
	if d.App.View().MouseMode != tea.MouseModeNone {
		t.Error("m does not give the mouse back to the terminal")
	}
}

func TestToastsGoByThemselves(t *testing.T) {
	d := shop(t).Press("b").Play(nil)
	d.Press("b").See("a build is running").Advance(time.Minute)
	d.Until("the toast to go", func() bool { return !strings.Contains(d.Screen(), "a build is running") })
}

func TestHelp(t *testing.T) {
	d := shop(t).Size(200, 60).Press("?").See("keys", "pick the target", "a page up")
	d.Press("esc").SeeNot("a page up")
	first := func(text string) int { return strings.Index(d.Screen(), text) }
	d.Press("?")
	if first("pan the graph") > first("pick the target") {
		t.Errorf("the keys of the graph are not the first:\n%s", d.Screen())
	}
	d.Press("esc", "4", "?")
	if first("In the leaks") > first("pick the target") {
		t.Errorf("the keys of the leaks are not the first:\n%s", d.Screen())
	}
	d.Press("esc", "1")
	d.Size(60, 15).Press("?").SeeNot("In the list of builds").Press("G").See("In the list of builds").Press("?").SeeNot("In the list of builds")
}

func TestOnePaneAtATime(t *testing.T) {
	d := shop(t).Size(60, 15).See("graph → runtime → Dockerfile", "stages").SeeNot("31  CMD")
	d.Press("enter").See("31  CMD").Press("enter").Focus("Dockerfile").Press("esc", "esc").Focus("graph")
	d.Size(120, 40).Press("tab", "z").SeeNot("stages ").See("31  CMD").Press("z").See("stages ")
}

func TestLightBackground(t *testing.T) {
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Profile: 5}).Size(80, 24)
	dark := d.Frame()
	d.Send(tea.BackgroundColorMsg{Color: white{}})
	if light := d.Frame(); light == dark {
		t.Error("a light background changes nothing")
	}
}

type white struct{}

func (white) RGBA() (r, g, b, a uint32) { return 0xffff, 0xffff, 0xffff, 0xffff }

func TestNoticesTakeTurns(t *testing.T) {
	d := shop(t).Press("b")
	d.Play(tuitest.NewScript(tuitest.Shop(), 3).Notice("", "starting the engine").Notice(model.LevelWarning, "the syntax image can't be pulled").Events())
	d.See("starting the engine").Advance(10 * time.Second).UntilSee("the syntax image can't be pulled")
}

func TestALogWithAHole(t *testing.T) {
	s := tuitest.NewScript(tuitest.Shop(), 1).Start("0.3")
	for i := range 20_000 {
		s.After(0.001).Log("0.3", fmt.Sprintf("line %d\n", i))
	}
	d := shop(t).Press("b").Play(s.Events()).See("line 19999")
	d.Press("tab", "tab", "g").See("line 0", "1/10,500")
	for range 12 {
		d.Press("pgdown")
	}
	d.Press("/").Type("line 499").Press("enter").See("9,500 lines dropped", "line 499")
}

func TestWrapping(t *testing.T) {
	s := tuitest.NewScript(tuitest.Shop(), 1).Start("0.3").Log("0.3", strings.Repeat("0123456789", 30)+"END\n")
	d := shop(t).Press("b").Play(s.Events()).Press("tab", "tab").See("END")
	d.Press("W").SeeNot("END").See("…")
	for range 40 {
		d.Press("l")
	}
	d.See("END").Press("h").Focus("log").Press("W").See("END")
}
