package image

// Format is a form of a layer that holds more than an archive of files, or something
// else; "" for an ordinary one.
type Format string

// Formats of layers.
const (
	EStargz     Format = "eStargz"
	ZstdChunked Format = "zstd:chunked"
	Nydus       Format = "Nydus"
	OverlayBD   Format = "OverlayBD"
	Encrypted   Format = "encrypted"
)

// About says in a sentence what the layer's format means for what is shown of it; ""
// for an ordinary one.
func (l Layer) About() string {
	switch l.Format {
	case EStargz:
		if l.Tree == nil {
			return "it is an eStargz layer, which can be fetched in parts"
		}
		if _, inside := l.Tree.Find("/stargz.index.json"); inside {
			return "it is an eStargz layer, which can be fetched in parts: /stargz.index.json and the prefetch landmark are its table of contents, and lie among the files wherever it is unpacked as an ordinary layer"
		}
		return "it is an eStargz layer, which can be fetched in parts: its table of contents lies behind the files, and is none of them"
	case ZstdChunked:
		return "it is a zstd:chunked layer, which can be fetched in parts: its table of contents lies outside the archive, and is none of its files"
	case Nydus:
		return "it is a Nydus layer: its files lie in a form of their own, and what is shown is how they are stored"
	case OverlayBD:
		return "it is an OverlayBD layer: it holds blocks of a disk, and what is shown is how they are stored"
	case Encrypted:
		return "it is encrypted: its files can't be seen without the key"
	}
	return ""
}
