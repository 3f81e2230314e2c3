package solve

import (
	"errors"
	"sync"
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// errWouldRun is why a build that may only take what is cached ended.
var errWouldRun = errors.New("a command would have to run")

// sparing ends a build, or a part of it, that comes to a command that is not
// cached.
type sparing struct {
	graph *model.Graph

	mu    sync.Mutex
	told  func(build.StepRef) // nil: everything may run
	began time.Time           // when this build did, by the engine's clock
}

// from has told called, once, with the first command that would run from now on.
// With nil all may.
func (s *sparing) from(told func(build.StepRef)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = told
}

// saw takes what the engine reports of a vertex. Once it starts one that needs
// another and doesn't call it cached, it runs it: only of those that need none it
// says the same while it looks into the cache (BuildKit: solver/jobs.go, CacheMap
// and Exec). What another build runs or ran that is still there it tells of, too.
func (s *sparing) saw(v build.Vertex) {
	if v.Started == nil || s.graph == nil {
		return
	}
	s.mu.Lock()
	if s.began.IsZero() {
		s.began = *v.Started // of reading the Dockerfile, which each build does itself
	}
	others := v.Started.Before(s.began)
	s.mu.Unlock()
	if others || v.Cached || len(v.Inputs) == 0 {
		return
	}
	for _, ref := range v.Steps {
		if s.graph.Stages[ref.Stage].Steps[ref.Step].Command != "RUN" {
			continue
		}
		s.mu.Lock()
		told := s.told
		s.told = nil
		s.mu.Unlock()
		if told != nil {
			told(ref)
		}
	}
}
