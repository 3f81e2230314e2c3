package source

import (
	"context"
	"io"
)

// Plain streams the tar of a layer that lies uncompressed in a file, and passes
// over what nobody wants without reading it. Unlike Tar it checks no digest. One
// goroutine uses it.
type Plain struct {
	ctx  context.Context //nolint:containedctx // a stream's life is one question's
	in   io.ReadSeekCloser
	size int64
	at   int64  // of the file, behind rest
	buf  []byte // of plainBuffer bytes
	rest []byte
}

// plainBuffer is how much is read at a time: little, for most of it is a header
// before a content that is passed over.
const plainBuffer = 32 << 10

// OpenPlain opens layer i of a source where it can be read at random and is not
// compressed; nil where not. The caller closes it.
func OpenPlain(ctx context.Context, src Source, i int) (*Plain, error) {
	rc, err := src.Open(ctx, i)
	if err != nil {
		return nil, err
	}
	in, ok := rc.(io.ReadSeekCloser)
	if !ok {
		return nil, rc.Close()
	}
	p := &Plain{ctx: ctx, in: in, buf: make([]byte, plainBuffer)}
	if p.size, err = in.Seek(0, io.SeekEnd); err == nil {
		_, err = in.Seek(0, io.SeekStart)
	}
	if err == nil {
		_, err = p.Next()
	}
	if compressed(p.rest) || err != nil && err != io.EOF {
		in.Close()
		return nil, err
	}
	return p, nil
}

// compressed says whether stored bytes are gzip or zstd.
func compressed(magic []byte) bool {
	return len(magic) >= 2 && magic[0] == 0x1f && magic[1] == 0x8b ||
		len(magic) >= 4 && string(magic[:4]) == "\x28\xb5\x2f\xfd"
}

// Next returns unread bytes, at least one, or an error.
func (p *Plain) Next() ([]byte, error) {
	if len(p.rest) > 0 {
		return p.rest, nil
	}
	if err := p.ctx.Err(); err != nil {
		return nil, err
	}
	n, err := io.ReadFull(p.in, p.buf)
	p.at += int64(n)
	if p.rest = p.buf[:n]; n > 0 {
		return p.rest, nil
	}
	if err == io.ErrUnexpectedEOF && p.at >= p.size {
		err = io.EOF
	}
	return nil, err
}

// Skip says that n bytes of what Next returned have been dealt with.
func (p *Plain) Skip(n int) { p.rest = p.rest[n:] }

// Jump passes over n bytes.
func (p *Plain) Jump(n int64) error {
	if k := int64(len(p.rest)); n <= k {
		p.Skip(int(n))
		return nil
	} else if n -= k; n > p.size-p.at {
		return io.ErrUnexpectedEOF
	}
	p.rest = nil
	at, err := p.in.Seek(n, io.SeekCurrent)
	p.at = at
	return err
}

// Close closes the file.
func (p *Plain) Close() error { return p.in.Close() }
