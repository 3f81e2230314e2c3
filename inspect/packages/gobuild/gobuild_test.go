package gobuild_test

import (
	"debug/buildinfo"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/inspect/packages/gobuild"
)

// programs are this test and the go command that built it, where there is one.
func programs(t *testing.T) []string {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if tool, err := exec.LookPath("go"); err == nil {
		return []string{self, tool}
	}
	return []string{self}
}

// What is read in pieces of any size is what debug/buildinfo reads of the whole.
func TestReadsWhatBuildinfoReads(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("programs of this system are no ELF files")
	}
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
