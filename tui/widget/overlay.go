package widget

// Overlay lays box over base with its top left corner at (x, y). What would lie
// outside of base is cut off; base's lines are taken to be width cells wide.
func Overlay(base, box []string, x, y, width int) []string {
	out := append([]string(nil), base...)
	for i, line := range box {
		row := y + i
		if row < 0 || row >= len(out) {
			continue
		}
		left, w := x, Width(line)
		if left < 0 {
			line, w, left = Cut(line, -left, w), w+left, 0
		}
		if left >= width || w <= 0 {
			continue
		}
		if left+w > width {
			w = width - left
			line = Cut(line, 0, w)
		}
		out[row] = Fit(Cut(out[row], 0, left), left, "") + Fit(line, w, "") + tail(out[row], left+w, width)
	}
	return out
}

// tail is base from cell left on, made to fit: where a wide character was cut
// in two, a blank stands for its half.
func tail(base string, left, width int) string {
	rest := Cut(base, left, width)
	return Spaces(width-left-Width(rest)) + rest
}

// Center is where a box of w × h lies in the middle of a screen, a little above
// the middle, as eyes expect.
func Center(w, h, width, height int) (x, y int) {
	return max(0, (width-w)/2), max(0, (height-h)*2/5)
}
