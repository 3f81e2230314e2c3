package tui_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// comparingShop is the shop with stages to compare.
func comparingShop(t testing.TB, change func(*tui.Config)) (*tuitest.Driver, *tuitest.Comparer) {
	t.Helper()
	c := tuitest.NewComparer()
	cfg := tui.Config{Graph: tuitest.Shop(), Target: -1, Platform: "linux/amd64", Engine: "embedded 0.33.1", Comparer: c}
	if change != nil {
		change(&cfg)
	}
	return tuitest.New(t, cfg).Size(120, 40), c
}

// compared is the shop with n sides beside one another.
func compared(t testing.TB, n int, change func(*tui.Config)) *tuitest.Driver {
	t.Helper()
	d, c := comparingShop(t, change)
	asked := d.Press("k").Selected("builder").Press("space", "c").Comparing(c)
	d.Say(asked, tuitest.ShopBuilt().Events())
	asked.Answer(tuitest.ShopSides(n), nil)
	return d.UntilSee("overview")
}

func TestCompareFrames(t *testing.T) {
	for _, s := range []struct {
		name  string
		sides int
		play  func(d *tuitest.Driver)
	}{
		{"sides", 2, func(*tuitest.Driver) {}},
		{"sides-three", 3, func(d *tuitest.Driver) { d.Press("j", "j", "<") }},
		{"sides-four", 4, func(d *tuitest.Driver) { d.Press("G") }},
		{"sides-packages", 2, func(d *tuitest.Driver) { show(d, "packages").Press("j", "j") }},
		{"sides-findings", 2, func(d *tuitest.Driver) { show(d, "findings") }},
		{"sides-findings-differ", 4, func(d *tuitest.Driver) { show(d, "findings").Press("d") }},
		{"sides-settings", 3, func(d *tuitest.Driver) { show(d, "settings").Press("G") }},
		{"sides-layers", 2, func(d *tuitest.Driver) { show(d, "layers").Press("G") }},
		{"sides-behaviour", 2, func(d *tuitest.Driver) { show(d, "behaviour").Press("j") }},
		{"sides-filter", 2, func(d *tuitest.Driver) { show(d, "packages").Press("/").Type("npm t") }},
	} {
		for _, size := range sizes() {
			name := fmt.Sprintf("%s-%dx%d.txt", s.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				d := compared(t, s.sides, nil).Size(size[0], size[1])
				s.play(d)
				goldens.Check(t, filepath.Join("testdata", name), d.Screen()+"\n")
			})
		}
	}
	for _, size := range sizes() {
		for _, s := range []scene{
			{"sides-none", func(d *tuitest.Driver) { d.Press("5") }},
			{"sides-marked", func(d *tuitest.Driver) { d.Press("k", "space", "g", "space").Advance(time.Hour).Press("G") }},
			{"sides-picker", func(d *tuitest.Driver) { d.Press("t", "down", "space").Advance(time.Hour).Press("down") }},
		} {
			name := fmt.Sprintf("%s-%dx%d.txt", s.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				d, _ := comparingShop(t, nil)
				s.play(d.Size(size[0], size[1]))
				goldens.Check(t, filepath.Join("testdata", name), d.Screen()+"\n")
			})
		}
	}
}

// show turns to a tab of the panel.
func show(d *tuitest.Driver, name string) *tuitest.Driver {
	for range 12 {
		if d.App.CompareTab() == name {
			return d
		}
		d.Press("]")
	}
	return d.See("a tab called " + name)
}

// One marked stage is compared with the target, as a build that is shown; then its images
// are opened, and stand side by side.
func TestCompareMarked(t *testing.T) {
	d, c := comparingShop(t, nil)
	d.Press("k").Selected("builder").Press("space").See("c compares builder with the target, runtime", "1 marked")
	asked := d.Press("c").Comparing(c)
	if want := []int{tuitest.ShopBuilder, tuitest.ShopRuntime}; !slices.Equal(asked.Targets, want) {
		t.Errorf("%v are compared, want %v", asked.Targets, want)
	}
	events := tuitest.ShopBuilt().Events()
	d.Say(asked, events[:len(events)-1]).See("building", "builder").Press("5").See("the stages are being built").Press("c").See("a build is running")
	d.Press("1").Say(asked, events[len(events)-1:]).Focus("compare").See("opening the images")
	asked.Tell("opening builder, 12 MB")
	d.See("opening builder, 12 MB")
	asked.Answer(tuitest.ShopSides(2), nil)
	d.UntilSee("overview").See("builder", "runtime", "-33 %", "measured against").Press("3").See("leaks: 1 high")
}

