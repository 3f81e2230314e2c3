package scan

import (
	"context"
	"io"
	"io/fs"

	"github.com/stagedive/stagedive/inspect/source"
)

// candidateRoom is what keeping the result of something small costs, in bytes: a
// stream may hold any number of files that are no layers.
const candidateRoom = 4 << 10

// usualLayers is for how many layers of a stream room is kept.
const usualLayers = 64

// inTurn reads the layers of a stream as they come by. Which of them belong to the
// image, and what it claims of them, is known at the end only.
func (s *scanner) inTurn(ctx context.Context, src source.Stream) ([]Layer, error) {
	if known, ok := s.recall(ctx, src); ok {
		return known, nil
	}
	found := map[string]Layer{}
	s.share(usualLayers)
	err := src.Each(ctx, func(name string, r io.Reader) error {
		if !s.room.Take(candidateRoom) {
			return nil // its layers are told of as missing
		}
		t := source.NewTar(ctx, io.NopCloser(r))
		defer t.Close()
		found[name] = s.read(t)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	layers := src.Image().Layers
	out := make([]Layer, len(layers))
	for i, claims := range layers {
		l, ok := found[src.Name(i)]
		if !ok {
			l = s.missing(claims, fs.ErrNotExist)
		}
		out[i] = l
	}
	s.remember(src, out)
	for i, claims := range layers {
		out[i] = out[i].of(claims)
	}
	s.report.all(len(layers))
	return out, nil
}
