package inspect

import (
	"strings"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
)

// marks are annotations by which the builders of layers tell their formats: those of
// stargz-snapshotter, containers/storage (and stargz-snapshotter's older name for the
// same), nydus-snapshotter and accelerated-container-image.
var marks = [...]struct {
	annotation string
	format     image.Format
}{
	{"containerd.io/snapshot/stargz/toc.digest", image.EStargz},
	{"io.github.containers.zstd-chunked.manifest-checksum", image.ZstdChunked},
	{"io.containers.zstd-chunked.manifest-checksum", image.ZstdChunked},
	{"containerd.io/snapshot/nydus-blob", image.Nydus},
	{"containerd.io/snapshot/nydus-bootstrap", image.Nydus},
	{"containerd.io/snapshot/overlaybd/blob-digest", image.OverlayBD},
}

// formatOf says what a layer is beside an archive: by what its manifest says, or by the
// table of contents that eStargz puts among the files (stargz-snapshotter,
// docs/estargz.md), which is left where annotations get lost.
func formatOf(l source.Layer, t *image.Tree) image.Format {
	if strings.HasSuffix(l.MediaType, "+encrypted") {
		return image.Encrypted
	}
	for _, m := range marks {
		if l.Annotations[m.annotation] != "" {
			return m.format
		}
	}
	file := func(path string) bool {
		id, ok := t.Find(path)
		return ok && t.Type(id) == image.Regular
	}
	if file("/stargz.index.json") && (file("/.no.prefetch.landmark") || file("/.prefetch.landmark")) {
		return image.EStargz
	}
	return ""
}
