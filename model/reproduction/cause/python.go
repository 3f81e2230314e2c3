package cause

import "encoding/binary"

// inPython knows compiled Python (PEP 552): a magic number that ends in CR LF, flags, and
// where those are 0 the time and the size of the source.
func inPython(e Evidence) (Finding, bool) {
	a, b := e.A.head(), e.B.head()
	if !isPyc(a) || !isPyc(b) || string(a[:4]) != string(b[:4]) {
		return Finding{}, false
	}
	flags, other := binary.LittleEndian.Uint32(a[4:]), binary.LittleEndian.Uint32(b[4:])
	switch {
	case flags == 0 && other == 0 && e.At >= 8 && e.At < 12 && equalBut(e, 8, 12):
		return Finding{Cause: "pyc-time"}, true
	case flags == other && e.At >= 16 && e.A.Size == e.B.Size:
		return Finding{Cause: "pyc-order"}, true
	}
	return Finding{}, false
}

func isPyc(b []byte) bool {
	return len(b) > 16 && b[2] == '\r' && b[3] == '\n' && b[6] == 0 && b[7] == 0
}
