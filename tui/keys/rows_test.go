package keys

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

func press(k rune, mod tea.KeyMod) tea.KeyPressMsg { return tea.KeyPressMsg{Code: k, Mod: mod} }

func TestRowsBy(t *testing.T) {
	rows := Default().Rows
	for _, c := range []struct {
		name      string
		msg       tea.KeyPressMsg
		height, n int
		delta     int
		ok        bool
	}{
		{"up", press(tea.KeyUp, 0), 10, 50, -1, true},
		{"j", press('j', 0), 10, 50, 1, true},
		{"a page keeps a row in sight", press(tea.KeyPgDown, 0), 10, 50, 9, true},
		{"a page of one row moves", press(tea.KeyPgUp, 0), 1, 50, -1, true},
		{"half a page", press('d', tea.ModCtrl), 10, 50, 5, true},
		{"half a page of one row moves", press('u', tea.ModCtrl), 1, 50, -1, true},
		{"to the beginning from anywhere", press(tea.KeyHome, 0), 10, 50, -50, true},
		{"to the end from anywhere", press(tea.KeyEnd, 0), 10, 50, 50, true},
		{"any other key", press('x', 0), 10, 50, 0, false},
	} {
		if delta, ok := rows.By(c.msg, c.height, c.n); delta != c.delta || ok != c.ok {
			t.Errorf("%s: %d, %v; want %d, %v", c.name, delta, ok, c.delta, c.ok)
		}
	}
}

func TestRowsWithout(t *testing.T) {
	all := Default().Rows
	rows := all.Without("space")
	if _, ok := rows.By(press(tea.KeySpace, 0), 10, 50); ok {
		t.Error("the key that was taken away still moves")
	}
	if _, ok := rows.By(press(tea.KeyPgDown, 0), 10, 50); !ok {
		t.Error("the other key of the same move is gone")
	}
	if _, ok := all.By(press(tea.KeySpace, 0), 10, 50); !ok {
		t.Error("the original has lost the key too")
	}
}
