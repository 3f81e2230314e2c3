package main

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
)

// compressed is the shell image as a registry has it, with an entrypoint that nothing
// survives.
func compressed(t *testing.T) v1.Image {
	t.Helper()
	dir, digest, _ := strings.Cut(strings.TrimPrefix(shellContext(t), "oci-layout://"), "@")
	hash, err := v1.NewHash(digest)
	if err != nil {
		t.Fatal(err)
	}
	p, err := layout.FromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	im, err := p.Image(hash)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := im.Layers()
	if err != nil {
		t.Fatal(err)
	}
	out := mutate.MediaType(empty.Image, types.DockerManifestSchema2)
	config, err := im.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config = config.DeepCopy()
	config.RootFS, config.History = v1.RootFS{Type: "layers"}, nil
	config.Config.Entrypoint, config.Config.User = []string{"/bin/sh", "-c", "exit 9"}, "nobody"
	if out, err = mutate.ConfigFile(out, config); err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		zipped, err := tarball.LayerFromOpener(l.Uncompressed)
		if err != nil {
			t.Fatal(err)
		}
		if out, err = mutate.AppendLayers(out, zipped); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestStructureInRegistry: commands run in an image that lies in a registry only, whose
// layers are compressed; they go to the engine as they are, and no copy is made here.
func TestStructureInRegistry(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	host := enginetest.Registry(t)
	ref, err := name.ParseReference(host+"/me/app:1", name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, compressed(t)); err != nil {
		t.Fatal(err)
	}
	suite := h.write(t, "suite.yaml", `schemaVersion: 2.0.0
commandTests:
- {name: user, command: id, expectedOutput: ['uid=65534']}
- {name: absent, command: node, exitCode: 127}
fileExistenceTests: [{name: sh, path: /bin/sh}]
metadataTest: {user: nobody}
`)
	got := h.run(t, "test", ref.String(), "--config", suite)
	if got.code != exitOK || !strings.HasSuffix(got.stdout, "/me/app:1 passes: 4 tests\n") {
		t.Errorf("%d\n%s%s", got.code, got.stdout, got.stderr)
	}
	if left, _ := filepath.Glob(filepath.Join(h.dir, "cache", "stagedive", "spool", "*")); len(left) > 0 {
		t.Errorf("copies: %q", left)
	}
}

// TestStructureInterrupted: ^C ends the command that runs, and what was known until then
// has been told.
func TestStructureInterrupted(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	suite := h.write(t, "suite.yaml", `schemaVersion: 2.0.0
commandTests:
- {name: first, command: pwd}
- {name: second, command: sleep, args: ['120.7741']}
`)
	cmd := h.command("test", strings.Replace(shellContext(t), "oci-layout://", "oci:", 1), "-c", suite)
	var out strings.Builder
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if !within(patience, func() bool { return len(processes("sleep 120.7741")) > 0 }) {
		t.Error("the command does not start")
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the code tells
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	if !strings.Contains(out.String(), "passed   command    first") || strings.Contains(out.String(), "second") {
		t.Errorf("it said\n%s", out.String())
	}
	if !within(patience, func() bool { return len(processes("sleep 120.7741")) == 0 }) {
		t.Error("the command runs on")
	}
}
