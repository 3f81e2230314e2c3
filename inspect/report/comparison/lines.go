package comparison

import (
	"bufio"
	"fmt"
	"math"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// page writes text that fits into a width.
type page struct {
	b     *bufio.Writer
	width int  // cells
	bound bool // lines are cut to the width
	ascii bool // nothing but ASCII for bars and arrows
}

// The widths of pages: of bars where nothing bounds it, and the least.
const (
	usualWidth = 80
	// Narrowest is the width in cells below which text is not fitted.
	Narrowest = 60
)

func newPage(b *bufio.Writer, r Report) page {
	width := r.Width
	if width <= 0 {
		width = usualWidth
	}
	return page{b, max(Narrowest, width), r.Width > 0, r.ASCII}
}

// line writes one line, cut to the width.
func (p page) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	if p.bound {
		text = p.cut(text, p.width)
	}
	fmt.Fprintln(p.b, p.plain(text))
}

// verbatim writes a line as it is: somebody wants to copy it.
func (p page) verbatim(indent int, text string) {
	fmt.Fprintln(p.b, strings.TrimRight(strings.Repeat(" ", indent)+text, " "))
}

// text writes a text in as many lines as it takes; those after the first one stand
// further in.
func (p page) text(indent, hang int, text string) {
	at := strings.Repeat(" ", indent)
	line := at
	for _, word := range strings.Fields(p.plain(text)) {
		if len(strings.TrimSpace(line)) > 0 && cells(line)+1+cells(word) > p.width {
			fmt.Fprintln(p.b, line)
			line = strings.Repeat(" ", indent+hang)
		}
		if len(strings.TrimSpace(line)) > 0 {
			line += " "
		}
		line += p.cut(word, p.width-indent-hang)
	}
	if strings.TrimSpace(line) != "" {
		fmt.Fprintln(p.b, line)
	}
}

// cut shortens a text to a number of cells, and pad fills it up, too.
func (p page) cut(text string, most int) string {
	text = p.plain(text)
	if cells(text) <= most {
		return text
	}
	end := "…"
	if p.ascii {
		end = "~"
	}
	for r := []rune(text); ; r = r[:len(r)-1] {
		if len(r) == 0 || cells(string(r)) < most {
			return string(r) + end
		}
	}
}

func (p page) pad(text string, width int) string {
	text = p.cut(text, width)
	return text + strings.Repeat(" ", max(0, width-cells(text)))
}

// plain has ASCII stand in for our own signs, where nothing else may be written.
func (p page) plain(text string) string {
	if !p.ascii {
		return text
	}
	return strings.NewReplacer("→", "->", "–", "-", "≥", ">=", "…", "...", "⏎", "|", "‹", "<", "›", ">").Replace(text)
}

// bar is a share of a width, 0 to 1, of which first are drawn lighter: whatever is more
// than nothing has a cell.
func (p page) bar(first, all float64, width int) string {
	light, full, empty := "▒", "█", "·"
	if p.ascii {
		light, full, empty = "-", "#", "."
	}
	whole := part(all, width)
	head := min(part(first, width), whole)
	if first < all && head == whole && (whole > 1 || first < all/2) {
		head = max(0, head-1)
	}
	return strings.Repeat(light, head) + strings.Repeat(full, whole-head) + strings.Repeat(empty, width-whole)
}

func part(share float64, width int) int {
	n := int(math.Round(share * float64(width)))
	if n == 0 && share > 0 {
		n = 1
	}
	return min(max(n, 0), width)
}

func cells(text string) int { return displaywidth.String(text) }
