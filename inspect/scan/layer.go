package scan

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"github.com/cespare/xxhash/v2"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// layer is the state of one layer's scan.
type layer struct {
	in       archive
	build    *image.Builder
	room     *image.Room
	sinks    []Sink
	wants    []int64
	odd      tally
	problems []string
	content  content
	read     int64 // bytes of tar, when all is done
	report   *reporter
}

// reportEvery is after how many bytes of tar progress is told.
const reportEvery = 4 << 20

// entries takes all entries of the archive.
func (l *layer) entries(t *source.Tar) error {
	l.content.l = l
	var files int
	var told int64
	for {
		if at := t.Offset(); at-told > reportEvery {
			l.report.add(files, at-told)
			files, told = 0, at
		}
		h, err := l.in.next()
		if err != nil {
			l.report.add(files, t.Offset()-told)
			switch {
			case err == io.EOF:
				return nil
			case err == errHeader && t.Offset() <= blockLen:
				return noTar(l.in.buf[:])
			case err == io.ErrUnexpectedEOF && t.Offset() < blockLen: // too short to be one
				if short := noTar(l.in.buf[:t.Offset()]); short != errNoTar {
					return short
				}
			}
			return err
		}
		files++
		if err := l.entry(h); err != nil {
			return err
		}
	}
}

// behind tells of what follows the archive's end: unpackers do not agree on whether to
// read on there, so something can hide.
func (l *layer) behind(t *source.Tar) error {
	var n int64
	for {
		b, err := t.Next()
		if err != nil {
			if n > 0 {
				l.problem(fmt.Sprintf("%s follow the end of its archive: they are not shown", measure.Bytes(n)))
			}
			if err == io.EOF {
				err = nil
			}
			return err
		}
		if n == 0 {
			n = int64(len(bytes.TrimLeft(b, "\x00")))
		} else {
			n += int64(len(b))
		}
		t.Skip(len(b))
	}
}

// types of entries by their flag; others are unknown.
func typeOf(h *header) (image.Type, bool) {
	switch h.flag {
	case '0', 'S', '7':
		return image.Regular, true
	case 0:
		if n := len(h.name); n > 0 && h.name[n-1] == '/' {
			return image.Directory, true
		}
		return image.Regular, true
	case '1':
		return image.Hardlink, true
	case '2':
		return image.Symlink, true
	case '3':
		return image.CharDevice, true
	case '4':
		return image.BlockDevice, true
	case '5':
		return image.Directory, true
	case '6':
		return image.FIFO, true
	}
	return 0, false
}

// entryOf is what a header says of an entry, but for its content. left is why it is
// no part of the tree; fine when it is.
func entryOf(h *header) (e image.Entry, left oddity) {
	typ, ok := typeOf(h)
	if !ok {
		return e, unknownType
	}
	p, _ := locate(h.name)
	if len(p) > maxPath {
		return e, tooLong
	}
	if target, wh, o, is := whiteout(p); is {
		return image.Entry{Path: target, Type: wh}, o
	}
	e = image.Entry{
		Path: p, Type: typ, Mode: uint32(h.mode & 0o7777), UID: clamp(h.uid), GID: clamp(h.gid),
		ModTime: h.mtime, Link: h.link[:min(len(h.link), maxPath)], Attrs: h.attrs,
	}
	switch typ {
	case image.Hardlink:
		e.Link, _ = locate(e.Link)
	case image.Regular:
		e.Size = h.size
	}
	return e, fine
}

// entryRoom is what detectors may keep of an entry beside its name, in bytes.
const entryRoom = 64

// entry takes one entry into the tree and shows it to the detectors, while there is
// room for it.
func (l *layer) entry(h *header) error {
	e, left := entryOf(h)
	if left == unknownType {
		l.odd.add(unknownType, h.name)
		return nil
	}
	if !l.room.Take(entryRoom + len(h.name)) {
		l.odd.add(tooMany, h.name)
		return nil
	}
	p, o := locate(h.name)
	l.odd.add(o, h.name)
	if sanitize.Text(p) != p || sanitize.Text(h.link) != h.link {
		l.odd.add(unclean, p)
	}
	if left != fine {
		l.odd.add(left, p)
		return nil
	}
	if e.Type == image.Whiteout || e.Type == image.Opaque {
		if typ, _ := typeOf(h); typ == image.Regular && h.size > 0 {
			l.odd.add(fullWhiteout, p)
		}
		l.odd.add(notes[l.build.Add(e)], p)
		l.show(File{Path: "/" + e.Path, Type: e.Type})
		return nil
	}
	if len(p) > maxComponent {
		l.checkNames(p)
	}
	if len(h.link) > maxPath {
		l.odd.add(longLink, p)
	}
	if int64(clamp(h.uid)) != h.uid || int64(clamp(h.gid)) != h.gid {
		l.odd.add(noOwner, p)
	}
	if e.Type == image.Hardlink {
		if _, o := locate(h.link); o == escaping {
			l.odd.add(escapingLink, h.name)
		}
	}
	var err error
	if e.Type == image.Regular {
		e.Sum, err = l.regular(h, &e)
	} else {
		l.show(l.file(&e, nil))
	}
	// An entry whose content is cut off is in the tree all the same.
	l.odd.add(notes[l.build.Add(e)], h.name)
	return err
}

