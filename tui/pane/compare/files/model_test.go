package files

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

func reg(path string, size int64) image.Entry {
	return image.Entry{Path: path, Type: image.Regular, Mode: 0o644, Size: size, Sum: uint64(size) + 1}
}

func imageOf(entries ...image.Entry) *image.Image {
	b := image.NewBuilder()
	for _, e := range entries {
		b.Add(e)
	}
	return &image.Image{Layers: []image.Layer{{Tree: b.Tree()}}}
}

// small is three sides that differ in all ways.
func small() *compare.Comparison {
	private := reg("etc/shadow", 30)
	private.Mode = 0o600
	return compare.New(
		compare.Side{Name: "builder", Image: imageOf(reg("app/main", 700), reg("app/main.go", 40), reg("etc/passwd", 50), reg("etc/shadow", 30),
			reg("usr/bin/cc", 9000), reg("usr/lib/libc.so", 5000), reg("opt/tool/run", 10))},
		compare.Side{Name: "runtime", Image: imageOf(reg("app/main", 600), reg("etc/passwd", 50), private, reg("usr/lib/libc.so", 5000), reg("opt/tool", 20))},
		compare.Side{Name: "debug", Image: imageOf(reg("app/main", 700), reg("etc/passwd", 55), reg("usr/lib/libc.so", 5000), reg("usr/bin/gdb", 300))},
	)
}

func shown(c *compare.Comparison) *Model {
	cols := &tab.Columns{}
	if c != nil {
		cols.SetSides(c.Sides)
	}
	m := New(theme.New(theme.Options{}), cols, differs)
	m.SetSize(120, 24)
	pump(m, m.Prepare(c)())
	return m
}

// pump runs a command and what comes of it, as the program would beside.
func pump(m *Model, cmd tea.Cmd) {
	for cmd != nil {
		cmd, _ = m.Update(cmd())
	}
}

func keyMsg(k string) tea.KeyPressMsg {
	switch k {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	case "ctrl+r":
		return tea.KeyPressMsg{Code: 'r', Mod: tea.ModCtrl}
	case "backspace":
		return tea.KeyPressMsg{Code: tea.KeyBackspace}
	}
	return tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
}

func press(m *Model, keys ...string) (to *tab.Go) {
	for _, k := range keys {
		var cmd tea.Cmd
		cmd, to, _ = m.Key(keyMsg(k))
		pump(m, cmd)
	}
	return to
}

func text(m *Model) string { return ansi.Strip(strings.Join(m.View(true), "\n")) }

// names are the paths of all rows.
func names(m *Model) string {
	var out []string
	for i := range m.Len() {
		id, _ := m.at(i)
		out = append(out, m.files.Path(id))
	}
	return strings.Join(out, " ")
}

// selected is the path under the cursor.
func selected(m *Model) string {
	if id, ok := m.Selected(); ok {
		return m.files.Path(id)
	}
	return ""
}

func TestViews(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want string
	}{
		{"differences, the largest first", nil, "/usr /usr/bin /usr/bin/cc /usr/bin/gdb /app /app/main /app/main.go /etc /etc/passwd /etc/shadow /opt /opt/tool /opt/tool /opt/tool/run"},
		{"by name", []string{"O", "O"}, "/app /app/main /app/main.go /etc /etc/passwd /etc/shadow /opt /opt/tool /opt/tool/run /opt/tool /usr /usr/bin /usr/bin/cc /usr/bin/gdb"},
		{"all files", []string{"d", "-", "+", "O", "O"}, "/app /app/main /app/main.go /etc /etc/passwd /etc/shadow /opt /opt/tool /opt/tool/run /opt/tool /usr /usr/bin /usr/bin/cc /usr/bin/gdb /usr/lib /usr/lib/libc.so"},
		{"a list", []string{"L"}, "/usr/bin/cc /app/main /usr/bin/gdb /etc/passwd /app/main.go /etc/shadow /opt/tool /opt/tool/run"},
		{"a list of all", []string{"d", "L", "O"}, "/usr/bin/cc /usr/lib/libc.so /app/main /usr/bin/gdb /etc/passwd /app/main.go /etc/shadow /opt/tool /opt/tool/run"},
		{"only added", []string{"C", "L"}, "/usr/bin/gdb /opt/tool"},
		{"only removed", []string{"C", "C", "L"}, "/usr/bin/cc /app/main.go /etc/shadow /opt/tool/run"},
		{"only changed", []string{"C", "C", "C", "L"}, "/app/main /etc/passwd"},
		{"only metadata", []string{"C", "C", "C", "C"}, "/etc /etc/shadow"},
		{"all differences again", []string{"C", "C", "C", "C", "C", "-"}, "/usr /app /etc /opt"},
		{"a filter, the best match first", []string{"/", "m", "a", "i", "n"}, "/app/main /app/main.go"},
		{"a filter of all files", []string{"d", "/", "l", "i", "b", "c"}, "/usr/lib/libc.so"},
		{"a filter in the tree", []string{"/", "m", "a", "i", "n", "enter", "L"}, "/app /app/main /app/main.go"},
		{"a regular expression", []string{"/", "ctrl+r", "d", "o", "w", "$"}, "/etc/shadow"},
		{"half an expression changes nothing", []string{"/", "ctrl+r", "d", "o", "w", "$", "("}, "/etc/shadow"},
		{"a filter that was dropped", []string{"-", "/", "m", "a", "esc"}, "/usr /app /etc /opt"},
		{"folded", []string{"-"}, "/usr /app /etc /opt"},
		{"opened", []string{"-", "l", "l", "l"}, "/usr /usr/bin /usr/bin/cc /usr/bin/gdb /app /etc /opt"},
		{"closed", []string{"j", "j", "h", "h", "h"}, "/usr /usr/bin /app /app/main /app/main.go /etc /etc/passwd /etc/shadow /opt /opt/tool /opt/tool /opt/tool/run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := shown(small())
			press(m, c.keys...)
			if got := names(m); got != c.want {
				t.Errorf("got\n%s\nwant\n%s\n%s", got, c.want, text(m))
			}
		})
	}
}

