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

// describe turns what the image says about itself into the model's terms.
// Everything is sanitised here.
func describe(src *source.Image, ref string) *image.Image {
	cfg, w := src.Config, &washer{}
	im := &image.Image{
		Ref:      sanitize.Text(ref),
		Digest:   src.Digest,
		Platform: w.text(src.Platform),
		Created:  cfg.Created.Time,
		Config:   w.config(cfg.Config),
		Problems: texts(src.Problems),
	}
	for i, l := range src.Layers {
		im.Layers = append(im.Layers, image.Layer{
			Index: i, DiffID: l.DiffID, Digest: l.Digest, MediaType: w.text(l.MediaType),
			BlobSize: max(l.Size, 0), Origin: image.Unknown,
		})
	}
	w.history(im, cfg.History)
	im.Problems = append(im.Problems, w.sentences()...)
	if cfg.OS == "windows" {
		im.Problems = append(im.Problems, "this is a Windows image: its files lie below /Files, its registry hives below /Hives, and they are not judged as Linux files would be")
	}
	return im
}

func (w *washer) config(c v1.Config) image.Config {
	out := image.Config{
		User: w.text(c.User), WorkingDir: w.text(c.WorkingDir),
		Entrypoint: w.texts(c.Entrypoint), Cmd: w.texts(c.Cmd), Env: w.texts(c.Env),
		ExposedPorts: w.texts(slices.Sorted(maps.Keys(c.ExposedPorts))),
		Volumes:      w.texts(slices.Sorted(maps.Keys(c.Volumes))),
		StopSignal:   w.text(c.StopSignal),
	}
	if h := c.Healthcheck; h != nil {
		out.Healthcheck = &image.Healthcheck{
			Test: w.texts(h.Test), Interval: h.Interval, Timeout: h.Timeout, StartPeriod: h.StartPeriod, Retries: h.Retries,
		}
	}
	if len(c.Labels) > 0 {
		out.Labels = make(map[string]string, len(c.Labels))
		for k, v := range c.Labels {
			out.Labels[w.text(k)] = w.text(v)
		}
	}
	return out
}

// history takes the entries over and gives each that made a layer the layer.
func (w *washer) history(im *image.Image, entries []v1.History) {
	for _, e := range entries {
		im.History = append(im.History, image.History{
			CreatedBy: w.text(e.CreatedBy), Comment: w.text(e.Comment),
			Created: e.Created.Time, Empty: e.EmptyLayer, Layer: -1, Origin: image.Unknown,
		})
	}
	if n := origin.Assign(im); n != len(im.Layers) && len(entries) > 0 && len(im.Layers) < source.MaxLayers {
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
