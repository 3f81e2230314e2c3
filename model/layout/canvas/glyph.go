package canvas

// bits say which ways a line leaves a cell; the high half marks the heavy ones.
type bits = Ways

// Ways say which ways a line leaves a cell.
type Ways uint8

// The ways. Add them up.
const (
	Up Ways = 1 << iota
	Right
	Down
	Left
)

const (
	up, right, down, left = Up, Right, Down, Left

	heavyShift = 4
)

func (s strand) weighted() bits {
	if s.stroke.Heavy {
		return s.bits | s.bits<<heavyShift
	}
	return s.bits
}

// glyph picks the character for lines that leave a cell in the given ways.
func (c *Canvas) glyph(m bits, d Dash) string {
	if c.ASCII {
		return asciiGlyph(m, d)
	}
	ways, heavy := m&0xf, m>>heavyShift
	switch {
	case ways == up|down && (heavy == 0 || heavy == ways):
		return straightGlyph[1][min(heavy, 1)][d]
	case ways == left|right && (heavy == 0 || heavy == ways):
		return straightGlyph[0][min(heavy, 1)][d]
	}
	for _, t := range joints {
		if t.ways != ways {
			continue
		}
		for k, h := range t.heavy {
			if h == heavy {
				return t.glyphs[k]
			}
		}
	}
	return " "
}

// straightGlyph by row or column, weight and dash.
var straightGlyph = [2][2][3]string{
	{{"─", "╌", "┈"}, {"━", "╍", "┉"}},
	{{"│", "╎", "┊"}, {"┃", "╏", "┋"}},
}

type joint struct {
	ways   bits
	heavy  []bits
	glyphs []string
}

// joints are the Box Drawing block (Unicode 2500–257F) by what leaves the cell,
// with round corners where all is light.
var joints = []joint{
	{right | down, []bits{0, right, down, right | down}, []string{"╭", "┍", "┎", "┏"}},
	{down | left, []bits{0, left, down, down | left}, []string{"╮", "┑", "┒", "┓"}},
	{up | right, []bits{0, right, up, up | right}, []string{"╰", "┕", "┖", "┗"}},
	{up | left, []bits{0, left, up, up | left}, []string{"╯", "┙", "┚", "┛"}},
	{
		up | right | down,
		[]bits{0, right, up, down, up | down, up | right, right | down, up | right | down},
		[]string{"├", "┝", "┞", "┟", "┠", "┡", "┢", "┣"},
	},
	{
		up | down | left,
		[]bits{0, left, up, down, up | down, up | left, down | left, up | down | left},
		[]string{"┤", "┥", "┦", "┧", "┨", "┩", "┪", "┫"},
	},
	{
		right | down | left,
		[]bits{0, left, right, right | left, down, down | left, right | down, right | down | left},
		[]string{"┬", "┭", "┮", "┯", "┰", "┱", "┲", "┳"},
	},
	{
		up | right | left,
		[]bits{0, left, right, right | left, up, up | left, up | right, up | right | left},
		[]string{"┴", "┵", "┶", "┷", "┸", "┹", "┺", "┻"},
	},
	{
		up | right | down | left,
		[]bits{
			0, left, right, right | left, up, down, up | down, up | left, up | right, down | left, right | down,
			up | right | left, right | down | left, up | down | left, up | right | down, up | right | down | left,
		},
		[]string{"┼", "┽", "┾", "┿", "╀", "╁", "╂", "╃", "╄", "╅", "╆", "╇", "╈", "╉", "╊", "╋"},
	},
	{left, []bits{0, left}, []string{"╴", "╸"}},
	{up, []bits{0, up}, []string{"╵", "╹"}},
	{right, []bits{0, right}, []string{"╶", "╺"}},
	{down, []bits{0, down}, []string{"╷", "╻"}},
	{right | left, []bits{right, left}, []string{"╼", "╾"}},
	{up | down, []bits{down, up}, []string{"╽", "╿"}},
}

// asciiGlyph stands in for the box-drawing characters: heavy lines are = and |,
// light ones - and :, broken ones dots.
func asciiGlyph(m bits, d Dash) string {
	row, column := "-", ":"
	switch {
	case d != Solid:
		row, column = ".", "."
	case m>>heavyShift != 0:
		row, column = "=", "|"
	}
	switch m & 0xf {
	case 0:
		return " "
	case left, right, left | right:
		return row
	case up, down, up | down:
		return column
	}
	return "+"
}

// Sample is one cell of a line that runs along a row, for legends.
func Sample(s Stroke, ascii bool) string {
	c := Canvas{ASCII: ascii}
	return c.glyph(strand{bits: left | right, stroke: s}.weighted(), s.Dash)
}
