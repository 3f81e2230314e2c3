package bases_test

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stagedive/stagedive/examples/bases"
)

// shellRoot unpacks the shell image into a directory.
func shellRoot(t *testing.T) string {
	t.Helper()
	base, err := bases.Shell(t.Context(), cacheDir(t))
	if err != nil {
		t.Fatal(err)
	}
	layers, err := image(t, base).Layers()
	if err != nil {
		t.Fatal(err)
	}
	content, err := layers[0].Compressed()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	dir := t.TempDir()
	entries := tar.NewReader(content)
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		path := filepath.Join(dir, entry.Name)
		switch {
		case err != nil:
		case entry.Typeflag == tar.TypeDir:
			err = os.MkdirAll(path, 0o777)
		case entry.Typeflag == tar.TypeSymlink:
			err = os.Symlink(entry.Linkname, path)
		default:
			var data []byte
			if data, err = io.ReadAll(entries); err == nil {
				err = os.WriteFile(path, data, entry.FileInfo().Mode())
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// runShell runs sh -c with nothing but the image's commands in PATH, in an
// empty directory, and gives both streams and the exit code.
func runShell(t *testing.T, root, script string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(root, "bin/sh"), "-c", script)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"PATH=" + filepath.Join(root, "bin")}
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	// Upstream commands report absolute paths below their working directory.
	said := strings.ReplaceAll(string(output), cmd.Dir+"/", "")
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		said += fmt.Sprintf("= %d\n", code)
	}
	return said
}

func TestShell(t *testing.T) {
	root := shellRoot(t)
	cases, err := os.ReadFile("testdata/shell.txt")
	if err != nil {
		t.Fatal(err)
	}
	for paragraph := range strings.SplitSeq(strings.TrimSpace(string(cases)), "\n\n") {
		var script, want strings.Builder
		for line := range strings.Lines(paragraph + "\n") {
			switch {
			case strings.HasPrefix(line, "#"):
			case strings.HasPrefix(line, "$ "):
				script.WriteString(line[2:])
			default:
				want.WriteString(line)
			}
		}
		if script.Len() == 0 {
			continue
		}
		t.Run("", func(t *testing.T) {
			if got := runShell(t, root, script.String()); got != want.String() {
				t.Errorf("%s\nprints:\n%s\nwanted:\n%s", script.String(), got, want.String())
			}
		})
	}
}

// Every name of the list has a command behind it: one that nobody carries out
// ends with 127.
func TestEveryCommandRuns(t *testing.T) {
	root := shellRoot(t)
	entries, err := os.ReadDir(filepath.Join(root, "bin"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		cmd := exec.CommandContext(t.Context(), filepath.Join(root, "bin", name))
		cmd.Dir = t.TempDir()
		output, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code == 127 || code < 0 {
			t.Errorf("%s ends with %d: %s", name, code, output)
		}
	}
}

// A shell that is told to end passes it on, waits for its child, and ends with
// the signal's code.
func TestShellPassesSignalsOn(t *testing.T) {
	root := shellRoot(t)
	cmd := exec.CommandContext(t.Context(), filepath.Join(root, "bin/sh"), "-c", "echo ready; sleep 600; echo not reached")
	cmd.Env = []string{"PATH=" + filepath.Join(root, "bin")}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("ready\n"))); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// The pipe closes only when the child is gone too.
	if rest, err := io.ReadAll(out); err != nil || len(rest) > 0 {
		t.Errorf("after the signal it prints %q (%v)", rest, err)
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 128+int(syscall.SIGTERM) {
		t.Errorf("it ends with %d", code)
	}
}
