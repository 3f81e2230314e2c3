package container

import "sync"

// lastKept bounds the end of what a command writes that is kept, in bytes.
const lastKept = 8 << 10

// output is what a command writes, on both streams.
type output struct {
	mu   sync.Mutex
	all  int64
	over func() // called when it is too much
	last []byte // the end; up to twice lastKept bytes
}

// stream keeps the beginning of one.
type stream struct {
	of   *output
	keep int
	kept []byte
	all  int64
}

// Write implements io.Writer. It never fails: the command is to end by itself.
func (s *stream) Write(p []byte) (int, error) {
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	s.all += int64(len(p))
	if s.of.all += int64(len(p)); s.of.all > most {
		s.of.over()
	}
	s.kept = append(s.kept, p[:min(len(p), s.keep-len(s.kept))]...)
	s.of.last = append(s.of.last, p[max(0, len(p)-lastKept):]...)
	if n := len(s.of.last); n > 2*lastKept {
		s.of.last = append(s.of.last[:0], s.of.last[n-lastKept:]...)
	}
	return len(p), nil
}

// Close implements io.Closer.
func (*stream) Close() error { return nil }

func (o *output) end() []byte { return o.last[max(0, len(o.last)-lastKept):] }
