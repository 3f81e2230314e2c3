package solve

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/gofrs/flock"
	"github.com/moby/buildkit/exporter/containerimage/exptypes"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/model/image"
)

// Store is an OCI image layout that all builds of a user export to, so that a
// blob which one has sent needs no sending again.
//
//	DIR/oci-layout, index.json   the exports, oldest first
//	DIR/blobs/sha256/…           shared
//	DIR/building/XXXX/           one a running build: ingest/, and blobs → ../../blobs
//	DIR/lock                     shared while a build exports, exclusive while pruning
//	DIR/index.lock               exclusive while index.json changes
//
// Half-sent blobs lie apart for each build because containerd's store resumes an
// ingest of the same name, which two processes must not do at once. A finished
// one is renamed into the shared place, which is atomic.
type Store struct {
	dir     string
	keepN   int
	work    string
	content content.Store
	lock    *flock.Flock
}

const defaultKeep = 8

// openStore makes a store ready for one build.
func openStore(e Export) (_ *Store, err error) {
	s := &Store{dir: e.Dir, keepN: e.Keep, lock: flock.New(filepath.Join(e.Dir, "lock"))}
	if s.keepN <= 0 {
		s.keepN = defaultKeep
	}
	for _, dir := range []string{"blobs/sha256", "building"} {
		if err := os.MkdirAll(filepath.Join(s.dir, dir), 0o700); err != nil {
			return nil, err
		}
	}
	s.clear()
	if err := s.lock.RLock(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.work, err = os.MkdirTemp(filepath.Join(s.dir, "building"), ""); err != nil {
		return nil, err
	}
	if err := os.Symlink(filepath.Join("..", "..", "blobs"), filepath.Join(s.work, "blobs")); err != nil {
		return nil, err
	}
	below, err := local.NewStore(s.work)
	if err != nil {
		return nil, err
	}
	s.content = &linkingStore{Store: below, blobs: filepath.Join(s.dir, "blobs"), neighbours: e.Neighbours}
	return s, nil
}

// close gives up what the build had not finished.
func (s *Store) close() {
	if s.work != "" {
		os.RemoveAll(s.work)
	}
	s.lock.Unlock()
}

// keep enters the export into the index and returns the reference under which
// inspect/source opens it: oci:DIR@DIGEST. Old exports go.
func (s *Store) keep(response map[string]string, tags []string, now time.Time) (ref string, err error) {
	raw, err := base64.StdEncoding.DecodeString(response[exptypes.ExporterImageDescriptorKey])
	if err != nil {
		return "", fmt.Errorf("reading the exported image's descriptor: %w", err)
	}
	var desc ocispecs.Descriptor
	if err := json.Unmarshal(raw, &desc); err != nil {
		return "", fmt.Errorf("reading the exported image's descriptor: %w", err)
	}
	desc.Annotations = map[string]string{ocispecs.AnnotationCreated: now.UTC().Format(time.RFC3339Nano)}
	if len(tags) > 0 {
		desc.Annotations[ocispecs.AnnotationRefName] = tags[0]
		desc.Annotations[image.NamesAnnotation] = image.JoinNames(tags)
	}
	dropped, err := s.enter(desc)
	if err != nil {
		return "", fmt.Errorf("entering the image into %s: %w", s.dir, err)
	}
	if dropped {
		s.prune()
	}
	abs, err := filepath.Abs(s.dir)
	if err != nil {
		return "", err
	}
	return "oci:" + abs + "@" + desc.Digest.String(), nil
}

// Kept is the reference of an image that the store at dir still has.
func Kept(dir, image string) (ref string, ok bool) {
	s := Store{dir: dir}
	idx, err := s.index()
	if err != nil {
		return "", false
	}
	for _, m := range idx.Manifests {
		if m.Digest.String() != image {
			continue
		}
		abs, err := filepath.Abs(dir)
		return "oci:" + abs + "@" + image, err == nil
	}
	return "", false
}

// enter appends to the index and shortens it to the newest.
func (s *Store) enter(desc ocispecs.Descriptor) (dropped bool, err error) {
	lock := flock.New(filepath.Join(s.dir, "index.lock"))
	if err := lock.Lock(); err != nil {
		return false, err
	}
	defer lock.Unlock()
	idx, err := s.index()
	if err != nil {
		return false, err
	}
	var kept []ocispecs.Descriptor
	var names []string // that the same image was given before, and no other since
	for _, m := range idx.Manifests {
		its := image.SplitNames(m.Annotations[image.NamesAnnotation])
		if m.Digest == desc.Digest {
			names = its
			continue
		}
		kept = append(kept, m)
		names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(its, n) })
	}
	if len(names) > 0 && desc.Annotations != nil {
		names = append(names, image.SplitNames(desc.Annotations[image.NamesAnnotation])...)
		desc.Annotations[image.NamesAnnotation] = image.JoinNames(names)
	}
	kept = append(kept, desc)
	if over := len(kept) - s.keepN; over > 0 {
		kept, dropped = kept[over:], true
	}
	idx.Manifests = kept
	if err := writeJSON(filepath.Join(s.dir, ocispecs.ImageLayoutFile), ocispecs.ImageLayout{Version: ocispecs.ImageLayoutVersion}); err != nil {
		return false, err
	}
	return dropped, writeJSON(filepath.Join(s.dir, ocispecs.ImageIndexFile), idx)
}

// index reads index.json. A damaged one counts as empty: it lists copies of what
// engines still have, and the next build makes it whole.
func (s *Store) index() (ocispecs.Index, error) {
	empty := ocispecs.Index{MediaType: ocispecs.MediaTypeImageIndex}
	empty.SchemaVersion = 2
	raw, err := os.ReadFile(filepath.Join(s.dir, ocispecs.ImageIndexFile))
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return empty, err
	}
	var idx ocispecs.Index
	if json.Unmarshal(raw, &idx) != nil {
		return empty, nil
	}
	return idx, nil
}

func writeJSON(path string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(raw); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
