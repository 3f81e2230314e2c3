package mark

import "github.com/stagedive/stagedive/inspect/scan/notes"

// Form names the form and the meaning of the notes. It is to be counted up with
// whatever changes what a sink notes of some layer: notes are kept between runs.
const Form = "leak/9"

// write adds a mark to the notes.
func (m Mark) write(w *notes.Writer) {
	w.Begin(uint8(m.Kind), m.Path)
	w.Text(m.Detail)
	w.Text(m.Name)
	w.Number(m.Size)
	weak := 0
	if m.Weak {
		weak = 1
	}
	w.Number(int64(m.Line)<<1 | int64(weak))
}

// Read returns the marks of a layer, in archive order.
func Read(data []byte) []Mark {
	var marks []Mark
	r := notes.NewReader(data)
	for {
		kind, path, ok := r.Next()
		if !ok {
			return marks
		}
		m := Mark{Kind: Kind(kind), Path: path, Detail: r.Text(), Name: r.Text(), Size: r.Number()}
		line := r.Number()
		if m.Line, m.Weak = int(line>>1), line&1 != 0; !r.OK() {
			return marks
		}
		marks = append(marks, m)
	}
}
