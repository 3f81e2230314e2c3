package solve

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/client/llb"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/buildgraph/baseline"
	"github.com/stagedive/stagedive/model/build"
)

// tap lets the trees see what the engine reads of the local contexts.
func (c *causes) tap(in *inputs) {
	if c == nil {
		return
	}
	for name, dir := range in.dirs {
		tree := baseline.NewTree(name, dir, in.locals[name], c.store.Key)
		c.trees[name] = tree
		in.locals[name] = tree
	}
}

// learn takes in the LLB of a target before anything of it runs.
func (c *causes) learn(def *llb.Definition, steps baseline.Steps) {
	if c == nil {
		return
	}
	ignored := map[string]bool{}
	for dgst, m := range def.Metadata {
		ignored[dgst.String()] = m.IgnoreCache
	}
	for _, src := range c.def.Add(def.Def, ignored, steps) {
		tree := c.trees[src.Name]
		if tree == nil {
			continue
		}
		c.mu.Lock()
		c.locals[src.Vertex] = src.Name
		c.mu.Unlock()
		tree.Scan(c.ctx, src, func() *baseline.Listing {
			<-c.loaded
			return c.was.Newest(src.Name)
		})
	}
}

// reached learns which engine builds.
func (c *causes) reached(gw gateway.Client) {
	if c == nil {
		return
	}
	var ids []string
	for _, w := range gw.BuildOpts().Workers {
		ids = append(ids, w.ID)
	}
	slices.Sort(ids)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.engine = strings.Join(ids, " ")
}

// saw follows a vertex.
func (c *causes) saw(v build.Vertex) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if name, ok := c.locals[v.Digest]; ok && v.Completed != nil {
		delete(c.locals, v.Digest)
		tree := c.trees[name]
		c.reading.Go(func() { // what the engine asked for is known: the rest is read beside the build
			if l := tree.Listing(c.ctx); l != nil {
				tree.Complete(c.ctx, l)
			}
		})
	}
	for _, step := range v.Steps {
		ref := baseline.Ref{Stage: step.Stage, Step: step.Step, Platform: v.Platform}
		p := c.seen[ref]
		part := slices.IndexFunc(c.def.Ops(ref), func(d string) bool { return d == v.Digest || withoutCache(digest.Digest(d)) == v.Digest })
		if part >= 0 && v.Started != nil && !v.Cached && !p.asked {
			p.asked = true
			c.queue = append(c.queue, asked{ref, *v.Started})
			c.signal()
		}
		switch {
		case v.Error != "" && v.Cancelled:
			p.stopped = true
		case v.Error != "":
			p.failed = true
		case part == 0 && (v.Cached || v.Completed != nil):
			p.completed = true
		}
		c.seen[ref] = p
	}
}
