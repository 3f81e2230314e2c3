package tui

import (
	"time"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/tui/feed"
)

// Each answer carries the generation of its question: a stale one is ignored.
type (
	// eventsMsg brings what happened in a build; more is false when it is over.
	eventsMsg struct {
		gen   int
		batch feed.Batch
		more  bool
	}
	// tickedMsg says that what moves shall move.
	tickedMsg struct{ at time.Time }
	// fadedMsg says that a toast has been up long enough.
	fadedMsg struct{ gen int }
	// reloadedMsg brings the Dockerfile, read again.
	reloadedMsg struct {
		gen   int
		graph *model.Graph
		err   error
	}
	// inspectedMsg brings an image.
	inspectedMsg struct {
		gen   int
		found Inspected
		err   error
	}
	// savedMsg says what became of a file.
	savedMsg struct {
		name, path string
		lines      int
		err        error
	}
	// readMsg says that the log may be looked through further.
	readMsg struct{}
	// waitedMsg says that leaving has waited long enough for a build to stop.
	waitedMsg struct{}
)
