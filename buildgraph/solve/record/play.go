package record

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// maxPause is the longest that Play waits between two events, in time of the
// recorded build: an engine's clock may be off from the machine's that wrote
// Begin and End, and a laptop may have slept.
const maxPause = 10 * time.Minute

// Clock is the time that Play goes by.
type Clock interface {
	// Sleep waits for d, or until ctx is done, whose error it returns then.
	Sleep(ctx context.Context, d time.Duration) error
}

// WallClock is the clock on the wall.
type WallClock struct{}

// Sleep implements Clock.
func (WallClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Play hands the events of a record to emit, at speed times the pace at which
// they happened; at once when speed is 0. Events keep the times they had.
//
// A record that was cut off plays as far as it goes; then a Notice says so and
// an End event marks the build as cancelled, and Play returns nil. All other
// errors of Reader.Next are returned; nothing was emitted when the record was
// refused at its first line.
func Play(ctx context.Context, in io.Reader, speed float64, clock Clock, emit func(build.Event)) error {
	r := NewReader(in)
	var last time.Time
	for {
		e, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, ErrTruncated) && r.line > 0 && !last.IsZero():
			emit(build.Event{Time: last, Notice: &build.Notice{
				Level: model.LevelWarning, Text: "The record ends here, in the middle of the build.",
			}})
			emit(build.Event{Time: last, End: &build.End{Outcome: build.OutcomeCancelled}})
			return nil
		case err != nil:
			return err
		}
		if pause := e.Time.Sub(last); !last.IsZero() && pause > 0 && speed > 0 {
			if err := clock.Sleep(ctx, time.Duration(float64(min(pause, maxPause))/speed)); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.Time.After(last) {
			last = e.Time
		}
		emit(e)
	}
}
