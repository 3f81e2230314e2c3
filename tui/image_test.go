package tui_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// shopImage is the shop, built, with its image open.
func shopImage(t *testing.T, ascii bool) *tuitest.Driver {
	t.Helper()
	im, found := tuitest.ShopImage()
	d := tuitest.New(t, tui.Config{
		Graph: tuitest.Shop(), Target: -1, Platform: "linux/amd64", Engine: "embedded 0.33.1", ASCII: ascii,
		Inspector: tuitest.Inspector{Image: im, Findings: found},
	}).Size(120, 40)
	d.Press("b").Play(tuitest.ShopBuilt().Events())
	d.Until("the image", func() bool { return d.App.Image() != nil })
	d.Press("3").UntilSee("twice 544.0 kB")
	return d.Advance(time.Hour).Press("j").SeeNot("press 3") // what was said of the build is gone
}

func TestImageFrames(t *testing.T) {
	for _, s := range []scene{
		{"image", func(*tuitest.Driver) {}},
		{"image-all", func(d *tuitest.Driver) { d.Press("a", "tab", "l", "j", "l", "j") }},
		{"image-filter", func(d *tuitest.Driver) { d.Press("a", "/").Type("lod js$").UntilSee(" found") }},
		{"image-range", func(d *tuitest.Driver) { d.Press("v", "k", "k") }},
		{"image-base", func(d *tuitest.Driver) { d.Press("g") }},
		{"image-waste", func(d *tuitest.Driver) { d.Press("]", "tab") }},
		{"image-twice", func(d *tuitest.Driver) { d.Press("]", "]", "tab", "enter", "j") }},
		{"image-could-go", func(d *tuitest.Driver) { d.Press("[", "[", "tab") }},
		{"image-config", func(d *tuitest.Driver) { d.Press("[", "tab", "j", "j") }},
	} {
		for _, size := range sizes() {
			name := fmt.Sprintf("%s-%dx%d.txt", s.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				d := shopImage(t, false).Size(size[0], size[1])
				s.play(d)
				goldens.Check(t, filepath.Join("testdata", name), d.Screen()+"\n")
			})
		}
	}
}

// From a leak to its file and back, to go on with the next one.
func TestFromALeakAndBack(t *testing.T) {
	d := shopImage(t, false).Press("4").Focus("leaks").Press("enter").Focus("image")
	d.Press("esc").Focus("leaks").Press("enter").Focus("image").Press("tab", "tab", "esc").Focus("image")
}

// From a step to its layer, to the file, to the layer that wrote it, to its line.
func TestThroughTheImage(t *testing.T) {
	d := shopImage(t, false).Press("1", "enter", "G").Step(31)
	d.Press("i").See("line 31 left no layer in the image").Focus("steps")
	for d.Press("k"); ; d.Press("k") {
		if ref, _ := d.App.SelectedStep(); ref.Step == 4 {
			break
		}
	}
	d.Press("i").Focus("image").See("layer 6", "lodash", "14.8 MB")
	d.Press("tab", "/").Type("mime").See(`did nothing to a path like "mime"`)
	d.Press("esc", "j", "a", "/").Type("mime.types").Press("enter").See("layer 7 runtime:28")
	d.Press("n").See("layer 7 · ", "mime.types")
	d.Press("n").See("layer 1 · ", "mime.types", "ADD alpine") // around the end, and the base image unfolds
	d.Press("N", "i").Focus("Dockerfile").Step(28)
}

// The bottom line names what a switch goes to, not what is on already.
func TestImageHintsSayWhatComesNext(t *testing.T) {
	d := shopImage(t, false).Size(320, 60).See("a all files", "v range  ", "o by name", "L list")
	d.Press("a").UntilSee("a this layer").SeeNot("a all files").Press("o").UntilSee("o largest first").Press("L").UntilSee("L tree")
	d.Press("v", "k").UntilSee("v end range").See("a these layers").Press("v").See("v range  ")
	d.Press("z").See("z zoom back")
}

// The signs of the rows are explained where the keys of the image are.
func TestImageSignsAreInTheHelp(t *testing.T) {
	shopImage(t, false).Size(200, 60).Press("?").See("Signs in the image", "▲          something was found", "layer 6 wrote it")
	shopImage(t, true).Size(200, 60).Press("?").See("!          something was found")
	shopImage(t, false).Size(200, 60).Press("1", "?").SeeNot("Signs in the image")
}

// In ASCII no mark of a changed file is anything else.
func TestASCIIMarksAreOfFilesOnly(t *testing.T) {
	g := theme.ASCIIGlyphs()
	for _, s := range []string{g.Ellipsis, g.Good(), g.Problem, g.Cursor, g.Open, g.Closed, g.Dot} {
		if strings.Contains("+~-m", s) {
			t.Errorf("%q is a mark of files, too", s)
		}
	}
}
