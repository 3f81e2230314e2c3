package image

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/saving"
	"github.com/stagedive/stagedive/tui/pane/image/files"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

func layer(n int, entries ...image.Entry) *image.Tree {
	b := image.NewBuilder()
	for _, e := range entries {
		b.Add(e)
	}
	return b.Tree()
}

func file(path string, size int64) image.Entry {
	return image.Entry{Path: path, Type: image.Regular, Mode: 0o644, Size: size, Sum: uint64(size)}
}

// shop is two base layers, a build that leaves a compiler, and its removal.
func shop() (*image.Image, []finding.Finding, [][]saving.Proof, *model.Graph) {
	g := &model.Graph{
		File:      "Dockerfile",
		Lines:     []string{"FROM debian AS runtime", "COPY app /app", "RUN make && make clean"},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "debian"}},
		Stages: []model.Stage{{Index: 0, Name: "runtime", Base: "debian", Line: 1, EndLine: 3, Steps: []model.Step{
			{Index: 0, Command: "FROM", Text: "FROM debian AS runtime", Line: 1},
			{Index: 1, Command: "COPY", Text: "COPY app /app", Line: 2},
			{Index: 2, Command: "RUN", Text: "RUN make && make clean", Line: 3},
		}}},
		Edges: []model.Edge{{From: 1, To: 0, Kind: model.EdgeBase, Line: 1}},
	}
	base := image.Origin{Stage: -1, Step: -1, Base: true}
	im := &image.Image{
		Ref: "shop", Digest: "sha256:0123456789abcdef0123456789abcdef", Platform: "linux/amd64",
		Layers: []image.Layer{
			{Index: 0, Size: 30_000_000, Origin: base, CreatedBy: "/bin/sh -c #(nop) ADD file:1 in /", Tree: layer(0,
				file("bin/sh", 1_000_000), file("usr/lib/libc.so", 29_000_000),
				image.Entry{Path: "usr/bin/awk", Type: image.Symlink, Mode: 0o777, Link: "/bin/mawk"})},
			{Index: 1, Size: 5_000_000, Origin: base, CreatedBy: "RUN /bin/sh -c apt-get update # buildkit", Tree: layer(1, file("var/lib/apt/list", 5_000_000))},
			{Index: 2, Size: 2_000_000, Origin: image.Origin{Stage: 0, Step: 1, Line: 2}, CreatedBy: "COPY app /app", Digest: "sha256:feed", Tree: layer(2,
				file("app/main.c", 4_000), file("app/Makefile", 300), file("app/big.bin", 1_995_700))},
			{Index: 3, Size: 900_000, Origin: image.Origin{Stage: 0, Step: 2, Line: 3}, CreatedBy: "RUN /bin/sh -c make", Tree: layer(3,
				image.Entry{Path: "app/server", Type: image.Regular, Mode: 0o4755, Size: 890_000},
				file("app/Makefile", 310), image.Entry{Path: "app/big.bin", Type: image.Whiteout})},
		},
	}
	found := []finding.Finding{
		{Rule: "SD-S001", Title: "C source files", Severity: finding.Medium, Path: "/app/main.c", Size: 4_000, Layer: 2, Line: 2},
	}
	return im, found, nil, g
}

func open(t *testing.T, w, h int) *Pane {
	t.Helper()
	p := New(theme.New(theme.Options{Profile: colorprofile.TrueColor}), plain)
	p.SetSize(w, h)
	do(p, p.SetImage(shop()))
	return p
}

// do runs a command at once, as the program would beside.
func do(p *Pane, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if all, ok := msg.(tea.BatchMsg); ok {
		for _, c := range all {
			do(p, c)
		}
		return
	}
	next, _ := p.Update(msg)
	do(p, next)
}

// cursor is the path under the files' cursor.
func cursor(p *Pane) string {
	if id, ok := p.files.Selected(); ok {
		return p.files.Tree().Path(id)
	}
	return ""
}

func press(p *Pane, keys ...string) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		switch k {
		case "enter":
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		case "esc":
			msg = tea.KeyPressMsg{Code: tea.KeyEscape}
		case "tab":
			msg = tea.KeyPressMsg{Code: tea.KeyTab}
		case "ctrl+r":
			msg = tea.KeyPressMsg{Code: 'r', Mod: tea.ModCtrl}
		}
		cmd, _ := p.Key(msg)
		do(p, cmd)
	}
}

