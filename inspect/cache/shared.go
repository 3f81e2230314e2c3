package cache

import (
	"slices"
	"sync"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source"
)

// Shared is a scan.Cache for several images that are looked at together: a layer that
// more than one of them has is read once, and its tree is in memory once, whether or not
// the cache below it keeps anything.
type Shared struct {
	below scan.Cache // nil for none

	mu     sync.Mutex
	sums   map[string]source.Sums // by identity
	layers map[string]scan.Layer  // by what layerKey makes of the diff ID
}

var _ scan.Cache = (*Shared)(nil)

// NewShared returns one that asks below for what it has not met, and tells it what is
// new; nil for none.
func NewShared(below scan.Cache) *Shared {
	return &Shared{below: below, sums: map[string]source.Sums{}, layers: map[string]scan.Layer{}}
}

// Get implements scan.Cache.
func (s *Shared) Get(identity string, kinds []string) (scan.Layer, bool) {
	if l, ok := s.met(identity, kinds); ok || s.below == nil {
		return l, ok
	}
	l, ok := s.below.Get(identity, kinds)
	if !ok {
		return l, false
	}
	return s.meet(identity, kinds, l), true
}

// Put implements scan.Cache.
func (s *Shared) Put(identity string, kinds []string, l scan.Layer) {
	s.meet(identity, kinds, l)
	if s.below != nil {
		s.below.Put(identity, kinds, l)
	}
}

// Documents implements scan.Cache.
func (s *Shared) Documents(identity string) ([]byte, bool) {
	if s.below == nil {
		return nil, false
	}
	return s.below.Documents(identity)
}

// PutDocuments implements scan.Cache.
func (s *Shared) PutDocuments(identity string, documents []byte) {
	if s.below != nil {
		s.below.PutDocuments(identity, documents)
	}
}

// met is what was found of a layer under an identity.
func (s *Shared) met(identity string, kinds []string) (scan.Layer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sums, ok := s.sums[identity]
	if !ok {
		return scan.Layer{}, false
	}
	l, ok := s.layers[layerKey(sums.Diff, kinds)]
	l.Notes, l.Problems = slices.Clone(l.Notes), slices.Clone(l.Problems)
	l.Sums = sums
	return l, ok
}

// meet keeps what was found of a layer, and returns what was found of the same content
// before, where there is such.
func (s *Shared) meet(identity string, kinds []string, l scan.Layer) scan.Layer {
	if l.Sums.Diff == "" {
		return l
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sums[identity] = l.Sums
	key := layerKey(l.Sums.Diff, kinds)
	if had, ok := s.layers[key]; ok {
		l.Tree = had.Tree
		return l
	}
	s.layers[key] = l
	return l
}
