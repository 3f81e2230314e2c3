package tui_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// scene is a state of the App that is worth a picture.
type scene struct {
	name string
	play func(d *tuitest.Driver)
}

func scenes() []scene {
	test := func(d *tuitest.Driver) { d.Press("t").Type("test").Press("enter") }
	return []scene{
		{"idle", func(*tuitest.Driver) {}},
		{"picker", func(d *tuitest.Driver) { d.Press("t", "down") }},
		{"building", func(d *tuitest.Driver) { d.Press("b").Play(tuitest.ShopBuilding().Events()) }},
		{"failed", func(d *tuitest.Driver) { test(d); d.Press("b").Play(tuitest.ShopFailed().Events()) }},
		{"done", func(d *tuitest.Driver) { d.Press("b").Play(tuitest.ShopBuilt().Events()) }},
		{"cancelled", func(d *tuitest.Driver) { d.Press("b").Play(tuitest.ShopCancelled().Events()) }},
		{"timeline-building", func(d *tuitest.Driver) {
			d.Press("b").Play(tuitest.ShopBuilding().Events()).Press("2", "j", "j", "j", "j")
		}},
		{"timeline-done", func(d *tuitest.Driver) { d.Press("b").Play(tuitest.ShopBuilt().Events()).Press("2", "j", "j") }},
		{"rebuilt", func(d *tuitest.Driver) {
			d.Press("b").Play(tuitest.ShopRebuilt().Events()).Press("Y", "enter").Focus("steps").Step(12)
		}},
		{"why", func(d *tuitest.Driver) { d.Press("b").Play(tuitest.ShopRebuilt().Events()).Press("Y", "j") }},
		{"why-none", func(d *tuitest.Driver) { d.Press("b").Play(tuitest.ShopBuilt().Events()).Press("Y") }},
		{"builds", func(d *tuitest.Driver) { d.Press("ctrl+r").UntilSee("shop  ") }},
		{"past", func(d *tuitest.Driver) { over(d.Press("ctrl+r").UntilSee("shop  ").Type("fail").Press("enter")) }},
		{"compare", func(d *tuitest.Driver) {
			d.Press("ctrl+r").UntilSee("shop  ").Type("built").Press("tab", "tab").UntilSee("broke first")
		}},
		{"help", func(d *tuitest.Driver) { d.Press("?") }},
		{"search", func(d *tuitest.Driver) {
			test(d)
			d.Press("b").Play(tuitest.ShopFailed().Events()).Press("/").Type("cart")
		}},
		{"log-filter", func(d *tuitest.Driver) {
			test(d)
			d.Press("b").Play(tuitest.ShopFailed().Events()).Press("a", "a", "&").Type("7 tests|failed").Press("enter", "/").Type("vat")
		}},
		{"log-error", func(d *tuitest.Driver) {
			test(d)
			d.Press("b").Play(tuitest.ShopFailed().Events()).Press("g", "!", "T")
		}},
		{"log-save", func(d *tuitest.Driver) {
			test(d)
			d.Press("b").Play(tuitest.ShopFailed().Events()).Press("ctrl+s")
		}},
		{"source-search", func(d *tuitest.Driver) { d.Press("/").Type("npm").Press("enter") }},
		{"stopped", func(d *tuitest.Driver) {
			d.Press("enter", "end", "B").Press("b").Play(tuitest.ShopStopped().Events())
		}},
		{"changes", func(d *tuitest.Driver) {
			test(d)
			d.Press("b").Play(tuitest.ShopFailed().Events())
			d.Debugger.At, d.Debugger.List = tuitest.ShopChanges()
			d.Press("d").UntilSee("2 added").Press("j", "j")
		}},
		{"log-stage", func(d *tuitest.Driver) {
			test(d)
			d.Press("b").Play(tuitest.ShopFailed().Events()).Press("a")
		}},
		{"log-build", func(d *tuitest.Driver) {
			d.Press("b").Play(tuitest.ShopBuilding().Events()).Press("enter", "enter", "a", "a")
		}},
	}
}

func sizes() [][2]int { return [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} }

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldens.Check(t, filepath.Join("testdata", name), got)
}

func TestFrames(t *testing.T) {
	for _, s := range scenes() {
		for _, size := range sizes() {
			name := fmt.Sprintf("%s-%dx%d.txt", s.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				d := remembering(t, tuitest.ShopHistory()).Size(size[0], size[1])
				s.play(d)
				golden(t, name, d.Screen()+"\n")
			})
		}
	}
}