// The target stands last, the others as in the file, however they were marked; there are
// four at most, and marks are taken away by the same key.
func TestMarks(t *testing.T) {
	d, c := comparingShop(t, nil)
	d.Press("space").See("the target is marked").Press("c").See("the target is marked: space on another")
	d.Press("g").Selected("deps").Press("space").Press("c")
	if asked := d.Comparing(c); !slices.Equal(asked.Targets, []int{0, tuitest.ShopRuntime}) {
		t.Errorf("%v are compared", asked.Targets)
	} else {
		asked.Answer(nil, errors.New("never mind"))
	}
	d.UntilSee("never mind")
	d.Press("1", "g", "space").SeeNot("2 marked").See("1 marked")

	many, _ := comparingShop(t, func(cfg *tui.Config) {
		g := &model.Graph{File: "Dockerfile"}
		for i := range 6 {
			g.Stages = append(g.Stages, model.Stage{Name: fmt.Sprintf("s%d", i), Line: i + 1, EndLine: i + 1})
			g.Lines = append(g.Lines, "FROM scratch AS s")
		}
		cfg.Graph = g
	})
	many.Press("t")
	for range 6 {
		many.Press("space", "down")
	}
	many.See("4 stages are marked, and more do not fit").Press("esc").See("4 marked")
}

// Marks stay on the stages of their names when the file is read again.
func TestMarksSurviveAReload(t *testing.T) {
	g := tuitest.Shop()
	g.Stages = slices.Clone(g.Stages)
	g.Stages[0].Name = "dependencies"
	d, _ := comparingShop(t, func(cfg *tui.Config) {
		b := tuitest.NewBuilder()
		b.Graph = g
		cfg.Builder = b
	})
	d.Press("k", "space", "g", "space").See("2 marked").Press("r").UntilSee("read shop/Dockerfile again").See("1 marked")
	d.Press("t").See("marked")
}

// Comparing can be called off while it builds and while it opens, and what comes late is
// of no use.
func TestCompareCancelled(t *testing.T) {
	for _, by := range []string{"esc", "ctrl+c"} {
		d, c := comparingShop(t, nil)
		asked := d.Press("k", "space", "c").Comparing(c)
		d.Say(asked, tuitest.ShopBuilt().Events()).Press(by).See("The comparison was cancelled.")
		if asked.Ctx.Err() == nil || d.Quit() {
			t.Errorf("%s: it goes on, or the program has ended", by)
		}
		asked.Answer(tuitest.ShopSides(2), nil)
		d.SeeNot("overview")
	}
	d, c := comparingShop(t, nil)
	asked := d.Press("k", "space", "c").Comparing(c)
	d.Say(asked, tuitest.ShopBuilding().Events()).Press("ctrl+c").See("cancelling")
	if asked.Ctx.Err() == nil {
		t.Error("the build goes on")
	}
	d.Say(asked, tuitest.ShopCancelled().Events())
	asked.Answer(nil, asked.Ctx.Err())
	d.UntilSee("cancelled: c compares again").Press("5").See("The comparison was cancelled.")
	again := d.Press("1", "c").Comparing(c)
	again.Answer(nil, errors.New("the engine is gone"))
	d.UntilSee("the engine is gone")
}

// A build that fails is shown as any is, and r compares again.
func TestCompareFails(t *testing.T) {
	d, c := comparingShop(t, func(cfg *tui.Config) { cfg.Target = tuitest.ShopTest })
	asked := d.Press("g", "space", "c").Comparing(c)
	d.Say(asked, tuitest.ShopFailed().Events()).Focus("log").See("failed")
	asked.Answer(nil, errors.New("the build failed"))
	d.Press("5").UntilSee("the build failed at test:20").Press("r")
	again := d.Comparing(c)
	if !slices.Equal(again.Targets, asked.Targets) {
		t.Errorf("r compares %v", again.Targets)
	}
	again.Answer(nil, errors.New("never mind"))
}

