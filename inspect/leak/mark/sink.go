package mark

import (
	"bytes"
	"io"
	"path"

	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/scan/notes"
	"github.com/stagedive/stagedive/model/image"
)

// sink notes one layer. Entry is called for every file of the image, so it does
// no more than a few comparisons for nearly all of them.
type sink struct {
	out     notes.Writer
	buf     bytes.Buffer // reused for content that has to be looked at whole
	rules   *rules.Set
	seen    rules.Seen       // reused, like list: what is known of a file
	list    []*rules.Matcher // and the matchers that it meets
	tracker tracker          // reused: what follows a file
}

// NewSink returns what takes notes of one layer, by the rules.
func NewSink(by *rules.Set) scan.Sink { return &sink{rules: by} }

// Most that is read of a file, by what it may prove. Larger ones are looked at
// as far as that.
const (
	maxShared   = 64 << 20 // of a file that a rule and a probe ask for
	maxText     = 256 << 10
	maxManifest = 64 << 10
)

// Entry judges by path and head what a file may be, and asks for the content where
// that decides.
func (s *sink) Entry(f scan.File) int64 {
	if f.Type != image.Regular || f.Size == 0 {
		return 0
	}
	dirPath, base := path.Split(f.Path)
	dirPath = clip(dirPath)
	s.material(&f, dirPath, base)
	s.startable(&f, dirPath)
	want := s.byRules(&f, base)
	p := probeFor(f, dirPath, base)
	switch {
	case p == nil:
		return want
	case p.limit == 0:
		_ = p.look(s, f, nil) // reads nothing, so it can't fail
		return want
	}
	if n := p.want(f); n == scan.All || n > want {
		return n
	}
	return want
}

// Content lets whatever asked for the content look at it.
func (s *sink) Content(f scan.File, r io.Reader) error {
	dirPath, base := path.Split(f.Path)
	p := probeFor(f, clip(dirPath), base)
	s.see(&f, base)
	if !s.asks() {
		if p != nil && p.limit != 0 {
			return p.look(s, f, r)
		}
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(r, maxShared))
	if err != nil {
		return err
	}
	s.prove(&f, text)
	if p != nil && p.limit != 0 {
		return p.look(s, f, bytes.NewReader(text))
	}
	return nil
}

// clip drops the separator that path.Split leaves at the end of a directory.
func clip(d string) string {
	if len(d) > 1 {
		return d[:len(d)-1]
	}
	return d
}

// Mark notes what a file proved.
func (s *sink) mark(m Mark) { m.write(&s.out) }

// Notes implements scan.Sink.
func (s *sink) Notes() []byte { return s.out.Bytes() }

// read returns at most limit bytes of r. They are valid until the next read.
func (s *sink) read(r io.Reader, limit int64) ([]byte, error) {
	s.buf.Reset()
	_, err := s.buf.ReadFrom(io.LimitReader(r, limit))
	return s.buf.Bytes(), err
}
