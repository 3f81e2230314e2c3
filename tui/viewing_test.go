package tui_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// viewer is the App on the files of an image.
func viewer(t testing.TB, files *tuitest.Files, cfg tui.Config) *tuitest.Driver {
	t.Helper()
	cfg.NoBuilder, cfg.Image, cfg.Files = "an image", files.Image(), files
	return tuitest.New(t, cfg).Size(120, 40).UntilSee("waste 253 B")
}

// onFile puts the cursor on a file, by its path.
func onFile(d *tuitest.Driver, path string) *tuitest.Driver {
	return filter(d.Press("tab", "a"), path)
}

// filter looks for another one.
func filter(d *tuitest.Driver, path string) *tuitest.Driver {
	d.Press("/", "ctrl+u").Type(path)
	alone := func() bool {
		return strings.Contains(d.Screen(), "1 found") && strings.Contains(strings.ReplaceAll(d.Screen(), "/ "+path, ""), path)
	}
	return d.Until("a single "+path, alone).Press("enter")
}

// openFile opens the page of a file.
func openFile(d *tuitest.Driver, path, until string) *tuitest.Driver {
	return onFile(d, path).Press("enter").UntilSee(until)
}

func fileScenes() []scene {
	return []scene{
		{"file-text", func(d *tuitest.Driver) { openFile(d, "/app/server.go", "Go source") }},
		{"file-diff", func(d *tuitest.Driver) {
			openFile(d, "/app/server.go", "Go source").Press("D").UntilSee("from layer 2")
		}},
		{"file-hex", func(d *tuitest.Driver) { openFile(d, "/app/blob", "binary data").Press("j") }},
		{"file-search", func(d *tuitest.Driver) {
			openFile(d, "/app/server.go", "Go source").Press("/").Type("listen").Press("enter", "n")
		}},
		{"file-wrap", func(d *tuitest.Driver) { openFile(d, "/app/long.json", "JSON").Press("W") }},
		{"file-list", func(d *tuitest.Driver) {
			openFile(d, "/app/pkg.tar", "tar archive").Press("/").Type("lib").Press("enter")
		}},
		{"file-extract", func(d *tuitest.Driver) { onFile(d, "/app/server.go").Press("E") }},
	}
}

func TestFileFrames(t *testing.T) {
	for _, s := range fileScenes() {
		for _, size := range sizes() {
			name := fmt.Sprintf("%s-%dx%d.txt", s.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				d := viewer(t, tuitest.ShopFiles(), tui.Config{})
				s.play(d)
				d.Size(size[0], size[1])
				golden(t, name, d.Screen()+"\n")
			})
		}
	}
}

func TestFileColours(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile colorprofile.Profile
		light   bool
		ascii   bool
	}{
		{"true", colorprofile.TrueColor, false, false},
		{"true-light", colorprofile.TrueColor, true, false},
		{"16", colorprofile.ANSI, false, false},
		{"mono-ascii", colorprofile.ASCII, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := viewer(t, tuitest.ShopFiles(), tui.Config{Profile: c.profile, Light: c.light, ASCII: c.ascii})
			openFile(d, "/app/server.go", "Go source").Press("D").UntilSee("from layer 2").Size(80, 24)
			golden(t, "file-colour-"+c.name+".ansi", strings.ReplaceAll(d.Frame(), "\x1b", "␛")+"\n")
		})
	}
}