// One coloured frame a profile and background, so that a change of colours is
// seen as such.
func TestColours(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile colorprofile.Profile
		light   bool
		ascii   bool
	}{
		{"true", colorprofile.TrueColor, false, false},
		{"true-light", colorprofile.TrueColor, true, false},
		{"256", colorprofile.ANSI256, false, false},
		{"16", colorprofile.ANSI, false, false},
		{"mono", colorprofile.ASCII, false, false},
		{"mono-ascii", colorprofile.ASCII, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := tuitest.New(t, tui.Config{
				Graph: tuitest.Shop(), Target: tuitest.ShopTest, Platform: "linux/amd64", Engine: "embedded 0.33.1",
				Profile: c.profile, Light: c.light, ASCII: c.ascii,
			}).Size(80, 24)
			d.Press("b").Play(tuitest.ShopFailed().Events())
			frame := d.Frame()
			golden(t, "colour-"+c.name+".ansi", strings.ReplaceAll(frame, "\x1b", "␛")+"\n")
			if c.profile <= colorprofile.ASCII {
				if i := strings.Index(frame, "\x1b[3"); i >= 0 {
					t.Errorf("a colour without colours: %q", frame[i:min(len(frame), i+20)])
				}
			}
			if c.ascii {
				// what the Dockerfile and the logs say is theirs; the chrome is ours
				text := strings.NewReplacer("✓", "", "✗", "").Replace(ansi.Strip(frame))
				for _, r := range text {
					if r > 0x7e {
						t.Fatalf("%q in an ASCII frame:\n%s", r, text)
					}
				}
			}
		})
	}
}

// At every size, in every state, a frame has exactly the screen's height in
// lines and none is wider than the screen.
func TestEverySize(t *testing.T) {
	var drivers []*tuitest.Driver
	var names []string
	for _, s := range scenes() {
		d := remembering(t, tuitest.ShopHistory())
		s.play(d)
		drivers, names = append(drivers, d), append(names, s.name)
	}
	keys := []string{"tab", "z", "v", "2", "3", "4", "1", "?", "esc", "j", "k", "enter", "h", "l", "G", "g", "pgdown", "pgup", "W", "t", "+", "-", "0", "J", "L", "down", "up", "n", "f", "a", "T", "&", "!", "/", "Y", "ctrl+r", "y", "ctrl+s", "B", "d", "left"}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(drivers)-1).Draw(t, "scene")
		d := drivers[i]
		w := rapid.OneOf(rapid.IntRange(1, 220), rapid.IntRange(1, 24)).Draw(t, "w")
		h := rapid.OneOf(rapid.IntRange(1, 60), rapid.IntRange(1, 12)).Draw(t, "h")
		d.Size(w, h)
		for _, k := range rapid.SliceOfN(rapid.SampledFrom(keys), 0, 4).Draw(t, "keys") {
			d.Press(k)
		}
		lines := strings.Split(d.Frame(), "\n")
		if len(lines) != h {
			t.Fatalf("%s at %d×%d: %d lines", names[i], w, h, len(lines))
		}
		for n, l := range lines {
			if got := ansi.StringWidthWc(l); got > w {
				t.Fatalf("%s at %d×%d: line %d is %d wide: %q", names[i], w, h, n, got, l)
			}
		}
	})
}

// Graphs that a person might make by accident.
func TestOddGraphs(t *testing.T) {
	for name, g := range map[string]*model.Graph{
		"empty":      {File: "Dockerfile"},
		"one line":   {File: "Dockerfile", Lines: []string{"FROM"}, Problems: []model.Problem{{Level: model.LevelError, Message: "file with no instructions", Stage: -1}}},
		"no steps":   {File: "Dockerfile", Lines: []string{"FROM scratch"}, Stages: []model.Stage{{Line: 1, EndLine: 1}}},
		"long names": {File: strings.Repeat("directory/", 40) + "Dockerfile", Lines: []string{"FROM x AS y"}, Stages: []model.Stage{{Name: strings.Repeat("name", 60), Line: 1, EndLine: 1, Steps: []model.Step{{Command: "FROM", Text: strings.Repeat("漢字", 200), Line: 1, EndLine: 1}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := tuitest.New(t, tui.Config{Graph: g, Target: -1})
			for _, size := range sizes() {
				d.Size(size[0], size[1])
				for _, k := range []string{"tab", "j", "enter", "G", "t", "esc", "v", "b", "f", "y", "?", "esc", "2", "p", "o", "+", "l", "L", "3", "1"} {
					d.Press(k)
					for _, l := range strings.Split(d.Frame(), "\n") {
						if w := ansi.StringWidthWc(l); w > size[0] {
							t.Fatalf("after %q at %v a line is %d wide", k, size, w)
						}
					}
				}
				if d.App.Building() {
					d.Play(nil).Finish()
				}
			}
		})
	}
}
