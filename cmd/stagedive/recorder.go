package main

import (
	"fmt"
	"io"
	"os"

	"github.com/stagedive/stagedive/buildgraph/solve/record"
	"github.com/stagedive/stagedive/model/build"
)

// recorder writes events to a file or to stdout. A record starts with its Begin
// event, so what happened before, while the engine was reached, comes after it.
type recorder struct {
	file  *os.File       // nil when it is not ours
	w     *record.Writer // nil: nothing is kept
	early []build.Event
	begun bool
}

// newRecorder keeps events in a file; without a name it keeps nothing. What the
// file held is lost only when a build begins; of several, the last is kept.
func newRecorder(file string) (*recorder, error) {
	if file == "" {
		return &recorder{}, nil
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return nil, usage(fmt.Errorf("opening the record: %w", err))
	}
	return &recorder{file: f, w: record.NewWriter(f)}, nil
}

// newPrinter prints events and leaves w open.
func newPrinter(w io.Writer) *recorder {
	return &recorder{w: record.NewWriter(struct{ io.Writer }{w})}
}

func (r *recorder) write(e build.Event) error {
	if r.w == nil {
		return nil
	}
	if e.Begin != nil {
		if err := r.begin(); err != nil {
			return err
		}
	} else if !r.begun {
		r.early = append(r.early, e)
		return nil
	}
	if err := r.w.Write(e); err != nil {
		return err
	}
	for _, e := range r.early {
		if err := r.w.Write(e); err != nil {
			return err
		}
	}
	r.early = nil
	if e.End != nil {
		r.begun = false
	}
	return nil
}

// begin makes room for a new build.
func (r *recorder) begin() error {
	r.begun = true
	if r.file == nil || r.file.Truncate(0) != nil { // a pipe cannot be cut; it takes one build after the other
		return nil
	}
	_, err := r.file.Seek(0, io.SeekStart)
	return err
}

func (r *recorder) close() error {
	if r.w == nil {
		return nil
	}
	return r.w.Close()
}
