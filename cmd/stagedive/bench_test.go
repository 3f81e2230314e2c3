package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
)

// The benchmarks of the whole program set it against BuildKit's own client, run
// in turns on the same machine, and report the ratio of the medians: seconds
// would tell of the machine. "noise" is how far the middle half of the
// yardstick's runs lies apart, in percent of its median; a ratio is no better
// known than that.

// rounds is how many pairs of runs make one ratio.
const rounds = 15

// sixty is a Dockerfile of sixty stages that hang together in all ways.
func sixty() string {
	var b strings.Builder
	b.WriteString("FROM scratch AS s0\nCOPY a /a\n")
	for i := 1; i < 60; i++ {
		base := "scratch"
		if i%3 > 0 {
			base = fmt.Sprintf("s%d", i/2)
		}
		fmt.Fprintf(&b, "FROM %s AS s%d\nCOPY --from=s%d /a /a%d\nCOPY x%d /x\n", base, i, i-1, i, i)
		if i%5 == 0 {
			fmt.Fprintf(&b, "COPY --from=s%d /a /b\n", i/3)
		}
	}
	return b.String()
}

// built are the programs as they are released: the test's own binary has the
// race detector or the testing package in it.
type built struct{ stagedive, buildctl string }

// buildStagedive builds the program alone.
var buildStagedive = sync.OnceValues(func() (string, error) {
	path := filepath.Join(filepath.Dir(program), "released", "stagedive")
	_, err := goTool(".", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, ".")
	return path, err
})

var buildPrograms = sync.OnceValues(func() (built, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return built{}, err
	}
	dir := filepath.Join(cache, "stagedive-test", "bin")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return built{}, err
	}
	version, err := goTool(".", "list", "-m", "-f", "{{.Version}}", "github.com/moby/buildkit")
	if err != nil {
		return built{}, err
	}
	b := built{buildctl: filepath.Join(dir, "buildctl-"+version)}
	if b.stagedive, err = buildStagedive(); err != nil {
		return built{}, err
	}
	if _, err := os.Stat(b.buildctl); err == nil {
		return b, nil
	}
	return b, buildBuildctl(b.buildctl)
})

// buildBuildctl builds buildctl of the very libraries that are linked into
// stagedive, in a module of its own, so that ours stays as it is.
func buildBuildctl(path string) error {
	dir, err := os.MkdirTemp("", "stagedive-buildctl-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join("..", "..", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o644)
		}
		if err != nil {
			return err
		}
	}
	_, err = goTool(dir, "build", "-mod=mod", "-trimpath", "-ldflags", "-s -w", "-o", path, "github.com/moby/buildkit/cmd/buildctl")
	return err
}

func goTool(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("go %s: %w: %s", args[0], err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}

// released gives the programs, and a house that has nothing in it.
func released(b *testing.B) (built, *house) {
	b.Helper()
	p, err := buildPrograms()
	if err != nil {
		b.Fatal(err)
	}
	return p, newHouse(b, "STAGEDIVE_ENGINE_IDLE=10m")
}

// timed runs a program to its end, in the house.
func (h *house) timed(b *testing.B, path string, args ...string) time.Duration {
	b.Helper()
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Dir = h.env, h.dir
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, io.Discard
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if err != nil {
		b.Fatalf("%s: %v\n%s", cmd, err, tail(said.String(), 2000))
	}
	return took
}

// firstFrame is the time until the graph with its last stage is on the screen.
func (h *house) firstFrame(b *testing.B, stage, path string, args ...string) time.Duration {
	b.Helper()
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Dir = h.env, h.dir
	start := time.Now()
	s := startTerminal(b, cmd, 120, 40)
	s.see("╭─ stages", "target "+stage, stage+" ")
	took := time.Since(start)
	s.press("q").ends(exitOK)
	return took
}

// against runs both in turns and reports how much longer the first takes.
func against(b *testing.B, rounds int, name string, ours, theirs func() time.Duration) {
	b.Helper()
	var us, them []time.Duration
	for range rounds {
		them = append(them, theirs())
		us = append(us, ours())
	}
	slices.Sort(us)
	slices.Sort(them)
	a, t := us[len(us)/2], them[len(them)/2]
	b.ReportMetric(float64(a)/float64(t), name+"ratio")
	b.ReportMetric(float64(a.Microseconds())/1000, name+"ours-ms")
	b.ReportMetric(float64(t.Microseconds())/1000, name+"theirs-ms")
	b.ReportMetric(100*float64(them[len(them)*3/4]-them[len(them)/4])/float64(t), name+"noise-%")
}

// BenchmarkFirstFrame is the whole program on a terminal, from its start to the
// graph of sixty stages, against buildctl --version. The goal is 3. The graph of
// three stages tells how much of it does not hang on the Dockerfile.
func BenchmarkFirstFrame(b *testing.B) {
	for _, c := range []struct{ name, dockerfile, last string }{{"60-stages", sixty(), "s59"}, {"3-stages", three, "right"}} {
		b.Run(c.name, func(b *testing.B) {
			p, h := released(b)
			dir := h.project(b, "p", c.dockerfile)
			for b.Loop() {
				against(b, rounds, "",
					func() time.Duration { return h.firstFrame(b, c.last, p.stagedive, dir) },
					func() time.Duration { return h.timed(b, p.buildctl, "--version") })
			}
		})
	}
}

// BenchmarkGraph is `stagedive graph` of sixty stages, against buildctl
// --version. The goal is 3.
func BenchmarkGraph(b *testing.B) {
	p, h := released(b)
	dir := h.project(b, "p", sixty())
	for _, format := range []string{"json", "text"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				against(b, rounds, "",
					func() time.Duration { return h.timed(b, p.stagedive, "graph", "--format", format, dir) },
					func() time.Duration { return h.timed(b, p.buildctl, "--version") })
			}
		})
	}
}

