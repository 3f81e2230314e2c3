package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/stagedive/stagedive/model/build"
)

// maxLine bounds one event: a Begin holds a whole Dockerfile twice over.
const maxLine = 64 << 20

// ErrTruncated says that the record ends before its build did. What it has is
// good.
var ErrTruncated = errors.New("the record ends in the middle of the build")

// ErrNotARecord says that a file is something else.
var ErrNotARecord = errors.New("this is not a record of a build: make one with --record FILE")

// VersionError says that a record was written by a newer stagedive.
type VersionError struct{ Version int }

func (e *VersionError) Error() string {
	return fmt.Sprintf("the record has version %d and this stagedive reads up to %d: use a newer one", e.Version, build.SchemaVersion)
}

// Reader reads a record, event by event.
type Reader struct {
	r     *bufio.Reader
	line  int
	ended bool
	err   error // once set, returned for ever
}

// NewReader reads from r.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 64<<10)} }

// Next returns the next event. The error is io.EOF after the End event,
// ErrTruncated where the record is cut off before it, ErrNotARecord or a
// *VersionError on the first line, and tells the line where one is damaged.
func (r *Reader) Next() (build.Event, error) {
	if r.err != nil {
		return build.Event{}, r.err
	}
	e, err := r.next()
	if err != nil {
		r.err = err
		return build.Event{}, err
	}
	r.ended = r.ended || e.End != nil
	return e, nil
}

func (r *Reader) next() (e build.Event, err error) {
	raw, whole, err := r.readLine()
	switch {
	case err != nil && r.line == 0:
		return e, fmt.Errorf("%w (%w)", ErrNotARecord, err)
	case err != nil:
		return e, fmt.Errorf("reading the record after line %d: %w", r.line, err)
	case raw == nil && r.line == 0:
		return e, fmt.Errorf("the file is empty: %w", ErrNotARecord)
	case raw == nil && r.ended:
		return e, io.EOF
	case raw == nil:
		return e, ErrTruncated
	}
	r.line++
	if r.line == 1 {
		return r.first(raw, whole)
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		if !whole {
			return e, ErrTruncated
		}
		return e, fmt.Errorf("line %d of the record is damaged: %w", r.line, err)
	}
	return e, nil
}

// first reads the version before anything whose form may have changed with it.
func (r *Reader) first(raw []byte, whole bool) (e build.Event, err error) {
	var head struct {
		Begin *struct {
			Version int `json:"version"`
		} `json:"begin"`
	}
	if json.Unmarshal(raw, &head) != nil || head.Begin == nil || head.Begin.Version < 1 {
		if !whole && bytes.HasPrefix(raw, []byte(`{"time":`)) {
			return e, ErrTruncated
		}
		return e, ErrNotARecord
	}
	if head.Begin.Version > build.SchemaVersion {
		return e, &VersionError{head.Begin.Version}
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return e, fmt.Errorf("line 1 of the record is damaged: %w", err)
	}
	return e, nil
}

// readLine returns the next line that isn't blank; nil at the end. whole is
// false when its line end is missing.
func (r *Reader) readLine() (line []byte, whole bool, err error) {
	for {
		var buf []byte
		for {
			part, err := r.r.ReadSlice('\n')
			buf = append(buf, part...)
			if len(buf) > maxLine {
				return nil, false, fmt.Errorf("a line is longer than %d MB", maxLine>>20)
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, false, err
			}
			whole = err == nil
			break
		}
		if buf = bytes.TrimSpace(buf); len(buf) > 0 {
			return buf, whole, nil
		}
		if !whole {
			return nil, false, nil
		}
	}
}