func (l *layer) checkNames(p string) {
	start := 0
	for i := 0; i <= len(p); i++ {
		if i == len(p) || p[i] == '/' {
			if i-start > maxComponent {
				l.odd.add(longName, p)
				return
			}
			start = i + 1
		}
	}
}

func clamp(id int64) uint32 {
	return uint32(max(0, min(id, math.MaxUint32)))
}

func (l *layer) file(e *image.Entry, head []byte) File {
	link := e.Link
	if e.Type == image.Hardlink {
		link = "/" + link
	}
	return File{
		Path: "/" + e.Path, Type: e.Type, Mode: e.Mode,
		UID: int(e.UID), GID: int(e.GID), Size: e.Size, Link: link, Head: head,
	}
}

// show shows an entry without content.
func (l *layer) show(f File) {
	for _, s := range l.sinks {
		s.Entry(f)
	}
}

// regular shows a file to the detectors, gives them as much of it as they ask
// for, and takes the checksum of it all.
func (l *layer) regular(h *header, e *image.Entry) (sum uint64, err error) {
	c := &l.content
	c.begin()
	if len(l.sinks) > 0 {
		err = l.detect(e, h.sparse)
	}
	if err == nil {
		err = c.rest()
	}
	for _, w := range c.follow {
		w.Close()
	}
	if h.sparse {
		l.odd.add(sparse, h.name)
		return 0, err
	}
	if err != nil {
		return 0, err
	}
	return max(c.sum.Sum64(), 1), nil
}

func (l *layer) detect(e *image.Entry, sparse bool) error {
	c := &l.content
	if err := c.peek(); err != nil {
		return err
	}
	f := l.file(e, c.head)
	l.wants = l.wants[:0]
	var asked int
	for _, s := range l.sinks {
		w := s.Entry(f)
		if w == All || w > f.Size {
			w = f.Size
		}
		if w > 0 {
			asked++
		}
		l.wants = append(l.wants, w)
		if follower, ok := s.(Follower); ok && !sparse { // a sparse file's bytes are not where they belong
			if w := follower.Follow(f); w != nil {
				w.Write(c.head)
				c.follow = append(c.follow, w)
			}
		}
	}
	if asked == 0 {
		return nil
	}
	return l.give(f, asked)
}

// content reads the current file once, for checksum and detectors alike.
type content struct {
	l    *layer
	sum  xxhash.Digest
	head []byte // read ahead
	at   int    // how much of head the reader has had
	buf  [HeadSize]byte

	follow []io.WriteCloser
}

func (c *content) begin() {
	c.sum.Reset()
	c.head, c.at, c.follow = c.buf[:0], 0, c.follow[:0]
}

// pass takes a piece into the checksum and shows it to who follows.
func (c *content) pass(b []byte) {
	c.sum.Write(b)
	for _, w := range c.follow {
		w.Write(b)
	}
	c.l.in.took(len(b))
}

// peek reads the head.
func (c *content) peek() error {
	for len(c.head) < HeadSize {
		b, err := c.l.in.data()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		n := min(len(b), HeadSize-len(c.head))
		c.head = append(c.head, b[:n]...)
		c.pass(b[:n])
	}
	return nil
}

// Read implements io.Reader: the head again, then what follows.
func (c *content) Read(p []byte) (int, error) {
	if c.at < len(c.head) {
		n := copy(p, c.head[c.at:])
		c.at += n
		return n, nil
	}
	b, err := c.l.in.data()
	if err != nil {
		return 0, err
	}
	n := copy(p, b)
	c.pass(b[:n])
	return n, nil
}

// rest takes the checksum of what nobody read.
func (c *content) rest() error {
	for {
		b, err := c.l.in.data()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		c.pass(b)
	}
}
