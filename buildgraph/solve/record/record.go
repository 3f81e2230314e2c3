// Package record keeps the events of a build in a file and plays them again.
//
// A record is lines of JSON, one build.Event each; the first is the Begin event,
// which carries the version. It is what --progress rawjson prints, too. Lines are
// written whole and in order, so a record that was cut off, by a crash or a full
// disk, is good up to its last whole line.
package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/stagedive/stagedive/model/build"
)

// ErrClosed is returned for events that come after Close.
var ErrClosed = errors.New("the record is closed")

// Writer writes a record. It may be used by several goroutines.
type Writer struct {
	mu     sync.Mutex
	w      io.Writer
	err    error
	closed bool
}

// NewWriter writes to w: a file opened for appending, or stdout. Each event is
// one Write of a whole line.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write appends an event. After the first error, which Err keeps, it does
// nothing: a gap in the middle would make a record lie.
func (w *Writer) Write(e build.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return ErrClosed
	}
	if w.err != nil {
		return w.err
	}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = w.w.Write(append(line, '\n'))
	}
	if err != nil {
		w.err = fmt.Errorf("writing the record: %w", err)
	}
	return w.err
}

// Err is the first error that Write met.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// Close ends the record and closes what it is written to, if that can be closed.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return w.err
	}
	w.closed = true
	if c, ok := w.w.(io.Closer); ok {
		if err := c.Close(); err != nil && w.err == nil {
			w.err = fmt.Errorf("closing the record: %w", err)
		}
	}
	return w.err
}
