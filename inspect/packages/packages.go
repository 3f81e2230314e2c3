// Package packages reads, while an image's layers stream by, what is installed in them:
// the databases of dpkg, apk and rpm, what npm, pip, gem, composer and NuGet leave beside
// each package, and what Go, Rust and Java programs say that they were made of.
//
// All of it is read by this package itself. github.com/google/osv-scalibr, the library
// that knows most of these, was looked at for each of them (v0.5.3):
//   - its extractors for dpkg, apk, npm, Python, gems, Go and Rust make the program 3.9 MB
//     larger (6 %) and start 67 more packages; the one for rpm another 5.5 MB, for a SQL
//     engine, and 131 modules' packages come with any of them;
//   - what they give has no size on disk, no dependencies, and of an installed package
//     not whether it is for development, which are the three things asked here;
//   - for Go, Rust and rpm they hold the whole program or database in memory, or write it
//     to a temporary file: a scan writes nothing, and layers stream by once;
//   - a stanza of dpkg's with an odd Status ends the reading: all that follows would be
//     hidden by one damaged line.
//
// So the readers here are small, take an io.Reader, read as far as a file makes sense,
// and never fail but with the stream. They were held against the others' when they were
// written: names, versions and sizes of all packages in 16 real databases of rpm (CentOS 5
// to 8, UBI 8, Fedora 35, Mariner, SLE; all three forms) are those that go-rpmdb reads.
package packages

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/packages/gobuild"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/scan/notes"
	"github.com/stagedive/stagedive/model/image"
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
	buf bytes.Buffer // reused for files that are looked at whole
	bin program      // reused
	jar jarReader    // reused
}

var _ scan.Follower = (*sink)(nil)

// Entry asks for the content of what says what is installed.
func (s *sink) Entry(f scan.File) int64 {
	if f.Type != image.Regular || f.Size == 0 {
		return 0
	}
	read, limit := sourceOf(f.Path)
	switch {
	case read == nil:
		if st, ok := sumsOf(f.Path, f.Head); ok {
			st.write(&s.out)
		}
		return 0
	case f.Size <= limit:
		return scan.All
	}
	return limit
}

// Content implements scan.Sink.
func (s *sink) Content(f scan.File, r io.Reader) error {
	read, limit := sourceOf(f.Path)
	if read == nil {
		return nil
	}
	in := &stream{r: io.LimitReader(r, limit)}
	if st, ok := read(s, f.Path, in); ok {
		st.write(&s.out)
	}
	return in.err
}

// Follow implements scan.Follower for programs and for archives of Java classes.
func (s *sink) Follow(f scan.File) io.WriteCloser {
	switch base := path.Base(f.Path); {
	case f.Type != image.Regular:
	case isJar(base) && s.jar.begin(f.Head, f.Size):
		return &following{s, f.Path, &s.jar}
	case f.Mode&0o111 != 0 && !strings.HasSuffix(base, ".so") && !strings.Contains(base, ".so.") && s.bin.begin(f.Head, f.Size):
		return &following{s, f.Path, &s.bin}
	}
	return nil
}

// Notes implements scan.Sink.
func (s *sink) Notes() []byte { return s.out.Bytes() }

// whole is all that is left of a file. It is valid until the next one.
func (s *sink) whole(r io.Reader) []byte {
	const small = 4 << 20
	if s.buf.Reset(); s.buf.Cap() > small {
		s.buf = bytes.Buffer{}
	}
	_, _ = s.buf.ReadFrom(r) // the stream keeps its error
	return s.buf.Bytes()
}

// stream remembers the error that ended it, so that readers need not.
type stream struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// following reads one file as it goes by.
type following struct {
	sink *sink
	path string
	by   interface {
		io.Writer
		stores(path string) []store
	}
}

func (f *following) Write(p []byte) (int, error) { return f.by.Write(p) }

func (f *following) Close() error {
	for _, st := range f.by.stores(f.path) {
		st.write(&f.sink.out)
	}
	return nil
}

// program reads what a Go program or a Rust program carries of its modules.
type program struct {
	gobuild.Reader
	crate crateReader
}

func (p *program) begin(head []byte, size int64) bool {
	p.crate.begin()
	return p.Begin(head, size)
}

// Write implements io.Writer.
func (p *program) Write(b []byte) (int, error) {
	_, _ = p.Reader.Write(b)
	if !p.IsGo() {
		p.crate.take(b)
	}
	return len(b), nil
}

func (p *program) stores(at string) []store {
	if info := p.Info(); info != nil {
		return []store{modules(at, info)}
	}
	if items := p.crate.items(); len(items) > 0 {
		return []store{{kind: cargo, path: at, items: items}}
	}
	return nil
}
