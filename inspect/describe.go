package inspect

import (
	"fmt"
	"maps"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// maxHistory bounds the history entries that are kept; real images have some
// hundred at most.
const maxHistory = 100_000

// describe turns what the image says about itself into the model's terms.
// Everything is sanitised here.
func describe(src *source.Image, ref string) *image.Image {
	cfg := src.Config
	im := &image.Image{
		Ref:      sanitize.Text(ref),
		Digest:   src.Digest,
		Platform: sanitize.Text(src.Platform),
		Created:  cfg.Created.Time,
		Config:   config(cfg.Config),
		Problems: texts(src.Problems),
	}
	for i, l := range src.Layers {
		im.Layers = append(im.Layers, image.Layer{
			Index: i, DiffID: l.DiffID, Digest: l.Digest, MediaType: sanitize.Text(l.MediaType),
			BlobSize: max(l.Size, 0), Origin: image.Unknown,
		})
	}
	history(im, cfg.History)
	if cfg.OS == "windows" {
		im.Problems = append(im.Problems, "this is a Windows image: its files lie below /Files, its registry hives below /Hives, and they are not judged as Linux files would be")
	}
	return im
}

func config(c v1.Config) image.Config {
	out := image.Config{
		User: sanitize.Text(c.User), WorkingDir: sanitize.Text(c.WorkingDir),
		Entrypoint: texts(c.Entrypoint), Cmd: texts(c.Cmd), Env: texts(c.Env),
		ExposedPorts: texts(slices.Sorted(maps.Keys(c.ExposedPorts))),
		Volumes:      texts(slices.Sorted(maps.Keys(c.Volumes))),
		StopSignal:   sanitize.Text(c.StopSignal),
	}
	if len(c.Labels) > 0 {
		out.Labels = make(map[string]string, len(c.Labels))
		for k, v := range c.Labels {
			out.Labels[sanitize.Text(k)] = sanitize.Text(v)
		}
	}
	return out
}

// history takes the entries over and gives each that made a layer the layer.
func history(im *image.Image, entries []v1.History) {
	if len(entries) > maxHistory {
		im.Problems = append(im.Problems, fmt.Sprintf("its history has %d entries: the first %d are shown", len(entries), maxHistory))
		entries = entries[:maxHistory]
	}
	for _, e := range entries {
		im.History = append(im.History, image.History{
			CreatedBy: sanitize.Text(e.CreatedBy), Comment: sanitize.Text(e.Comment),
			Created: e.Created.Time, Empty: e.EmptyLayer, Layer: -1, Origin: image.Unknown,
		})
	}
	if n := origin.Assign(im); n != len(im.Layers) && len(entries) > 0 {
		im.Problems = append(im.Problems, fmt.Sprintf("its history speaks of %d layers and it has %d: which instruction made which layer is uncertain", n, len(im.Layers)))
	}
}

func texts(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = sanitize.Text(s)
	}
	return out
}