// The line below the rows says in words what the columns have no room for.
func TestWhatBecameOfAFileInWords(t *testing.T) {
	for path, want := range map[string]string{
		"/etc/shadow":  "mode 0644 → 0600",
		"/app/main":    "700 B → 600 B",
		"/app/main.go": "only in builder: -rw-r--r-- 0:0, 40 B, written by layer 1",
		"/opt/tool":    "runtime has a file there",
		"/etc/passwd":  "the same in builder and runtime",
		"/app":         "2 files below differ in runtime",
	} {
		m := shown(small())
		m.cols.Select(1)
		id, _ := m.files.Find(path)
		pump(m, m.toTree(id))
		if got := text(m); selected(m) != path || !strings.Contains(got, want) {
			t.Errorf("%s, the cursor on %s: no %q in\n%s", path, selected(m), want, got)
		}
	}
}

// differs tells what was asked for.
func differs(_ context.Context, c *compare.Comparison, side int, path string) (*difference.File, error) {
	if path == "/etc/shadow" {
		return nil, errors.New("it is gone\x1b[2J")
	}
	return &difference.File{Path: path, Summary: fmt.Sprintf("asked for %s of %s", path, c.Sides[side].Name)}, nil
}

// enter says how the file of the first side differs from that of the chosen one, and
// follows when another is chosen; esc goes back to the row.
func TestEnterSaysHowAFileDiffers(t *testing.T) {
	m := shown(small())
	m.cols.Select(1)
	press(m, "/", "m", "a", "i", "n", "enter", "enter")
	if got := text(m); !strings.Contains(got, "asked for /app/main of runtime") || !strings.Contains(got, "builder → runtime") {
		t.Fatalf("it shows\n%s", got)
	}
	m.cols.Select(2)
	pump(m, m.Turned())
	if got := text(m); !strings.Contains(got, "asked for /app/main of debug") {
		t.Errorf("another column shows\n%s", got)
	}
	if to := press(m, "y"); to == nil || to.Copy != "/app/main" {
		t.Errorf("y on the page leads to %+v", to)
	}
	press(m, "esc")
	if got := selected(m); got != "/app/main" || !strings.Contains(text(m), "2 found") {
		t.Errorf("esc leads to %s:\n%s", got, text(m))
	}
	m.cols.Select(0) // from itself nothing differs
	if press(m, "enter"); !strings.Contains(text(m), "of debug") {
		t.Errorf("of the first side it shows\n%s", text(m))
	}
	press(m, "esc", "esc")
	id, _ := m.files.Find("/etc/shadow")
	pump(m, m.toTree(id))
	if press(m, "D"); !strings.Contains(text(m), "it is gone") || strings.Contains(strings.Join(m.View(true), ""), "[2J\n") {
		t.Errorf("of what cannot be read it shows\n%s", text(m))
	}
}

// What comes late is about a page that is closed.
func TestALateDifference(t *testing.T) {
	m := shown(small())
	press(m, "L")
	late, _, _ := m.Key(keyMsg("enter"))
	press(m, "esc", "j")
	next, _, _ := m.Key(keyMsg("enter"))
	pump(m, late)
	if strings.Contains(text(m), "asked for") {
		t.Errorf("it shows\n%s", text(m))
	}
	if pump(m, next); !strings.Contains(text(m), "asked for") {
		t.Errorf("it shows\n%s", text(m))
	}
}

