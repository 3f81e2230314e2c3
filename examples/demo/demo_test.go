package demo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/examples"
	"github.com/stagedive/stagedive/examples/demo"
)

func TestPrepare(t *testing.T) {
	got, err := demo.Prepare(t.Context(), demo.Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	dockerfile, err := os.ReadFile(got.Dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(got.Dockerfile) != got.ContextDir {
		t.Errorf("%s lies outside of the context %s", got.Dockerfile, got.ContextDir)
	}
	if !strings.Contains(got.ContextDir, examples.Version()) {
		t.Errorf("the context %s does not change with the examples", got.ContextDir)
	}
	for reference, value := range got.BuildContexts {
		name, version, _ := strings.Cut(reference, ":")
		if !strings.Contains(string(dockerfile), "FROM "+name+":") || !strings.Contains(string(dockerfile), version) {
			t.Errorf("%s stands in for something the Dockerfile does not use", reference)
		}
		place, digest, _ := strings.Cut(strings.TrimPrefix(value, "oci-layout://"), "@sha256:")
		if _, err := os.Stat(filepath.Join(place, "blobs", "sha256", digest)); err != nil {
			t.Errorf("%s: %v", reference, err)
		}
	}
	if len(got.BuildContexts) != 2 || len(got.Notes) != 2 {
		t.Errorf("%d stand-ins and %d notes", len(got.BuildContexts), len(got.Notes))
	}
}

func TestWithoutGoTheImagesArePulled(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	got, err := demo.Prepare(t.Context(), demo.Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.BuildContexts) != 0 || len(got.Notes) != 1 {
		t.Errorf("stand-ins %v, notes %q", got.BuildContexts, got.Notes)
	}
}

func TestPullIsObeyed(t *testing.T) {
	got, err := demo.Prepare(t.Context(), demo.Options{CacheDir: t.TempDir(), Pull: true})
	if err != nil || len(got.BuildContexts) != 0 {
		t.Errorf("stand-ins %v, error %v", got.BuildContexts, err)
	}
}
