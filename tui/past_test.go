package tui_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// remembering is the shop with a history.
func remembering(t *testing.T, h *tuitest.History) *tuitest.Driver {
	t.Helper()
	return tuitest.New(t, tui.Config{
		Graph: tuitest.Shop(), Target: -1, Platform: "linux/amd64", Engine: "embedded 0.33.1", History: h,
	}).Size(120, 40)
}

// over waits until nothing more is told.
func over(d *tuitest.Driver) *tuitest.Driver {
	return d.Until("the build to be told", func() bool { return !d.App.Building() })
}

func openBuilds(d *tuitest.Driver) *tuitest.Driver {
	return d.Press("ctrl+r").UntilSee("billing-service")
}

// rows are the names of the listed builds, in their order.
func rows(d *tuitest.Driver) string {
	var out []string
	for _, l := range strings.Split(d.Screen(), "\n") {
		for _, word := range []string{"running", "built", "failed", "cancelled"} {
			if _, rest, ok := strings.Cut(l, " "+word+" "); ok && strings.Contains(l, "│") && strings.Contains(rest, " of ") || ok && word == "running" && strings.Contains(l, "shop") {
				out = append(out, word+" "+strings.Fields(rest)[0])
			}
		}
	}
	return strings.Join(out, ", ")
}

func TestListOfBuilds(t *testing.T) {
	d := openBuilds(remembering(t, tuitest.ShopHistory()))
	d.See("5 builds · 4 of this project", "enter watch", "runtime", "165.2 MB")
	if got := rows(d); got != "running shop, built shop, failed shop, built shop, cancelled billing-service/deploy.Dockerfile" {
		t.Errorf("rows: %s", got)
	}
	d.Type("fail").See("1 of 5 builds", "npm test exited with code 1", "1 warning")
	if got := rows(d); got != "failed shop" {
		t.Errorf("rows: %s", got)
	}
	d.Type(" nothing").See("No build is like that")
	d.Press("esc").See("5 builds").Press("esc").SeeNot("of this project").Focus("graph")
}

func TestOpenPastBuild(t *testing.T) {
	d := openBuilds(remembering(t, tuitest.ShopHistory()))
	d.Press("t", "esc") // what is typed is the filter
	over(d.Type("failed").Press("enter")).
		See("✗ failed", "past build 08:46:53", "npm test", "AssertionError").Target("test").Step(20).
		See("^R builds", "b build anew")
	d.Press("3").See("a build of the history").Press("1")
	// b builds the explorer's own target, not that of the past build.
	d.Press("b").SeeNot("past build").Target("runtime").Play(tuitest.ShopBuilding().Events()).See("building")
	// and while it runs no other is opened.
	openBuilds(d).Type("failed").Press("enter").See("a build of yours is running").SeeNot("past build")
	d.Press("esc", "esc")
}

func TestReloadLeavesPastBuild(t *testing.T) {
	h := tuitest.ShopHistory()
	d := openBuilds(remembering(t, h))
	over(d.Type("failed").Press("enter")).See("past build").Press("t").SeeNot("past build").See("target now").Press("esc").Target("runtime")
}

func TestWatchRunningBuild(t *testing.T) {
	h := tuitest.ShopHistory()
	d := openBuilds(remembering(t, h)).Press("enter").UntilSee("src/db.ts").
		See("watching 09:26:36", "^C stop watching", "building").Selected("builder")
	d.Press("ctrl+c").Until("it to be let go", func() bool { return !d.App.Building() }).
		See("the build goes on", "not watched")
	if d.App.Build().End != nil || d.Quit() {
		t.Error("leaving has ended the build")
	}
	before := d.Screen()
	d.Advance(time.Minute)
	if after := d.Screen(); strings.Contains(after, "building") || len(after) > len(before) {
		t.Errorf("time goes on where nobody looks:\n%s", after)
	}
	openBuilds(d).Press("enter").UntilSee("watching")
	close(h.Go)
	d.Until("the end", func() bool { return !d.App.Building() }).See("has ended: succeeded", "✓ built")
}

func TestCompareBuilds(t *testing.T) {
	d := openBuilds(remembering(t, tuitest.ShopHistory())).Press("tab").SeeNot("▌") // a running one can't be marked
	d.Type("built runtime").Press("tab").See("▌", "compare with the marked one").
		Press("tab").UntilSee("The cache broke first").
		See("compare a91zz4 → b7x2m0", "in stage deps: line 8 RUN --mount", "cache lost", "· broke first")
	d.Press("G", "k", "g", "pgdown", "esc").See("2 of 5 builds")
}

