package tuitest

import (
	"context"
	"errors"
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
)

// History is a tui.History that remembers scripts.
type History struct {
	Records []history.Record
	Err     error              // of List
	Scripts map[string]*Script // by Ref
	Go      chan struct{}      // a running build ends when it is closed
}

// ShopHistory remembers builds of the Shop: one that runs, two that differ in
// their cache, one that failed, and one of another project.
func ShopHistory() *History {
	at := func(back time.Duration) time.Time { return Epoch().Add(-back) }
	record := func(ref, name, target string, started, took time.Duration, o build.Outcome) history.Record {
		r := history.Record{
			Ref: ref, Name: name, Dockerfile: "Dockerfile", Target: target, Outcome: o, Started: at(started),
			Platforms: []string{"linux/amd64"}, Own: true, Project: name,
		}
		if o != "" {
			r.Ended, r.Steps, r.Completed, r.Cached = r.Started.Add(took), 14, 14, 3
		}
		if o == build.OutcomeSucceeded {
			r.Size = 165_200_000
		}
		return r
	}
	h := &History{
		Scripts: map[string]*Script{
			"k3vq81running": ShopBuilding(), "b7x2m0built00": ShopBuilt(), "a91zz4warm000": ShopWarm(), "f00d42failed0": ShopFailed(),
		},
		Go: make(chan struct{}),
	}
	running := record("k3vq81running", "shop", "runtime", 17*time.Second, 0, "")
	warm := record("a91zz4warm000", "shop", "runtime", 3*time.Hour, 900*time.Millisecond, build.OutcomeSucceeded)
	warm.Cached = 14
	failed := record("f00d42failed0", "shop", "test", 40*time.Minute, 17*time.Second, build.OutcomeFailed)
	failed.Error = "npm test exited with code 1"
	failed.Warnings = 1
	other := record("zz90other0000", "billing-service", "", 26*time.Hour, 3*time.Minute, build.OutcomeCancelled)
	other.Own, other.Dockerfile = false, "deploy.Dockerfile"
	h.Records = []history.Record{
		running, record("b7x2m0built00", "shop", "runtime", 20*time.Minute, 21*time.Second, build.OutcomeSucceeded), failed, other, warm,
	}
	return h
}

// ShopWarm is a build of runtime that has all from the cache.
func ShopWarm() *Script {
	s := NewScript(Shop(), ShopRuntime)
	s.After(0.1).Cached("0.0", "0.1", "0.2", "0.3", "1.1", "1.2", "1.3", "3.0", "3.1", "3.3", "3.4", "3.5")
	return s.After(0.8).End(build.OutcomeSucceeded, &build.Result{Digest: "sha256:9f1c4ad1b6a2f3f7f0f9d1a1f1e6f5c2"})
}

// List is tui.History's.
func (h *History) List(context.Context) ([]history.Record, error) { return h.Records, h.Err }

// Tell is tui.History's.
func (h *History) Tell(ctx context.Context, ref string, emit func(build.Event)) error {
	s := h.Scripts[ref]
	if s == nil {
		return errors.New("the engine does not remember this build any more")
	}
	var ended bool
	for _, e := range s.Events() {
		emit(e)
		ended = ended || e.End != nil
	}
	if ended {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-h.Go:
	}
	emit(build.Event{Time: s.now, End: &build.End{Outcome: build.OutcomeSucceeded}})
	return nil
}

// Project is tui.History's.
func (h *History) Project() string { return "shop" }
