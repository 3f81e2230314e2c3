package tui_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// failed is a build of test whose tests failed: the focus is on its log.
func failed(t *testing.T) *tuitest.Driver {
	t.Helper()
	return shop(t).Press("t").Type("test").Press("enter", "b").Play(tuitest.ShopFailed().Events()).Focus("log")
}

func TestScopesOfTheLog(t *testing.T) {
	d := failed(t).See("test:20 RUN npm test", "a stage").SeeNot("npm warn deprecated")
	d.Press("a").See("test whole stage, 3 steps", "L20", "│", "a all").SeeNot("npm warn deprecated")
	d.Press("a").See("whole build 2 stages", "deps", "test", "a step").Press("g").See("npm warn deprecated", "added 412 packages", "> vitest run")
	d.Press("a").See("test:20 RUN npm test")
}

// What the last build said is not what the next one says.
func TestALogOfTheLastBuild(t *testing.T) {
	d := failed(t)
	d.See("160 passed").Press("b").Play(tuitest.NewScript(tuitest.Shop(), d.App.Target()).Events()[:1]).SeeNot("160 passed")
}

// A scope can be changed from wherever the user is, and stays when the selection
// moves.
func TestScopeFromAnywhere(t *testing.T) {
	shop(t).Press("a").See("there is no output yet")
	d := shop(t).Press("b").Play(tuitest.ShopBuilding().Events()).Press("v", "a").See("builder whole stage").Focus("graph")
	d.Press("a").See("whole build").Press("g").Press("j").See("whole build").Press("a", "a").See("whole stage")
}

// Another scope shows the line that was on top, unless the end is followed.
func TestAScopeKeepsThePlace(t *testing.T) {
	d := failed(t).Size(100, 30).Press("g")
	for range 20 {
		d.Press("j")
	}
	top := func() string {
		for _, l := range strings.Split(d.Screen(), "\n") {
			if i := strings.Index(l, "✓ test/cart"); i >= 0 {
				return l[i : i+len("✓ test/cart.test.ts (7 tests)")]
			}
		}
		return ""
	}
	was := top()
	d.Press("a")
	if now := top(); was == "" || now != was {
		t.Errorf("the first line was %q and is %q", was, now)
	}
}

func TestTimesInTheLog(t *testing.T) {
	d := failed(t).See("  15.7  ").Press("T").See("09:27:08").SeeNot("  15.7  ").Press("T").SeeNot("09:27:08", "  15.7  ")
	d.Press("T").See("  15.7  ").Size(60, 15).See("  15.7  ")
}

func TestFilter(t *testing.T) {
	d := failed(t).Press("&").See("keep it", "drop it").Type("fail").See("1 of 49 lines", "Tests  1 failed").SeeNot("✓ test/cart")
	d.Press("enter").See("&fail", "1 of 49 lines", "? help")
	d.Press("/").Type("passed").See("/passed", "1/1", "&fail").Press("enter", "esc").SeeNot("/passed").See("&fail")
	d.Press("&", "enter").SeeNot("&fail", "of 49 lines").See("✓ test/cart")
	d.Press("&").Type(`\(7 tests`).See("5 of 49 lines", "regex").Press("esc").See("✓ test/cart.test.ts (1 tests)").SeeNot("of 49")
	d.Press("&").Type("Cart").See("case", "0 of 49 lines").Press("esc")
}

// A filter holds in every scope, and while lines stream in.
func TestFilterInEveryScope(t *testing.T) {
	d := shop(t).Press("b")
	events := tuitest.ShopBuilding().Events()
	d.Play(events[:len(events)-3]).Press("a", "a", "&").Type("src").Press("enter").See("src/server.ts").SeeNot("npm warn")
	d.Play(events[len(events)-3:]).See("src/util/a-rather-long", "5 of ").Press("/").Type("DB").See("0 matches").Press("backspace", "backspace").Type("db").See("1/1")
	d.Press("enter", "a").See("builder:13").See("&src", "/db").Press("a").See("builder whole stage", "&src", "/db")
}

