package bases_test

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/examples/bases"
)

// cacheDir is shared by the tests of this package so that each image is
// compiled once; go test's own temporary directory would be per test.
func cacheDir(t *testing.T) string {
	t.Helper()
	user, err := os.UserCacheDir()
	if err != nil {
		return t.TempDir()
	}
	return filepath.Join(user, "stagedive", "bases")
}

func image(t *testing.T, base bases.Base) v1.Image {
	t.Helper()
	hash, err := v1.NewHash(base.Digest.String())
	if err != nil {
		t.Fatal(err)
	}
	path, err := layout.FromPath(base.LayoutDir)
	if err != nil {
		t.Fatal(err)
	}
	image, err := path.Image(hash)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// checkImage reads everything the image names and holds it against the digests.
// (The library's own validate.Image takes every layer for gzip.)
func checkImage(t *testing.T, image v1.Image) {
	t.Helper()
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := image.RawConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if sum := digest.FromBytes(raw).String(); sum != manifest.Config.Digest.String() {
		t.Errorf("the config's digest is %s, the manifest says %s", sum, manifest.Config.Digest)
	}
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) != len(config.RootFS.DiffIDs) || len(layers) != len(config.History) {
		t.Errorf("%d layers, %d diff IDs, %d history entries", len(layers), len(config.RootFS.DiffIDs), len(config.History))
	}
	for i, layer := range layers {
		content, err := layer.Compressed()
		if err != nil {
			t.Fatal(err)
		}
		sum := digest.SHA256.Digester()
		entries := tar.NewReader(io.TeeReader(content, sum.Hash()))
		for last := ""; ; {
			entry, err := entries.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("layer %d after %s: %v", i, last, err)
			}
			last = entry.Name
		}
		if _, err := io.Copy(sum.Hash(), content); err != nil {
			t.Fatal(err)
		}
		if got := sum.Digest().String(); got != manifest.Layers[i].Digest.String() || got != config.RootFS.DiffIDs[i].String() {
			t.Errorf("layer %d has digest %s; manifest %s, diff ID %s", i, got, manifest.Layers[i].Digest, config.RootFS.DiffIDs[i])
		}
	}
}

func TestImagesAreValid(t *testing.T) {
	for name, make := range map[string]func(context.Context, string) (bases.Base, error){
		"shell": bases.Shell, "golang": bases.Golang,
	} {
		t.Run(name, func(t *testing.T) {
			base, err := make(t.Context(), cacheDir(t))
			if err != nil {
				t.Fatal(err)
			}
			if base.Name != name {
				t.Errorf("it is called %q", base.Name)
			}
			checkImage(t, image(t, base))
			again, err := make(t.Context(), cacheDir(t))
			if err != nil || again != base {
				t.Errorf("a second call gives another image: %v (%v), first %v", again, err, base)
			}
		})
	}
}

func TestTheSameImageWhereverItIsMade(t *testing.T) {
	kept, err := bases.Shell(t.Context(), cacheDir(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			made, err := bases.Shell(t.Context(), dir)
			if err != nil {
				t.Error(err)
				return
			}
			if made.Digest != kept.Digest {
				t.Errorf("made in %s: %s, kept: %s", dir, made.Digest, kept.Digest)
			}
		})
	}
	wait.Wait()
}