func TestHistoryThatCannotBeRead(t *testing.T) {
	h := tuitest.ShopHistory()
	h.Err = errors.New("the engine does not answer: see whether it still runs")
	d := remembering(t, h).Press("ctrl+r").UntilSee("does not answer")
	h.Err = nil
	d.Press("ctrl+r").UntilSee("billing-service")
	d.Type("billing").Press("enter").UntilSee("does not remember this build").SeeNot("past build").Target("runtime")
	d.Press("ctrl+r").Press("ctrl+c").Until("it to be closed", func() bool { return !strings.Contains(d.Screen(), "esc close") })
	if d.Quit() {
		t.Error("^C has left the program, not the page")
	}
}

// Without a Dockerfile of its own the explorer shows one build, and says what
// else there is.
func TestOnePastBuild(t *testing.T) {
	h := tuitest.ShopHistory()
	d := tuitest.New(t, tui.Config{
		Graph: &model.Graph{File: "shop"}, Target: -1, History: h, Past: &h.Records[2],
		NoBuilder: "This is a build of the history: run stagedive in its directory to build anew.",
	}).Size(120, 40)
	over(d).Target("test").See("past build")
	d.Press("b").See("run stagedive in its directory").See("past build")
	d.Press("t").See("its target is what it was")
	d.Press("r").See("no Dockerfile to read again")
	if d.App.Build().End.Outcome != build.OutcomeFailed {
		t.Error("the build is gone")
	}
}

func TestNoHistory(t *testing.T) {
	shop(t).Press("ctrl+r").See("no engine is used here")
}

// The image that was looked into is there again after a look at a past build.
func TestBackToOwnImage(t *testing.T) {
	h := tuitest.ShopHistory()
	d := tuitest.New(t, tui.Config{
		Graph: tuitest.Shop(), Target: -1, History: h, Inspector: imageInspector{},
	}).Size(120, 40)
	d.Press("b").Play(tuitest.ShopBuilt().Events()).Until("the image", func() bool { return d.App.Image() != nil })
	over(openBuilds(d).Type("failed").Press("enter"))
	if d.App.Image() != nil {
		t.Error("the past build shows another build's image")
	}
	d.Press("esc", "esc", "esc")
	if d.App.Image() == nil {
		t.Error("the image is gone")
	}
	// The image of a past build that is still kept is looked into.
	over(openBuilds(d).Type("built").Press("enter")).Until("its image", func() bool { return d.App.Image() != nil }).See("past build")
}

type imageInspector struct{}

func (imageInspector) Inspect(context.Context, build.Result, int, func(done, total int64)) (tui.Inspected, error) {
	return tui.Inspected{Image: &image.Image{Ref: "shop"}}, nil
}

// esc at the graph goes back to what was shown before the past build.
func TestBackToOwnBuild(t *testing.T) {
	d := remembering(t, tuitest.ShopHistory()).Press("b").Play(tuitest.ShopBuilt().Events())
	took := "✓ built 19.3s"
	d.See(took)
	over(openBuilds(d).Type("failed").Press("enter")).See("past build").SeeNot(took)
	d.Press("Y").See("not kept of past builds")
	d.Press("s").See("keeps nothing to go into").Press("S").See("keeps nothing to go into")
	d.Press("esc", "esc").See("esc your build").Press("esc").See(took).SeeNot("past build 0").Target("runtime")
	over(openBuilds(d).Type("built").Press("down", "enter")).See("past build")
	over(openBuilds(d).Type("failed").Press("enter")).See("✗ failed").Press("esc", "esc", "esc").See(took)
}

// Breakpoints are of the explorer's own Dockerfile: a past build of another one
// neither shows nor loses them.
func TestBreakpointsOutliveAPastBuild(t *testing.T) {
	h := tuitest.ShopHistory()
	other := &model.Graph{File: "other", Lines: []string{"FROM scratch AS only", "COPY a /"}, Stages: []model.Stage{{
		Name: "only", Base: "scratch", Line: 1, EndLine: 2, Steps: []model.Step{
			{Command: "FROM", Text: "FROM scratch AS only", Line: 1, EndLine: 1},
			{Index: 1, Command: "COPY", Text: "COPY a /", Line: 2, EndLine: 2, Vertex: true},
		},
	}}}
	h.Scripts["f00d42failed0"] = tuitest.NewScript(other, 0).Cached("0.1").End(build.OutcomeSucceeded, nil)
	d := tuitest.New(t, tui.Config{
		Graph: tuitest.Shop(), Target: -1, History: h, Breakpoints: []build.StepRef{{Stage: 3, Step: 1}},
	}).Size(120, 40)
	over(openBuilds(d).Type("failed").Press("enter")).See("past build").SeeNot("◉")
	d.Press("esc", "esc", "esc").SeeNot("past build").See("◉")
	if at := d.Debugger.Breakpoints(); len(at) != 1 || at[0] != (build.StepRef{Stage: 3, Step: 1}) {
		t.Errorf("breakpoints %v", at)
	}
}
