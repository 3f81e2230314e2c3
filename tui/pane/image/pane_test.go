package image

import (
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
func shop() (*image.Image, []finding.Finding, *model.Graph) {
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
	return im, found, g
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
	for cmd != nil {
		cmd = p.Update(cmd())
	}
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
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t, c.w, c.h)
			press(p, c.keys...)
			goldens.Check(t, filepath.Join("testdata", c.name+".golden"), screen(p))
		})
	}
}

func TestRevealFindsAFileTheViewHides(t *testing.T) {
	p := open(t, 120, 30)
	do(p, p.Reveal(3, "/app/main.c")) // layer 3 does not touch it
	if got := p.files.path(); got != "/app/main.c" {
		t.Errorf("the cursor is on %q", got)
	}
	if !p.files.cumulative {
		t.Error("the view still hides it")
	}
	if p.focus != partFiles {
		t.Error("the files do not have the focus")
	}
}

func TestALonelyPathOpensByItself(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 12)
	var entries []image.Entry
	for _, n := range "abcdefghijklmnop" {
		entries = append(entries, file("usr/local/bin/"+string(n), 1))
	}
	do(p, p.SetImage(&image.Image{Layers: []image.Layer{{Tree: layer(0, entries...)}}}, nil, nil))
	if n := p.files.view.Len(); n != 3+len(entries) {
		t.Errorf("%d rows are open, want /usr, /usr/local, /usr/local/bin and %d files", n, len(entries))
	}
}

func TestAnotherOrderKeepsOpenWhatIsOpen(t *testing.T) {
	p := open(t, 120, 8)
	press(p, "a", "tab", "enter")
	rows, at := p.files.view.Len(), p.files.path()
	press(p, "o")
	if p.files.view.Len() != rows || p.files.path() != at {
		t.Errorf("%d rows at %s became %d at %s", rows, at, p.files.view.Len(), p.files.path())
	}
}

func TestLayerOnlyStaysLayerOnlyWhereTheCursorStoodElsewhere(t *testing.T) {
	p := open(t, 120, 30)
	press(p, "a", "tab", "G") // /var, which the layer does not touch
	press(p, "a")
	if p.files.cumulative {
		t.Error("all files are shown again")
	}
}

func TestRevealInAFoldedLayerUnfolds(t *testing.T) {
	p := open(t, 120, 30)
	do(p, p.Reveal(0, "/usr/lib/libc.so"))
	if row := p.layers.rows[p.list.Cursor]; row.folded || row.to != 0 {
		t.Errorf("the cursor is on %+v", row)
	}
	if got := p.files.path(); got != "/usr/lib/libc.so" {
		t.Errorf("the cursor is on %q", got)
	}
}

func TestRevealOfAMissingFileSaysSo(t *testing.T) {
	p := open(t, 120, 30)
	do(p, p.Reveal(3, "/nope"))
	if !strings.Contains(screen(p), "/nope is not in this layer's files") {
		t.Error("nothing is said")
	}
}

func TestALateTreeOfAnotherLayerIsKeptNotShown(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 30)
	im, found, g := shop()
	late := p.SetImage(im, found, g)
	up, _ := p.Key(tea.KeyPressMsg{Code: 'k', Text: "k"})
	do(p, up)
	shown := p.files.all
	do(p, late)
	if p.files.all != shown || p.files.layer != 2 {
		t.Errorf("layer %d is shown", p.files.layer)
	}
	if p.stacks.get(3) == nil {
		t.Error("the late tree was thrown away")
	}
}

func TestAnImageWithoutLayers(t *testing.T) {
	p := New(theme.New(theme.Options{}), plain)
	p.SetSize(120, 30)
	do(p, p.SetImage(&image.Image{}, nil, nil))
	press(p, "j", "enter", "tab", "a", "L", "B", "esc", "esc")
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
	if got := p.Line(); got != 0 {
		t.Errorf("the base image has line %d", got)
	}
}

func TestClick(t *testing.T) {
	p := open(t, 120, 30)
	do(p, p.Click(5, p.boxes.layers.y+2)) // the second row
	if p.list.Cursor != 1 || p.files.layer != 2 {
		t.Errorf("row %d and layer %d", p.list.Cursor, p.files.layer)
	}
	x, y := p.boxes.files.x+5, p.boxes.files.y+1
	rows := p.files.view.Len()
	do(p, p.Click(x, y))
	if p.focus != partFiles || p.files.view.Len() == rows {
		t.Error("a click on the selected directory does not open it")
	}
}

// At every size each frame has its height in lines, none wider than the pane.
func TestEverySize(t *testing.T) {
	keys := []string{"a", "o", "L", "B", "tab", "enter", "j", "k", "l", "h", "G", "g", "/", "x", "esc"}
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

func TestMode(t *testing.T) {
	for _, c := range []struct {
		info image.Info
		want string
	}{
		{image.Info{Mode: 0o644}, "-rw-r--r--"},
		{image.Info{Mode: 0o4755}, "-rwsr-xr-x"},
		{image.Info{Mode: 0o2644}, "-rw-r-Sr--"},
		{image.Info{Type: image.Directory, Mode: 0o1777}, "drwxrwxrwt"},
		{image.Info{Type: image.Symlink, Mode: 0o777}, "lrwxrwxrwx"},
	} {
		if got := mode(c.info); got != c.want {
			t.Errorf("%v %o: %s, want %s", c.info.Type, c.info.Mode, got, c.want)
		}
	}
}

func TestInstruction(t *testing.T) {
	for in, want := range map[string]string{
		"COPY app /app # buildkit":              "COPY app /app",
		"RUN /bin/sh -c make # buildkit":        "RUN make",
		"/bin/sh -c make":                       "RUN make",
		"/bin/sh -c #(nop)  CMD [\"sh\"]":       "CMD [\"sh\"]",
		"/bin/sh -c #(nop) ADD file:1 in /":     "ADD file:1 in /",
		"RUN |1 V=1 /bin/sh -c make # buildkit": "RUN |1 V=1 /bin/sh -c make",
	} {
		if got := instruction(in); got != want {
			t.Errorf("instruction(%q) = %q, want %q", in, got, want)
		}
	}
}

func plain(s string) string { return s }