func screen(p *Pane) string { return ansi.Strip(strings.Join(p.View(), "\n")) + "\n" }

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name string
		w, h int
		keys []string
	}{
		{"wide", 120, 30, nil},
		{"wide-cumulative", 120, 30, []string{"a", "tab", "enter"}},
		{"largest", 120, 20, []string{"a", "L"}},
		{"unfolded", 100, 24, []string{"B", "g"}},
		{"stacked", 80, 22, []string{"enter"}},
		{"small", 60, 13, nil},
		{"filtered", 80, 22, []string{"a", "/", "a", "p", "p", "enter"}},
		{"filtered-to-nothing", 80, 22, []string{"/", "z", "z", "enter"}},
		{"filtered-tree", 80, 22, []string{"a", "/", "a", "p", "p", "enter", "L"}},
		{"regex", 80, 22, []string{"a", "/", "ctrl+r", "b", "(", "i"}},
		{"range", 120, 24, []string{"v", "k"}},
		{"config", 120, 24, []string{"["}},
		{"file", 120, 24, []string{"tab", "j", "j"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, c.w, c.h)
			press(p, c.keys...)
			goldens.Check(t, filepath.Join("testdata", c.name+".golden"), screen(p))
		})
	}
}

// wasteful is shop with a file that is only re-owned, one in two places, and one
// that a layer replaces.
func wasteful() (*image.Image, []finding.Finding, [][]saving.Proof, *model.Graph) {
	im, found, _, g := shop()
	im.Layers[2].Tree = layer(2, file("app/main.c", 4_000), file("app/Makefile", 300), file("app/big.bin", 1_995_700),
		file("app/lib/util.so", 700_000), file("opt/util.so", 700_000))
	im.Layers[1].Tree = layer(1, file("var/lib/apt/list", 5_000_000), file("usr/share/man/man1/sh.1.gz", 41_000), file("usr/share/doc/sh/changelog.gz", 120_000), file("usr/share/doc/sh/copyright", 2_000))
	own := file("app/lib/util.so", 700_000)
	own.UID = 1000
	im.Layers[3].Tree = layer(3, own, file("app/server", 890_000), file("app/Makefile", 310), image.Entry{Path: "app/big.bin", Type: image.Whiteout})
	return im, found, nil, g
}

func TestBooks(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}} {
		for name, keys := range map[string][]string{
			"waste":        {"]", "tab"},
			"waste-second": {"]", "tab", "j"},
			"twice":        {"]", "]", "tab", "enter", "j"},
			"could-go":     {"]", "]", "]", "tab", "j"},
		} {
			p := New(theme.New(theme.Options{Profile: colorprofile.TrueColor}), plain)
			p.SetSize(size[0], size[1]-2)
			do(p, p.SetImage(wasteful()))
			press(p, keys...)
			goldens.Check(t, filepath.Join("testdata", fmt.Sprintf("%s-%dx%d.golden", name, size[0], size[1])), screen(p))
		}
	}
}

func TestNothingWastedSaysSo(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 30)
	do(p, p.SetImage(&image.Image{Layers: []image.Layer{{Tree: layer(0, file("a", 1), file("b", 2))}}}, nil, nil, nil))
	for _, want := range []string{"Nothing is wasted", "Nothing is there twice", "Nothing stands out"} {
		press(p, "]")
		if !strings.Contains(screen(p), want) {
			t.Errorf("%q is not on the screen:\n%s", want, screen(p))
		}
	}
}

// What a policy accepts carries no sign, but is still told of where it lies.
func TestAcceptedFindings(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 30)
	im := &image.Image{Layers: []image.Layer{{Tree: layer(0, file("gcc", 1))}}}
	found := []finding.Finding{{Title: "C compiler", Severity: finding.High, Path: "/gcc", Allowed: &finding.Allowance{Reason: "it is a compiler's image"}}}
	do(p, p.SetImage(im, found, nil, nil))
	press(p, "tab", "j")
	s := screen(p)
	if !strings.Contains(s, "no leaks but what is accepted") || strings.Contains(s, "▲") {
		t.Errorf("it is shown as a leak:\n%s", s)
	}
	do(p, p.Reveal(0, "/gcc"))
	if s := screen(p); !strings.Contains(s, "accepted") || !strings.Contains(s, "C compiler") {
		t.Errorf("it is not told of:\n%s", s)
	}
}

// Of a stage nothing is claimed that is not known, and nothing is judged.
func TestAStageIsNotJudged(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 30)
	do(p, p.SetImage(&image.Image{Stage: "stage x after line 3", Layers: []image.Layer{
		{Tree: layer(0, file("a", 1), file("usr/share/doc/b", 2))}, {Index: 1, Tree: layer(1, file("a", 2))},
	}}, nil, nil, nil))
	for _, want := range []string{"A stage wastes nothing", "Not known of a stage", "Not judged in a stage", "is told of whole stages"} {
		press(p, "]")
		if s := screen(p); !strings.Contains(s, want) || strings.Contains(s, "✓") {
			t.Errorf("%q is not on the screen, or something is well:\n%s", want, s)
		}
	}
}

