package archive

import (
	"errors"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/inspect/source"
)

// saved is one image of a docker-archive's manifest.json (moby,
// image/spec/spec.md, "Combined Image JSON + Filesystem Changeset Format").
type saved struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// fromManifest reads the image by the archive's manifest.json.
func (i *image) fromManifest(pick source.Pick) error {
	raw, err := i.ix.read("manifest.json")
	if err != nil {
		return err
	}
	var all []saved
	if err := source.Parse(raw, &all); err != nil {
		return fmt.Errorf("reading manifest.json: %w", err)
	}
	m, err := choose(all, pick)
	if err != nil {
		return err
	}
	im := &source.Image{Tags: m.RepoTags}
	if len(m.Layers) > source.MaxLayers {
		m.Layers = m.Layers[:source.MaxLayers]
		im.Problems = append(im.Problems, source.TooManyLayers())
	}
	i.im, i.paths = im, m.Layers
	for _, name := range m.Layers {
		l := source.Layer{MediaType: "application/vnd.docker.image.rootfs.diff.tar", Size: -1}
		if _, f, err := i.ix.find(name); err == nil {
			l.Size = f.size
		}
		l.Digest = digestOf(name)
		im.Layers = append(im.Layers, l)
	}
	cfg, err := i.ix.read(m.Config)
	if err == nil {
		err = im.SetConfig(cfg)
	}
	if err != nil {
		im.Problems = append(im.Problems, fmt.Sprintf("the image's configuration cannot be read (%v): its settings and history are missing here", err))
	}
	return im.Is(pick.Platform)
}

// digestOf is the digest that a blob's path claims; "" for other paths.
func digestOf(name string) string {
	rest, ok := strings.CutPrefix(clean(name), "blobs/sha256/")
	if !ok {
		return ""
	}
	h, err := v1.NewHash("sha256:" + rest)
	if err != nil {
		return ""
	}
	return h.String()
}

func choose(all []saved, pick source.Pick) (saved, error) {
	var names []string
	for _, m := range all {
		names = append(names, m.RepoTags...)
		if pick.Tag == "" {
			continue
		}
		for _, t := range m.RepoTags {
			if source.TagMatches(t, pick.Tag) {
				return m, nil
			}
		}
	}
	switch {
	case pick.Digest != "":
		return saved{}, fmt.Errorf("finding %s: a docker-archive knows no digests, say :TAG", pick.Digest)
	case pick.Tag != "":
		return saved{}, fmt.Errorf("finding %q: manifest.json names %s", pick.Tag, source.Names(names))
	case len(all) == 0:
		return saved{}, errors.New("manifest.json lists no image")
	case len(all) > 1:
		return saved{}, fmt.Errorf("it holds %d images, say which with :TAG: %s", len(all), source.Names(names))
	}
	return all[0], nil
}
