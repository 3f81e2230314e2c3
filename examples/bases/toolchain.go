package bases

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// lockRetry is how often a process looks whether another one is done.
const lockRetry = 50 * time.Millisecond

// toolchain is what `go env` says about the Go that is found on PATH.
type toolchain struct {
	binary                                  string
	GOROOT, GOVERSION, GOHOSTOS, GOHOSTARCH string
}

func findToolchain(ctx context.Context) (toolchain, error) {
	binary, err := exec.LookPath("go")
	if err != nil {
		return toolchain{}, ErrNoGo
	}
	return readToolchain(ctx, binary)
}

// leastGo is the version that the shell and the example projects need.
const leastGo = "1.26"

// readToolchain asks a go command about itself, in a module of no content: a
// go.mod in the working directory must not choose another version, but an older
// go command must get the chance to fetch one that is new enough, as it does for
// any module.
func readToolchain(ctx context.Context, binary string) (toolchain, error) {
	found := toolchain{binary: binary}
	dir, err := os.MkdirTemp("", "stagedive-go-*")
	if err != nil {
		return found, fmt.Errorf("asking %s about itself: %w", binary, err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module none\n\ngo "+leastGo+"\n"), 0o644); err != nil {
		return found, fmt.Errorf("asking %s about itself: %w", binary, err)
	}
	answer, err := found.run(ctx, dir, nil, "env", "-json", "GOROOT", "GOVERSION", "GOHOSTOS", "GOHOSTARCH")
	if err != nil {
		return found, fmt.Errorf("asking %s about itself: %w", binary, err)
	}
	if err := json.Unmarshal(answer, &found); err != nil {
		return found, fmt.Errorf("asking %s about itself: %w", binary, err)
	}
	if found.GOROOT == "" {
		return found, fmt.Errorf("asking %s about itself: it names no GOROOT", binary)
	}
	return found, nil
}

// run runs a go command in dir with additions to the environment, and gives its
// output. Settings of the user that suit another module (flags, workspaces) do
// not reach it.
func (t toolchain) run(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, t.binary, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOFLAGS=", "GOWORK=off"), env...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if said := strings.TrimSpace(complaint.String()); said != "" {
			return nil, fmt.Errorf("go %s: %w: %s", args[0], err, said)
		}
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return out.Bytes(), nil
}
