package files

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/pane/image/pattern"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

func blank(string) string { return " " }

func reg(path string, size int64) image.Entry {
	return image.Entry{Path: path, Type: image.Regular, Mode: 0o644, Size: size, Sum: uint64(size) + 1}
}

func tree(entries ...image.Entry) *image.Tree {
	b := image.NewBuilder()
	for _, e := range entries {
		b.Add(e)
	}
	return b.Tree()
}

// big is an image whose files are too many for a key: n of them in one directory,
// and a layer that changes one.
func big(n int) *image.Image {
	b := image.NewBuilder()
	for i := range n {
		b.Add(reg(fmt.Sprintf("data/file%07d", i), int64(i%1000)))
	}
	b.Add(reg("etc/passwd", 500))
	return &image.Image{Layers: []image.Layer{
		{Index: 0, Tree: b.Tree()},
		{Index: 1, Tree: tree(reg("etc/passwd", 600), reg("app/server", 70_000))},
		{Index: 2, Tree: tree(reg("app/readme", 10))},
	}}
}

func shown(t testing.TB, im *image.Image, s Scope) *Model {
	t.Helper()
	m := New(theme.New(theme.Options{}))
	m.SetSize(90, 20)
	m.SetImage(im, blank)
	pump(m, m.Show(s))
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

func press(m *Model, keys ...string) {
	for _, k := range keys {
		cmd, _ := m.Key(keyMsg(k))
		pump(m, cmd)
	}
}

func text(m *Model) string { return ansi.Strip(strings.Join(m.View(true), "\n")) }

// names are the paths of all rows.
func names(m *Model) string {
	var out []string
	for i := range m.Len() {
		id, _ := m.at(i)
		out = append(out, m.Tree().Path(id))
	}
	return strings.Join(out, " ")
}

func small() *image.Image {
	return &image.Image{Layers: []image.Layer{
		{Index: 0, Tree: tree(reg("bin/sh", 900), reg("etc/passwd", 500), reg("etc/ssl/ca.pem", 100), reg("usr/lib/libc.so", 5000))},
		{Index: 1, Tree: tree(reg("etc/passwd", 600), reg("app/server.js", 70), reg("app/lib/util.js", 30),
			image.Entry{Path: "bin/sh", Type: image.Whiteout}, image.Entry{Path: "usr/lib/libc.so", Type: image.Regular, Mode: 0o600, Size: 5000, Sum: 5001})},
	}}
}

func TestViews(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want string
	}{
		{"what the layer did, the largest first", nil, "/usr /usr/lib /usr/lib/libc.so /etc /etc/passwd /app /app/server.js /app/lib /app/lib/util.js /bin /bin/sh"},
		{"by name", []string{"o"}, "/app /app/lib /app/lib/util.js /app/server.js /bin /bin/sh /etc /etc/passwd /usr /usr/lib /usr/lib/libc.so"},
		{"all files", []string{"a", "o"}, "/app /app/lib /app/lib/util.js /app/server.js /bin /bin/sh /etc /etc/ssl /etc/ssl/ca.pem /etc/passwd /usr /usr/lib /usr/lib/libc.so"},
		{"only added", []string{"C", "o"}, "/app /app/lib /app/lib/util.js /app/server.js"},
		{"only changed", []string{"C", "C"}, "/etc /etc/passwd"},
		{"only metadata", []string{"C", "C", "C"}, "/usr /usr/lib /usr/lib/libc.so"},
		{"only removed", []string{"C", "C", "C", "C"}, "/bin /bin/sh"},
		{"all changes again", []string{"C", "C", "C", "C", "C", "L"}, "/usr/lib/libc.so /bin/sh /etc/passwd /app/server.js /app/lib/util.js"},
		{"a list", []string{"a", "L"}, "/usr/lib/libc.so /bin/sh /etc/passwd /etc/ssl/ca.pem /app/server.js /app/lib/util.js"},
		{"a list by name", []string{"a", "L", "o"}, "/app/lib/util.js /app/server.js /bin/sh /etc/ssl/ca.pem /etc/passwd /usr/lib/libc.so"},
		{"folded", []string{"-"}, "/usr /etc /app /bin"},
		{"unfolded", []string{"a", "-", "+", "o"}, "/app /app/lib /app/lib/util.js /app/server.js /bin /bin/sh /etc /etc/ssl /etc/ssl/ca.pem /etc/passwd /usr /usr/lib /usr/lib/libc.so"},
		{"a filter, the best match first", []string{"a", "/", "l", "i", "b"}, "/app/lib /usr/lib /usr/lib/libc.so /app/lib/util.js"},
		{"a filter by size", []string{"a", "/", "j", "s", "enter", "o"}, "/app/server.js /app/lib/util.js"},
		{"a filter in the tree", []string{"a", "/", "j", "s", "enter", "L"}, "/app /app/server.js /app/lib /app/lib/util.js"},
		{"a regular expression", []string{"a", "/", "ctrl+r", "s", "$", "enter", "o"}, "/app/lib/util.js /app/server.js"},
		{"half an expression changes nothing", []string{"a", "/", "ctrl+r", "s", "$", "("}, "/app/server.js /app/lib/util.js"},
		{"an emptied filter", []string{"/", "j", "backspace", "enter", "-"}, "/usr /etc /app /bin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := shown(t, small(), Scope{1, 1})
			press(m, c.keys...)
			if got := names(m); got != c.want {
				t.Errorf("got\n%s\nwant\n%s\n%s", got, c.want, text(m))
			}
		})
	}
}

