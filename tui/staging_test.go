package tui_test

import (
	"errors"
	"testing"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// stagesShop is the shop with stages to open.
func stagesShop(t *testing.T) (*tuitest.Driver, *tuitest.Stages) {
	t.Helper()
	s := tuitest.NewStages()
	return tuitest.New(t, tui.Config{
		Graph: tuitest.Shop(), Target: -1, Platform: "linux/amd64", Engine: "embedded 0.33.1", Stages: s,
	}).Size(120, 40), s
}

// aStage is what opening a stage of the shop comes to.
func aStage(name string) *image.Image {
	b := image.NewBuilder()
	b.Add(image.Entry{Path: "app/package.json", Size: 512, Mode: 0o644})
	c := image.NewBuilder()
	c.Add(image.Entry{Path: "app/dist/server.js", Size: 40_960, Mode: 0o644})
	return &image.Image{Ref: name, Stage: name, Layers: []image.Layer{
		{Index: 0, Size: 512, Tree: b.Tree(), CreatedBy: "FROM node", Origin: image.Origin{Stage: -1, Step: -1, Base: true}},
		{Index: 1, Size: 40_960, Tree: c.Tree(), CreatedBy: "RUN npm run build", Origin: image.Origin{Stage: tuitest.ShopBuilder, Step: 2, Line: 13, EndLine: 14}},
	}}
}

// i opens the selected stage beside the image, all of its files at once; esc
// closes it, lets it go, and the image is there again.
func TestOpenStage(t *testing.T) {
	d, s := stagesShop(t)
	d.Press("b").Play(tuitest.ShopBuilt().Events())
	d.Press("1", "k").Selected("builder").Press("i").See("opening stage builder", "esc cancel")
	asked := d.Opening(s)
	if asked.Stage != tuitest.ShopBuilder || asked.Step != -1 || asked.Run {
		t.Errorf("asked for %+v", asked)
	}
	asked.Tell("listing files, layer 1 of 2: 12 so far")
	d.See("listing files, layer 1 of 2: 12 so far")
	im := aStage("stage builder")
	asked.Answer(im, nil)
	d.UntilSee("stage builder 41.5 kB").UntilSee("server.js").See("all files so far", "package.json", "esc close stage").SeeNot("no leaks")
	d.Press("4").See("stage builder may hold what it likes").Press("3").See("server.js")
	d.Press("1", "i").See("server.js") // still open
	d.Press("esc").SeeNot("server.js").Selected("builder")
	d.Until("the stage to be let go", func() bool { return s.Closed(im) })
	d.Press("3").See("No image yet").SeeNot("server.js")
	// A new build closes it too.
	d.Press("1", "i")
	again := aStage("stage builder")
	d.Opening(s).Answer(again, nil)
	d.UntilSee("server.js").Press("b").Play(tuitest.ShopBuilding().Events())
	d.Until("the stage to be let go", func() bool { return s.Closed(again) }).Press("3").See("the build is running").SeeNot("server.js")
}

// What is not cached is not run before somebody says so.
func TestOpenStageAsks(t *testing.T) {
	d, s := stagesShop(t)
	d.Press("k").Selected("builder").Press("i")
	d.Opening(s).Answer(nil, &tui.WouldRun{Step: build.StepRef{Stage: tuitest.ShopBuilder, Step: 2}})
	d.UntilSee("line 13 would have to run").See("i run it", "runs what is missing").Press("i")
	asked := d.Opening(s)
	if !asked.Run || asked.Stage != tuitest.ShopBuilder || asked.Step != -1 {
		t.Errorf("asked for %+v", asked)
	}
	asked.Answer(nil, errors.New("line 13 failed with exit code 2"))
	d.UntilSee("opening stage builder: line 13 failed with exit code 2").Press("esc").See("builder").SeeNot("opening")
}

// Opening can be called off, by esc and by ^C, and what comes late is let go.
func TestOpenStageCancelled(t *testing.T) {
	for _, by := range []string{"esc", "ctrl+c"} {
		d, s := stagesShop(t)
		d.Press("k", "i")
		asked := d.Opening(s)
		d.Press(by).SeeNot("opening")
		if asked.Ctx.Err() == nil {
			t.Errorf("%s: it goes on", by)
		}
		late := aStage("late")
		asked.Answer(late, nil)
		d.Until("the late stage to be let go", func() bool { return s.Closed(late) }).SeeNot("late")
		if d.Quit() {
			t.Errorf("%s left", by)
		}
	}
}

// The step that is opened is the selected one, and never one that the build has
// not come to.
func TestOpenStep(t *testing.T) {
	for _, c := range []struct {
		name  string
		play  []build.Event
		press []string
		stage int
		step  int
	}{
		{"a step of a stage", nil, []string{"k", "enter", "g", "j", "i"}, tuitest.ShopBuilder, 1},
		{"the last step is the stage", nil, []string{"k", "enter", "G", "i"}, tuitest.ShopBuilder, -1},
		{"what the failed step found", tuitest.ShopFailed().Events(), []string{"i"}, tuitest.ShopTest, 1},
		{"as far as it got", tuitest.ShopStopped().Events(), []string{"i"}, tuitest.ShopBuilder, 1},
	} {
		d, s := stagesShop(t)
		if c.play != nil {
			d.Press("b").Play(c.play)
		}
		d.Press(c.press...)
		asked := d.Opening(s)
		if asked.Stage != c.stage || asked.Step != c.step {
			t.Errorf("%s: opens %d:%d", c.name, asked.Stage, asked.Step)
		}
		asked.Answer(nil, errors.New("never mind"))
	}
}

// The target's files are the image's.
func TestOpenTarget(t *testing.T) {
	d, _ := stagesShop(t)
	d.Selected("runtime").Press("i").See("No image yet")
}
