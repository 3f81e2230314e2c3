package slim

import (
	"encoding/binary"

	"github.com/stagedive/stagedive/model/saving"
)

// noteKind names the form and the meaning of the notes; it is to be counted up with
// whatever changes what is noted of some layer.
const noteKind = "slim/1"

// notes are proofs one after the other: the kind, how much of the path is that of the
// one before, the rest of it, and the two sizes.
type notes struct {
	buf  []byte
	last string
}

func (n *notes) add(p saving.Proof) {
	same := 0
	for same < min(len(p.Path), len(n.last)) && p.Path[same] == n.last[same] {
		same++
	}
	n.buf = append(n.buf, byte(p.Kind))
	for _, v := range [...]int64{int64(same), int64(len(p.Path) - same), p.Debug, p.Symbols} {
		n.buf = binary.AppendUvarint(n.buf, uint64(v))
	}
	n.buf = append(n.buf, p.Path[same:]...)
	n.last = p.Path
}

// Read returns what a layer's notes say. At damage it stops: what it has read stands.
func Read(data []byte) []saving.Proof {
	var out []saving.Proof
	last := ""
	for len(data) > 0 {
		p := saving.Proof{Kind: saving.Kind(data[0])}
		data = data[1:]
		var v [4]uint64
		for i := range v {
			n := 0
			if v[i], n = binary.Uvarint(data); n <= 0 || v[i] > 1<<62 {
				return out
			}
			data = data[n:]
		}
		if v[0] > uint64(len(last)) || v[1] > uint64(len(data)) {
			return out
		}
		p.Path = last[:v[0]] + string(data[:v[1]])
		p.Debug, p.Symbols = int64(v[2]), int64(v[3])
		last, data = p.Path, data[v[1]:]
		out = append(out, p)
	}
	return out
}
