package difference

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/preview"
)

// lists compares what two archives or programs hold, by name. Of what is the same only
// the number is told.
func (f *File) lists() {
	a, b := f.Was.Content.List, f.Is.Content.List
	name := slices.IndexFunc(a.Columns, func(c string) bool { return c == "name" || c == "section" })
	wide := widths(append(slices.Clone(a.Rows), b.Rows...))
	had, has := byName(a.Rows, name), byName(b.Rows, name)
	keys := make([]string, 0, len(had))
	for k := range had {
		keys = append(keys, k)
	}
	for k := range has {
		if _, ok := had[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	f.row(Row{Sign: Head, Text: a.What})
	added, removed, changed, same := 0, 0, 0, 0
	for _, k := range keys {
		was, inA := had[k]
		is, inB := has[k]
		switch {
		case !inB:
			removed++
		case !inA:
			added++
		case slices.Equal(was, is):
			same++
			continue
		default:
			changed++
		}
		if inA {
			f.row(Row{Sign: Removed, Text: joined(was, wide, a.Columns)})
		}
		if inB {
			f.row(Row{Sign: Added, Text: joined(is, wide, a.Columns)})
		}
	}
	if same > 0 {
		f.row(Row{Sign: Gap, Text: measure.Plural(same, strings.TrimSuffix(a.What, "s")) + " of the same size, mode and time"})
	}
	if a.More != "" || b.More != "" {
		f.More = a.More
		if f.More == "" {
			f.More = b.More
		}
	}
	f.Summary = fmt.Sprintf("%s: %s added, %s removed, %s changed", a.What, measure.Count(added), measure.Count(removed), measure.Count(changed))
	if added+removed+changed == 0 {
		f.Rows = nil
		f.bytes()
		f.Summary = a.What + " of the same names and sizes, with other bytes: " + f.Summary
	}
}

// byName finds rows by what they are called; of several of one name each is its own.
func byName(rows [][]string, name int) map[string][]string {
	out := make(map[string][]string, len(rows))
	for _, r := range rows {
		key := r[len(r)-1]
		if name >= 0 {
			key = r[name]
		}
		for n := 2; ; n++ {
			if _, taken := out[key]; !taken {
				break
			}
			key = fmt.Sprintf("%s\x00%d", strings.SplitN(key, "\x00", 2)[0], n)
		}
		out[key] = r
	}
	return out
}

// widest bounds a column, in characters.
const widest = 40

// widths are those of the columns.
func widths(rows [][]string) []int {
	var out []int
	for _, r := range rows {
		for len(out) < len(r) {
			out = append(out, 0)
		}
		for i, c := range r {
			out[i] = max(out[i], min(utf8.RuneCountInString(c), widest))
		}
	}
	return out
}

// joined puts cells below one another; sizes stand at the right of their column.
func joined(cells []string, wide []int, columns []string) string {
	var b strings.Builder
	for i, c := range cells {
		pad := strings.Repeat(" ", max(0, wide[i]-utf8.RuneCountInString(c)))
		switch {
		case columns[i] == "size":
			b.WriteString(pad + c)
		case i < len(cells)-1:
			b.WriteString(c + pad)
		default:
			b.WriteString(c)
		}
		if i < len(cells)-1 {
			b.WriteString("  ")
		}
	}
	return b.String()
}

// Rows of hex around the first byte that differs.
const (
	hexBefore = 1
	hexAfter  = 4
)

// bytes tells where two contents part, and shows them around it.
func (f *File) bytes() {
	a, b := f.Was.Content, f.Is.Content
	at := parts(a.Bytes, b.Bytes)
	switch {
	case at == len(a.Bytes) && at == len(b.Bytes):
		f.Summary = "the first " + measure.Bytes(int64(at)) + " are the same; what lies behind them was not compared"
		return
	case at == len(a.Bytes) && whole(f.Was), at == len(b.Bytes) && whole(f.Is):
		f.Summary = "one goes on where the other ends, after " + measure.Count(at) + " bytes"
	default:
		f.Summary = fmt.Sprintf("the bytes part at offset %s (0x%x)", measure.Count(at), at)
	}
	first := max(0, at/preview.HexWidth-hexBefore)
	for i := first; i <= at/preview.HexWidth+hexAfter; i++ {
		inA, inB := i < a.HexRows(), i < b.HexRows()
		switch {
		case inA && inB && hexRow(a, i) == hexRow(b, i):
			f.row(Row{Sign: Same, Text: hexRow(a, i)})
			continue
		case !inA && !inB:
			return
		}
		if inA {
			f.row(Row{Sign: Removed, Text: hexRow(a, i)})
		}
		if inB {
			f.row(Row{Sign: Added, Text: hexRow(b, i)})
		}
	}
	f.More = "the bytes around the first that differs"
}

func hexRow(p *preview.Preview, i int) string {
	offset, hex, text := p.Hex(i)
	return offset + "  " + hex + "  " + text
}

// parts is how many bytes two contents have in common at their beginning.
func parts(a, b []byte) int {
	n := min(len(a), len(b))
	const block = 4096
	at := 0
	for at+block <= n && bytes.Equal(a[at:at+block], b[at:at+block]) {
		at += block
	}
	for at < n && a[at] == b[at] {
		at++
	}
	return at
}