// BenchmarkInit is the time that initialising packages takes before main, in
// each program, and --version with all that it costs.
func BenchmarkInit(b *testing.B) {
	p, h := released(b)
	for b.Loop() {
		b.ReportMetric(h.initTime(b, p.stagedive), "init-ms")
		b.ReportMetric(h.initTime(b, p.buildctl), "buildctl-init-ms")
		against(b, rounds, "version-",
			func() time.Duration { return h.timed(b, p.stagedive, "--version") },
			func() time.Duration { return h.timed(b, p.buildctl, "--version") })
	}
}

// initTime is the median of what GODEBUG=inittrace=1 adds up to
// (pkg.go.dev/runtime, "inittrace"), in milliseconds.
func (h *house) initTime(b *testing.B, path string) float64 {
	b.Helper()
	var sums []float64
	for range rounds {
		cmd := exec.Command(path, "--version")
		cmd.Env = append(slices.Clone(h.env), "GODEBUG=inittrace=1")
		var trace strings.Builder
		cmd.Stderr = &trace
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
		sum := 0.0
		for line := range strings.Lines(trace.String()) {
			// init PACKAGE @0.1 ms, 0.02 ms clock, 96 bytes, 3 allocs
			_, rest, _ := strings.Cut(line, " ms, ")
			if clock, _, ok := strings.Cut(rest, " ms clock"); ok {
				ms, err := strconv.ParseFloat(clock, 64)
				if err != nil {
					b.Fatalf("%v: %q", err, line)
				}
				sum += ms
			}
		}
		sums = append(sums, sum)
	}
	slices.Sort(sums)
	return sums[len(sums)/2]
}

// BenchmarkBuild is a whole `stagedive build` without a terminal, against
// `buildctl build` on the same engine: bare, which throws the image away, and
// with an image on disk to look at, as ours leaves one.
//
// The goals are 1.02 where the build works for ten seconds, of which nearly all
// is waiting, so that only what the client adds is seen, and 1.5 where all is
// cached. `docker buildx` is not measured: it is not everywhere.
func BenchmarkBuild(b *testing.B) {
	needEngine(b)
	p, h := released(b)
	base, err := shellBase()
	if err != nil {
		b.Fatal(err)
	}
	dir := h.project(b, "p", tenSeconds)
	ours := func(more ...string) func() time.Duration {
		args := append([]string{"build", "--build-context", "shell=" + base.Context(), dir}, more...)
		return func() time.Duration { return h.timed(b, p.stagedive, args...) }
	}
	first := ours()() // starts the engine and fills its cache
	b.Logf("the first build: %s", first)
	socket := enginetest.Sockets(filepath.Join(h.dir, "run"))
	if len(socket) != 1 {
		b.Fatalf("the engine's socket: %v", socket)
	}
	theirs := func(more ...string) func() time.Duration {
		args := append([]string{
			"--addr", "unix://" + socket[0], "build", "--progress", "plain", "--frontend", "dockerfile.v0",
			"--local", "context=" + dir, "--local", "dockerfile=" + dir,
			"--oci-layout", "shell=" + base.LayoutDir, "--opt", "context:shell=oci-layout://shell@" + base.Digest.String(),
		}, more...)
		return func() time.Duration { return h.timed(b, p.buildctl, args...) }
	}
	image := []string{"--output", "type=oci,compression=uncompressed,dest=" + filepath.Join(h.dir, "image.tar")}
	for _, c := range []struct {
		name         string
		rounds       int
		ours, theirs []string
	}{
		{"cached", rounds, nil, nil},
		{"cached-image", rounds, nil, image},
		{"works", 3, []string{"--no-cache"}, []string{"--no-cache"}},
		{"works-image", 3, []string{"--no-cache"}, append([]string{"--no-cache"}, image...)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				against(b, c.rounds, "", ours(c.ours...), theirs(c.theirs...))
			}
		})
	}
}

// tenSeconds is a Dockerfile whose stages wait side by side and one after the
// other for ten seconds.
const tenSeconds = `FROM shell AS base
RUN sleep 3 && echo base > /base
FROM base AS left
RUN sleep 4 && seq 1 500 && echo left > /left
FROM base AS right
RUN sleep 4 && seq 1 500 && echo right > /right
FROM shell AS last
COPY --from=left /left /
COPY --from=right /right /
RUN sleep 3 && cat /left /right > /both
`
