package cache_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/cache"
	"github.com/stagedive/stagedive/inspect/source"
)

// asked is the environment variable that makes the test's program one of many that
// share the cache in a directory.
const asked = "STAGEDIVE_TEST_CACHE"

// rounds is how often each process looks, and contents at how many layers.
const rounds, contents = 60, 7

// TestProcesses: processes that write, read and evict at the same time find what is
// there or nothing, and nothing is left half written.
func TestProcesses(t *testing.T) {
	if dir := os.Getenv(asked); dir != "" {
		oneOfMany(t, dir)
		return
	}
	dir := t.TempDir()
	var running []*exec.Cmd
	outputs := make([]strings.Builder, 4)
	for i := range outputs {
		cmd := exec.Command(os.Args[0], "-test.run=^TestProcesses$", "-test.v")
		cmd.Env = append(os.Environ(), asked+"="+dir, asked+"_SEED="+strconv.Itoa(i))
		cmd.Stdout, cmd.Stderr = &outputs[i], &outputs[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	all := 0
	for i, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, outputs[i].String())
		}
		var hits int
		if _, told, ok := strings.Cut(outputs[i].String(), "hits: "); ok {
			_, _ = fmt.Sscan(told, &hits)
		}
		all += hits
	}
	if all == 0 || all == rounds*len(running) {
		t.Errorf("%d of %d looks were hits: nothing was shared, or nothing evicted", all, rounds*len(running))
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if strings.HasSuffix(f.Name(), ".tmp") {
			t.Errorf("%s is left", f.Name())
		}
	}
}

// oneOfMany looks at one layer after the other.
func oneOfMany(t *testing.T, dir string) {
	seed, err := strconv.Atoi(os.Getenv(asked + "_SEED"))
	if err != nil {
		t.Fatal(err)
	}
	c := cache.New(dir, 12<<10) // about half of what they make
	hits := 0
	for n := range rounds {
		i := (n*(seed+1) + seed) % contents
		var names []string
		for k := range 60 {
			names = append(names, fmt.Sprintf("layer%d/file%d", i, k))
		}
		im := new(blobs).add(fmt.Sprint("file ", i), pack(t, names...), source.Layer{})
		got, want := look(t, im, c, "a/1"), look(t, im, nil, "a/1")
		if all(t, got) != all(t, want) {
			t.Fatalf("layer %d: the cache says %q", i, all(t, got))
		}
		if im.opened.Load() == 1 { // only the look without the cache
			hits++
		}
	}
	t.Logf("hits: %d", hits)
}
