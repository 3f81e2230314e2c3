package history

import (
	"context"
	"strings"
	"time"

	controlapi "github.com/moby/buildkit/api/services/control"
	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
)

// standing sees whether a build stands still because a step failed. stagedive
// keeps such builds open, so that one can look around in them: the engine counts
// them as running until they are let go.
type standing struct {
	vertices map[digest.Digest]*client.Vertex
	failed   string
	at       time.Time // when the last vertex ended
}

func (s *standing) add(st *client.SolveStatus) {
	if s.vertices == nil {
		s.vertices = map[digest.Digest]*client.Vertex{}
	}
	for _, v := range st.Vertexes {
		s.vertices[v.Digest] = v
		if v.Completed != nil && v.Completed.After(s.at) {
			s.at = *v.Completed
		}
		if v.Error != "" && !strings.HasSuffix(v.Error, context.Canceled.Error()) {
			s.failed = v.Error
		}
	}
}

// still says whether a step has failed and nothing runs any more.
func (s *standing) still() bool {
	if s.failed == "" {
		return false
	}
	for _, v := range s.vertices {
		if v.Started != nil && v.Completed == nil {
			return false
		}
	}
	return true
}

// holds says whether a build is kept open when it fails.
func holds(r *controlapi.BuildHistoryRecord) bool { return r.FrontendAttrs[solve.AttrHolds] != "" }

// glance is how long a build that runs may take to tell where it stands.
const glance = 500 * time.Millisecond

// correct puts right what the engine can't know of a build that is kept open: that
// it has failed, and when.
func (e *Engine) correct(ctx context.Context, entry *controlapi.BuildHistoryRecord, r *history.Record) {
	if !holds(entry) || !r.Running() && r.Outcome != build.OutcomeFailed {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	var s standing
	_ = e.status(ctx, entry.Ref, func(st *client.SolveStatus) { // what has not come in time is not known
		s.add(st)
		if s.still() && r.Running() {
			cancel()
		}
	})
	if !s.still() {
		return
	}
	if r.Running() {
		r.Outcome, r.Error, r.Steps = build.OutcomeFailed, solve.Sentence(s.failed), len(s.vertices)
		for _, v := range s.vertices {
			if v.Cached {
				r.Cached++
			}
			if v.Completed != nil {
				r.Completed++
			}
		}
	}
	r.Ended = s.at
}
