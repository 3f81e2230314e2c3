package solve

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/distribution/reference"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// addNamedContexts handles --build-context NAME=VALUE: directories become local
// mounts, OCI layouts become content stores, images and URLs are the engine's
// business (BuildKit: frontend/dockerui/namedcontext.go).
func (r *Request) addNamedContexts(in *inputs) error {
	for name, value := range r.NamedContexts {
		key, err := contextKey(name)
		if err != nil {
			return inputErrorf("write --build-context NAME=DIR, or NAME=docker-image://REF", "reading --build-context %s: %w", name, err)
		}
		attr, err := in.namedContext(key, value)
		if err != nil {
			return inputErrorf("check the right-hand side of --build-context "+name+"=…", "opening the build context %s: %w", name, err)
		}
		in.attrs["context:"+key] = attr
	}
	return nil
}

// contextKey is the form of a name under which the frontend looks it up: as a
// familiar image reference without :latest.
func contextKey(name string) (string, error) {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(reference.FamiliarString(named), ":latest"), nil
}

// LocalContext is the directory that the value of a --build-context names; ok is
// false for images, layouts and URLs.
func LocalContext(value string) (dir string, ok bool) {
	if strings.Contains(value, "://") || strings.HasPrefix(value, "git@") || strings.HasPrefix(value, "docker-image:") {
		return "", false
	}
	return value, true
}

func (in *inputs) namedContext(key, value string) (attr string, err error) {
	if rest, ok := strings.CutPrefix(value, "oci-layout://"); ok {
		return in.ociLayout(key, rest)
	}
	dirname, ok := LocalContext(value)
	if !ok {
		return value, nil
	}
	dir, err := openDir(dirname)
	if err != nil {
		return "", err
	}
	local := "named/" + key
	in.locals[local], in.dirs[local] = dir, value
	in.attrs["sharedkey:localdir:"+key] = pathKey(value)
	return "local:" + local, nil
}

// ociLayout serves DIR[:TAG][@DIGEST]. The frontend wants a digest: where none is
// given, the layout's index is asked.
func (in *inputs) ociLayout(key, value string) (attr string, err error) {
	dir, digest, ok := strings.Cut(value, "@")
	if !ok {
		if dir, digest, err = layoutDigest(value); err != nil {
			return "", err
		}
	} else if head, _, tagged := cutTag(dir); tagged {
		dir = head
	}
	if _, err := os.Stat(filepath.Join(dir, "blobs")); err != nil {
		return "", fmt.Errorf("%s is not an OCI layout: %w", dir, err)
	}
	store, err := local.NewStore(dir)
	if err != nil {
		return "", err
	}
	// A store ID must look like an image name, which a path or a context name
	// with a registry and a tag in it need not.
	id := fmt.Sprintf("layout%d", len(in.stores))
	in.stores[id] = store
	return "oci-layout://" + id + "@" + digest, nil
}

func layoutDigest(value string) (dir, digest string, err error) {
	dir, tag := value, ""
	if _, err := os.Stat(dir); err != nil {
		if head, t, tagged := cutTag(value); tagged {
			dir, tag = head, t
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, ocispecs.ImageIndexFile))
	if err != nil {
		return "", "", err
	}
	var idx ocispecs.Index
	if err := json.Unmarshal(raw, &idx); err != nil {
		return "", "", fmt.Errorf("reading %s in %s: %w", ocispecs.ImageIndexFile, dir, err)
	}
	var found []ocispecs.Descriptor
	for _, m := range idx.Manifests {
		if tag == "" || m.Annotations[ocispecs.AnnotationRefName] == tag {
			found = append(found, m)
		}
	}
	switch {
	case len(found) == 0 && tag != "":
		return "", "", fmt.Errorf("%s has no image tagged %s", dir, tag)
	case len(found) == 0:
		return "", "", fmt.Errorf("%s holds no image", dir)
	case len(found) > 1:
		return "", "", fmt.Errorf("%s holds %d images: add :TAG or @DIGEST", dir, len(found))
	}
	return dir, found[0].Digest.String(), nil
}

// cutTag splits DIR:TAG; the tag has no slash.
func cutTag(s string) (dir, tag string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i <= 0 || strings.ContainsAny(s[i+1:], `/\`) {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