func TestFromWasteToTheFileAndItsLine(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 30)
	do(p, p.SetImage(wasteful()))
	press(p, "]", "tab")
	if got := p.Line(); got != 2 {
		t.Errorf("the line of what is deleted is %d, want that of the layer that stores it", got)
	}
	press(p, "enter")
	if got := fmt.Sprint(p.files.Scope().To+1, " ", cursor(p)); got != "3 /app/big.bin" || p.tab != tabFiles {
		t.Errorf("enter leads to layer %s", got)
	}
	press(p, "esc")
	if p.tab != tabWaste || p.focus != partPanel || p.Line() != 2 {
		t.Errorf("esc does not lead back to the waste: tab %s, line %d", p.tab.name(), p.Line())
	}
	press(p, "enter", "tab", "tab", "esc")
	if p.tab != tabFiles || p.focus != partLayers {
		t.Error("after a look at the layers esc still leads back")
	}
}

// What a huge image could do without is worked out when somebody asks.
func TestAHugeImageIsReckonedWhenAsked(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 30)
	p.books.huge = 3
	do(p, p.SetImage(shop()))
	if p.books.wasted != nil || p.books.running {
		t.Error("it is worked out unasked")
	}
	press(p, "]")
	if p.books.wasted == nil {
		t.Error("it is not worked out")
	}
}

func TestRevealFindsAFileTheViewHides(t *testing.T) {
	p := open(t, 120, 30)
	do(p, p.Reveal(3, "/app/main.c")) // layer 3 does not touch it
	if got := cursor(p); got != "/app/main.c" {
		t.Errorf("the cursor is on %q", got)
	}
	if !strings.Contains(screen(p), "all files so far") {
		t.Error("the view still hides it")
	}
	if p.focus != partPanel {
		t.Error("the files do not have the focus")
	}
}

func TestRevealInAFoldedLayerUnfolds(t *testing.T) {
	p := open(t, 120, 30)
	do(p, p.Reveal(0, "/usr/lib/libc.so"))
	if row := p.layers.rows[p.list.Cursor]; row.folded || row.to != 0 {
		t.Errorf("the cursor is on %+v", row)
	}
	if got := cursor(p); got != "/usr/lib/libc.so" {
		t.Errorf("the cursor is on %q", got)
	}
}

func TestRevealOfAMissingFileSaysSo(t *testing.T) {
	p := open(t, 120, 30)
	do(p, p.Reveal(3, "/nope"))
	if !strings.Contains(screen(p), "/nope is not in this layer's files") {
		t.Errorf("nothing is said:\n%s", screen(p))
	}
}

func TestKeysGoThroughTheLayersThatWroteAFile(t *testing.T) {
	p := open(t, 120, 30)
	do(p, p.Reveal(3, "/app/Makefile"))
	var seen []string
	for range 3 {
		seen = append(seen, fmt.Sprint(p.files.Scope().To+1, " ", cursor(p)))
		press(p, "n")
	}
	if got, want := strings.Join(seen, ", "), "4 /app/Makefile, 3 /app/Makefile, 4 /app/Makefile"; got != want {
		t.Errorf("n goes %s, want %s", got, want)
	}
	if got := p.Line(); got != 2 {
		t.Errorf("line %d, want that of layer 3", got)
	}
	do(p, p.Reveal(2, "/app/main.c"))
	press(p, "N")
	if !strings.Contains(screen(p), "no other layer touches it") {
		t.Errorf("nothing is said of a file with one layer:\n%s", screen(p))
	}
}

func TestARangeShowsWhatItsLayersDidTogether(t *testing.T) {
	p := open(t, 120, 30)
	press(p, "v", "k") // layers 3 and 4: big.bin comes and goes
	if got := p.files.Scope(); got != (files.Scope{From: 2, To: 3}) {
		t.Fatalf("the range is %+v", got)
	}
	text := screen(p)
	for _, want := range []string{"layers 3 to 4", "together", "range of 2", "server"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the screen:\n%s", want, text)
		}
	}
	if strings.Contains(text, "big.bin") {
		t.Errorf("what the range added and removed again is shown:\n%s", text)
	}
	press(p, "esc")
	if got := p.files.Scope(); got != (files.Scope{From: 2, To: 2}) {
		t.Errorf("after esc the scope is %+v", got)
	}
}

