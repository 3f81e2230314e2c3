package solve

import (
	"maps"
	"slices"
	"time"

	"github.com/stagedive/stagedive/buildgraph/baseline"
	"github.com/stagedive/stagedive/model/build"
)

// How long the end of a build waits for what is still being compared or read: less
// where somebody wants to be rid of it.
const (
	patience = 2 * time.Second
	hurry    = 300 * time.Millisecond
)

func (c *causes) patience(o build.Outcome) <-chan time.Time {
	switch p := c.req.Baseline.Patience; {
	case p > 0:
		return time.After(p)
	case o == build.OutcomeCancelled:
		return time.After(hurry)
	}
	return time.After(patience)
}

// settle lets what was asked be answered. Nothing is emitted after it.
func (c *causes) settle(end build.End) {
	if c == nil {
		return
	}
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.signal()
	done := make(chan struct{})
	go func() {
		c.judged.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-c.patience(end.Outcome):
		c.cancel() // what is not known by now stays unsaid
		<-done
	}
}

// keep writes down what the next build is compared with.
func (c *causes) keep(end build.End) {
	if c == nil {
		return
	}
	defer c.cancel()
	done := make(chan struct{})
	go func() {
		c.reading.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-c.patience(end.Outcome):
	}
	c.cancel()
	<-done
	listings := c.listings() // as far as they are known
	record := baseline.Snapshot(baseline.Seen{
		Began: c.began, Engine: c.engineID(), Args: c.args, Graph: c.req.Graph,
		Definition: c.def, Listings: listings, Outcome: c.outcome(end),
	}, c.was)
	if len(record.Units) == 0 {
		return // it did not come far enough to be compared with
	}
	if record.Same(c.was) {
		_ = c.store.Touch(c.name, c.req.now()) // the worst is that it is forgotten early
		return
	}
	// Where it cannot be written, nothing is lost but an explanation, of which the
	// build that misses it could say nothing anyway.
	_ = c.store.Save(c.name, record)
}

func (c *causes) listings() []baseline.Listing {
	var out []baseline.Listing
	for _, name := range slices.Sorted(maps.Keys(c.trees)) {
		if l := c.trees[name].Final(c.ctx); l != nil {
			out = append(out, *l)
		}
	}
	return out
}

// outcome says how far a step came. What a build that succeeded never had to look
// at is in the cache.
func (c *causes) outcome(end build.End) func(baseline.Ref) (baseline.Outcome, bool) {
	return func(ref baseline.Ref) (baseline.Outcome, bool) {
		c.mu.Lock()
		defer c.mu.Unlock()
		switch p := c.seen[ref]; {
		case p.failed:
			return baseline.Failed, true
		case p.completed || end.Outcome == build.OutcomeSucceeded:
			return baseline.Completed, true
		case p.stopped || p.asked:
			return baseline.Stopped, true
		}
		return 0, false
	}
}
