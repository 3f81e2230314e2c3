package table

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/theme"
)

// BenchmarkKeys is a key and the screen after it, over a hundred thousand rows of four
// sides; the issue allows 50 ms.
func BenchmarkKeys(b *testing.B) {
	sides := make([]compare.Side, 4)
	cols := &tab.Columns{}
	cols.SetSides(sides)
	m := New(theme.New(theme.Options{}), cols, Kind{Name: "many", Sizes: true, Least: 12, Label: 40, Rows: func(*compare.Comparison) []Row {
		rows := make([]Row, 100_000)
		for i := range rows {
			rows[i] = Row{Label: fmt.Sprintf("a thing with a name %d", i), Same: i%3 == 0, Size: int64(i * 7919 % 100_003), Cells: make([]Cell, len(sides))}
			for s := range sides {
				rows[i].Cells[s] = Cell{Has: s != i%4, Text: fmt.Sprintf("1.%d", i%50)}
			}
		}
		return rows
	}})
	m.SetSize(198, 58)
	m.Prepare(&compare.Comparison{Sides: sides})()
	for _, keys := range []string{"j", "d", "s", "G"} {
		b.Run(keys, func(b *testing.B) {
			for b.Loop() {
				m.Key(tea.KeyPressMsg{Code: rune(keys[0]), Text: keys})
				m.View(true)
			}
		})
	}
	b.Run("a letter of a filter", func(b *testing.B) {
		m.Key(tea.KeyPressMsg{Code: '/', Text: "/"})
		for b.Loop() {
			m.Key(tea.KeyPressMsg{Code: '9', Text: "9"})
			m.View(true)
			m.Key(tea.KeyPressMsg{Code: tea.KeyBackspace})
		}
	})
}
