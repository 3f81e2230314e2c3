package gitcontext_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func pointerTo(text string) string {
	return fmt.Sprintf("version https://git-lfs.github.com/spec/v1\noid sha256:%x\nsize %d\n", sha256.Sum256([]byte(text)), len(text))
}

// The program of Git LFS is not needed, nor run: what lies in the repository is taken,
// what does not is told.
func TestLargeFiles(t *testing.T) {
	r := newRepo(t)
	here, gone, damaged := strings.Repeat("here", 300), "gone", "damaged"
	r.commit(map[string]string{
		".gitattributes": "*.bin filter=lfs -text\n",
		"here.bin":       pointerTo(here), "gone.bin": pointerTo(gone), "damaged.bin": pointerTo(damaged), "text.txt": pointerTo(here),
		"plain.bin": "no pointer",
	})
	r.git("config", "filter.lfs.smudge", "false")
	r.git("config", "filter.lfs.process", "false")
	r.git("config", "filter.lfs.required", "true")
	for text, stored := range map[string]string{here: here, damaged: "other"} {
		sum := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
		r.write(".git/lfs/objects/"+sum[:2]+"/"+sum[2:4]+"/"+sum, stored)
	}
	out := r.checkOut("HEAD")
	got := files(t, out.Path(""))
	delete(got, ".gitattributes")
	want := map[string]string{
		"here.bin": here, "gone.bin": pointerTo(gone), "damaged.bin": pointerTo(damaged), "text.txt": pointerTo(here), "plain.bin": "no pointer",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	notes := []string{"2 files of Git LFS are not on this machine, so that pointers stand in their place; run git lfs fetch origin " +
		out.Commit.Short() + ": damaged.bin, gone.bin"}
	if diff := cmp.Diff(notes, out.Notes); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Stat(out.Path("here.bin")); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
}

// Where Git LFS is not set up a checkout has pointers, as the work tree has.
func TestLargeFilesWithoutLFS(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{".gitattributes": "*.bin filter=lfs\n", "a.bin": pointerTo("a")})
	out := r.checkOut("HEAD")
	if got := files(t, out.Path(""))["a.bin"]; got != pointerTo("a") || len(out.Notes) > 0 {
		t.Errorf("%q, %q", got, out.Notes)
	}
}
