package tui_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// A sentence lies above the keys, whatever the size, and can be read again.
func TestSentencesLeaveTheKeysAlone(t *testing.T) {
	for _, size := range sizes() {
		d := shop(t).Size(size[0], size[1]).Press("b")
		d.Play(tuitest.NewScript(tuitest.Shop(), 3).Notice("", "starting the engine").Notice(model.LevelWarning, "the syntax image can't be pulled").Events())
		d.See("starting the engine")
		lines := strings.Split(d.Screen(), "\n")
		if last := lines[len(lines)-1]; !strings.Contains(last, "^C cancel") || !strings.Contains(last, "? help") {
			t.Errorf("the keys are gone at %v: %q", size, last)
		}
		d.Advance(10 * time.Second).UntilSee("the syntax image can't be pulled").Advance(10 * time.Second)
		d.Until("both to go", func() bool { return !strings.Contains(d.Screen(), "syntax image") })
		d.Press("e").See("engine", "▲ the syntax image can't be").Press("g", "q")
		if d.Quit() || strings.Contains(d.Screen(), "Said so far") {
			t.Errorf("q does not close the page, or leaves the program:\n%s", d.Screen())
		}
	}
}

// What an engine is waited for stands until there is one, and nothing queues behind it.
func TestWaitingForAnEngineIsSaid(t *testing.T) {
	const why = "waiting for an engine with other settings to become free"
	s := tuitest.NewScript(tuitest.Shop(), 3).Events()
	notice := func(level model.Level, text string) []build.Event {
		return []build.Event{{Time: s[0].Time, Notice: &build.Notice{Level: level, Text: text}}}
	}
	for _, size := range sizes() {
		d := shop(t).Size(size[0], size[1]).Press("b").See("starting")
		d.Play(notice("", why)).Advance(90*time.Second).See("waiting for an engine w…", "waiting for an engine with other settings").SeeNot("starting")
		d.Play(notice(model.LevelWarning, "something is odd")).See("something is odd")
		d.Advance(90 * time.Second).Play(s).See("building").SeeNot("waiting for an engine")
	}
}

// News that what came after made old do not outlive it.
func TestAPlainNoticeEndsWithTheBuild(t *testing.T) {
	s := tuitest.NewScript(tuitest.Shop(), 3).Notice("", "starting the engine").End(build.OutcomeSucceeded, nil)
	shop(t).Press("b").Play(s.Events()).SeeNot("starting the engine").Press("e").See("starting the engine")
}

func TestAFailureOfNoStepStaysOnTheScreen(t *testing.T) {
	s := tuitest.NewScript(tuitest.Shop(), 3).Events()
	s = append(s, build.Event{Time: s[0].Time.Add(time.Second), End: &build.End{Outcome: build.OutcomeFailed, Failure: &build.Failure{
		Message: "the engine went away", Hint: "start it again and press b",
	}}})
	shop(t).Press("b").Play(s).Advance(time.Hour).Focus("log").See("✗ the engine went away", "next  start it again and press b")
}

func TestWorkBesideTheSteps(t *testing.T) {
	s := tuitest.NewScript(tuitest.Shop(), 3).Start("[internal] load build context")
	s.Progress("[internal] load build context", "transferring context:", 812_000_000, 0).After(3).Start("0.3")
	d := shop(t).Press("b").Play(s.Events())
	d.See("transferring context", "812.0 MB").Size(200, 60).See("load build context · transferring context").Size(60, 15)
	d.Press("tab", "tab").See("transferring context", "812.0 MB").Press("tab").Size(120, 40)
	d.Press("e").See("Beside the steps").SeeNot("Nothing yet").Press("esc").SeeNot("Beside the steps").Focus("graph")
}

func TestWhatABuildHasMade(t *testing.T) {
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Inspector: inspector{}}).Size(80, 24)
	d.Press("b").Play(tuitest.ShopBuilt().Events()).UntilSee("press 3: 1 layer, 1.0 kB · no leaks found").See("4 leaks ✓")
}

