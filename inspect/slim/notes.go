package slim

import (
	"github.com/stagedive/stagedive/inspect/scan/notes"
	"github.com/stagedive/stagedive/model/saving"
)

// noteKind names the form and the meaning of the notes; it is to be counted up with
// whatever changes what is noted of some layer.
const noteKind = "slim/2"

// note adds a proof to the notes: its two sizes.
func note(w *notes.Writer, p saving.Proof) {
	w.Begin(uint8(p.Kind), p.Path)
	w.Number(p.Debug)
	w.Number(p.Symbols)
}

// Read returns what a layer's notes say. At damage it stops: what it has read stands.
func Read(data []byte) []saving.Proof {
	var out []saving.Proof
	r := notes.NewReader(data)
	for {
		kind, path, ok := r.Next()
		if !ok {
			return out
		}
		p := saving.Proof{Path: path, Kind: saving.Kind(kind), Debug: r.Number(), Symbols: r.Number()}
		if !r.OK() {
			return out
		}
		out = append(out, p)
	}
}
