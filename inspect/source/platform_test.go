package source_test

import (
	"errors"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/inspect/source"
)

// TestPlatforms: which entry of an index a platform chooses, and whether an image that is
// the only one will do.
func TestPlatforms(t *testing.T) {
	entry := func(platform string) v1.Descriptor {
		d := v1.Descriptor{MediaType: "application/vnd.oci.image.manifest.v1+json", Annotations: map[string]string{"is": platform}}
		if platform != "" {
			p, err := v1.ParsePlatform(platform)
			if err != nil {
				t.Fatal(err)
			}
			d.Platform = p
		}
		return d
	}
	for _, test := range []struct {
		have []string
		want string
		got  string // "" for ErrPlatform
	}{
		{[]string{"linux/amd64", "linux/arm64"}, "linux/arm64", "linux/arm64"},
		{[]string{"linux/amd64", "linux/arm64/v8"}, "linux/arm64", "linux/arm64/v8"},
		{[]string{"linux/amd64", "linux/arm64"}, "linux/arm64/v8", "linux/arm64"},
		{[]string{"linux/arm/v6", "linux/arm"}, "linux/arm/v7", "linux/arm"},
		{[]string{"linux/arm/v6", "linux/arm/v7"}, "linux/arm/v7", "linux/arm/v7"},
		{[]string{"linux/arm/v6"}, "linux/arm/v7", ""},
		{[]string{"linux/amd64"}, "windows/amd64", ""},
		{[]string{"unknown/unknown", "linux/amd64"}, "linux/amd64", "linux/amd64"},
	} {
		var entries []v1.Descriptor
		for _, h := range test.have {
			entries = append(entries, entry(h))
		}
		all, err := source.Choose(entries, test.want)
		switch {
		case test.got == "" && !errors.Is(err, source.ErrPlatform):
			t.Errorf("%s of %q: %v, %v", test.want, test.have, all, err)
		case test.got != "" && (err != nil || all[0].Annotations["is"] != test.got):
			t.Errorf("%s of %q: %v, %v, want %s", test.want, test.have, all, err, test.got)
		}
		last := test.have[len(test.have)-1]
		im := source.Image{Platform: last}
		if err := im.Is(test.want); (err == nil) != (test.got == last) || err != nil && !errors.Is(err, source.ErrPlatform) {
			t.Errorf("%s is %s: %v", last, test.want, err)
		}
	}
	if _, err := source.Choose([]v1.Descriptor{entry("linux/amd64")}, "linux"); err == nil {
		t.Error("a platform without an architecture is taken")
	}
}