// enter opens a file, esc comes back to the same row; a link opens what it leads to.
func TestFileOpens(t *testing.T) {
	d := viewer(t, tuitest.ShopFiles(), tui.Config{})
	openFile(d, "/app/server.go", "Go source").See("/app/server.go", "layer 3", "// patched")
	before := d.Press("esc").Screen()
	if !strings.Contains(before, "server.go") || strings.Contains(before, "Go source") {
		t.Errorf("esc did not come back:\n%s", before)
	}
	d.Press("enter").UntilSee("Go source").Press("q")
	if now := d.Screen(); now != before {
		t.Errorf("another screen after a second look:\n%s\nbefore:\n%s", now, before)
	}
	filter(d, "/app/start").Press("enter").UntilSee("link to").See("/app/server.go", "// patched").Press("esc")
	filter(d, "/app/lost").Press("enter").See("the link leads to nowhere")
	filter(d, "/app/empty").Press("enter").UntilSee("empty file").Press("esc")
	filter(d, "/etc/gone").Press("enter").UntilSee("was here").Press("esc", "E").See("the layer removes it")
}

// What a file holds never drives the terminal.
func TestFileHarmless(t *testing.T) {
	d := viewer(t, tuitest.ShopFiles(), tui.Config{})
	openFile(d, "/app/evil.txt", "1 line").See("␛]0;owned␇", "<U+202E>")
	for _, k := range []string{"t", "W", "t"} {
		frame := d.Press(k).Frame()
		for _, bad := range []string{"\x1b]0", "\x1b[2J", "\x07", "\u202e"} {
			if strings.Contains(frame, bad) {
				t.Errorf("after %s: %q on the screen", k, bad)
			}
		}
	}
	openFile(viewer(t, tuitest.ShopFiles(), tui.Config{}), "/app/latin.txt", "Latin-1").See("Größe", "CRLF")
}

// The text can be searched, to both sides and around the ends.
func TestFileSearch(t *testing.T) {
	d := viewer(t, tuitest.ShopFiles(), tui.Config{})
	openFile(d, "/app/server.go", "Go source").Press("/").Type("listen").See("line 11").Press("enter", "n").See("line 12").
		Press("n").See("line 11").Press("N").See("line 12").Press("esc")
	if s := d.Screen(); strings.Contains(s, "/listen") || !strings.Contains(s, "Go source") {
		t.Errorf("esc ends the search, and not the page:\n%s", s)
	}
	d.Press("n").See("nothing is searched for").Press("/").Type("nowhere to be found").See("not nearby").Press("enter").See("no match").Press("/")
	if d.Press("esc").Screen(); !strings.Contains(d.Screen(), "Go source") {
		t.Error("esc in a search closed the page")
	}
}

// A file that is read slowly can be left; a source that is gone is told.
func TestFileReading(t *testing.T) {
	files := tuitest.ShopFiles()
	files.Hold = make(chan struct{})
	d := viewer(t, files, tui.Config{})
	onFile(d, "/app/server.go").Press("enter").See("reading it").Press("esc")
	close(files.Hold)
	d.Press("enter").UntilSee("Go source").Press("esc")
	files.Err = errors.New("opening the image again: no such image: shop.tar is gone\x1b[2J")
	d.Press("enter").UntilSee("shop.tar is gone␛[2J").Press("esc").See("server.go")
}

// Differences are those from the version before; without one it is said.
func TestFileDiffers(t *testing.T) {
	d := viewer(t, tuitest.ShopFiles(), tui.Config{})
	onFile(d, "/app/server.go").Press("D").UntilSee("from layer 2").See("3 lines added, 1 removed", `- const address = ":8080"`, `+ const address = ":9090"`)
	if d.Press("D"); strings.Contains(d.Screen(), "from layer 2") {
		t.Error("a second D does not go back")
	}
	openFile(viewer(t, tuitest.ShopFiles(), tui.Config{}), "/app/latin.txt", "Latin-1").Press("D").UntilSee("there is no version before")
}

