package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/stagedive/stagedive/model/measure"
)

// errNotThere is for a blob or a manifest that the registry does not have.
var errNotThere = fs.ErrNotExist

// stalled is after how long without a byte a connection is given up.
const stalled = 60 * time.Second

// attempts is how often a download is taken up again without having come further.
const attempts = 4

// blob is a download that goes on where its connection broke off. One goroutine
// reads it.
type blob struct {
	s    *session
	ctx  context.Context
	path string

	body   io.ReadCloser
	cancel context.CancelFunc
	at     int64 // bytes read
	size   int64 // bytes there are; -1 when the registry did not say
	failed int   // attempts since the last byte
}

// begin opens the connection and returns the blob's size.
func (b *blob) begin() (int64, error) {
	if err := b.open(); err != nil {
		return 0, err
	}
	return b.size, nil
}

// open asks for what has not been read yet.
func (b *blob) open() error {
	ctx, cancel := context.WithCancel(b.ctx)
	header := http.Header{}
	if b.at > 0 {
		part := fmt.Sprintf("bytes=%d-", b.at)
		if b.size > 0 { // not all registries understand a range without an end
			part += strconv.FormatInt(b.size-1, 10)
		}
		header.Set("Range", part)
	}
	resp, err := b.s.get(ctx, b.path, header)
	if err != nil {
		cancel()
		return err
	}
	b.body, b.cancel = resp.Body, cancel
	switch {
	case b.at == 0:
		b.size = resp.ContentLength
		return nil
	case resp.StatusCode == http.StatusPartialContent:
		if !strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", b.at)) {
			b.shut()
			return errors.New("the registry sent another part of the layer than was asked for")
		}
		return nil
	}
	// It sends the whole again: what has been read goes by.
	if _, err := io.CopyN(io.Discard, b.body, b.at); err != nil {
		b.shut()
		return err
	}
	return nil
}

// Read implements io.Reader.
func (b *blob) Read(p []byte) (int, error) {
	for {
		n, err := b.read(p)
		if n > 0 {
			b.failed = 0
		}
		b.at += int64(n)
		switch {
		case err == io.EOF && b.size > 0 && b.at < b.size:
			err = io.ErrUnexpectedEOF
		case err == nil, err == io.EOF:
			return n, err
		}
		if b.ctx.Err() != nil {
			return n, b.ctx.Err()
		}
		if again := b.again(err); again != nil {
			return n, again
		}
		if n > 0 {
			return n, nil
		}
	}
}

// read reads from the connection and ends it when nothing comes any more.
func (b *blob) read(p []byte) (int, error) {
	if b.body == nil {
		return 0, io.ErrClosedPipe
	}
	timer := time.AfterFunc(stalled, b.cancel)
	defer timer.Stop()
	return b.body.Read(p)
}

// again opens another connection after one broke off with err.
func (b *blob) again(err error) error {
	b.shut()
	for b.failed < attempts {
		wait := time.NewTimer(b.s.pause(b.failed))
		b.failed++
		select {
		case <-wait.C:
		case <-b.ctx.Done():
			wait.Stop()
			return b.ctx.Err()
		}
		opening := b.open()
		if opening == nil {
			return nil
		}
		var answer *transport.Error
		if err = opening; errors.As(err, &answer) && !answer.Temporary() {
			break
		}
	}
	return fmt.Errorf("the download broke off after %s and could not be taken up again: %w", measure.Bytes(b.at), refusal{repo: b.s.repo, locked: b.s.locked}.of(err))
}

// growing is how long to wait before an attempt: 0.1, 0.4, 1.6 and 6.4 s.
func growing(failed int) time.Duration { return 100 * time.Millisecond << (2 * failed) }

func (b *blob) shut() {
	if b.body != nil {
		b.cancel()
		b.body.Close()
		b.body = nil
	}
}

// Close implements io.Closer.
func (b *blob) Close() error {
	b.shut()
	return nil
}
