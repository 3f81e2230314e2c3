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

// togetherAnnotation marks the exports of one build that exported several images, with
// the digest of its first.
const togetherAnnotation = "org.stagedive.image.together"

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

// keep enters what a build exported into the index, a manifest for each of its images,
// and returns the references under which inspect/source opens them: oci:DIR@DIGEST.
// The names are those of the first. The oldest builds' exports go.
func (s *Store) keep(exported []ocispecs.Descriptor, tags []string, now time.Time) (refs []string, err error) {
	abs, err := filepath.Abs(s.dir)
	if err != nil {
		return nil, err
	}
	entries := make([]ocispecs.Descriptor, len(exported))
	for i, desc := range exported {
		desc.Annotations = map[string]string{ocispecs.AnnotationCreated: now.UTC().Format(time.RFC3339Nano)}
		if len(exported) > 1 {
			desc.Annotations[togetherAnnotation] = exported[0].Digest.String()
		}
		if i == 0 && len(tags) > 0 {
			desc.Annotations[ocispecs.AnnotationRefName] = tags[0]
			desc.Annotations[image.NamesAnnotation] = image.JoinNames(tags)
		}
		entries[i] = desc
		refs = append(refs, "oci:"+abs+"@"+desc.Digest.String())
	}
	dropped, err := s.enter(entries)
	if err != nil {
		return nil, fmt.Errorf("entering the image into %s: %w", s.dir, err)
	}
	if dropped {
		s.prune()
	}
	return refs, nil
}

// exported is the descriptor of what the engine exported.
func exported(response map[string]string) (desc ocispecs.Descriptor, err error) {
	raw, err := base64.StdEncoding.DecodeString(response[exptypes.ExporterImageDescriptorKey])
	if err == nil {
		err = json.Unmarshal(raw, &desc)
	}
	if err != nil {
		err = fmt.Errorf("reading the exported image's descriptor: %w", err)
	}
	return desc, err
}

// manifests are those that an exported index lists, in its order.
func (s *Store) manifests(index ocispecs.Descriptor) ([]ocispecs.Descriptor, error) {
	if err := index.Digest.Validate(); err != nil {
		return nil, fmt.Errorf("reading the exported images' index: %w", err)
	}
	raw, err := os.ReadFile(filepath.Join(s.dir, "blobs", index.Digest.Algorithm().String(), index.Digest.Encoded()))
	if err != nil {
		return nil, fmt.Errorf("reading the exported images' index: %w", err)
	}
	var idx ocispecs.Index
	if err := json.Unmarshal(raw, &idx); err != nil {
		return nil, fmt.Errorf("reading the exported images' index: %w", err)
	}
	return idx.Manifests, nil
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

// enter appends to the index and shortens it to the newest builds'.
func (s *Store) enter(entries []ocispecs.Descriptor) (dropped bool, err error) {
	lock := flock.New(filepath.Join(s.dir, "index.lock"))
	if err := lock.Lock(); err != nil {
		return false, err
	}
	defer lock.Unlock()
	idx, err := s.index()
	if err != nil {
		return false, err
	}
	for _, desc := range entries {
		idx.Manifests = entered(idx.Manifests, desc)
	}
	idx.Manifests, dropped = newest(idx.Manifests, s.keepN)
	if err := writeJSON(filepath.Join(s.dir, ocispecs.ImageLayoutFile), ocispecs.ImageLayout{Version: ocispecs.ImageLayoutVersion}); err != nil {
		return false, err
	}
	return dropped, writeJSON(filepath.Join(s.dir, ocispecs.ImageIndexFile), idx)
}

// entered is a list with an export as its newest, which keeps the names that the same
// image was given before, and no other since.
func entered(list []ocispecs.Descriptor, desc ocispecs.Descriptor) []ocispecs.Descriptor {
	var kept []ocispecs.Descriptor
	var names []string
	for _, m := range list {
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
	return append(kept, desc)
}

// newest are the exports of the newest builds: those of one build come and go together.
func newest(list []ocispecs.Descriptor, builds int) (kept []ocispecs.Descriptor, dropped bool) {
	seen := map[string]bool{}
	for i, m := range slices.Backward(list) {
		build := m.Annotations[togetherAnnotation]
		if build == "" {
			build = m.Digest.String()
		}
		if !seen[build] && len(seen) == builds {
			return slices.Clone(list[i+1:]), true
		}
		seen[build] = true
	}
	return list, false
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
