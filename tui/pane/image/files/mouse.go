package files

import tea "charm.land/bubbletea/v2"

// Click puts the cursor on the row at line y, the first line not counted in. A
// click on the selected directory opens or closes it.
func (m *Model) Click(y int) tea.Cmd {
	i, ok := m.list.At(y-1, m.Len())
	if !ok {
		return nil
	}
	again := m.list.Cursor == i
	m.list.Select(i, m.Len())
	if again && m.shown.rows != nil {
		return m.toggle()
	}
	return nil
}

// Wheel scrolls by delta rows.
func (m *Model) Wheel(delta int) { m.list.Wheel(delta, m.Len()) }
