package content_test

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/stagedive/stagedive/inspect/content"
)

// Files come out of a registry as out of a file.
func TestFromARegistry(t *testing.T) {
	server := httptest.NewServer(registry.New())
	defer server.Close()
	push := func(layers ...[]byte) string {
		var all []v1.Layer
		for _, raw := range layers {
			l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil })
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, l)
		}
		img, err := mutate.AppendLayers(empty.Image, all...)
		if err != nil {
			t.Fatal(err)
		}
		ref, err := name.ParseReference(strings.TrimPrefix(server.URL, "http://")+"/app:1", name.Insecure)
		if err != nil {
			t.Fatal(err)
		}
		if err := remote.Write(ref, img); err != nil {
			t.Fatal(err)
		}
		return "registry:" + ref.String()
	}
	ref := push(layer(t, text("a", "one")), layer(t, text("a", "two"), text("b", "three")))
	_, r := open(t, ref)
	if got, _, err := r.Read(context.Background(), 0, "/a", 10); err != nil || string(got) != "one" {
		t.Errorf("read %q, %v", got, err)
	}
	dest := t.TempDir()
	if _, err := r.Extract(context.Background(), "/", dest, content.Options{Layer: 1}); err != nil {
		t.Fatal(err)
	}
	expect(t, "extracted", listing(t, dest), "a two", "b three")
	push(layer(t, text("a", "new")))
	if got, _, err := r.Read(context.Background(), 0, "/a", 10); err == nil {
		t.Errorf("the tag has moved, and %q is read", got)
	}
}
