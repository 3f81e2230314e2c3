//go:build linux

package solve_test

import (
	"testing"
	"time"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/moby/buildkit/client"
	"github.com/tonistiigi/fsutil"

	"github.com/stagedive/stagedive/model/build"
)

// BenchmarkCached sets a build in which everything is cached against what
// buildctl build does for it: one Solve of the Dockerfile frontend by the client
// library, whose events are thrown away. "ratio" is ours to theirs.
func BenchmarkCached(b *testing.B) {
	c := dial(b)
	p := newProject(b, map[string]string{"Dockerfile": sevenStages, "main.txt": "main\n"})
	p.run(b.Context(), b, c).must(b, build.OutcomeSucceeded)
	bare := func() {
		base, _ := shellBase()
		store, err := local.NewStore(base.LayoutDir)
		if err != nil {
			b.Fatal(err)
		}
		dir, err := fsutil.NewFS(p.dir)
		if err != nil {
			b.Fatal(err)
		}
		status := make(chan *client.SolveStatus)
		go func() {
			for range status {
			}
		}()
		if _, err := c.Solve(b.Context(), nil, client.SolveOpt{
			Frontend:      "dockerfile.v0",
			FrontendAttrs: map[string]string{"context:shell": "oci-layout://shell@" + base.Digest.String()},
			LocalMounts:   map[string]fsutil.FS{"context": dir, "dockerfile": dir},
			OCIStores:     map[string]content.Store{"shell": store},
		}, status); err != nil {
			b.Fatal(err)
		}
	}
	bare()
	var ours, theirs time.Duration
	for b.Loop() { // in turns, so that both see the same machine
		start := time.Now()
		bare()
		middle := time.Now()
		p.run(b.Context(), b, c).must(b, build.OutcomeSucceeded)
		theirs += middle.Sub(start)
		ours += time.Since(middle)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "ratio")
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ours-ms")
	b.ReportMetric(float64(theirs.Milliseconds())/float64(b.N), "theirs-ms")
}
