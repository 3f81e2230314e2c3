package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"

	"github.com/stagedive/stagedive/inspect/imagetest"
)

// imageRounds is how often an image is opened for each number: it takes seconds.
const imageRounds = 3

// imagePatience is for dive, which takes minutes.
const imagePatience = 15 * time.Minute

// look is one run of a program: how long it took, and what of the machine.
type look struct {
	took time.Duration
	used
}

// middle reports the medians of runs.
func middle(b *testing.B, name string, runs []look) look {
	b.Helper()
	by := func(get func(look) int64) int64 {
		var all []int64
		for _, r := range runs {
			all = append(all, get(r))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	m := look{
		took: time.Duration(by(func(l look) int64 { return int64(l.took) })),
		used: used{
			CPU:    time.Duration(by(func(l look) int64 { return int64(l.CPU) })),
			Memory: by(func(l look) int64 { return l.Memory }),
		},
	}
	b.ReportMetric(m.took.Seconds()*1000, name+"ms")
	b.ReportMetric(m.CPU.Seconds()*1000, name+"cpu-ms")
	if m.Memory > 0 {
		b.ReportMetric(float64(m.Memory)/1e6, name+"MB")
	}
	return m
}

// looked runs a program in the house.
func (h *house) looked(b *testing.B, more []string, path string, args ...string) look {
	b.Helper()
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Dir = append(slices.Clone(h.env), more...), h.dir
	start := time.Now()
	u := measuredWithin(b, cmd, imagePatience)
	if u.Code != exitOK {
		b.Fatalf("%s ended with %d", cmd, u.Code)
	}
	return look{time.Since(start), u}
}

// inspected opens an image as for a script: for the first time, when cache is empty.
func (h *house) inspected(b *testing.B, p built, cache, ref string) look {
	b.Helper()
	return h.looked(b, []string{"XDG_CACHE_HOME=" + cache}, p.stagedive, "inspect", "--format", "json", ref)
}

// BenchmarkImage opens an image of 88,000 files and 1.7 GB from a docker-archive with
// gzipped layers, against bare decompression of the layers on the same processors. The
// goals are 1.25 times that, 110 MB, and 200 ms for the second look.
func BenchmarkImage(b *testing.B) {
	im := imagetest.Make(b, imagetest.Large)
	p, h := released(b)
	for b.Loop() {
		var ours, again, bare []look
		for range imageRounds {
			bare = append(bare, unpacked(b, im))
			cache := b.TempDir()
			ours = append(ours, h.inspected(b, p, cache, im.Archive))
			again = append(again, h.inspected(b, p, cache, im.Archive))
		}
		first, floor := middle(b, "", ours), middle(b, "bare-", bare)
		b.ReportMetric(float64(first.took)/float64(floor.took), "ratio")
		b.ReportMetric(float64(first.CPU)/float64(floor.CPU), "cpu-ratio")
		b.ReportMetric(float64(first.CPU.Microseconds())/float64(imagetest.Large.Files()), "µs/file")
		middle(b, "again-", again)
	}
}

// BenchmarkBuiltImage opens the same image as a build on the embedded engine leaves it,
// its layers not compressed. The goal is 3 seconds.
func BenchmarkBuiltImage(b *testing.B) {
	im := imagetest.Make(b, imagetest.Large)
	p, h := released(b)
	for b.Loop() {
		var ours, again []look
		for range imageRounds {
			cache := b.TempDir()
			ours = append(ours, h.inspected(b, p, cache, im.Layout))
			again = append(again, h.inspected(b, p, cache, im.Layout))
		}
		middle(b, "", ours)
		middle(b, "again-", again)
	}
}

// BenchmarkMillion opens images of 1,000,000 files, in eight layers and in one. The goal
// is 400 MB.
func BenchmarkMillion(b *testing.B) {
	for _, shape := range []imagetest.Shape{imagetest.Million, imagetest.MillionInOne} {
		b.Run(shape.Name, func(b *testing.B) {
			im := imagetest.Make(b, shape)
			p, h := released(b)
			for b.Loop() {
				var ours, again []look
				for range imageRounds {
					cache := b.TempDir()
					ours = append(ours, h.inspected(b, p, cache, im.Layout))
					again = append(again, h.inspected(b, p, cache, im.Layout))
				}
				m := middle(b, "", ours)
				b.ReportMetric(float64(m.CPU.Microseconds())/1e6, "µs/file")
				b.ReportMetric(float64(m.Memory)/1e6, "B/file")
				middle(b, "again-", again)
			}
		})
	}
}

// BenchmarkDive opens the image of BenchmarkImage, against dive, which does it in
// minutes: one run of each. The goals are half the time and less memory.
func BenchmarkDive(b *testing.B) {
	im := imagetest.Make(b, imagetest.Large)
	p, h := released(b)
	dive, err := buildDive()
	if err != nil {
		b.Skipf("dive can't be built: %v", err)
	}
	for b.Loop() {
		ours := middle(b, "", []look{h.inspected(b, p, b.TempDir(), im.Archive)})
		// Its exit code tells what it thinks of the image.
		cmd := exec.Command(dive, "--source", "docker-archive", im.Archive)
		cmd.Env, cmd.Dir = append(slices.Clone(h.env), "CI=true"), h.dir
		var said strings.Builder
		cmd.Stdout, cmd.Stderr = &said, &said
		start := time.Now()
		u := measuredWithin(b, cmd, imagePatience)
		if !strings.Contains(said.String(), "efficiency") {
			b.Fatalf("dive says: %s", tail(said.String(), 2000))
		}
		theirs := middle(b, "dive-", []look{{time.Since(start), u}})
		b.ReportMetric(float64(ours.took)/float64(theirs.took), "ratio")
		b.ReportMetric(float64(ours.CPU)/float64(theirs.CPU), "cpu-ratio")
		b.ReportMetric(float64(ours.Memory)/float64(theirs.Memory), "memory-ratio")
	}
}

// diveVersion is the release that we measure ourselves against.
const diveVersion = "v0.13.1"

// buildDive builds dive into the user's cache, or finds it there.
var buildDive = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "stagedive-test", "bin", "dive-"+diveVersion)
	program := filepath.Join(dir, "dive")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	cmd := exec.Command("go", "install", "github.com/wagoodman/dive@"+diveVersion)
	cmd.Env = append(os.Environ(), "GOBIN="+dir, "CGO_ENABLED=0")
	return program, cmd.Run()
})

// unpacked is the floor: every layer decompressed and thrown away, as many at a time as
// there are processors.
func unpacked(b *testing.B, im imagetest.Image) look {
	b.Helper()
	f, err := os.Open(im.Archive)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	start, cpu := time.Now(), processTime(b)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, part := range im.Parts {
		group.Go(func() error {
			z, err := gzip.NewReader(io.NewSectionReader(f, part.Offset, part.Size))
			if err == nil {
				_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, z, make([]byte, 256<<10))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return look{time.Since(start), used{CPU: processTime(b) - cpu}}
}

// processTime is the processor time that this process has used.
func processTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
