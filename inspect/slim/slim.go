// Package slim looks, while an image's layers stream by, at the content of files that
// a program does not need to run: ELF files for what only debuggers read, archives of
// objects, and source maps. What could go is for model/saving to say, which knows the
// paths.
package slim

import (
	"bytes"
	"io"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/scan/notes"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/saving"
)

// Detector is a scan.Detector. Its zero value is ready.
type Detector struct{}

var _ scan.Detector = Detector{}

// Kind implements scan.Detector.
func (Detector) Kind() string { return noteKind }

// Begin implements scan.Detector.
func (Detector) Begin() scan.Sink { return &sink{} }

// sink notes one layer.
type sink struct {
	out notes.Writer
	elf elfReader // reused
}

var _ scan.Follower = (*sink)(nil)

// Entry asks for no content: the head is enough, and ELF files are followed.
func (s *sink) Entry(f scan.File) int64 {
	if f.Type != image.Regular || f.Size == 0 {
		return 0
	}
	switch {
	case strings.HasSuffix(f.Path, ".a"):
		if bytes.HasPrefix(f.Head, []byte("!<arch>\n")) || bytes.HasPrefix(f.Head, []byte("!<thin>\n")) {
			note(&s.out, saving.Proof{Path: f.Path, Kind: saving.Static})
		}
	case strings.HasSuffix(f.Path, ".map"):
		if isSourceMap(f.Head) {
			note(&s.out, saving.Proof{Path: f.Path, Kind: saving.Maps})
		}
	}
	return 0
}

// Content is never called: nothing is asked for.
func (s *sink) Content(scan.File, io.Reader) error { return nil }

// Follow implements scan.Follower for programs and libraries.
func (s *sink) Follow(f scan.File) io.WriteCloser {
	if !s.elf.begin(f.Head, f.Size) {
		return nil
	}
	return &following{s, f.Path}
}

// following reads one ELF file for its sink.
type following struct {
	sink *sink
	path string
}

func (f *following) Write(p []byte) (int, error) {
	f.sink.elf.take(p)
	return len(p), nil
}

func (f *following) Close() error {
	if debug, symbols := f.sink.elf.sizes(); debug+symbols > 0 {
		note(&f.sink.out, saving.Proof{Path: f.path, Kind: saving.Debug, Debug: debug, Symbols: symbols})
	}
	return nil
}

// Notes implements scan.Sink.
func (s *sink) Notes() []byte { return s.out.Bytes() }

// isSourceMap says whether a file begins as a source map does (ECMA-426: a JSON object
// whose version is 3; tools write it among the first members).
func isSourceMap(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte(")]}'")), " \t\r\n")
	if !bytes.HasPrefix(head, []byte("{")) {
		return false
	}
	_, after, ok := bytes.Cut(head, []byte(`"version"`))
	return ok && bytes.HasPrefix(bytes.TrimLeft(after, " \t\r\n:"), []byte("3"))
}