func TestRevealStep(t *testing.T) {
	p := open(t, 120, 30)
	for step, layer := range map[int]int{0: 1, 1: 2, 2: 3} {
		cmd, ok := p.RevealStep(0, step)
		do(p, cmd)
		if !ok || p.files.Scope().To != layer {
			t.Errorf("step %d: %v, layer %d, want %d", step, ok, p.files.Scope().To, layer)
		}
	}
	if _, ok := p.RevealStep(0, 7); ok {
		t.Error("a step that made no layer is said to have made one")
	}
}

func TestAnImageWithoutLayers(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 30)
	do(p, p.SetImage(&image.Image{}, nil, nil, nil))
	press(p, "j", "enter", "tab", "a", "L", "B", "v", "n", "/", "x", "esc", "]", "j", "[", "esc", "esc")
	do(p, p.Click(5, 3))
	if !strings.Contains(screen(p), "This image has no layers") {
		t.Errorf("got\n%s", screen(p))
	}
}

func TestLineOfALayer(t *testing.T) {
	p := open(t, 120, 30)
	if got := p.Line(); got != 3 {
		t.Errorf("line %d, want 3", got)
	}
	press(p, "g")
	if got := p.Line(); got != 1 {
		t.Errorf("the base image has line %d, want that of its FROM", got)
	}
}

func TestClick(t *testing.T) {
	p := open(t, 120, 30)
	do(p, p.Click(5, p.boxes.layers.y+2)) // the second row
	if p.list.Cursor != 1 || p.files.Scope().To != 2 {
		t.Errorf("row %d and layer %d", p.list.Cursor, p.files.Scope().To)
	}
	x, y := p.boxes.panel.x+5, p.boxes.panel.y+2
	rows := p.files.Len()
	do(p, p.Click(x, y))
	if p.focus != partPanel || p.files.Len() == rows {
		t.Error("a click on the selected directory does not close it")
	}
}

func TestWheelScrollsWhatIsUnderTheMouse(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 9)
	do(p, p.SetImage(wasteful()))
	press(p, "B", "a", "+", "tab", "g", "tab")
	over := func(b box) (x, y int) { return b.x + 3, b.y + 2 }
	x, y := over(p.boxes.panel)
	do(p, p.Wheel(x, y, 3))
	if got := p.files.Scroll().Offset; got != 3 {
		t.Errorf("the files stand at %d", got)
	}
	x, y = over(p.boxes.layers)
	if rows := len(p.layers.rows); rows > p.list.Height() {
		do(p, p.Wheel(x, y, rows))
		if p.list.Offset == 0 || p.files.Scope().To == 0 {
			t.Errorf("the layers stand at %d, the files are of layer %d", p.list.Offset, p.files.Scope().To+1)
		}
	}
	for tab := tabWaste; tab < tabCount; tab++ {
		do(p, p.goTo(tab))
		x, y = over(p.boxes.panel)
		do(p, p.Wheel(x, y, 1))
		do(p, p.Wheel(x, y, -1))
		do(p, p.Click(x, y))
		if p.focus != partPanel {
			t.Errorf("a click into %s does not give it the keys", tab.name())
		}
	}
}

func TestAClickOnATabGoesThere(t *testing.T) {
	p := open(t, 120, 30)
	for tab := range tabCount {
		line := []rune(strings.Split(screen(p), "\n")[p.boxes.panel.y])
		x := strings.Index(string(line[p.boxes.panel.x:]), tab.name())
		do(p, p.Click(p.boxes.panel.x+len([]rune(string(line[p.boxes.panel.x:])[:x])), p.boxes.panel.y))
		if p.tab != tab {
			t.Errorf("a click on %s shows %s", tab.name(), p.tab.name())
		}
	}
}

// At every size each frame has its height in lines, none wider than the pane.
func TestEverySize(t *testing.T) {
	keys := []string{"a", "o", "L", "B", "tab", "enter", "j", "k", "l", "h", "G", "g", "/", "x", "esc", "]", "[", "v", "n", "C", "+", "-", "z"}
	rapid.Check(t, func(rt *rapid.T) {
		p := open(t, rapid.IntRange(0, 220).Draw(rt, "w"), rapid.IntRange(0, 60).Draw(rt, "h"))
		for range rapid.IntRange(0, 12).Draw(rt, "presses") {
			press(p, rapid.SampledFrom(keys).Draw(rt, "key"))
			p.SetSize(rapid.IntRange(0, 220).Draw(rt, "w"), rapid.IntRange(0, 60).Draw(rt, "h"))
			lines := p.View()
			if p.width > 0 && len(lines) != p.height {
				rt.Fatalf("%d lines of %d", len(lines), p.height)
			}
			for _, l := range lines {
				if widget.Width(l) > p.width {
					rt.Fatalf("%q is wider than %d", l, p.width)
				}
			}
		}
	})
}