// A directory of a narrowed view comes to what is shown of it.
func TestSumsAreOfWhatIsShown(t *testing.T) {
	m := shown(t, small(), Scope{1, 1})
	for _, c := range []struct {
		keys  []string
		path  string
		bytes int64
		files int
	}{
		{nil, "/etc", 600, 1},
		{nil, "/bin", 0, 0}, // what was removed is not there
		{[]string{"a"}, "/etc", 700, 2},
		{[]string{"/", "p", "e", "m", "enter", "L"}, "/etc", 100, 1},
	} {
		press(m, c.keys...)
		id, _ := m.Tree().Find(c.path)
		l := m.shown.look
		if got, n := l.size(id), l.fileCount(id); got != c.bytes || n != c.files {
			t.Errorf("after %v %s is %d bytes in %d files, want %d in %d", c.keys, c.path, got, n, c.bytes, c.files)
		}
	}
}

// The narrowed sums are those of a tree that holds only what is shown.
func TestSumsAgreeWithTheModels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entry := rapid.Custom(func(t *rapid.T) image.Entry {
			path := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 4).Draw(t, "path"), "/")
			return image.Entry{
				Path: path, Type: rapid.SampledFrom([]image.Type{image.Regular, image.Directory, image.Whiteout, image.Opaque}).Draw(t, "type"),
				Mode: 0o644, Size: rapid.Int64Range(0, 50).Draw(t, "size"), Sum: rapid.Uint64Range(1, 3).Draw(t, "sum"),
			}
		})
		lower, upper := rapid.SliceOfN(entry, 0, 12).Draw(t, "lower"), rapid.SliceOfN(entry, 0, 12).Draw(t, "upper")
		stack := image.Stack(tree(lower...), tree(upper...))
		want := stack.Changes()
		l := newLook(stack, view{}, pattern.Pattern{}, func() bool { return false })
		for id := range want.Walk(image.Root) {
			at, ok := stack.Find(want.RawPath(id))
			if !ok || want.IsDir(id) != stack.IsDir(at) || want.Change(id) != stack.Change(at) {
				continue // two stand under one name
			}
			if !l.has(at) {
				t.Fatalf("%s is missing", want.Path(id))
			}
			if l.size(at) != want.Size(id) || l.fileCount(at) != want.Files(id) {
				t.Fatalf("%s: %d in %d, want %d in %d", want.Path(id), l.size(at), l.fileCount(at), want.Size(id), want.Files(id))
			}
		}
		if l.totals != want.Counts(image.Root) {
			t.Fatalf("totals %+v, want %+v", l.totals, want.Counts(image.Root))
		}
		if l.count != want.Len() {
			t.Fatalf("%d nodes, want %d", l.count, want.Len())
		}
	})
}