// Who is on the tab of the image already is not told to go there.
func TestWhatABuildHasMadeOnItsTab(t *testing.T) {
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Inspector: inspector{}}).Size(80, 24)
	d.Press("b", "3").Play(tuitest.ShopBuilt().Events()).UntilSee("▌ 1 layer, 1.0 kB · no leaks found").SeeNot("press 3")
}

// An image of which a layer could not be read is called clean nowhere.
func TestABuildWithAnUnreadLayer(t *testing.T) {
	im, _ := tuitest.ShopImage()
	im.Layers[1].Unread = true
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Inspector: tuitest.Inspector{Image: im}}).Size(120, 40)
	d.Press("b").Play(tuitest.ShopBuilt().Events()).UntilSee("layer 2 unread · no leaks in the rest").See("4 leaks ▲").SeeNot("leaks ✓")
	d.Press("3").See("▲ layer 2 unread").SeeNot("✓ no leaks").Press("4").See("layer 2 could not be").SeeNot("✓ No compilers")
}

// An image that is opened alone says of which stages and lines its layers are, if that
// is known; there is no Dockerfile to go to.
func TestAnImageAloneKnowsItsLines(t *testing.T) {
	im, found := tuitest.ShopImage()
	d := tuitest.New(t, tui.Config{Ref: "shop:1", Target: -1, Inspector: tuitest.Inspector{Image: im, Findings: found, Graph: tuitest.Shop()}}).Size(120, 40)
	d.UntilSee("runtime:27").See("base").Press("i").See("no line of the Dockerfile is known").Press("4").See("TypeScript compiler")
}

func TestClickOnTheTarget(t *testing.T) {
	shop(t).ClickOn("target runtime").See("4 of 4").Press("esc").ClickOn("shop/Dockerfile").SeeNot("4 of 4")
}

func TestSearchFromAnywhere(t *testing.T) {
	d := shop(t).Press("/").Focus("Dockerfile").Type("express").See("0 matches").Press("esc", "esc", "esc").Focus("graph")
	d.Press("b").Play(tuitest.ShopBuilding().Events()).Focus("graph").Press("/").Type("cart").Focus("log").See("/cart", "1/1")
	d.See("esc drop it").SeeNot("? help", "^C cancel").Press("enter").See("^C cancel", "? help")
	d.Press("esc", "esc", "G").Press("/").Focus("Dockerfile").Type("npm").See("/npm", "5/6")
}

// What to do next is not cut where there is no log below it.
func TestAllOfAHint(t *testing.T) {
	ref := build.StepRef{Stage: tuitest.ShopDeps}
	s := tuitest.NewScript(tuitest.Shop(), 3).Events()
	s = append(s, build.Event{Time: s[0].Time.Add(time.Second), End: &build.End{Outcome: build.OutcomeFailed, Failure: &build.Failure{
		Message: "FROM node failed: the image can't be pulled: not found", Step: &ref, Line: 5, EndLine: 5,
		Hint: "check its name and your network; offline, hand it over with --build-context node=oci-layout://DIR@DIGEST or set a mirror with --engine-config FILE",
	}}})
	shop(t).Size(80, 24).Press("b").Play(s).See("--engine-config", "FILE")
}

// Each instruction says what it does when it runs nothing.
func TestStepsThatRunNothing(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopBuilt().Events()).Press("enter", "G").See("changes the image's configuration")
	d.Press("h").ClickOn("✓ builder").Press("enter", "g").See("starts from the files of deps").SeeNot("configuration")
}

// Who goes on typing has seen a sentence; a warning can be read again.
func TestAKeyTakesASentenceAway(t *testing.T) {
	d := shop(t).Press("b")
	d.Play(tuitest.NewScript(tuitest.Shop(), 3).Notice(model.LevelWarning, "look out").Events()).See("look out")
	d.Press("j").See("look out").Advance(1600 * time.Millisecond).Press("j").SeeNot("look out").Press("e").See("look out")
}