func TestSearchStaysWhileLinesStreamIn(t *testing.T) {
	d := shop(t).Press("b")
	events := tuitest.ShopBuilding().Events()
	d.Play(events[:len(events)-3]).Press("/").Type("src").See("1/3").Press("enter", "n").See("2/3", "src/routes/api.ts")
	d.Play(events[len(events)-3:]).See("2/5").Press("N", "N").See("5/5").Press("n").See("1/5")
}

func TestSearchKeepsColours(t *testing.T) {
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Profile: colorprofile.TrueColor}).Size(120, 40)
	d.Press("b").Play(tuitest.ShopBuilding().Events()).Press("/").Type("db").See("1/1")
	if frame := d.Frame(); !strings.Contains(frame, "\x1b[33msrc/\x1b[m") || !strings.Contains(frame, "\x1b[33m.ts\x1b[0m") {
		t.Errorf("the line with the match lost its colours: %q", frame[strings.Index(frame, "src/")-20:][:80])
	}
}

func TestFirstError(t *testing.T) {
	d := failed(t).Press("g").SeeNot("adds VAT once").Press("!")
	d.See("✗ test/price.test.ts > adds VAT once").Press("a", "a", "g", "!").See("✗ test/price.test.ts > adds VAT once")
	d.Press("a").ClickOn("✓ deps").Press("!").Selected("test").Step(20).Focus("log").See("✗ test/price.test.ts")
	shop(t).Press("b").Play(tuitest.ShopBuilding().Events()).Press("!").See("no line looks like an error").Focus("log")
}

// The Dockerfile is searched where it is what the user looks at.
func TestSearchTheDockerfile(t *testing.T) {
	d := shop(t).Press("/").Type("npm").Focus("Dockerfile").See("/npm", "1/6", "drop it")
	d.Press("enter", "n").See("2/6").Step(8).Press("n").See("3/6").Step(13).Press("N", "N", "N").See("6/6").Step(20)
	d.Press("esc").SeeNot("/npm").Press("/").Type("FROM.*AS t").See("regex, case", "1/1").Press("esc").SeeNot("regex")
	d.Press("b").Play(tuitest.ShopBuilding().Events()).Press("v", "/").Type("dist").Focus("Dockerfile").Step(26)
	d.Press("enter").See("1/2 │").Press("v").SeeNot("1/2 │").ClickOn("◑ builder").Press("/").Type("cart").Focus("log").See("1/1")
}

func TestSaveTheLog(t *testing.T) {
	saver := &tuitest.Saver{}
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: tuitest.ShopTest, Saver: saver}).Size(120, 40)
	d.Press("ctrl+s").See("there is no output yet").Press("b").Play(tuitest.ShopFailed().Events())
	d.Press("ctrl+s").See("save to test-20.log", "enter save").Press("enter").UntilSee("49 lines saved to test-20.log")
	text := saver.File("test-20.log")
	if !strings.HasPrefix(text, "\n> shop-api@1.4.0 test\n") || strings.Contains(text, "\x1b") || strings.Count(text, "\n") != 49 {
		t.Errorf("the file has %q", text)
	}
	// a file that is there is never replaced without a word
	d.Press("a", "ctrl+s").See("save to test.log", "stage test")
	d.Press("ctrl+u").Type("test-20.log").Press("enter").UntilSee("is there: enter replaces it")
	if saver.File("test-20.log") != text {
		t.Error("the file was replaced")
	}
	d.Press("esc").SeeNot("save to").Press("ctrl+s", "ctrl+u").Type("test-20.log").Press("enter").UntilSee("is there: enter")
	d.Type("x").SeeNot("is there").Press("backspace", "enter").Until("the file to change", func() bool { return saver.File("test-20.log") != text })
	if got := saver.File("test-20.log"); !strings.Contains(got, "L20:  ✓ test/cart.test.ts (7 tests)") {
		t.Errorf("the file has %q", got)
	}
	d.Press("a", "&").Type("nothing").Press("enter", "ctrl+s", "enter").Until("the whole build", func() bool {
		return strings.Contains(saver.File("build.log"), "deps: added 412 packages") && strings.Contains(saver.File("build.log"), "test:  Tests  1 failed")
	})
	saver.Err = errors.New("writing x: no space left on device")
	d.Press("ctrl+s").Type("x").Press("enter").UntilSee("the log was not saved: writing x: no space left")
}