func TestClearingAFilterGoesBack(t *testing.T) {
	m := shown(t, small(), Scope{1, 1})
	press(m, "a", "-", "j", "j", "/", "s", "e", "r", "v")
	if got := m.at0(); got != "/app/server.js" {
		t.Fatalf("the best match is not first: %s", got)
	}
	press(m, "esc")
	if got := m.at0(); got != "/app" {
		t.Errorf("esc while typing leads to %s", got)
	}
	if got := names(m); got != "/usr /etc /app /bin" {
		t.Errorf("open is %s", got)
	}
	press(m, "/", "s", "e", "r", "v", "enter")
	cmd, ok := m.Back()
	pump(m, cmd)
	if got := m.at0(); !ok || got != "/app/server.js" {
		t.Errorf("esc after enter leads to %s", got)
	}
}

// at0 is the path under the cursor.
func (m *Model) at0() string {
	if id, ok := m.Selected(); ok {
		return m.Tree().Path(id)
	}
	return ""
}

// A layer that is selected while half an expression is typed is shown as the last
// whole one means.
func TestAnotherLayerWhileHalfAnExpressionIsTyped(t *testing.T) {
	m := shown(t, small(), Scope{1, 1})
	press(m, "a", "/", "l", "(")
	press(m, "ctrl+r")
	if !strings.Contains(text(m), "missing closing )") {
		t.Fatalf("nothing is said of it:\n%s", text(m))
	}
	pump(m, m.Show(Scope{0, 0}))
	if s, _ := m.Shown(); s != (Scope{0, 0}) || m.waiting {
		t.Errorf("%+v is shown", s)
	}
}

// An image that goes while work is under way leaves nothing to work on.
func TestAnImageThatGoesWhileWorkIsUnderWay(t *testing.T) {
	m := New(theme.New(theme.Options{}))
	m.SetSize(90, 20)
	m.SetImage(big(20_000), blank)
	work := m.Show(Scope{2, 2})
	m.SetImage(nil, blank)
	if next, _ := m.Update(work()); next != nil || m.shown != nil {
		t.Error("the work goes on")
	}
}

func TestALayerWhoseFilesAreNotKnownSaysSo(t *testing.T) {
	im := small()
	im.Layers = append(im.Layers, image.Layer{Index: 2, Problems: []string{"its blob is missing"}})
	m := shown(t, im, Scope{2, 2})
	if got := text(m); !strings.Contains(got, "not known: its blob is missing") {
		t.Errorf("got\n%s", got)
	}
	press(m, "a")
	if got := text(m); !strings.Contains(got, "usr/") {
		t.Errorf("the files below are hidden:\n%s", got)
	}
}

// A range of layers of a huge image, and back, keeps one tree.
func TestOneTreeOfAHugeImage(t *testing.T) {
	m := shown(t, million(shelfNodes+10_000), Scope{2, 2})
	press(m, "a")
	for _, s := range []Scope{{1, 2}, {0, 0}, {2, 2}} {
		cmd := m.Show(s)
		if t2 := m.Tree(); t2 != nil && t2.Len() > shelfNodes {
			t.Errorf("while %+v is laid out another huge tree is kept", s)
		}
		pump(m, cmd)
		kept := 0
		for _, x := range m.shelf.trees {
			kept += x.tree.Len()
		}
		if at, ok := m.Shown(); !ok || at != s || kept > max(m.Tree().Len(), shelfNodes) {
			t.Errorf("%+v: %+v is shown, trees of %d nodes are kept", s, at, kept)
		}
	}
}

// One question is worked on at a time; the newest is the one that is answered.
func TestANewerQuestionTakesOver(t *testing.T) {
	im := big(20_000)
	m := New(theme.New(theme.Options{}))
	m.SetSize(90, 20)
	m.SetImage(im, blank)
	first := m.Show(Scope{0, 0})
	if first == nil || !strings.Contains(text(m), "laying the layers") {
		t.Fatalf("a big image is laid out within a key:\n%s", text(m))
	}
	if cmd := m.Show(Scope{1, 1}); cmd != nil {
		t.Error("a second piece of work begins beside the first")
	}
	if cmd := m.Show(Scope{2, 2}); cmd != nil {
		t.Error("a third piece of work begins beside the first")
	}
	msg := first()
	if a := msg.(answer); !a.stopped {
		t.Error("work that nobody wants any more goes on to its end")
	}
	second, ours := m.Update(msg)
	if second == nil || !ours || m.shown != nil {
		t.Fatal("the newest question is not taken up")
	}
	pump(m, second)
	if s, _ := m.Shown(); s != (Scope{2, 2}) || m.waiting {
		t.Errorf("%+v is shown", s)
	}
	if got := names(m); got != "/app /app/readme" {
		t.Errorf("got %s", got)
	}
}

