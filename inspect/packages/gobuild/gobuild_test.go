package gobuild_test

import (
	"debug/buildinfo"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/inspect/packages/gobuild"
)

// programs are one that is made here for Linux, and where this test is of Linux itself also
// it and the go command.
func programs(t *testing.T) []string {
	t.Helper()
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/made\n\ngo 1.24\n", "main.go": "package main\n\nfunc main() { println(1) }\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	made := filepath.Join(dir, "made")
	build := exec.CommandContext(t.Context(), tool, "build", "-o", made, ".")
	build.Dir, build.Env = dir, append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	if runtime.GOOS != "linux" { // the others are no ELF files
		return []string{made}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{made, self, tool}
}

// What is read in pieces of any size is what debug/buildinfo reads of the whole.
func TestReadsWhatBuildinfoReads(t *testing.T) {
	var r gobuild.Reader
	for _, name := range programs(t) {
		want, err := buildinfo.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, most := range []int{1 << 20, 32 << 10, 700} {
			rng := rand.New(rand.NewPCG(1, uint64(most)))
			if !r.Begin(data[:512], int64(len(data))) {
				t.Fatalf("%s is taken for no program", name)
			}
			for rest := data; len(rest) > 0; {
				n := min(len(rest), 1+rng.IntN(most))
				_, _ = r.Write(rest[:n])
				rest = rest[n:]
			}
			if diff := cmp.Diff(want, r.Info()); diff != "" {
				t.Errorf("%s in pieces of up to %d bytes (-want +got):\n%s", name, most, diff)
			}
		}
	}
}

func TestOtherFilesSayNothing(t *testing.T) {
	var r gobuild.Reader
	elf := make([]byte, 200<<10)
	copy(elf, "\x7fELF\x02\x01\x01")
	if !r.Begin(elf[:512], int64(len(elf))) {
		t.Fatal("an ELF file is not looked at")
	}
	_, _ = r.Write(elf)
	if r.IsGo() || r.Info() != nil {
		t.Errorf("a program without Go's notes: %+v", r.Info())
	}
	if r.Begin([]byte("#!/bin/sh\necho a script of some length"), 1<<20) {
		t.Error("a script is looked at")
	}
}

func FuzzReader(f *testing.F) {
	head := append([]byte("\x7fELF\x02\x01\x01........Go\x00\x00"), make([]byte, 4096)...)
	f.Add(append(head, "\x08go1.22.1\x28\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6path\tcmd/x\n\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2"...), 7)
	f.Fuzz(func(t *testing.T, data []byte, piece int) {
		var one, many gobuild.Reader
		const size = 1 << 20
		if one.Begin(data, size) != many.Begin(data, size) {
			t.Fatal("two answers")
		}
		_, _ = one.Write(data)
		for rest := data; len(rest) > 0; {
			n := min(len(rest), max(1, piece%5000))
			_, _ = many.Write(rest[:n])
			rest = rest[n:]
		}
		if diff := cmp.Diff(one.Info(), many.Info()); diff != "" {
			t.Errorf("in one piece and in many (-one +many):\n%s", diff)
		}
	})
}