func TestInstruction(t *testing.T) {
	for in, want := range map[string]string{
		"COPY app /app # buildkit":          "COPY app /app",
		"RUN /bin/sh -c make # buildkit":    "RUN make",
		"/bin/sh -c make":                   "RUN make",
		"/bin/sh -c #(nop)  CMD [\"sh\"]":   "CMD [\"sh\"]",
		"/bin/sh -c #(nop) ADD file:1 in /": "ADD file:1 in /",
		"EXPOSE [3000/tcp 9229/tcp]":        "EXPOSE 3000/tcp 9229/tcp",
		"EXPOSE map[80/tcp:{}]":             "EXPOSE 80/tcp",
		"HEALTHCHECK {Test:[CMD-SHELL curl -f x || exit 1] Interval:0s Timeout:3s StartPeriod:0s StartInterval:0s Retries:2}": "HEALTHCHECK --timeout=3s --retries=2 CMD curl -f x || exit 1",
		"HEALTHCHECK &{Test:[NONE] Interval:0s Timeout:0s StartPeriod:0s Retries:0}":                                          "HEALTHCHECK NONE",
		"HEALTHCHECK of something else":         "HEALTHCHECK of something else",
		"RUN |1 V=1 /bin/sh -c make # buildkit": "RUN |1 V=1 /bin/sh -c make",
	} {
		if got := Instruction(in); got != want {
			t.Errorf("Instruction(%q) = %q, want %q", in, got, want)
		}
	}
}

func plain(s string) string { return s }

// Images of other shapes than most: each at every size, by all keys.
func TestShapes(t *testing.T) {
	many := &image.Image{Ref: "many"}
	for i := range 127 {
		many.Layers = append(many.Layers, image.Layer{
			Index: i, Size: int64(i) * 1000, CreatedBy: fmt.Sprintf("RUN step %d", i), Origin: image.Unknown,
			Tree: layer(i, file(fmt.Sprintf("d%d/f", i), int64(i)*1000), file("shared", int64(i))),
		})
	}
	for name, im := range map[string]*image.Image{
		"127 layers":    many,
		"one layer":     {Layers: []image.Layer{{Size: 5, Origin: image.Unknown, Tree: layer(0, file("a", 5))}}},
		"no layers":     {Platform: "linux/amd64"},
		"empty layer":   {Layers: []image.Layer{{Origin: image.Unknown, Tree: layer(0)}}},
		"unknown files": {Layers: []image.Layer{{Origin: image.Unknown, Size: 9, Problems: []string{"the blob is not there"}}, {Index: 1, Origin: image.Unknown, Tree: layer(1, file("a", 5))}}},
		"windows": {Platform: "windows/amd64", Layers: []image.Layer{{Origin: image.Unknown, Size: 7, CreatedBy: "Apply image 10.0", Tree: layer(0,
			file("Files/Windows/System32/ntdll.dll", 7), file("Hives/Software_Base", 3))}}},
		"all base": {Layers: []image.Layer{
			{Origin: image.Origin{Stage: -1, Base: true}, Tree: layer(0, file("a", 1))}, {Index: 1, Origin: image.Origin{Stage: -1, Base: true}, Tree: layer(1, file("b", 1))},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range [][2]int{{10, 3}, {60, 13}, {80, 22}, {120, 38}, {200, 58}} {
				p := New(theme.New(theme.Options{ASCII: true}), plain)
				p.SetSize(size[0], size[1])
				do(p, p.SetImage(im, nil, nil, nil))
				for _, k := range []string{"j", "k", "v", "G", "esc", "B", "tab", "a", "j", "n", "N", "o", "L", "/", "f", "enter", "L", "esc", "C", "+", "-", "]", "j", "enter", "]", "]", "G", "]", "]", "z", "g", "z", "esc", "esc"} {
					press(p, k)
					lines := p.View()
					if len(lines) != size[1] {
						t.Fatalf("%d lines of %d after %s", len(lines), size[1], k)
					}
					for _, l := range lines {
						if widget.Width(l) != size[0] {
							t.Fatalf("after %s %q has not %d cells", k, ansi.Strip(l), size[0])
						}
						for _, r := range ansi.Strip(l) {
							if r > 126 {
								t.Fatalf("%q in ASCII after %s: %s", r, k, ansi.Strip(l))
							}
						}
					}
				}
			}
		})
	}
}
