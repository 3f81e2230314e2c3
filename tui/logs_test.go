package tui_test

import (
	"strings"
	"testing"

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
