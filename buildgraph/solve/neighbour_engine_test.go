//go:build linux

package solve_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stagedive/stagedive/model/build"
)

// What the embedded engine has on the same disk is linked, not sent.
func TestNeighbourIsLinked(t *testing.T) {
	c := dial(t)
	stores, _ := filepath.Glob(filepath.Join(theEngine.Dir(), "state", "buildkit", "*", "content"))
	if len(stores) == 0 {
		t.Skip("BUILDKIT_HOST names the engine: the embedded one is tested by default")
	}
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nRUN head -c 5000000 /dev/zero > /big\n"})
	p.Export.Dir = filepath.Join(theEngine.Dir(), "store") // on the engine's file system
	p.Export.Neighbours = stores
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	checkExport(t, o.end.Result)
	linked := 0
	blobs := filepath.Join(p.Export.Dir, "blobs", "sha256")
	entries, err := os.ReadDir(blobs)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		var st syscall.Stat_t
		if err := syscall.Stat(filepath.Join(blobs, e.Name()), &st); err != nil {
			t.Fatal(err)
		}
		if st.Nlink > 1 {
			linked++
		}
	}
	if linked < 3 {
		t.Errorf("%d of %d blobs are linked", linked, len(entries))
	}
}
