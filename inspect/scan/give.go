package scan

import (
	"bytes"
	"fmt"
	"io"
)

// shared bounds what is kept of a file that several detectors ask for, in
// bytes: the largest asker streams, the others see this much at most.
const shared = 64 << 20

// give hands the current file's content to the sinks that asked for it. The one
// that asked for most reads it as it streams by; for the others, if there are
// any, a copy of it is kept.
func (l *layer) give(f File, asked int) error {
	first, second := 0, int64(0)
	for i, w := range l.wants {
		if w > l.wants[first] {
			first = i
		}
	}
	for i, w := range l.wants {
		if i != first {
			second = max(second, min(w, shared))
		}
	}
	most := io.LimitReader(&l.content, l.wants[first])
	if asked == 1 {
		return l.one(first, f, most)
	}
	var kept bytes.Buffer
	keep := io.TeeReader(io.LimitReader(most, second), &kept)
	if err := l.one(first, f, io.MultiReader(keep, most)); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, keep); err != nil { // what the first did not care to read
		return err
	}
	for i, w := range l.wants {
		if i == first || w <= 0 {
			continue
		}
		if err := l.one(i, f, bytes.NewReader(kept.Bytes()[:min(w, int64(kept.Len()))])); err != nil {
			return err
		}
	}
	return nil
}

// one gives one sink its content. Reading errors come through the sink's own.
func (l *layer) one(i int, f File, r io.Reader) error {
	if err := l.sinks[i].Content(f, r); err != nil {
		return fmt.Errorf("looking into %s: %w", f.Path, err)
	}
	return nil
}