// Two escapes within a blink reach the program as one with alt.
func TestHurriedEscapes(t *testing.T) {
	d := shop(t).Press("enter", "enter").Focus("Dockerfile")
	d.Send(tea.KeyPressMsg{Code: tea.KeyEscape, Mod: tea.ModAlt}).Focus("graph")
}

// What the engine's start says goes when it has started.
func TestAPlainNoticeEndsWhenTheEngineWorks(t *testing.T) {
	s := tuitest.NewScript(tuitest.Shop(), 3).Notice("", "starting the engine")
	d := shop(t).Press("b").Play(s.Events()).See("starting the engine")
	d.Play(s.Start("0.3").Events()).SeeNot("starting the engine").Press("e").See("starting the engine")
}

// A sentence covers no corner of a frame.
func TestSentencesStayInside(t *testing.T) {
	for _, size := range sizes() {
		d := shop(t).Size(size[0], size[1]).Press("b")
		before := strings.Split(d.Play(tuitest.ShopBuilding().Events()).Screen(), "\n")
		after := strings.Split(d.Press("m").See("the mouse selects").Screen(), "\n")
		for y, line := range before {
			was, is := []rune(line), []rune(after[y])
			for x := range was {
				frame := x == len(was)-1 || y == len(before)-2
				if frame && strings.ContainsRune("│╭╮╰╯", was[x]) && is[x] != was[x] {
					t.Fatalf("row %d, column %d of the frame are covered at %v:\n%s", y, x, size, strings.Join(after, "\n"))
				}
			}
		}
	}
}

// The help is there on pages too, and says all it has to say, in ASCII too.
func TestHelpEverywhere(t *testing.T) {
	for _, page := range []string{"Y", "e"} {
		d := shop(t).Size(120, 40).Press("b").Play(tuitest.ShopRebuilt().Events()).Press(page).See("? help").Press("?").See("─ keys ─")
		d.Press("esc").SeeNot("─ keys ─").See("esc close")
	}
	for _, size := range sizes() {
		d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, ASCII: true}).Size(size[0], size[1]).Press("?")
		all := ""
		for range 40 {
			all += d.Screen()
			d.Press("pgdown")
		}
		for _, r := range all {
			if r > 127 {
				t.Fatalf("%q at %v in\n%s", r, size, d.Screen())
			}
		}
		for _, g := range tui.Keys() {
			for _, b := range g.Bindings {
				for _, word := range strings.Fields(b.Help().Desc) {
					if !strings.Contains(all, word) {
						t.Errorf("at %v the help does not say %q of %q", size, word, b.Help().Desc)
					}
				}
			}
		}
	}
}

// Screens without an image say why, and offer no key that does nothing.
func TestEmptyScreens(t *testing.T) {
	d := shop(t).Press("3").See("No image yet.").Press("4").See("No image yet.").Press("2").See("No build yet.")
	d.Press("1", "b").Play(tuitest.ShopBuilt().Events()).Press("Y").See("nothing to compare with").SeeNot("to the step").Press("esc")
	failed := shop(t).Press("t").Type("test").Press("enter", "b").Play(tuitest.ShopFailed().Events())
	failed.Press("3").See("the build failed at test:20 · 1 goes there").Press("4").See("the build failed at test:20 · 1 goes there")
	clean := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Inspector: inspector{}}).Size(120, 40)
	clean.Press("b").Play(tuitest.ShopBuilt().Events()).UntilSee("no leaks found").Press("4").See("3 image").SeeNot("enter")
}

// A large pane without output sums the build up.
func TestSummaryOfABuild(t *testing.T) {
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Inspector: inspector{}}).Size(200, 60)
	d.Press("b").Play(tuitest.ShopBuilt().Events()).UntilSee("image: 1 layer, 1.0 kB")
	d.See("built in 19.3s", "critical path: deps", "what took longest", "deps:8 RUN npm ci", "64 %")
	d.Size(80, 24).SeeNot("what took longest").Size(200, 60).Press("b").SeeNot("what took longest")
	rebuilt := shop(t).Size(200, 60).Press("b").Play(tuitest.ShopRebuilt().Events())
	rebuilt.See("why steps ran again")
}
