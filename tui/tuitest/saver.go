package tuitest

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
)

// Saver is a tui.Saver that keeps files in memory. Its zero value has none.
type Saver struct {
	Err error // what Save answers, if not nil

	mu    sync.Mutex
	files map[string]string
}

// Save is tui.Saver's.
func (s *Saver) Save(_ context.Context, name string, replace bool, write func(io.Writer) error) (string, error) {
	var b strings.Builder
	if err := write(&b); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.files[name]; there && !replace {
		return "", fmt.Errorf("%s: %w", name, fs.ErrExist)
	}
	if s.Err != nil {
		return "", s.Err
	}
	if s.files == nil {
		s.files = map[string]string{}
	}
	s.files[name] = b.String()
	return name, nil
}

// File is what a file has; "" when there is none.
func (s *Saver) File(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[name]
}