func TestCopyFromTheLog(t *testing.T) {
	d := failed(t).Size(120, 30)
	copied := func(what string, want ...string) {
		t.Helper()
		d.Press("y").See(what + " sent to the clipboard")
		d.Until("the clipboard", func() bool {
			for _, w := range want {
				if !strings.Contains(d.Clipboard(), w) {
					return false
				}
			}
			return true
		})
		if strings.Contains(d.Clipboard(), "\x1b") {
			t.Errorf("the clipboard has styles: %q", d.Clipboard())
		}
	}
	copied("visible lines", "Tests  1 failed", "31:28\n")
	d.Press("&").Type("7 tests").Press("enter")
	copied("5 matching lines", "57 ms\n ✓ test/cart.test.ts (7 tests) 71 ms\n")
	d.Press("/").Type("57").Press("enter")
	copied("1 matching line", "57 ms\n")
	d.Press("!")
	d.See("the filter is off").SeeNot("&7 tests")
	copied("1 marked line", " ✗ test/price.test.ts > adds VAT once\n")
}

// A click marks a line, dragging marks more, esc drops the marks.
func TestMarkLinesWithTheMouse(t *testing.T) {
	d := failed(t).Size(120, 40).Press("g")
	y := func(text string) int {
		for y, l := range strings.Split(d.Screen(), "\n") {
			if strings.Contains(l, text) {
				return y
			}
		}
		t.Fatalf("%q is not on the screen:\n%s", text, d.Screen())
		return 0
	}
	d.Press("h").Click(90, y("(3 tests) 7 ms")).Focus("log").Press("y").SeeNot("1 marked")
	d.Click(90, y("(3 tests) 7 ms")).Press("y").See("1 marked line")
	d.Send(tea.MouseMotionMsg{X: 90, Y: y("(5 tests) 11 ms"), Button: tea.MouseLeft}).Send(tea.MouseReleaseMsg{X: 90, Y: 1, Button: tea.MouseLeft})
	d.Send(tea.MouseMotionMsg{X: 90, Y: y("(7 tests) 15 ms"), Button: tea.MouseLeft}).Press("y").See("3 marked lines")
	d.Until("the clipboard", func() bool {
		return d.Clipboard() == " ✓ test/cart.test.ts (3 tests) 7 ms\n ✓ test/cart.test.ts (4 tests) 9 ms\n ✓ test/cart.test.ts (5 tests) 11 ms\n"
	})
	d.Press("esc").Focus("log").Press("y").See("visible lines")
	d.Click(90, y("(3 tests) 7 ms")).Click(90, y("(3 tests) 7 ms")).Press("y").See("visible lines")
}

func TestTooMuchForAClipboard(t *testing.T) {
	s := tuitest.NewScript(tuitest.Shop(), 3).Start("0.3").Log("0.3", strings.Repeat(strings.Repeat("x", 200)+"\n", 600))
	shop(t).Press("b").Play(s.Events()).Press("&").Type("x").Press("enter", "y").See("600 matching lines, 120.6 kB: too much", "^S saves")
}

// A line of the whole build leads to its step.
func TestAClickOnALineSelectsItsStep(t *testing.T) {
	d := failed(t).Press("a", "a", "g").ClickOn("added 412 packages").Selected("deps").Step(8).See("whole build").Focus("log")
	d.ClickOn("> vitest run").Selected("test").Step(20).See("whole build")
}

// A log that is too long to be looked through between two keys is so piece by
// piece.
func TestLookingThroughALongLog(t *testing.T) {
	var text strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&text, "%5d %s\n", i, strings.Repeat("an ordinary line, as long as lines are ", 10))
	}
	d := shop(t).Press("b")
	d.Play(tuitest.NewScript(tuitest.Shop(), 3).Start("0.3").Log("0.3", text.String()+"error: at last\n").Events())
	d.Press("/").Type("ordinary").UntilSee("/10,000")
	d.Press("esc", "g", "/").Type("at l").UntilSee("error: at last").UntilSee("1/1").Press("enter", "esc")
	d.Press("g", "!").UntilSee("error: at last").Press("y").See("1 marked line")
	d.Press("&").Type("99 an").Press("enter").UntilSee("100 of 10,001 lines").See("9999 an ordinary")
}

