package scan

import (
	"context"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
)

// Cache keeps what was found of layers between scans. inspect/cache's is one. Its
// methods may be called concurrently.
type Cache interface {
	// Get returns what was put under an identity for detectors of the same kinds in
	// the same order; false for anything but exactly that. Sums are set.
	Get(identity string, kinds []string) (Layer, bool)
	// Put keeps a layer that was read to its end: the identity is known to be that of
	// the bytes that the Sums are of.
	Put(identity string, kinds []string, l Layer)
	// Documents returns what was put for a stream.
	Documents(identity string) ([]byte, bool)
	// PutDocuments keeps what a stream needs to be recalled.
	PutDocuments(identity string, documents []byte)
}

// kept is what is known of the content with an identity, without what an image claims
// of it.
func (s *scanner) kept(identity string) (Layer, bool) {
	if s.Cache == nil || identity == "" || s.room.Full() {
		return Layer{}, false
	}
	l, ok := s.Cache.Get(identity, s.kinds)
	if !ok || !l.Sums.Confirm(identity) {
		return Layer{}, false
	}
	room := s.room.Share(s.each)
	room.Take(l.Tree.Bytes())
	room.Close()
	return l, true
}

// keep remembers a layer, if it was read whole and its identity is beyond doubt: now
// is what it is called after the reading. A file that changed meanwhile has another.
func (s *scanner) keep(identity, now string, l Layer) {
	if s.Cache != nil && identity != "" && identity == now && !l.Unread && l.Sums != (source.Sums{}) && l.Sums.Confirm(identity) {
		s.Cache.Put(identity, s.kinds, l)
	}
}

// recall is what is known of a stream's layers, if that is all of them: then nobody
// need go through it.
func (s *scanner) recall(ctx context.Context, src source.Stream) ([]Layer, bool) {
	if s.Cache == nil {
		return nil, false
	}
	if r, ok := src.(source.Recaller); ok && r.Whole() != "" {
		documents, ok := s.Cache.Documents(r.Whole())
		if !ok || r.Recall(ctx, documents) != nil {
			return nil, false
		}
	}
	layers := src.Image().Layers
	out := make([]Layer, len(layers))
	for i, claims := range layers {
		l, ok := s.kept(src.Identity(i))
		if !ok {
			s.room = image.NewRoom(s.Memory) // what was taken of it is not kept
			return nil, false
		}
		out[i] = l.of(claims)
	}
	s.report.all(len(layers))
	return out, len(layers) > 0
}

// remember keeps what a stream told.
func (s *scanner) remember(src source.Stream, found []Layer) {
	for i, l := range found {
		id := src.Identity(i)
		s.keep(id, id, l)
	}
	if r, ok := src.(source.Recaller); ok && s.Cache != nil && r.Whole() != "" {
		if documents := r.Documents(); documents != nil {
			s.Cache.PutDocuments(r.Whole(), documents)
		}
	}
}
