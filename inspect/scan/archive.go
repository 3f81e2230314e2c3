package scan

import (
	"errors"
	"fmt"
	"io"
)

// archive reads a tar archive without copying it. (archive/tar copies each
// byte at least once, makes five allocations an entry, and lets a sparse file
// of some hundred bytes yield 8 EB of zeros.)
type archive struct {
	in   Stream
	left int64 // bytes of the current entry that have not been read
	pad  int64 // bytes behind them up to the next block
	h    header
	buf  [blockLen]byte
}

// maxExtended bounds pax headers and long names, in bytes, as archive/tar does.
const maxExtended = 1 << 20

// next goes to the next entry. It returns io.EOF at the archive's end, which is
// an empty block or the end of the bytes.
func (a *archive) next() (*header, error) {
	var x extended
	for {
		if err := a.skip(); err != nil {
			return nil, err
		}
		block, err := a.block()
		if err != nil {
			if err == io.EOF && x.any {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if *block == [blockLen]byte{} {
			if x.any { // a header that speaks of the next entry, and there is none
				return nil, io.ErrUnexpectedEOF
			}
			return nil, io.EOF
		}
		if err := a.h.ustar(block); err != nil {
			return nil, err
		}
		old := a.h.flag == 'S' // GNU's old sparse format: more of its map may follow
		extends := block[482] != 0
		a.entry(a.h.size)
		switch a.h.flag {
		case 'x', 'X':
			text, err := a.text()
			if err == nil {
				err = x.records(text)
			}
			if err != nil {
				return nil, err
			}
			continue
		case 'g': // for all that follows: git's commit number, and nothing else in practice
			continue
		case 'L', 'K':
			text, err := a.text()
			if err != nil {
				return nil, err
			}
			x.any = true
			if a.h.flag == 'L' {
				x.name, x.hasName = text, true
			} else {
				x.link, x.hasLink = text, true
			}
			continue
		}
		x.apply(&a.h)
		if old {
			a.h.sparse = true
			if err := a.sparseMap(extends); err != nil {
				return nil, err
			}
		}
		switch a.h.flag {
		case '1', '2', '3', '4', '5', '6': // nothing follows these, whatever their size says
			a.h.size = 0
		}
		a.entry(a.h.size)
		return &a.h, nil
	}
}

func (a *archive) entry(size int64) { a.left, a.pad = size, -size&(blockLen-1) }

// sparseMap reads the blocks that continue the map of GNU's old sparse format.
func (a *archive) sparseMap(extends bool) error {
	for extends {
		block, err := a.block()
		if err != nil {
			return truncated(err)
		}
		extends = block[504] != 0
	}
	return nil
}

// data returns more of the current entry's bytes; the caller has dealt with
// them. It returns io.EOF after the last.
func (a *archive) data() ([]byte, error) {
	if a.left == 0 {
		return nil, io.EOF
	}
	b, err := a.in.Next()
	if err != nil {
		return nil, truncated(err)
	}
	b = b[:min(int64(len(b)), a.left)]
	return b, nil
}

// took says that n bytes of what data returned have been dealt with.
func (a *archive) took(n int) {
	a.in.Skip(n)
	a.left -= int64(n)
}

// skip goes to the end of the current entry.
func (a *archive) skip() error {
	if j, ok := a.in.(jumper); ok && a.left > 0 {
		if err := j.Jump(a.left); err != nil {
			return truncated(err)
		}
		a.left = 0
	}
	for a.left > 0 {
		b, err := a.data()
		if err != nil {
			return err
		}
		a.took(len(b))
	}
	for a.pad > 0 {
		b, err := a.in.Next()
		if err == io.EOF {
			a.pad = 0 // a last block that is not filled up: harmless
			return nil
		}
		if err != nil {
			return err
		}
		n := min(int64(len(b)), a.pad)
		a.in.Skip(int(n))
		a.pad -= n
	}
	return nil
}

// block returns the next 512 bytes; io.EOF when there are none.
func (a *archive) block() (*[blockLen]byte, error) {
	for n := 0; n < blockLen; {
		b, err := a.in.Next()
		if err != nil {
			if n > 0 {
				err = truncated(err)
			}
			return nil, err
		}
		k := copy(a.buf[n:], b)
		a.in.Skip(k)
		n += k
	}
	return &a.buf, nil
}

// text reads the current entry whole, up to its first NUL: a long name. Pax
// records hold none.
func (a *archive) text() (string, error) {
	if a.left > maxExtended {
		return "", fmt.Errorf("a header in it is %d bytes long", a.left)
	}
	p := make([]byte, 0, a.left)
	for {
		b, err := a.data()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		p = append(p, b...)
		a.took(len(b))
	}
	if a.h.flag == 'x' || a.h.flag == 'X' {
		return string(p), nil
	}
	return text(p), nil
}

func truncated(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
