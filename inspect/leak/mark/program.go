package mark

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/inspect/packages/gobuild"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/image"
)

// A Go program carries the path of its main package and the toolchain's version, under
// whatever name. That is all it is judged by: its strings are those of everything that
// was linked into it.

// minGoProgram is less than any Go program has; smaller ELF files need no look.
const minGoProgram = 256 << 10

// isProgram says whether a file is an ELF program, not a library.
func isProgram(f *scan.File, base string) bool {
	return isELF(f.Head) && f.Mode&0o111 != 0 && !isSharedObject(base)
}

// isSharedObject says whether a file is named as a library.
func isSharedObject(base string) bool {
	return strings.HasSuffix(base, ".so") || strings.Contains(base, ".so.")
}

var _ scan.Follower = (*sink)(nil)

// Follow looks at what is no text while it streams by.
func (s *sink) Follow(f scan.File) io.WriteCloser {
	if f.Type != image.Regular || f.Size == 0 {
		return nil
	}
	base := path.Base(f.Path)
	s.see(&f, base)
	goes := f.Size >= minGoProgram && isProgram(&f, base) && s.rules.HasMains()
	if !goes && len(s.list) == 0 {
		return nil
	}
	t := &s.tracker
	t.begin(s, &f)
	for _, m := range s.list {
		if m.File.Holds != nil && !m.File.Is.IsText() {
			t.want(m)
		}
	}
	if t.isProgram = goes && t.goes.Begin(f.Head, f.Size); !t.isProgram && t.open == nil {
		return nil
	}
	return t
}

// tracker looks at one file at a time for what rules ask of its content.
type tracker struct {
	sink      *sink
	path      string
	size      int64
	isProgram bool
	goes      gobuild.Reader
	open      []*rules.Matcher // those that have not been proved
	met       []met
	longest   int    // of their strings
	tail      []byte // of what went by, that may be the start of one
	joint     []byte // reused: the tail and what follows it
}

// met is a matcher that a string proves.
type met struct {
	*rules.Matcher
	proof string
}

func (t *tracker) begin(s *sink, f *scan.File) {
	*t = tracker{sink: s, path: f.Path, size: f.Size, goes: t.goes, tail: t.tail[:0], joint: t.joint[:0]}
}

func (t *tracker) want(m *rules.Matcher) {
	t.open = append(t.open, m)
	for _, p := range m.File.Holds {
		t.longest = max(t.longest, len(p))
	}
}

// Write takes the next piece of the file. It never fails.
func (t *tracker) Write(p []byte) (int, error) {
	if t.isProgram {
		_, _ = t.goes.Write(p)
	}
	if len(t.open) > 0 {
		if n := len(t.tail); n > 0 {
			t.joint = append(append(t.joint[:0], t.tail...), p[:min(len(p), t.longest)]...)
			t.look(t.joint)
		}
		t.look(p)
		t.keep(p)
	}
	return len(p), nil
}

// look finds strings in a piece.
func (t *tracker) look(piece []byte) {
	still := t.open[:0]
	for _, m := range t.open {
		if proof := firstIn(piece, m.File.Holds); proof != "" {
			t.met = append(t.met, met{m, proof})
		} else {
			still = append(still, m)
		}
	}
	t.open = still
}

// keep remembers the end of what went by, one byte less than the longest string has.
func (t *tracker) keep(p []byte) {
	n := t.longest - 1
	if len(p) >= n {
		t.tail = append(t.tail[:0], p[len(p)-n:]...)
		return
	}
	t.tail = append(t.tail, p...)
	if over := len(t.tail) - n; over > 0 {
		t.tail = append(t.tail[:0], t.tail[over:]...)
	}
}

// Close notes what was proved.
func (t *tracker) Close() error {
	f := &scan.File{Path: t.path, Size: t.size}
	for _, m := range t.met {
		if m.File.Is != rules.Program || !t.goes.IsGo() || !t.isProgram {
			t.sink.hit(m.Matcher, f, "", fmt.Sprintf("holds %q", m.proof))
		}
	}
	if !t.isProgram {
		return nil
	}
	info := t.goes.Info()
	if info == nil {
		return nil
	}
	for _, m := range t.sink.rules.Mains(info.Path) {
		detail := "Go build info: path " + info.Path
		if info.GoVersion != "" {
			detail += ", " + info.GoVersion
		}
		t.sink.hit(m, f, mainName(info.Path), detail)
	}
	return nil
}

// mainName is what a main package's program is called: the last part of its path that is
// no major version.
func mainName(p string) string {
	base := path.Base(p)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(p))
	}
	return base
}

// firstIn is the first of the strings that is in data, or "".
func firstIn(data []byte, strings []string) string {
	for _, s := range strings {
		if bytes.Contains(data, []byte(s)) {
			return s
		}
	}
	return ""
}
