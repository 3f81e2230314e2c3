//go:build linux

package solve_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
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

// BenchmarkBaseline sets a build of a large context, all cached, that keeps and
// compares what the next one is compared with against the same build that does
// not. "ratio" is until the End event, "cpu-ms-more" is this process's, to its very end.
func BenchmarkBaseline(b *testing.B) {
	c := dial(b)
	p := newProject(b, map[string]string{"Dockerfile": "FROM shell\nCOPY . /all\n"})
	for i := range 20_000 {
		name := filepath.Join(p.dir, fmt.Sprintf("d%d/s%d/file-%d", i%40, i%400, i))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(name), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	state := b.TempDir()
	once := func(dir string) (wall, cpu time.Duration) {
		p.Baseline.Dir = dir
		before, start := processorTime(b), time.Now()
		p.run(b.Context(), b, c, func(e build.Event) {
			if e.End != nil {
				wall = time.Since(start)
			}
		}).must(b, build.OutcomeSucceeded)
		return wall, processorTime(b) - before
	}
	for range 3 { // the first reads all, the second what was too new to be trusted
		once(state)
	}
	var wall, cpu [2]time.Duration
	for b.Loop() { // in turns
		for i, dir := range []string{state, ""} {
			w, c := once(dir)
			wall[i], cpu[i] = wall[i]+w, cpu[i]+c
		}
	}
	b.ReportMetric(float64(wall[0])/float64(wall[1]), "ratio")
	b.ReportMetric(float64((cpu[0]-cpu[1]).Milliseconds())/float64(b.N), "cpu-ms-more")
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