// What is extracted is asked for, done in the background, and told.
func TestFileExtract(t *testing.T) {
	files := tuitest.ShopFiles()
	files.Present = map[string]bool{"./server.go": true}
	d := viewer(t, files, tui.Config{})
	onFile(d, "/app/server.go").Press("E").See("extract /app/server.go", "./server.go").Press("enter").UntilSee("enter replaces it").Press("enter").UntilSee("1.2 kB written to ./server.go")
	d.Press("E", "ctrl+u").Type("~/out").Press("enter").UntilSee("written to ~/out")
	d.Press("E", "esc", "enter").UntilSee("Go source").Press("E", "ctrl+u").Type("x").Press("enter").UntilSee("written to x").See("Go source")
	want := "/app/server.go after 2 to ./server.go replacing|/app/server.go after 2 to ~/out|/app/server.go after 2 to x"
	if got := strings.Join(files.Extracted(), "|"); got != want {
		t.Errorf("extracted %s\nwant %s", got, want)
	}
}

// Without a file E says how to come by one, and what is typed next is no answer to it.
func TestExtractNeedsAFile(t *testing.T) {
	d := viewer(t, tuitest.ShopFiles(), tui.Config{}).Press("E").See("choose a file first: tab goes to the files")
	d.Press("]", "E").See("choose a file first: [ and ] go to the files")
}

// What went wrong stands beside what was typed, to be put right.
func TestExtractAsksAgain(t *testing.T) {
	files := tuitest.ShopFiles()
	files.Present = map[string]bool{"./app": true}
	files.Refuse = map[string]error{"/nowhere/x": errors.New("looking at /nowhere: there is no such directory")}
	d := viewer(t, files, tui.Config{})
	onFile(d, "/app/server.go").Press("E", "ctrl+u").Type("/nowhere/x").Press("enter").UntilSee("not extracted: looking at /nowhere").See("to /nowhere/x")
	d.Press("backspace").Type("y").Press("ctrl+u").Type("y").Press("enter").UntilSee("written to y")
	d = viewer(t, files, tui.Config{}).Press("tab", "E").See("extract /app", "to ./app").Press("enter").UntilSee("a directory replaces nothing").SeeNot("enter replaces it")
	d.Press("enter").UntilSee("a directory replaces nothing")
	if got := strings.Join(files.Extracted(), "|"); got != "/app/server.go after 2 to y" {
		t.Errorf("extracted %s", got)
	}
}

// y sends the path to the clipboard and says no more than that.
func TestFileCopiesPath(t *testing.T) {
	d := viewer(t, tuitest.ShopFiles(), tui.Config{})
	onFile(d, "/app/server.go").Press("y").See("path sent to the clipboard: /app/server.go")
	d.Until("the clipboard", func() bool { return d.Clipboard() == "/app/server.go" })
}

// At every size, in every state, frames fit.
func TestFileEverySize(t *testing.T) {
	var drivers []*tuitest.Driver
	for _, s := range fileScenes() {
		d := viewer(t, tuitest.ShopFiles(), tui.Config{})
		s.play(d)
		drivers = append(drivers, d)
	}
	keys := []string{"j", "k", "G", "g", "t", "W", "D", "n", "N", "l", "h", "?", "esc", "enter", "/", "E", "y", "ctrl+d", "ctrl+u", "pgdown", "pgup", "tab"}
	rapid.Check(t, func(t *rapid.T) {
		d := drivers[rapid.IntRange(0, len(drivers)-1).Draw(t, "scene")]
		w := rapid.OneOf(rapid.IntRange(1, 220), rapid.IntRange(1, 24)).Draw(t, "w")
		h := rapid.OneOf(rapid.IntRange(1, 60), rapid.IntRange(1, 12)).Draw(t, "h")
		d.Size(w, h)
		for _, k := range rapid.SliceOfN(rapid.SampledFrom(keys), 0, 4).Draw(t, "keys") {
			d.Press(k)
		}
		lines := strings.Split(d.Frame(), "\n")
		if len(lines) != h {
			t.Fatalf("at %d×%d: %d lines", w, h, len(lines))
		}
		for n, l := range lines {
			if got := ansi.StringWidthWc(l); got > w {
				t.Fatalf("at %d×%d: line %d is %d wide: %q", w, h, n, got, l)
			}
		}
	})
}
