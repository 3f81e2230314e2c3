package cause

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
)

// maxInner bounds what is unpacked of a file, in bytes.
const maxInner = 64 << 20

// inGzip knows gzip's header (RFC 1952): four bytes of time at 4, and the name that the
// packed file had.
func inGzip(e Evidence) (Finding, bool) {
	a, b := e.A.head(), e.B.head()
	if !isGzip(a) || !isGzip(b) {
		return Finding{}, false
	}
	if e.A.Size == e.B.Size && e.At >= 4 && e.At < 8 && equalBut(e, 4, 8) {
		return Finding{Cause: "gzip-time"}, true
	}
	if !e.whole() {
		return Finding{}, false
	}
	x, y, ok := unzipped(e.A.Data, e.B.Data)
	if !ok {
		return Finding{}, false
	}
	if bytes.Equal(x, y) {
		return Finding{Cause: "gzip-time", Detail: "what it holds is the same"}, true
	}
	return nested(e, strings.TrimSuffix(strings.TrimSuffix(e.Path, ".gz"), ".tgz"), x, y, "packed with gzip")
}

// nested recognises what lies in a packed file.
func nested(e Evidence, path string, a, b []byte, where string) (Finding, bool) {
	in, ok := e.inner(path, a, b)
	if !ok {
		return Finding{}, false
	}
	f := Recognise(in)
	if f.Detail != "" {
		where += ": " + f.Detail
	}
	return Finding{Cause: f.Cause, Detail: where}, true
}

func isGzip(b []byte) bool { return len(b) > 10 && b[0] == 0x1f && b[1] == 0x8b && b[2] == 8 }

// equalBut says whether the files are the same but for the bytes from..to, as far as both
// are known; what is not known has to be known to be the same by their size alone.
func equalBut(e Evidence, from, to int) bool {
	if e.A.From != 0 || e.B.From != 0 || len(e.A.Data) != len(e.B.Data) || len(e.A.Data) < to || !e.whole() {
		return false
	}
	return bytes.Equal(e.A.Data[:from], e.B.Data[:from]) && bytes.Equal(e.A.Data[to:], e.B.Data[to:])
}

func unzipped(a, b []byte) (x, y []byte, ok bool) {
	x, ok = gunzip(a)
	if !ok {
		return nil, nil, false
	}
	y, ok = gunzip(b)
	return x, y, ok
}

func gunzip(data []byte) ([]byte, bool) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, false
	}
	return bounded(z)
}

// bounded reads to the end, if that is not too far.
func bounded(r io.Reader) ([]byte, bool) {
	out, err := io.ReadAll(io.LimitReader(r, maxInner+1))
	return out, err == nil && len(out) <= maxInner
}
