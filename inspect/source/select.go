package source

import (
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/model/sanitize"
)

// Pick says which image of several is meant; the zero Pick means the only one.
type Pick struct {
	Digest   string // sha256:…
	Tag      string // as index.json or manifest.json name it, whole or only the part after the colon
	Platform string // see Choose
}

// refNames are the annotations that name an entry of index.json: the OCI one
// holds a tag or a whole reference, containerd's the whole reference.
var refNames = [...]string{"org.opencontainers.image.ref.name", "io.containerd.image.name"}

// Select finds the entry of a layout's index.json that p means.
func Select(index *v1.IndexManifest, p Pick) (v1.Descriptor, error) {
	var found []v1.Descriptor
	var names []string
	for _, d := range index.Manifests {
		if p.Digest != "" && d.Digest.String() == p.Digest {
			return d, nil
		}
		name := refName(d)
		if name != "" {
			names = append(names, name)
		}
		if !isAttestation(d) && (p.Tag == "" || matchesTag(d, p.Tag)) {
			found = append(found, d)
		}
	}
	switch {
	case p.Digest != "":
		// A digest inside a nested index, or one that index.json does not list.
		h, err := v1.NewHash(p.Digest)
		return v1.Descriptor{Digest: h}, err
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && p.Tag != "":
		return v1.Descriptor{}, fmt.Errorf("finding %q: the index names %s", p.Tag, Names(names))
	case len(found) == 0:
		return v1.Descriptor{}, fmt.Errorf("finding the image: the index is empty")
	case sameImage(found):
		all, err := Choose(found, p.Platform)
		if err != nil {
			return v1.Descriptor{}, err
		}
		return all[0], nil
	}
	return v1.Descriptor{}, fmt.Errorf("finding the image: there are %d, say which with :TAG or @DIGEST: %s", len(found), Names(names))
}

// sameImage says whether the entries are one image for several platforms, or
// one under several names.
func sameImage(entries []v1.Descriptor) bool {
	same, platforms := true, map[string]bool{}
	for _, d := range entries {
		same = same && d.Digest == entries[0].Digest
		if d.Platform != nil {
			platforms[d.Platform.String()] = true
		}
	}
	return same || len(platforms) == len(entries)
}

func refName(d v1.Descriptor) string {
	for _, a := range refNames {
		if n := d.Annotations[a]; n != "" {
			return n
		}
	}
	return ""
}

func matchesTag(d v1.Descriptor, tag string) bool {
	for _, a := range refNames {
		if n := d.Annotations[a]; n != "" && TagMatches(n, tag) {
			return true
		}
	}
	return false
}

// TagMatches says whether a name, whole or a tag only, is what tag asks for.
func TagMatches(name, tag string) bool {
	return name == tag || strings.HasSuffix(name, ":"+tag) || sameName(name, tag)
}

// sameName says whether two names are one when what is left out of them is filled in:
// nginx is docker.io/library/nginx:latest. A tag alone is no name.
func sameName(a, b string) bool {
	if !strings.ContainsAny(a, ":/") {
		return false
	}
	x, err := name.ParseReference(a)
	if err != nil {
		return false
	}
	y, err := name.ParseReference(b)
	return err == nil && x.Name() == y.Name()
}

// Names lists names in a sentence, the first few of many.
func Names(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	const some = 8
	text := sanitize.Text(strings.Join(names[:min(len(names), some)], ", "))
	if len(names) > some {
		text += fmt.Sprintf(" and %d more", len(names)-some)
	}
	return text
}
