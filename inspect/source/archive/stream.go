package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/stagedive/stagedive/inspect/source"
)

// stream is an image in an archive that can be read from its beginning to its end
// only.
type stream struct {
	image
	pick     source.Pick
	what     string // what it is called in errors
	open     func(context.Context) (io.ReadCloser, error)
	identity func() string // of all its bytes, now; see source.Source
	whole    string        // what that was when they were read
	close    func() error
}

// NewStream returns the image that pick means in an archive that open opens: what
// docker save writes, compressed or not. open is called again when a layer is asked
// for later. whole names all that it gives, "" for nothing that lasts (see
// source.Recaller); what begins the text of errors.
func NewStream(what string, pick source.Pick, whole string, open func(context.Context) (io.ReadCloser, error)) source.Recaller {
	return &stream{
		image: image{im: &source.Image{}}, pick: pick, what: what, open: open,
		identity: func() string { return whole }, close: func() error { return nil },
	}
}

func newFileStream(f *os.File, pick source.Pick) *stream {
	return &stream{
		image: image{im: &source.Image{}}, pick: pick, what: "opening image archive " + f.Name(),
		open: func(context.Context) (io.ReadCloser, error) {
			info, err := f.Stat()
			if err != nil {
				return nil, err
			}
			return io.NopCloser(io.NewSectionReader(f, 0, info.Size())), nil
		},
		identity: func() string { return source.FileIdentity(f) },
		close:    f.Close,
	}
}

// errNoTar is returned when what a stream unpacks to is no archive at all.
var errNoTar = errors.New("it is compressed, and what is in it is no tar file: give what docker save writes")

// Each implements source.Stream.
func (s *stream) Each(ctx context.Context, layer func(name string, r io.Reader) error) error {
	s.ix, s.whole = &index{files: map[string]file{}}, s.identity()
	shelf := shelf{ix: s.ix, left: maxShelf}
	broken, err := s.walk(ctx, func(name string, h *tar.Header, r io.Reader) error {
		if h.Typeflag != tar.TypeReg || isSparse(h) {
			return nil
		}
		br := bufio.NewReaderSize(r, peek)
		head, err := br.Peek(peek)
		if err != nil && err != io.EOF {
			return err
		}
		if isDocument(head) {
			return shelf.keep(name, br)
		}
		return layer(name, br)
	})
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		s.ix.broken = broken
		err = s.readImage(ctx, s.pick)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.what, err)
	}
	return nil
}

// walk goes through the stream and enters each file into the index. broken is what
// ended it early.
func (s *stream) walk(ctx context.Context, each func(string, *tar.Header, io.Reader) error) (broken, err error) {
	rc, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	in := source.Unpack(ctx, rc)
	defer in.Close()
	tr := tar.NewReader(in)
	for n := 0; ; n++ {
		h, err := tr.Next()
		switch {
		case err == io.EOF:
			_, err := in.Finish() // what comes too early may be behind the last file
			return err, nil
		case errors.Is(err, tar.ErrHeader) && n == 0:
			return nil, errNoTar
		case err == io.ErrUnexpectedEOF && n == 0:
			if _, cut := in.Finish(); cut == nil { // it is whole, and too short for a tar
				return nil, errNoTar
			}
			return err, nil
		case err != nil:
			return err, nil
		}
		if broken := s.ix.add(h, 0); broken != nil {
			return broken, nil
		}
		called := &own{}
		if err := each(clean(h.Name), h, called.reader(tr)); err != nil && !errors.Is(err, called.err) {
			return nil, err
		} else if err != nil {
			return err, nil
		}
	}
}

// own tells the stream's own errors from those of who reads it.
type own struct{ err error }

func (o *own) reader(r io.Reader) io.Reader { return &owned{r, o} }

type owned struct {
	r io.Reader
	o *own
}

func (r *owned) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.o.err = err
	}
	return n, err
}

// peek is how much of a file tells whether it is a document.
const peek = 512

// isDocument tells JSON from a layer, whatever they are called: in blobs, names say
// nothing. A tar may begin with any byte, but has its magic.
func isDocument(head []byte) bool {
	if len(head) >= 262 && string(head[257:262]) == "ustar" {
		return false
	}
	head = bytes.TrimLeft(head, " \t\r\n")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[')
}

// maxShelf bounds the documents that are kept of a stream, in bytes.
const maxShelf = 64 << 20

// shelf keeps a stream's documents: they may come before or after what they speak of.
type shelf struct {
	ix   *index
	left int
}

func (s *shelf) keep(name string, r io.Reader) error {
	f := s.ix.files[name]
	if f.size > min(maxDocument, int64(s.left)) {
		return nil
	}
	data, err := io.ReadAll(r)
	s.left -= len(data)
	f.data = data
	s.ix.files[name] = f
	return err
}

// Name implements source.Stream.
func (s *stream) Name(i int) string {
	name, _, err := s.ix.find(s.paths[i])
	if err != nil {
		return ""
	}
	return name
}

// errFound ends a walk.
var errFound = errors.New("found")

// Open implements source.Source: it goes through the stream again as far as the layer.
func (s *stream) Open(ctx context.Context, n int) (io.ReadCloser, error) {
	name := s.Name(n)
	if name == "" {
		return nil, fs.ErrNotExist
	}
	ctx, cancel := context.WithCancel(ctx)
	pr, pw := io.Pipe()
	again := &stream{image: image{ix: &index{files: map[string]file{}}}, open: s.open}
	go func() {
		broken, err := again.walk(ctx, func(at string, h *tar.Header, r io.Reader) error {
			if at != name || h.Typeflag != tar.TypeReg || isSparse(h) {
				return nil
			}
			if _, err := io.Copy(pw, r); err != nil {
				return err
			}
			return errFound
		})
		switch {
		case errors.Is(err, errFound):
			err = nil
		case err == nil && broken == nil:
			err = fs.ErrNotExist
		case err == nil:
			err = broken
		}
		pw.CloseWithError(err)
	}()
	return &piped{pr, cancel}, nil
}

// piped is a layer on its way through a pipe.
type piped struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (p *piped) Close() error {
	p.cancel()
	return p.PipeReader.Close()
}

// Identity implements source.Source.
func (s *stream) Identity(n int) string {
	name := s.Name(n)
	if s.whole == "" || s.whole != s.identity() || name == "" || s.ix.broken != nil {
		return ""
	}
	return s.whole + " file " + name
}

// Close implements source.Source.
func (s *stream) Close() error { return s.close() }
