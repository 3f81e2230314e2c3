package preview

import "fmt"

// HexWidth is how many bytes a row of Hex has.
const HexWidth = 16

// HexRows is how many rows the bytes make.
func (p *Preview) HexRows() int { return (len(p.Bytes) + HexWidth - 1) / HexWidth }

// Hex is a row of the bytes: where it begins, the bytes in hex, and as ASCII with
// dots for all else.
func (p *Preview) Hex(row int) (offset, hex, text string) {
	const digits = "0123456789abcdef"
	from := row * HexWidth
	b := p.Bytes[from:min(len(p.Bytes), from+HexWidth)]
	var h [HexWidth*3 + 2]byte
	var t [HexWidth]byte
	for i := range h {
		h[i] = ' '
	}
	for i, c := range b {
		at := 3 * i
		if i >= HexWidth/2 {
			at++
		}
		h[at], h[at+1] = digits[c>>4], digits[c&0xf]
		if t[i] = c; c < 0x20 || c > 0x7e {
			t[i] = '.'
		}
	}
	return fmt.Sprintf("%08x", from), string(h[:len(h)-1]), string(t[:len(b)])
}