// That lines were dropped is no line: it is no match, and nothing to copy.
func TestAFilterOverDroppedLines(t *testing.T) {
	var text strings.Builder
	for i := range 15_000 {
		fmt.Fprintf(&text, "line %d\n", i)
	}
	d := shop(t).Press("b").Play(tuitest.NewScript(tuitest.Shop(), 3).Start("0.3").Log("0.3", text.String()).Events())
	d.Press("&").Type("line 14999$").UntilSee("1 of 15,000 lines, 4,500 dropped").Press("enter", "y").See("1 matching line sent")
	d.Until("the clipboard", func() bool { return d.Clipboard() == "line 14999\n" })
	d.Press("g").See("1/1", "4,500 lines dropped")
	d.Press("&", "enter", "G", "k").See("/10,500").SeeNot("10,501")
}

// The title says where the line is that ! has found, as long as it is in view.
func TestWhereTheErrorIs(t *testing.T) {
	text := "one\ntwo\nthree\nfour\nerror: here\n" + strings.Repeat("more\n", 95)
	d := shop(t).Press("b").Play(tuitest.NewScript(tuitest.Shop(), 3).Start("0.3").Log("0.3", text).Events())
	d.Press("!").UntilSee("marked 5/100").Press("pgdown", "pgdown").SeeNot("marked").See("/100")
}

// Who reads in the middle of a log is not torn along when lines before that are
// dropped, in any scope.
func TestTheLogStaysWhereTheUserReads(t *testing.T) {
	flood := func(from, to int) []build.Event {
		var text strings.Builder
		for i := from; i < to; i++ {
			fmt.Fprintf(&text, "line %d\n", i)
		}
		s := tuitest.NewScript(tuitest.Shop(), 3).Start("0.3").Log("0.3", text.String()).Events()
		return s[len(s)-1:]
	}
	begin := tuitest.NewScript(tuitest.Shop(), 3).Start("0.3").Events()
	for _, scope := range []int{0, 1, 2} {
		d := shop(t).Press("b").Play(append(begin[:len(begin):len(begin)], flood(0, 9000)...)).Press("enter", "enter")
		for range scope {
			d.Press("a")
		}
		d.Press("/").Type("line 8000").Press("enter", "esc").See("line 8000", "line 7995")
		was := d.Screen()[:strings.Index(d.Screen(), "line 7995")]
		d.Play(flood(9000, 15_000)).See("line 8000", "line 7995").SeeNot("line 14")
		if now := d.Screen()[:strings.Index(d.Screen(), "line 7995")]; strings.Count(now, "\n") != strings.Count(was, "\n") {
			t.Errorf("scope %d: the line has moved", scope)
		}
		d.Press("g").See("line 0").Press("/").Type("line 499$").Press("enter").See("┄┄┄ 4,500 lines dropped ┄┄┄").SeeNot("line 600")
		d.Press("G").See("line 14999").Play(flood(15_000, 15_001)).See("line 15000", "following")
	}
}

// The Dockerfile may have lost stages and steps when it is read again: a log of a
// whole stage or build then says that there is none.
func TestLogsAfterTheDockerfileIsReadAgain(t *testing.T) {
	b, clock := tuitest.NewBuilder(), tuitest.NewClock(tuitest.Epoch())
	d := tuitest.Drive(t, tui.New(tui.Config{Graph: tuitest.Shop(), Target: -1, Builder: b, Clock: clock, Frame: -1}), clock, b)
	d.Size(120, 40).Press("b").Play(tuitest.ShopBuilt().Events()).Press("a", "a").See("whole build")
	less := tuitest.Shop()
	less.Stages = less.Stages[:1]
	less.Stages[0].Steps = less.Stages[0].Steps[:2]
	less.Edges = []model.Edge{{From: 1, To: 0, Kind: model.EdgeBase, Line: 5}}
	b.Graph = less
	d.Press("r").UntilSee("read shop/Dockerfile again").Press("v").See("not built yet: press b").Press("!").See("there is no output yet")
}
