package tui_test

import (
	"errors"
	"testing"

	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// watchedShop is the shop, and the Watcher that it asks.
func watchedShop(t *testing.T, auto bool) (*tuitest.Driver, *tuitest.Watcher) {
	t.Helper()
	w := tuitest.NewWatcher()
	d := tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1, Watcher: w, AutoWatch: auto, AutoBuild: auto}).Size(120, 40)
	return d, w
}

func changed(paths ...string) tui.Watched { return tui.Watched{Files: 214, Changed: paths} }

func TestAChangeBuilds(t *testing.T) {
	d, w := watchedShop(t, false)
	d.Press("w")
	watch := d.Watching(w)
	watch.Tell(tui.Watched{Files: 214})
	d.UntilSee("watching 214 files: a change to one of them builds runtime").See("◎ watching 214 files")
	if d.App.Building() {
		t.Fatal("nothing has changed, and it builds")
	}
	watch.Tell(changed("src/app.ts"))
	d.Until("a build", d.App.Building)
	d.Play(tuitest.ShopBuilt().Events())
	d.UntilSee("src/app.ts → 7 steps ran").See("✓ built", "cached", "◎ watching 214 files")

	watch.Tell(changed("a", "b", "c"))
	d.Until("a build", d.App.Building)
	d.Play(tuitest.ShopBuilt().Events()).UntilSee("a, b and 1 more → ")

	d.Press("w").See("not watched any more").SeeNot("◎")
	<-watch.Over
	watch.Tell(changed("late")) // harmless
	d.Press("b").Play(tuitest.ShopBuilt().Events()).SeeNot("late")
}

// However much changes while a build runs, it is left alone and one build follows.
func TestChangesWhileBuildingAreBuiltOnce(t *testing.T) {
	d, w := watchedShop(t, false)
	d.Press("w", "b")
	watch := d.Watching(w)
	events := tuitest.ShopBuilt().Events()
	d.Play(events[:9])
	watch.Tell(changed("one"))
	d.UntilSee("1 changed")
	watch.Tell(changed("two"))
	d.UntilSee("2 changed")
	if d.Cancelled() {
		t.Error("the running build was cancelled")
	}
	d.Play(events[9:]).Until("the next build", d.App.Building)
	d.Play(events).UntilSee("one, two → ")
	if n := d.App.Builds(); n != 2 {
		t.Errorf("%d builds", n)
	}
}

// ^C makes what has changed be built at once.
func TestCancellingBuildsTheChange(t *testing.T) {
	d, w := watchedShop(t, false)
	d.Press("w", "b")
	watch := d.Watching(w)
	d.Play(tuitest.ShopBuilding().Events())
	watch.Tell(changed("one"))
	d.UntilSee("1 changed").Press("ctrl+c")
	d.Until("the cancel", d.Cancelled).Finish()
	d.Until("the next build", d.App.Building)
	d.Play(tuitest.ShopBuilt().Events()).UntilSee("one → ")
}

// A failure keeps watching, and what the user looks at stays.
func TestAFailedRebuildKeepsWatching(t *testing.T) {
	d, w := watchedShop(t, false)
	d.Press("t").Type("test").Press("enter", "w")
	watch := d.Watching(w)
	if watch.Target != tuitest.ShopTest {
		t.Errorf("watches target %d", watch.Target)
	}
	watch.Tell(changed("src/price.ts"))
	d.Until("a build", d.App.Building)
	d.Play(tuitest.ShopFailed().Events()).UntilSee("✗ failed").See("src/price.ts → failed: ")
	d.Press("4").Focus("leaks")
	watch.Tell(changed("src/price.ts"))
	d.Until("a build", d.App.Building).Focus("leaks")
	d.Play(tuitest.ShopBuilt().Events()).Until("its end", func() bool { return !d.App.Building() }).Focus("leaks")
}

// Another target has other files.
func TestPickingATargetWatchesItsFiles(t *testing.T) {
	d, w := watchedShop(t, false)
	d.Press("w")
	first := d.Watching(w)
	d.Press("t").Type("deps").Press("enter")
	<-first.Over
	if second := d.Watching(w); second.Target != 0 {
		t.Errorf("watches target %d", second.Target)
	}
}

// From the start: nothing that changes while the first build begins is missed.
func TestWatchFromTheStart(t *testing.T) {
	d, w := watchedShop(t, true)
	watch := d.Watching(w)
	if d.App.Building() {
		t.Error("it builds before it watches")
	}
	watch.Tell(tui.Watched{Files: 3})
	d.Until("a build", d.App.Building)
	d.Play(tuitest.ShopBuilt().Events()).See("◎ watching 3 files")
}

func TestWhatWatchingNeeds(t *testing.T) {
	d, w := watchedShop(t, false)
	d.Press("w")
	watch := d.Watching(w)
	watch.Tell(tui.Watched{Files: 3, Polling: "no more watches"})
	d.UntilSee("no more watches: files are looked at every few seconds")
	watch.Tell(tui.Watched{Err: errors.New("the directory is gone")})
	d.UntilSee("watching for changes: the directory is gone").See("not watching")
	watch.Tell(tui.Watched{Files: 3})
	d.Until("the files to be back", func() bool { return d.See("◎") != nil && !d.App.Building() })

	d = tuitest.New(t, tui.Config{Graph: tuitest.Shop(), Target: -1}).Size(120, 40)
	d.Press("w").See("there are no files to watch here")
}

// Who picks a target is not disturbed: the change is built when the list closes.
func TestPickingIsNotDisturbed(t *testing.T) {
	d, w := watchedShop(t, false)
	d.Press("w")
	watch := d.Watching(w)
	d.Press("t")
	watch.Tell(changed("src/app.ts"))
	d.UntilSee("1 changed")
	if d.App.Building() {
		t.Error("it builds under the list")
	}
	d.Press("esc").Until("a build", d.App.Building)
	d.Play(tuitest.ShopBuilt().Events()).UntilSee("src/app.ts → ")
}
