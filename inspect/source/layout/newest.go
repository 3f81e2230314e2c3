package layout

import (
	"fmt"
	"io/fs"

	"github.com/stagedive/stagedive/inspect/source"
	model "github.com/stagedive/stagedive/model/image"
)

// Newest is the digest of the image that was put last into the layout at dir under a
// name. Its error is fs.ErrNotExist when there is none.
func Newest(dir, name string) (digest string, err error) {
	if !Is(dir) {
		return "", fmt.Errorf("it has built no image yet: %w", fs.ErrNotExist)
	}
	index, err := store(dir).index(source.Pick{})
	if err != nil {
		return "", err
	}
	for i := len(index.Manifests) - 1; i >= 0; i-- {
		d := index.Manifests[i]
		for _, n := range model.SplitNames(d.Annotations[model.NamesAnnotation]) {
			if source.TagMatches(n, name) && n != "" {
				return d.Digest.String(), nil
			}
		}
		if d.Digest.String() == name {
			return name, nil
		}
	}
	return "", fmt.Errorf("none of the images that it built last and keeps is called so: %w", fs.ErrNotExist)
}