func TestClearingAFilterGoesBack(t *testing.T) {
	m := shown(small())
	press(m, "-", "j", "/", "g", "d", "b")
	if got := selected(m); got != "/usr/bin/gdb" {
		t.Fatalf("the best match is not first: %s", got)
	}
	press(m, "esc")
	if got := selected(m); got != "/app" {
		t.Errorf("esc while typing leads to %s", got)
	}
	press(m, "/", "g", "d", "b", "enter", "esc")
	if got := selected(m); got != "/usr/bin/gdb" {
		t.Errorf("esc after enter leads to %s", got)
	}
}

// big is two sides with so many files that a key goes through none of them: n are in one
// directory, each hundredth is another.
func big(n int) *compare.Comparison {
	return compare.New(compare.Side{Name: "a", Image: heap(n, 0)}, compare.Side{Name: "b", Image: heap(n, 1)})
}

// heap is an image of n files, forty to a directory as in real ones, and a tenth of all
// in one.
func heap(n, seed int) *image.Image {
	b := image.NewBuilder()
	for i := range n {
		path := fmt.Sprintf("usr/lib/packages%d/module%03d/part%02d/source%05d.js", i%7, i/40%1000, i/40000, i)
		if i%10 == 0 {
			path = fmt.Sprintf("var/cache/objects/%08x", i*2654435761%(1<<32))
		}
		e := reg(path, int64(i)*7919%100_000)
		if i%100 == 7 {
			e.Sum += uint64(seed)
			e.Size += int64(seed * i % 1000)
		}
		if i%100 == 9+seed {
			continue
		}
		b.Add(e)
	}
	return &image.Image{Layers: []image.Layer{{Tree: b.Tree()}}}
}

// One question is worked on at a time; the newest is the one that is answered.
func TestANewerQuestionTakesOver(t *testing.T) {
	cols := &tab.Columns{}
	c := big(20_000)
	cols.SetSides(c.Sides)
	m := New(theme.New(theme.Options{}), cols, differs)
	m.SetSize(90, 20)
	first := m.Prepare(c)()
	if first == nil || !strings.Contains(text(m), "laying the files") {
		t.Fatalf("many files are gone through within a key:\n%s", text(m))
	}
	for _, k := range []string{"d", "L"} {
		if cmd, _, _ := m.Key(keyMsg(k)); cmd != nil {
			t.Errorf("%s begins a second piece of work", k)
		}
	}
	msg := first()
	if a := msg.(answer); a.look != nil {
		t.Error("work that nobody wants any more goes on to its end")
	}
	second, ours := m.Update(msg)
	if second == nil || !ours || m.shown != nil {
		t.Fatal("the newest question is not taken up")
	}
	pump(m, second)
	if m.waiting || m.Len() != 20_000 {
		t.Errorf("%d rows", m.Len())
	}
}

// What was compared before is not shown any more, however late its answer comes.
func TestALateAnswerOfAnotherComparison(t *testing.T) {
	m := shown(nil)
	late := m.Prepare(big(20_000))()
	next := m.Prepare(nil)()
	if cmd, _ := m.Update(late()); cmd != nil || next != nil || m.shown != nil || m.Ready() {
		t.Error("the work goes on")
	}
}

// A directory that is too large for a key is opened beside the program, and the keys
// that are pressed meanwhile count.
func TestALargeDirectoryOpensBeside(t *testing.T) {
	m := shown(big(100_000))
	id, _ := m.files.Find("/var/cache/objects")
	press(m, "d", "-")
	pump(m, m.toTree(id))
	if selected(m) != "/var/cache/objects" {
		t.Fatalf("the cursor is on %s", selected(m))
	}
	open, _, _ := m.Key(keyMsg("enter"))
	if before := m.Len(); open == nil || before > 100 {
		t.Fatalf("%d rows: it is opened within the key", before)
	}
	m.Key(keyMsg("k"))
	at := selected(m)
	pump(m, open)
	if m.Len() < 9_000 || selected(m) != at {
		t.Errorf("%d rows, the cursor on %s, want it on %s", m.Len(), selected(m), at)
	}
}

func TestEverySize(t *testing.T) {
	keys := []string{"d", "O", "L", "C", "j", "k", "l", "h", "G", "g", "/", "s", "esc", "enter", "+", "-", "ctrl+r", "y"}
	rapid.Check(t, func(t *rapid.T) {
		m := shown(small())
		w, h := rapid.IntRange(0, 200).Draw(t, "w"), rapid.IntRange(0, 40).Draw(t, "h")
		m.SetSize(w, h)
		m.cols.Select(rapid.IntRange(0, 2).Draw(t, "column"))
		for range rapid.IntRange(0, 12).Draw(t, "presses") {
			press(m, rapid.SampledFrom(keys).Draw(t, "key"))
		}
		lines := m.View(true)
		if len(lines) > h {
			t.Fatalf("%d lines of %d", len(lines), h)
		}
		for _, l := range lines {
			if widget.Width(l) > w && w > 24 {
				t.Fatalf("%q is wider than %d", l, w)
			}
		}
	})
}