// A late answer about another image is thrown away.
func TestALateAnswerOfAnotherImage(t *testing.T) {
	m := New(theme.New(theme.Options{}))
	m.SetSize(90, 20)
	m.SetImage(big(20_000), blank)
	late := m.Show(Scope{0, 0})
	m.SetImage(small(), blank)
	if cmd := m.Show(Scope{1, 1}); cmd != nil {
		t.Fatal("a second piece of work begins beside the first")
	}
	pump(m, func() tea.Msg { return late() })
	if m.shown == nil || m.shown.image != m.image || len(m.shelf.trees) != 1 {
		t.Error("the old image is still there")
	}
}

// A directory that is too large for a key is opened beside the program, and the
// keys that are pressed meanwhile count.
func TestALargeDirectoryOpensBeside(t *testing.T) {
	m := shown(t, big(20_000), Scope{1, 1})
	press(m, "a", "-", "g")
	if m.at0() != "/data" {
		t.Fatalf("the cursor is on %s", m.at0())
	}
	open, _ := m.Key(keyMsg("enter"))
	if open == nil || m.Len() > 10 {
		t.Fatal("it is opened within the key")
	}
	m.Key(keyMsg("j"))
	at := m.at0()
	pump(m, open)
	if m.Len() < 20_000 || m.at0() != at {
		t.Errorf("%d rows, the cursor on %s, want it on %s", m.Len(), m.at0(), at)
	}
	press(m, "-")
	if m.Len() > 10 {
		t.Errorf("%d rows are left", m.Len())
	}
}

func TestFoldingWhileWorkIsUnderWayIsKept(t *testing.T) {
	m := shown(t, big(20_000), Scope{1, 1})
	order, _ := m.Key(keyMsg("o"))
	if order == nil {
		t.Fatal("an order of a big image is made within a key")
	}
	was := m.Len()
	if cmd, _ := m.Key(keyMsg("-")); cmd != nil {
		t.Error("a second piece of work begins")
	}
	folded := names(m)
	pump(m, order)
	if m.Len() >= was || len(strings.Fields(folded)) != m.Len() {
		t.Errorf("%d rows were %d and are %d", was, len(strings.Fields(folded)), m.Len())
	}
}

func TestEverySize(t *testing.T) {
	keys := []string{"a", "o", "L", "C", "j", "k", "l", "h", "G", "g", "/", "s", "esc", "enter", "+", "-", "ctrl+r"}
	rapid.Check(t, func(t *rapid.T) {
		m := New(theme.New(theme.Options{}))
		m.SetImage(small(), blank)
		w, h := rapid.IntRange(0, 160).Draw(t, "w"), rapid.IntRange(0, 40).Draw(t, "h")
		m.SetSize(w, h)
		pump(m, m.Show(Scope{1, 1}))
		for range rapid.IntRange(0, 12).Draw(t, "presses") {
			press(m, rapid.SampledFrom(keys).Draw(t, "key"))
		}
		lines := m.View(true)
		if len(lines) > h {
			t.Fatalf("%d lines of %d", len(lines), h)
		}
		for _, l := range lines {
			if widget.Width(l) > w && w > 20 {
				t.Fatalf("%q is wider than %d", l, w)
			}
		}
	})
}

// What + brings into sight is below the cursor, on the screen.
func TestUnfoldingShowsWhatIsThere(t *testing.T) {
	m := shown(t, small(), Scope{1, 1})
	m.SetSize(80, 7)
	press(m, "a", "o", "-", "G", "k", "+")
	if at := m.list.Cursor - m.list.Offset; at > 2 || m.list.Offset == 0 {
		t.Errorf("the cursor is on line %d of the window:\n%s", at, text(m))
	}
}