// enter goes from a number to what it is made of, and from there into the images; esc
// comes back.
func TestThroughTheComparison(t *testing.T) {
	d := compared(t, 2, nil)
	for _, to := range []struct{ row, tab string }{{"packages", "packages"}, {"findings", "findings"}, {"settings that differ", "settings"}, {"layers", "layers"}} {
		d.Press("5", "[").Press("]")
		show(d, "overview").Press("g")
		for i := 0; !strings.Contains(d.Screen(), "▸"+to.row); i++ {
			if i > 30 {
				t.Fatalf("no row %s:\n%s", to.row, d.Screen())
			}
			d.Press("j")
		}
		d.Press("enter")
		if got := d.App.CompareTab(); got != to.tab {
			t.Errorf("enter on %s goes to %s", to.row, got)
		}
	}
	show(d, "layers").Press("G", "enter").Focus("image").See("runtime", "layer 7").Press("esc").Focus("compare")
	d.Press("<", "o").Focus("image").See("builder 183.8 MB").Press("4").Focus("leaks").See("An .env file").Press("esc").Focus("compare")
	show(d, "findings").Press("g", "enter").Focus("leaks").See("An .env file", "whoever has the image").Press("esc").Focus("compare")
	show(d, "packages").Press("g", "enter").Focus("image").See("builder 183.8 MB").Press("3").SeeNot("builder 183.8 MB")
	d.Press("5")
	show(d, "layers").Press("G", "v").Focus("Dockerfile").Step(13)
}

// What is the same can be hidden, names filtered, and esc shows all again.
func TestComparedLists(t *testing.T) {
	d := compared(t, 2, nil)
	show(d, "packages").See("express", "5 names · 3 differ", "~ 3.0.17", "gone").Press("d").SeeNot("express").See("only those")
	d.Press("d", "/").Type("vit").Press("enter").See("1 with \"vit\"", "vitest").SeeNot("express").Press("esc").See("express")
	d.Press("s").See("largest first").Press("/").Type("nothing of that name").See("Nothing is called like that").Press("esc")
	show(d, "findings").See("gone", "▲ critical").Press("d")
	show(d, "behaviour").See("banner", "differs")
	show(d, "settings").Press("d").See("env CI").SeeNot("env PATH")
}

// Images that are finished are compared alone.
func TestCompareImages(t *testing.T) {
	d := tuitest.New(t, tui.Config{Comparison: tuitest.Images(2, nil), NoBuilder: "there is no Dockerfile"}).Size(120, 40)
	d.UntilSee("overview").Focus("compare").See("builder · runtime", "5 compare").SeeNot("1 build").Press("o").Focus("image").Press("esc").Focus("compare")
	d.Press("c").See("there is no Dockerfile here")
	bad := tuitest.New(t, tui.Config{Comparison: tuitest.Images(0, errors.New("it is not there")), NoBuilder: "there is no Dockerfile"}).Size(120, 40)
	bad.Until("the program to end", bad.Quit)
	if err := bad.App.Failure(); err == nil || err.Error() != "it is not there" {
		t.Errorf("it ends with %v", err)
	}
}

// Stages may be compared from the start.
func TestCompareAtOnce(t *testing.T) {
	d, c := comparingShop(t, func(cfg *tui.Config) { cfg.Compare = []int{0, tuitest.ShopBuilder, tuitest.ShopRuntime} })
	asked := d.Comparing(c)
	if len(asked.Targets) != 3 {
		t.Errorf("%v are compared", asked.Targets)
	}
	asked.Answer(nil, errors.New("never mind"))
}

// In ASCII there is nothing else; at every size all fits.
func TestCompareEverywhere(t *testing.T) {
	d := compared(t, 4, func(cfg *tui.Config) { cfg.ASCII = true })
	keys := []string{"]", "[", "<", ">", "j", "k", "G", "g", "d", "s", "/", "a", "esc", "enter", "pgdown", "o", "5", "v", "1", "space", "c"}
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.OneOf(rapid.IntRange(1, 220), rapid.IntRange(1, 24)).Draw(t, "w")
		h := rapid.OneOf(rapid.IntRange(1, 60), rapid.IntRange(1, 12)).Draw(t, "h")
		d.Size(w, h).Press("5")
		for _, k := range rapid.SliceOfN(rapid.SampledFrom(keys[:len(keys)-2]), 0, 5).Draw(t, "keys") {
			d.Press(k)
		}
		lines := strings.Split(d.Frame(), "\n")
		if len(lines) != h {
			t.Fatalf("%d×%d: %d lines", w, h, len(lines))
		}
		for _, l := range lines {
			if got := ansi.StringWidthWc(l); got > w {
				t.Fatalf("%d×%d: %d wide: %q", w, h, got, l)
			}
			for _, r := range ansi.Strip(l) {
				if r > 0x7e {
					t.Fatalf("%q in ASCII: %q", r, l)
				}
			}
		}
	})
}
