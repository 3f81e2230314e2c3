package solve

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moby/buildkit/exporter/containerimage/exptypes"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/model/image"
)

func open(t *testing.T, e Export) *Store {
	t.Helper()
	s, err := openStore(e)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

// Any number of builds may enter their exports at once.
func TestStoreEntersAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 12 {
		s := open(t, Export{Dir: dir, Keep: 100})
		d := digest.FromString(fmt.Sprint(i))
		wg.Go(func() {
			refs, err := s.keep([]ocispecs.Descriptor{{Digest: d}}, []string{"tag"}, time.Unix(0, 0))
			if err != nil || len(refs) != 1 || refs[0] != "oci:"+dir+"@"+d.String() {
				t.Errorf("%q %v", refs, err)
			}
		})
	}
	wg.Wait()
	idx, err := open(t, Export{Dir: dir}).index()
	if err != nil || len(idx.Manifests) != 12 {
		t.Errorf("%d entries, %v", len(idx.Manifests), err)
	}
}

// What one build exported comes and goes together, and counts as one.
func TestStoreKeepsBuildsWhole(t *testing.T) {
	dir := t.TempDir()
	for _, words := range []string{"a", "b1 b2 b3", "c", "d b2"} {
		s := open(t, Export{Dir: dir, Keep: 3})
		var exports []ocispecs.Descriptor
		for _, w := range strings.Fields(words) {
			exports = append(exports, ocispecs.Descriptor{Digest: digest.FromString(w)})
		}
		refs, err := s.keep(exports, []string{words[:1]}, time.Unix(0, 0))
		if err != nil || len(refs) != len(exports) {
			t.Fatal(refs, err)
		}
		if tags := exports[len(exports)-1].Annotations; len(tags) > 0 {
			t.Errorf("the caller's descriptor was changed: %v", tags)
		}
	}
	idx, err := open(t, Export{Dir: dir}).index()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range idx.Manifests {
		for _, w := range strings.Fields("a b1 b2 b3 c d") {
			if m.Digest == digest.FromString(w) {
				got = append(got, w)
			}
		}
	}
	if want := "b1 b3 c d b2"; strings.Join(got, " ") != want { // b2 is the newest build's now
		t.Errorf("kept %v, want %s", got, want)
	}
}

// The same image again becomes the newest; the oldest goes.
func TestStoreKeepsTheNewest(t *testing.T) {
	dir := t.TempDir()
	for _, word := range strings.Split("a b a c d", " ") {
		s, err := openStore(Export{Dir: dir, Keep: 3})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.keep([]ocispecs.Descriptor{{Digest: digest.FromString(word)}}, nil, time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		s.close()
	}
	idx, err := open(t, Export{Dir: dir}).index()
	if err != nil {
		t.Fatal(err)
	}
	var got []digest.Digest
	for _, m := range idx.Manifests {
		got = append(got, m.Digest)
	}
	want := []digest.Digest{digest.FromString("a"), digest.FromString("c"), digest.FromString("d")}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// An image keeps the names it got, until another gets them.
func TestStoreKeepsNames(t *testing.T) {
	s := open(t, Export{Dir: t.TempDir()})
	for _, b := range []struct {
		image, tags, want string // want: the names of all, the newest last
	}{
		{"a", "api:1 api:latest", "a=api:1,api:latest"},
		{"a", "api:2", "a=api:1,api:2,api:latest"},
		{"b", "api:latest", "a=api:1,api:2,api:latest b=api:latest"},
		{"a", "", "b=api:latest a=api:1,api:2"},
		{"c", "", "b=api:latest a=api:1,api:2 c="},
	} {
		if _, err := s.keep([]ocispecs.Descriptor{{Digest: digest.FromString(b.image)}}, strings.Fields(b.tags), time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		idx, err := s.index()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range idx.Manifests {
			for _, word := range []string{"a", "b", "c"} {
				if m.Digest == digest.FromString(word) {
					got = append(got, word+"="+strings.ReplaceAll(m.Annotations[image.NamesAnnotation], " ", ","))
				}
			}
		}
		if strings.Join(got, " ") != b.want {
			t.Errorf("after %q as %q: got %q, want %q", b.image, b.tags, got, b.want)
		}
	}
}

// What a killed build left goes with the next one, but not while one runs.
func TestStoreClearsWhatKilledBuildsLeft(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, "building", "left", "ingest")
	if err := os.MkdirAll(left, 0o755); err != nil {
		t.Fatal(err)
	}
	running := open(t, Export{Dir: dir})
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("left behind is still there: %v", err)
	}
	open(t, Export{Dir: dir})
	if _, err := os.Stat(running.work); err != nil {
		t.Errorf("a running build lost its files: %v", err)
	}
}

// Pruning waits for nobody and takes nothing from a running build.
func TestPruneSparesRunningBuilds(t *testing.T) {
	dir := t.TempDir()
	blob := filepath.Join(dir, "blobs", "sha256", digest.FromString("x").Encoded())
	s := open(t, Export{Dir: dir})
	other, err := openStore(Export{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blob, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.prune()
	if _, err := os.Stat(blob); err != nil {
		t.Errorf("gone while another build ran: %v", err)
	}
	other.close()
	s.prune()
	if _, err := os.Stat(blob); !os.IsNotExist(err) {
		t.Errorf("kept though nobody needs it: %v", err)
	}
}

// A damaged index costs the list of exports, not the build.
func TestStoreSurvivesADamagedIndex(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.json"), []byte("{\"mani"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, Export{Dir: dir})
	if _, err := s.keep([]ocispecs.Descriptor{{Digest: digest.FromString("x")}}, nil, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	if idx, err := s.index(); err != nil || len(idx.Manifests) != 1 {
		t.Errorf("%+v %v", idx, err)
	}
	if _, err := exported(map[string]string{exptypes.ExporterImageDescriptorKey: "!"}); err == nil {
		t.Error("a damaged answer was taken")
	}
}
