package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/source"
)

// file is what is known of a file of the archive.
type file struct {
	offset, size int64
	link         string // the file it links to; "" in one with content
	data         []byte // its content, where it is kept: in a stream, a document's
}

// maxFiles bounds the index: an image archive has a few files a layer.
const maxFiles = 1 << 17

// maxLinks bounds how many links are followed: older docker save writes a
// layer that occurs twice as a link.
const maxLinks = 8

// index knows the files of an archive, and where they lie if it can be read at
// random: then layers are read side by side and in any order.
type index struct {
	f      *os.File // nil for a stream
	files  map[string]file
	size   int64
	broken error // what ended the index early; nil when it is whole
}

// newIndex reads the headers of a tar file once; the contents are skipped over.
func newIndex(f *os.File) (*index, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	ix := &index{f: f, files: map[string]file{}, size: info.Size()}
	tr := tar.NewReader(f)
	for {
		h, err := tr.Next()
		if err == io.EOF {
			return ix, nil
		}
		if err != nil {
			ix.broken = err
			return ix, nil
		}
		at, err := f.Seek(0, io.SeekCurrent) // archive/tar reads headers only, block by block
		if err != nil {
			return nil, err
		}
		if ix.broken = ix.add(h, at); ix.broken == nil && h.Size > ix.size-at {
			ix.broken = io.ErrUnexpectedEOF
		}
		if ix.broken != nil {
			return ix, nil
		}
	}
}

// add enters a file or a link.
func (ix *index) add(h *tar.Header, at int64) error {
	if len(ix.files) == maxFiles {
		return fmt.Errorf("it holds more than %d files", maxFiles)
	}
	if isSparse(h) {
		return nil // a layer of it is told of as missing: nobody writes such archives
	}
	name := clean(h.Name)
	switch h.Typeflag {
	case tar.TypeReg:
		ix.files[name] = file{offset: at, size: h.Size}
	case tar.TypeLink:
		ix.files[name] = file{link: clean(h.Linkname)}
	case tar.TypeSymlink:
		ix.files[name] = file{link: clean(path.Join(path.Dir(name), h.Linkname))}
	}
	return nil
}

// isSparse tells a file of which the archive stores parts. What archive/tar gives of
// it may be eight exabytes of zeros, out of a few hundred bytes.
func isSparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return h.Typeflag == tar.TypeGNUSparse
}

// clean makes the names of an archive comparable: "./blobs//x" is "blobs/x".
func clean(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

func (ix *index) has(name string) bool {
	_, _, err := ix.find(name)
	return err == nil
}

// find follows links and says under which name the content lies.
func (ix *index) find(name string) (string, file, error) {
	name = clean(name)
	for range maxLinks {
		f, ok := ix.files[name]
		switch {
		case !ok:
			return "", file{}, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
		case f.link == "":
			return name, f, nil
		}
		name = f.link
	}
	return "", file{}, fmt.Errorf("%s: links lead in a circle", name)
}

// open opens a file of the archive. Readers do not disturb each other. In a stream
// only documents can be opened.
func (ix *index) open(name string) (io.ReadCloser, int64, error) {
	name, f, err := ix.find(name)
	switch {
	case err != nil:
		return nil, 0, err
	case f.data != nil || f.size == 0:
		return io.NopCloser(bytes.NewReader(f.data)), f.size, nil
	case ix.f == nil:
		return nil, 0, fmt.Errorf("%s is no document, or too large for one", name)
	}
	return section{io.NewSectionReader(ix.f, f.offset, f.size), max(0, f.offset+f.size-ix.size)}, f.size, nil
}

// maxDocument bounds manifest.json, index.json and configurations, in bytes.
const maxDocument = 32 << 20

func (ix *index) read(name string) ([]byte, error) {
	rc, size, err := ix.open(name)
	if err != nil {
		return nil, err
	}
	if size > maxDocument {
		return nil, fmt.Errorf("%s is larger than %d MB", name, maxDocument>>20)
	}
	raw, err := io.ReadAll(rc)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return raw, nil
}

// section reads one file; where the archive ends before the file does, so does it.
type section struct {
	*io.SectionReader
	missing int64 // bytes that the header promises and the archive lacks
}

func (s section) Read(p []byte) (int, error) {
	n, err := s.SectionReader.Read(p)
	if err == io.EOF && s.missing > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (s section) Close() error { return nil }

// problem is the sentence for an archive that ends early.
func (ix *index) problem() string {
	switch {
	case errors.Is(ix.broken, io.ErrUnexpectedEOF):
		return "the archive is cut off: what its beginning holds is shown"
	case errors.Is(ix.broken, source.ErrBomb):
		return "the archive unpacks to many times its size, as no image does, and was left: what its beginning holds is shown"
	}
	return fmt.Sprintf("the archive is damaged (%v): what comes before the damage is shown", ix.broken)
}
