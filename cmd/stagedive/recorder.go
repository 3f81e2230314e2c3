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
	w     *record.Writer // nil: nothing is kept
	early []build.Event
	begun bool
}

// newRecorder keeps events in a file; without a name it keeps nothing.
func newRecorder(file string) (*recorder, error) {
	if file == "" {
		return &recorder{}, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, usage(fmt.Errorf("opening the record: %w", err))
	}
	return &recorder{w: record.NewWriter(f)}, nil
}

// newPrinter prints events and leaves w open.
func newPrinter(w io.Writer) *recorder {
	return &recorder{w: record.NewWriter(struct{ io.Writer }{w})}
}

func (r *recorder) write(e build.Event) error {
	if r.w == nil {
		return nil
	}
	if e.Begin == nil && !r.begun {
		r.early = append(r.early, e)
		return nil
	}
	if err := r.w.Write(e); err != nil {
		return err
	}
	if e.Begin == nil {
		return nil
	}
	r.begun = true
	for _, e := range r.early {
		if err := r.w.Write(e); err != nil {
			return err
		}
	}
	r.early = nil
	return nil
}

func (r *recorder) close() error {
	if r.w == nil {
		return nil
	}
	return r.w.Close()
}
