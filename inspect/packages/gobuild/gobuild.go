// Package gobuild reads what a Go program says of its build (runtime/debug.BuildInfo)
// while the program streams by. debug/buildinfo wants the whole of it at hand, which
// for cmd/compile is 30 MB; this keeps the text alone.
package gobuild

import (
	"bytes"
	"encoding/binary"
	"runtime/debug"
)

// Reader reads one program at a time; Begin starts the next. Its zero value is ready.
//
// The text lies between two marks that the go command puts around it
// (cmd/go/internal/modload, since Go 1.13), once among the program's constants and, since
// Go 1.18, again behind the Go version in the section that debug/buildinfo reads. So the
// first place gives the text, and the second the version.
type Reader struct {
	state state
	isGo  bool
	buf   []byte // the first page, then what may be the start of something, then the text
	seen  int    // bytes of the text that do not hold its end
	goes  string // the Go version before the text
	info  *debug.BuildInfo
}

type state uint8

const (
	ended    state = iota // nothing more is of interest
	starting              // the first page is not complete
	seeking               // for a mark
	reading               // the text, for the mark behind it
)

const (
	startMark = "\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6"
	endMark   = "\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2"

	header    = "\xff Go buildinf:"
	headerLen = 32

	page    = 4096    // the notes of an ELF file lie in it
	maxText = 4 << 20 // of a program with some thousand modules it is 200 kB
	behind  = 128     // kept before a mark: the version
	least   = 64 << 10
)

// Begin looks at a file's first bytes and says whether it may be a Go program; then it
// is to be written from its start.
func (r *Reader) Begin(head []byte, size int64) bool {
	*r = Reader{buf: r.buf[:0]}
	if len(head) > 18 && string(head[:4]) == "\x7fELF" && size >= least {
		r.state = starting
	}
	return r.state == starting
}

// Write takes the next piece of the program. It never fails.
func (r *Reader) Write(p []byte) (int, error) {
	n := len(p)
	if r.state == starting {
		k := min(len(p), page-len(r.buf))
		r.buf, p = append(r.buf, p[:k]...), p[k:]
		if len(r.buf) < page {
			return n, nil
		}
		r.state = ended
		if r.isGo = bytes.Contains(r.buf, []byte("Go\x00\x00")); r.isGo { // the name of Go's notes
			r.state = seeking
		}
	}
	if r.state != ended {
		r.buf = append(r.buf, p...)
		r.look()
	}
	return n, nil
}

// IsGo says whether the program's first page, if it was written, is that of one that
// Go's linker made or had made.
func (r *Reader) IsGo() bool { return r.isGo }

// look goes through what is kept, and keeps what is needed of it.
func (r *Reader) look() {
	for r.state != ended {
		if r.state == reading {
			end := bytes.Index(r.buf[r.seen:], []byte(endMark))
			if end < 0 && len(r.buf) <= maxText {
				r.seen = max(0, len(r.buf)-len(endMark))
				return
			}
			r.state = seeking
			if end < 0 { // no text is that long
				continue
			}
			r.end(string(r.buf[:r.seen+end]))
			r.buf = append(r.buf[:0], r.buf[r.seen+end:]...)
			continue
		}
		at := bytes.Index(r.buf, []byte(startMark))
		if at < 0 {
			r.buf = append(r.buf[:0], r.buf[max(0, len(r.buf)-behind-len(startMark)):]...)
			return
		}
		r.goes = versionBefore(r.buf[max(0, at-behind):at])
		r.buf = append(r.buf[:0], r.buf[at+len(startMark):]...)
		r.state, r.seen = reading, 0
	}
}

// end takes a text. One with a version before it is the one; without, the first that
// makes sense stands until then: programs that read build info hold the marks, too.
func (r *Reader) end(text string) {
	if r.goes == "" && r.info != nil {
		return
	}
	info, err := debug.ParseBuildInfo(text)
	if err != nil || info.Path == "" && info.Main.Path == "" && len(info.Settings) == 0 {
		return
	}
	if info.GoVersion = r.goes; r.goes != "" {
		r.state = ended
	}
	r.info = info
}

// versionBefore is the Go version right before a mark, as debug/buildinfo reads it: a
// header, the length of the version as a varint, itself, and the length of the text with
// its marks. "" for none.
func versionBefore(b []byte) string {
	at := bytes.LastIndex(b, []byte(header))
	if at < 0 || len(b)-at < headerLen {
		return ""
	}
	b = b[at+headerLen:]
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return ""
	}
	version, b := string(b[k:k+int(n)]), b[k+int(n):]
	if _, k = binary.Uvarint(b); k <= 0 || k != len(b) {
		return ""
	}
	return version
}

// Info is what the program says, when all of it was written; nil when it is no Go
// program or says nothing. GoVersion is empty in programs of Go 1.17 and before.
func (r *Reader) Info() *debug.BuildInfo { return r.info }
