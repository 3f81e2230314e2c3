package cache

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
)

// form is the version of the files, and of what a scan makes of a layer: it is to be
// counted up when either changes. A file is its form, what it is of, what it holds, and
// the SHA-256 of all that.
var form = fmt.Sprintf("stagedive layer 1.%d", image.Form)

// errDamaged is returned for a file that is not what was written, or of something else.
var errDamaged = errors.New("it is damaged or of another kind")

// maxSums bounds the file of an identity, in bytes.
const maxSums = 64 << 10

// maxDocuments bounds that of a stream's documents, in bytes.
const maxDocuments = 8 << 20

// encoder writes a file.
type encoder struct {
	w   *bufio.Writer
	buf [binary.MaxVarintLen64]byte
}

func (e *encoder) number(n int64) { _, _ = e.w.Write(binary.AppendUvarint(e.buf[:0], uint64(n))) }

func (e *encoder) text(s string) {
	e.number(int64(len(s)))
	_, _ = e.w.WriteString(s)
}

// seal writes form and key, then what fill writes, then the checksum.
func seal(to io.Writer, key string, fill func(*encoder) error) error {
	sum := sha256.New()
	e := &encoder{w: bufio.NewWriterSize(io.MultiWriter(to, sum), 64<<10)}
	e.text(form)
	e.text(key)
	if err := fill(e); err != nil {
		return err
	}
	if err := e.w.Flush(); err != nil { // which tells of all errors before
		return err
	}
	_, err := to.Write(sum.Sum(nil))
	return err
}

// open checks a file and returns what it holds.
func open(data []byte, key string) (*decoder, error) {
	n := len(data) - sha256.Size
	if n < 0 {
		return nil, errDamaged
	}
	if sum := sha256.Sum256(data[:n]); !bytes.Equal(sum[:], data[n:]) {
		return nil, errDamaged
	}
	d := &decoder{data: data[:n]}
	if d.text() != form || d.text() != key || d.bad {
		return nil, errDamaged
	}
	return d, nil
}

// decoder reads a file.
type decoder struct {
	data []byte
	bad  bool
}

func (d *decoder) number() int64 {
	v, n := binary.Uvarint(d.data)
	if n <= 0 || v > 1<<62 {
		d.bad, d.data = true, nil
		return 0
	}
	d.data = d.data[n:]
	return int64(v)
}

func (d *decoder) bytes() []byte {
	n := d.number()
	if d.bad || n > int64(len(d.data)) {
		d.bad, d.data = true, nil
		return nil
	}
	p := d.data[:n]
	d.data = d.data[n:]
	return p
}

func (d *decoder) text() string { return string(d.bytes()) }

func encodeSums(w io.Writer, identity string, s source.Sums) error {
	return seal(w, identity, func(e *encoder) error {
		e.text(s.Diff)
		e.text(s.Stored)
		e.number(s.Size)
		return nil
	})
}

func decodeSums(data []byte, identity string) (source.Sums, error) {
	d, err := open(data, identity)
	if err != nil {
		return source.Sums{}, err
	}
	s := source.Sums{Diff: d.text(), Stored: d.text(), Size: d.number()}
	if d.bad || len(d.data) > 0 {
		return source.Sums{}, errDamaged
	}
	return s, nil
}

func encodeLayer(w io.Writer, key string, l scan.Layer) error {
	return seal(w, key, func(e *encoder) error {
		e.number(int64(len(l.Problems)))
		for _, p := range l.Problems {
			e.text(p)
		}
		e.number(int64(len(l.Notes)))
		for _, n := range l.Notes {
			e.number(int64(len(n)))
			_, _ = e.w.Write(n)
		}
		_, err := l.Tree.WriteTo(e.w)
		return err
	})
}

// decodeLayer reads what encodeLayer wrote, with so many notes.
func decodeLayer(data []byte, key string, notes int) (scan.Layer, error) {
	d, err := open(data, key)
	if err != nil {
		return scan.Layer{}, err
	}
	var l scan.Layer
	for n := d.number(); n > 0 && !d.bad; n-- {
		l.Problems = append(l.Problems, d.text())
	}
	if n := d.number(); n != int64(notes) {
		return scan.Layer{}, errDamaged
	}
	for range notes {
		l.Notes = append(l.Notes, bytes.Clone(d.bytes()))
	}
	if d.bad {
		return scan.Layer{}, errDamaged
	}
	if l.Tree, err = image.ReadTree(d.data); err != nil {
		return scan.Layer{}, err
	}
	l.Size = l.Tree.Size(image.Root)
	return l, nil
}
