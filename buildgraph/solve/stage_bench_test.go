//go:build linux

package solve_test

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/solve/stage"
	"github.com/stagedive/stagedive/model/build"
)

// BenchmarkStage opens a cached stage of many files, ten in a directory, in eight
// steps: how long until its image is there, and what it costs per file that is
// kept.
func BenchmarkStage(b *testing.B) {
	for _, files := range []int{20_000, 100_000} {
		b.Run(fmt.Sprint(files), func(b *testing.B) {
			p := newProject(b, map[string]string{"Dockerfile": `FROM shell AS many
ADD all.tar /
RUN echo one > /one
WORKDIR /src
COPY Dockerfile .
RUN rm -r /opt/d1
COPY --link Dockerfile /linked/
RUN echo two > /two
FROM scratch
`})
			writeTree(b, filepath.Join(p.dir, "all.tar"), files)
			p.Targets, p.HoldResult, p.HoldStates = []int{0}, true, true
			p.Helper = helper()
			c := dial(b)
			p.run(b.Context(), b, c).must(b, build.OutcomeSucceeded).held.Close()
			var held, listed time.Duration
			var heap uint64
			var before, after runtime.MemStats
			for b.Loop() {
				runtime.GC()
				runtime.ReadMemStats(&before)
				start := time.Now()
				o := p.run(b.Context(), b, c).must(b, build.OutcomeSucceeded)
				middle := time.Now()
				s, err := stage.Open(b.Context(), o.held, stage.Options{Graph: p.Graph})
				if err != nil {
					b.Fatal(err)
				}
				held, listed = held+middle.Sub(start), listed+time.Since(middle)
				runtime.GC()
				runtime.ReadMemStats(&after)
				heap = after.HeapAlloc - before.HeapAlloc
				if n := len(s.Image.Layers); n != 8 {
					b.Fatalf("%d layers", n)
				}
				s.Close()
			}
			b.ReportMetric(float64(held.Milliseconds())/float64(b.N), "ms-held")
			b.ReportMetric(float64(listed.Milliseconds())/float64(b.N), "ms-listed")
			b.ReportMetric(float64(heap)/float64(files), "B/file")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// writeTree writes an archive of small files, ten in each directory, and a second
// name of one of them.
func writeTree(t testing.TB, name string, files int) {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i := range files {
		h := tar.Header{Name: fmt.Sprintf("opt/d%d/e%d/file-%d", i/1000, i/10, i), Mode: 0o644, Size: 10, ModTime: time.Unix(1_700_000_000, 0)}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "%010d", i)
	}
	if err := w.WriteHeader(&tar.Header{Name: "hard/one", Typeflag: tar.TypeLink, Linkname: "opt/d0/e1/file-17", Mode: 0o644, ModTime: time.Unix(1_700_000_000, 0)}); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
