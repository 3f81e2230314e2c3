package leak

import (
	"bytes"
	"hash/fnv"
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/image"
)

// sink notes one layer. Entry is called for every file of the image, so it does
// no more than a few comparisons for nearly all of them.
type sink struct {
	layer *layer

	last    *dir // of the entry before: archives list directory by directory
	lastDir string

	buf bytes.Buffer // reused for content that has to be looked at whole
}

// Most that is read of a file, by what it may prove. Larger ones are looked at
// as far as that.
const (
	maxDatabase = 64 << 20 // of a package database; Debian's is about 1 MB per 1,000 packages
	maxProgram  = 96 << 20 // of a Go program, for its build info; cmd/compile has 30 MB
	maxText     = 256 << 10
	maxManifest = 64 << 10
)

// Entry notes the entry, judges by path and head what it may be, and asks for the
// content where that decides.
func (s *sink) Entry(f scan.File) int64 {
	switch f.Type {
	case image.Whiteout:
		s.layer.gone[f.Path] = true
		return 0
	case image.Opaque:
		s.layer.opaque[f.Path] = true
		return 0
	case image.Directory:
		return 0
	}
	dirPath, base := path.Split(f.Path)
	dirPath = clip(dirPath)
	s.note(dirPath, file{name: base, size: f.Size, link: f.Type != image.Regular})
	if f.Type != image.Regular || f.Size == 0 {
		return 0
	}
	if isSource(f, dirPath, base) {
		s.mark(mark{kind: sourceFile, path: f.Path, size: f.Size, name: languageOf(base)})
	}
	p := probeFor(f, dirPath, base)
	if p == nil {
		return 0
	}
	if p.limit == 0 {
		_ = p.look(s, f, nil) // reads nothing, so it can't fail
		return 0
	}
	return p.want(f)
}

// note adds a file to its directory.
func (s *sink) note(dirPath string, f file) {
	if s.last == nil || s.lastDir != dirPath {
		s.lastDir = dirPath
		if s.last = s.layer.dirs[dirPath]; s.last == nil {
			s.last = &dir{}
			s.layer.dirs[strings.Clone(dirPath)] = s.last
		}
	}
	f.name = strings.Clone(f.name)
	s.last.files = append(s.last.files, f)
}

// Content lets the probe that asked for the content look at it.
func (s *sink) Content(f scan.File, r io.Reader) error {
	dirPath, base := path.Split(f.Path)
	if p := probeFor(f, clip(dirPath), base); p != nil && p.limit != 0 {
		return p.look(s, f, r)
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

// mark notes what a file proved.
func (s *sink) mark(m mark) { s.layer.marks = append(s.layer.marks, m) }

// checksum tells contents apart within one scan; it is kept nowhere else.
func checksum(data []byte) uint64 {
	h := fnv.New64a()
	h.Write(data) // never fails
	return h.Sum64()
}

// read returns at most limit bytes of r. They are valid until the next read.
func (s *sink) read(r io.Reader, limit int64) ([]byte, error) {
	s.buf.Reset()
	_, err := s.buf.ReadFrom(io.LimitReader(r, limit))
	return s.buf.Bytes(), err
}
