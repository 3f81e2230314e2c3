package scan

import (
	"io"

	"github.com/stagedive/stagedive/model/image"
)

// Stream is the tar of a layer, block by block: source.Tar is one, source.Plain is
// one that passes over contents without reading them.
type Stream interface {
	// Next returns unread bytes, at least one, or an error.
	Next() ([]byte, error)
	// Skip says that n of them have been dealt with.
	Skip(n int)
}

// Item is an entry of a layer that is in its tree.
type Item struct {
	image.Entry
	// Path is where the entry lies in the layer's tree (without the first slash):
	// not always where the archive says, for its parent may be a symbolic link.
	Path string
	// Sparse says that the content in the archive is not the file's.
	Sparse bool
	// Content yields a regular file's bytes while the item is visited.
	Content io.Reader
}

// Walk visits the entries of a layer in the order of its archive, as Scan takes
// them: what Scan leaves out is not visited, and of two items with one Path the
// later is the one in the tree. It ends with the archive, or with the first error,
// which is returned.
func Walk(in Stream, visit func(Item) error) error {
	a := &archive{in: in}
	build := image.NewBuilderIn(image.NewRoom(defaultMemory))
	for {
		h, err := a.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		e, left := entryOf(h)
		if left != fine {
			continue
		}
		item := Item{Entry: e, Path: e.Path, Sparse: h.sparse}
		switch build.Add(e) {
		case image.Fine, image.Duplicate:
		case image.TooMany:
			continue
		default:
			item.Path = build.Landed()
		}
		if e.Type == image.Regular {
			item.Content = (*rest)(a)
		}
		if err := visit(item); err != nil {
			return err
		}
	}
}

// rest reads the current entry's content.
type rest archive

// Read implements io.Reader.
func (r *rest) Read(p []byte) (int, error) {
	a := (*archive)(r)
	b, err := a.data()
	if err != nil {
		return 0, err
	}
	n := copy(p, b)
	a.took(n)
	return n, nil
}

// jumper is a Stream that can pass over bytes without reading them.
type jumper interface{ Jump(n int64) error }
