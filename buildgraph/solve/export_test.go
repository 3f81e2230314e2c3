//go:build linux

package solve_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/model/build"
)

// checkExport reads an export the way an inspector does and verifies each blob.
func checkExport(t *testing.T, r *build.Result) {
	t.Helper()
	rest, ok := strings.CutPrefix(r.Ref, "oci:")
	dir, dgst, ok2 := strings.Cut(rest, "@")
	if !ok || !ok2 || dgst != r.Digest {
		t.Fatalf("result %+v", r)
	}
	var m ocispecs.Manifest
	if err := json.Unmarshal(blob(t, dir, digest.Digest(dgst)), &m); err != nil {
		t.Fatal(err)
	}
	blob(t, dir, m.Config.Digest)
	if len(m.Layers) == 0 {
		t.Fatalf("no layers in %s", r.Ref)
	}
	for _, l := range m.Layers {
		if n := len(blob(t, dir, l.Digest)); int64(n) != l.Size {
			t.Errorf("layer %s has %d bytes, not %d", l.Digest, n, l.Size)
		}
	}
	if last := m.Layers[len(m.Layers)-1]; last.MediaType != ocispecs.MediaTypeImageLayer {
		t.Errorf("the last layer is compressed: %s", last.MediaType)
	}
}

func blob(t *testing.T, dir string, d digest.Digest) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "blobs", d.Algorithm().String(), d.Encoded()))
	if err != nil {
		t.Fatal(err)
	}
	if digest.FromBytes(raw) != d {
		t.Errorf("blob %s holds %s", d, digest.FromBytes(raw))
	}
	return raw
}
