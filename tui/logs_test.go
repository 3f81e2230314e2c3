package tui_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

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
