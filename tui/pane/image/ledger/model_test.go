package ledger

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// list is a Book of entries with as many places each.
type list struct{ entries, places int }

func (l list) Len() int         { return l.entries }
func (l list) Places(i int) int { return l.places * (i % 2) }

func (l list) Row(i int) Row {
	return Row{Word: "old", Name: fmt.Sprintf("/a/long/way/to/entry%d", i), Info: "L1", Bytes: int64(1000 - i)}
}

func (l list) Place(i, place int) Place {
	return Place{Layer: i, Path: fmt.Sprintf("/entry%d/place%d", i, place), Bytes: 7}
}

func (l list) Detail(i, place int) []Field {
	return []Field{{Label: "is", Text: fmt.Sprint(i, " ", place)}}
}

func opened(b Book) *Model {
	m := New(theme.New(theme.Options{}))
	m.SetSize(60, 8)
	m.SetBook(b, "much", "There is nothing.")
	return m
}

func press(m *Model, keys ...string) (to *Place) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		if k == "enter" {
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		}
		to, _ = m.Key(msg)
	}
	return to
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		keys string
		want string // the selected place, "→" before where enter leads
	}{
		{"j", "/entry1/place-1"},
		{"enter", "→/entry0/place-1"},
		{"j enter", "/entry1/place-1"}, // which shows its places
		{"j enter j j", "/entry1/place1"},
		{"j enter j j enter", "→/entry1/place1"},
		{"j l l", "/entry1/place0"},
		{"j l l h", "/entry1/place-1"}, // and hides them
		{"j l h j", "/entry2/place-1"},
		{"G", "/entry4/place-1"},
	} {
		m := opened(list{5, 2})
		to := press(m, strings.Fields(c.keys)...)
		at, ok := m.Selected()
		got := at.Path
		if to != nil {
			got = "→" + to.Path
		}
		if !ok || got != c.want {
			t.Errorf("%s: %s, want %s", c.keys, got, c.want)
		}
	}
}

func TestDetailIsOfTheSelectedRow(t *testing.T) {
	m := opened(list{5, 2})
	for _, c := range []struct{ key, want string }{{"g", "0 -1"}, {"j", "1 -1"}, {"l", "1 -1"}, {"j", "1 0"}, {"h", "1 -1"}} {
		press(m, c.key)
		if got := m.Detail()[0].Text; got != c.want {
			t.Errorf("after %s: %s, want %s", c.key, got, c.want)
		}
	}
}

func TestStates(t *testing.T) {
	m := opened(nil)
	if text := ansi.Strip(strings.Join(m.View(true), "\n")); !strings.Contains(text, "working it out") || m.Ready() {
		t.Errorf("without a book: %s", text)
	}
	m.SetBook(list{}, "", "There is nothing.")
	if text := ansi.Strip(strings.Join(m.View(true), "\n")); !strings.Contains(text, "✓ There is nothing.") {
		t.Errorf("an empty book: %s", text)
	}
	if _, ok := m.Selected(); ok || m.Detail() != nil || m.Click(2) != nil || press(m, "j", "enter", "l", "h") != nil {
		t.Error("an empty book has a selection")
	}
}

func TestClick(t *testing.T) {
	m := opened(list{5, 2})
	if to := m.Click(3); to != nil {
		t.Error("a first click goes somewhere")
	}
	if to := m.Click(3); to == nil || to.Path != "/entry2/place-1" {
		t.Errorf("a second click leads to %v", to)
	}
	m.Wheel(1)
	if got := m.Scroll(); got.Total != 5 {
		t.Errorf("%+v", got)
	}
}

func TestEverySize(t *testing.T) {
	for w := range 100 {
		m := opened(list{9, 3})
		press(m, "j", "l")
		m.SetSize(w, w/4)
		lines := m.View(true)
		if len(lines) > w/4 {
			t.Fatalf("%d lines of %d", len(lines), w/4)
		}
		for _, l := range lines[min(1, len(lines)):] {
			if widget.Width(l) != w {
				t.Fatalf("%q has not %d cells", ansi.Strip(l), w)
			}
		}
	}
}

// A row costs the same whether its entry has three places or a hundred thousand.
func TestARowAsksForNoPlaces(t *testing.T) {
	cost := func(places int) float64 {
		m := opened(list{1000, places})
		press(m, "j")
		return testing.AllocsPerRun(10, func() {
			press(m, "j", "k")
			m.View(true)
			m.Detail()
		})
	}
	if few, many := cost(3), cost(100_000); many > few+10 {
		t.Errorf("%.0f allocations with many places, %.0f with few", many, few)
	}
}
