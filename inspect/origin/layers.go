package origin

import (
	"slices"

	"github.com/stagedive/stagedive/model/image"
)

// The comments that BuildKit gives to history entries: those of a Dockerfile's
// instructions, and those that its exporter makes up for layers without one.
const (
	byDockerfile = "buildkit.dockerfile.v0"
	byExporter   = "buildkit.exporter.image.v0"
)

// withoutHistory stands for the text of an entry that the exporter made up and
// worded after another layer.
const withoutHistory = "a base without history"

// Assign gives each history entry that made a layer its layer, and the layer the
// entry's text. It returns how many layers the history speaks of.
//
// Entries and layers go together one to one, in order (OCI image-spec, config.md,
// "history"), but for one case. A base that is a local directory, or an image with
// less history than layers, brings layers that no entry stands for. BuildKit's
// exporter then appends as many entries as are missing, and words them after the
// layers on top (0.33.1, exporter/containerimage/writer.go,
// normalizeLayersAndHistory): read in order, each layer gets the instruction that
// made the next one. The missing entries are the base's, so those appended go
// below the Dockerfile's, whatever they say.
func Assign(im *image.Image) (layers int) {
	im.History = settle(im.History)
	for i := range im.History {
		h := &im.History[i]
		h.Layer = -1
		if h.Empty {
			continue
		}
		if layers < len(im.Layers) {
			h.Layer = layers
			im.Layers[layers].CreatedBy = h.CreatedBy
		}
		layers++
	}
	return layers
}

// settle moves every run of the exporter's entries below the Dockerfile's entries
// before it. A run in the middle is that of a base image.
func settle(history []image.History) []image.History {
	out := make([]image.History, 0, len(history))
	for i := 0; i < len(history); {
		if history[i].Comment != byExporter {
			out = append(out, history[i])
			i++
			continue
		}
		end := i
		for end < len(history) && history[end].Comment == byExporter {
			end++
		}
		at := len(out)
		for at > 0 && out[at-1].Comment == byDockerfile {
			at--
		}
		run := slices.Clone(history[i:end])
		if slices.ContainsFunc(out[at:], func(h image.History) bool { return !h.Empty }) {
			for j := range run {
				run[j].CreatedBy = withoutHistory
			}
		}
		out = slices.Insert(out, at, run...)
		i = end
	}
	return out
}
