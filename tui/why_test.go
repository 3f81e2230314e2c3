package tui_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// The page says what began each cascade, and goes to its steps.
func TestWhyPage(t *testing.T) {
	d := shop(t).Press("Y").See("why it ran", "No build yet").Press("esc").SeeNot("why it ran")
	d.Press("b").Play(tuitest.ShopRebuilt().Events()).Press("Y")
	d.See("5 steps ran again", "because src/server.ts changed (3 files in COPY . .)", "removed  src/old.ts", "advice move COPY . . (line 12)", "that would have spared 6.0s of 6.3s",
		"because build arg VERSION 1.2 → 1.3", "also an earlier step of this stage ran (line 12)", "then 2 steps only because of it")
	d.Press("j", "j", "enter").Focus("steps").Selected("builder").Step(15).SeeNot("why it ran")
	d.Press("Y", "G", "enter").Selected("runtime").Step(27)
	d.Press("Y", "G", "g", "l").Selected("builder").Step(12)
	d.Press("Y", "q").SeeNot("why it ran")
	if d.Quit() {
		t.Error("q on the page leaves the program")
	}
	d.Press("Y").See("why it ran").Click(2, 2).SeeNot("why it ran")
	d.Size(60, 15).Press("Y").SeeNot("runtime:27").Wheel(30, 7, 1).Wheel(30, 7, 1).Wheel(30, 7, 1).Wheel(30, 7, 1).See("runtime:27").Press("esc")
}

// A step says above its output why it ran, a build that came from the cache that
// nothing did.
func TestWhyBesideTheStep(t *testing.T) {
	d := shop(t).Press("b").Play(tuitest.ShopRebuilt().Events()).Press("Y", "j", "j", "enter")
	d.See("↺ arg", "↺ because build arg VERSION 1.2 → 1.3; also an earlier")
	s := tuitest.NewScript(tuitest.Shop(), tuitest.ShopTest).Cached("0.0", "0.1", "0.2", "0.3", "2.1", "2.2").End("succeeded", nil)
	d = shop(t).Press("b").Play(s.Events()).Press("Y").See("Nothing ran: all that this build needed came from the cache.")
	if strings.Contains(d.Screen(), "enter to the step") && strings.Contains(d.Screen(), "╯ enter") {
		t.Error("there is no step to go to")
	}
	d = tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, ASCII: true})
	d.Press("b").Play(tuitest.ShopRebuilt().Events()).Press("Y").See("^ because build arg VERSION 1.2 -> 1.3").SeeNot("→", "↺")
}
