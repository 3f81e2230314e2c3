package comparison

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/difference"
)

// Diff writes how a file of one side differs from that of another. Lines of text are
// written whole, as somebody may want to copy them.
func Diff(w io.Writer, d *difference.File, ascii bool) error {
	b := bufio.NewWriter(w)
	p := page{b: b, width: usualWidth, ascii: ascii}
	p.verbatim(0, d.Path)
	p.verbatim(0, p.plain("  "+d.Was.Name+" → "+d.Is.Name+": "+d.Summary))
	for _, f := range d.Facts {
		switch {
		case f.Same():
			p.verbatim(2, fmt.Sprintf("  %-10s %s", f.Label, f.Was))
		default:
			for _, x := range []struct{ mark, text string }{{"-", f.Was}, {"+", f.Is}} {
				if x.text != "" {
					p.verbatim(2, fmt.Sprintf("%s %-10s %s", x.mark, f.Label, x.text))
				}
			}
		}
	}
	if len(d.Rows) > 0 {
		p.verbatim(0, "")
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	for _, r := range d.Rows {
		switch {
		case r.Sign == difference.Gap:
			p.verbatim(2, "  "+strings.Repeat(" ", gutter(d))+"("+r.Text+")")
		case r.Sign == difference.Head:
			p.verbatim(2, "  "+r.Text)
		case d.Numbered:
			p.verbatim(2, fmt.Sprintf("%5s %5s %s %s", number(r.Was), number(r.Is), r.Sign.Mark(), r.Text))
		default:
			p.verbatim(2, r.Sign.Mark()+" "+r.Text)
		}
	}
	if d.More != "" {
		p.verbatim(2, "("+d.More+")")
	}
	return b.Flush()
}

// gutter is how wide the numbers of lines are.
func gutter(d *difference.File) int {
	if !d.Numbered {
		return 0
	}
	return len("12345 12345 ")
}
