package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
)

// buildxVersion is the buildx that resolves with the BuildKit that we link.
const buildxVersion = "v0.37.0"

// noisy is a Dockerfile of which three stages print two thousand lines a second
// each, for a minute.
const noisy = `FROM shell AS base
FROM base AS one
RUN i=0; while [ $i -lt 600 ]; do seq 2000000000001 2000000000200; sleep 0.1; i=$((i+1)); done
FROM base AS two
RUN i=0; while [ $i -lt 600 ]; do seq 3000000000001 3000000000200; sleep 0.1; i=$((i+1)); done
FROM base AS three
RUN i=0; while [ $i -lt 600 ]; do seq 1000000000001 1000000000200; sleep 0.1; i=$((i+1)); done
FROM shell AS all
COPY --from=one /etc/os-release /1
COPY --from=two /etc/os-release /2
COPY --from=three /etc/os-release /3
`

// BenchmarkNoise is the processor time that the explorer takes while a minute's
// build is noisy, against `docker buildx build --progress tty` on the same engine
// and a terminal of the same size. The goal is half; 5 % of one core is another.
func BenchmarkNoise(b *testing.B) {
	needEngine(b)
	p, h := released(b)
	buildx, err := installBuildx()
	if err != nil {
		b.Fatal(err)
	}
	base, err := shellBase()
	if err != nil {
		b.Fatal(err)
	}
	dir := h.project(b, "p", noisy)
	h.timed(b, p.stagedive, "build", "--target", "base", "--build-context", "shell="+base.Context(), dir) // starts the engine
	socket := enginetest.Sockets(filepath.Join(h.dir, "run"))
	if len(socket) != 1 {
		b.Fatalf("the engine's socket: %v", socket)
	}
	h.timed(b, buildx, "create", "--driver", "remote", "--name", "noise", "unix://"+socket[0])
	for b.Loop() {
		ours := h.spent(b, exec.Command(p.stagedive, "build", "--no-cache", "--engine", "unix://"+socket[0], "--build-context", "shell="+base.Context(), dir), func(s *terminal) {
			s.see("✓ built").press("q").ends(exitOK)
		})
		theirs := h.spent(b, exec.Command(buildx, "build", "--builder", "noise", "--progress", "tty", "--no-cache", "--build-context", "shell="+base.Context(), dir), func(s *terminal) {
			s.ends(exitOK)
		})
		b.ReportMetric(float64(ours.cpu)/float64(theirs.cpu), "ratio")
		b.ReportMetric(100*float64(ours.cpu)/float64(ours.wall), "ours-%core")
		b.ReportMetric(100*float64(theirs.cpu)/float64(theirs.wall), "theirs-%core")
	}
}

// spending is what a program took, its children not counted.
type spending struct{ cpu, wall time.Duration }

// spent runs a program on a terminal of 120 × 40 until then returns.
func (h *house) spent(b *testing.B, cmd *exec.Cmd, then func(*terminal)) spending {
	b.Helper()
	cmd.Env, cmd.Dir = h.env, h.dir
	start := time.Now()
	s := startTerminal(b, cmd, 120, 40)
	s.patience = 10 * time.Minute
	then(s)
	return spending{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), time.Since(start)}
}

// installBuildx builds buildx of its own module, once.
func installBuildx() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "stagedive-test", "bin", "buildx-"+buildxVersion)
	path := filepath.Join(dir, "buildx")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	cmd := exec.Command("go", "install", "-trimpath", "github.com/docker/buildx/cmd/buildx@"+buildxVersion)
	cmd.Env = append(os.Environ(), "GOBIN="+dir, "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building buildx: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return path, nil
}
