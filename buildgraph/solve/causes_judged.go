package solve

import (
	"strings"

	"github.com/stagedive/stagedive/buildgraph/baseline"
	"github.com/stagedive/stagedive/model/advice"
	"github.com/stagedive/stagedive/model/build"
)

func (c *causes) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// next waits for a step to judge; false when there will be none.
func (c *causes) next() (asked, bool) {
	for {
		c.mu.Lock()
		if len(c.queue) > 0 {
			a := c.queue[0]
			c.queue = c.queue[1:]
			c.mu.Unlock()
			return a, true
		}
		over := c.over
		c.mu.Unlock()
		if over {
			return asked{}, false
		}
		<-c.wake
	}
}

func (c *causes) judge() {
	<-c.loaded
	var j *baseline.Judge
	for {
		a, ok := c.next()
		if !ok {
			return
		}
		if c.was == nil {
			continue
		}
		if j == nil {
			j = c.newJudge()
		}
		cause, ok := j.Cause(c.ctx, a.ref)
		if !ok {
			continue
		}
		if cause.Kind == build.CauseFiles {
			cause.Advice = c.advise(j, a.ref, cause)
		}
		if n := len(cause.Paths); n > build.MaxCausePaths {
			cause.Paths, cause.More = cause.Paths[:build.MaxCausePaths:build.MaxCausePaths], n-build.MaxCausePaths
		}
		c.emit(build.Event{Time: a.at, Cause: &cause})
	}
}

// advise judges the order of instructions by all the paths that changed.
func (c *causes) advise(j *baseline.Judge, ref baseline.Ref, cause build.Cause) *build.Advice {
	files := j.Copied(c.ctx, ref)
	if files == nil {
		return nil
	}
	changed := make([]string, 0, len(cause.Paths))
	for _, p := range cause.Paths {
		changed = append(changed, p.Path)
	}
	return advice.Order(c.req.Graph, cause.Step, changed, files)
}

func (c *causes) newJudge() *baseline.Judge {
	j := &baseline.Judge{
		Graph: c.req.Graph, Definition: c.def, Trees: c.trees, Was: c.was, Engine: c.engineID(), Args: c.args,
		Ran: func(ref baseline.Ref) bool {
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.seen[ref].asked
		},
	}
	switch {
	case c.req.NoCache:
		j.NoCache = "--no-cache"
	case len(c.req.NoCacheFilter) > 0:
		j.NoCache = "--no-cache-filter=" + strings.Join(c.req.NoCacheFilter, ",")
	}
	j.Prepare()
	return j
}

func (c *causes) engineID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.engine
}
