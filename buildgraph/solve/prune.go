package solve

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// prune removes blobs that no export in the index needs. It does nothing while another build exports: that one may count
// on a blob which nothing in the index names yet. Errors leave a bigger store
// and are not worth a failed build; the next prune meets them again.
func (s *Store) prune() {
	s.lock.Unlock()
	defer s.lock.RLock()
	if alone, err := s.lock.TryLock(); err != nil || !alone {
		return
	}
	defer s.lock.Unlock()
	idx, err := s.index()
	if err != nil {
		return
	}
	needed := map[digest.Digest]bool{}
	for _, m := range idx.Manifests {
		s.mark(m, needed)
	}
	blobs := filepath.Join(s.dir, "blobs", "sha256")
	entries, _ := os.ReadDir(blobs)
	for _, e := range entries {
		if !needed[digest.NewDigestFromEncoded(digest.SHA256, e.Name())] {
			os.Remove(filepath.Join(blobs, e.Name()))
		}
	}
}

// clear removes what killed builds left half-sent, unless one is running.
func (s *Store) clear() {
	building := filepath.Join(s.dir, "building")
	left, _ := os.ReadDir(building)
	if len(left) == 0 {
		return
	}
	if alone, err := s.lock.TryLock(); err != nil || !alone {
		return
	}
	defer s.lock.Unlock()
	for _, e := range left {
		os.RemoveAll(filepath.Join(building, e.Name()))
	}
}

// mark notes all that a manifest or an index of manifests refers to.
func (s *Store) mark(d ocispecs.Descriptor, needed map[digest.Digest]bool) {
	if needed[d.Digest] {
		return
	}
	needed[d.Digest] = true
	const maxManifest = 4 << 20
	if d.Size > maxManifest || d.Digest.Validate() != nil {
		return
	}
	switch d.MediaType {
	case ocispecs.MediaTypeImageIndex, ocispecs.MediaTypeImageManifest,
		"application/vnd.docker.distribution.manifest.list.v2+json",
		"application/vnd.docker.distribution.manifest.v2+json":
	default:
		return
	}
	raw, err := os.ReadFile(filepath.Join(s.dir, "blobs", d.Digest.Algorithm().String(), d.Digest.Encoded()))
	if err != nil {
		return
	}
	var m struct {
		Manifests []ocispecs.Descriptor `json:"manifests"`
		Config    ocispecs.Descriptor   `json:"config"`
		Layers    []ocispecs.Descriptor `json:"layers"`
	}
	if json.Unmarshal(raw, &m) != nil {
		return
	}
	for _, child := range m.Manifests {
		s.mark(child, needed)
	}
	if m.Config.Digest != "" {
		needed[m.Config.Digest] = true
	}
	for _, l := range m.Layers {
		needed[l.Digest] = true
	}
}
