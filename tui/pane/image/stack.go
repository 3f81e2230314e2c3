package image

import (
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/image"
)

// keptStacks is how many prepared trees are kept. One of a big image takes tens
// of megabytes; going up and down between neighbours needs few.
const keptStacks = 3

// stacks prepares and keeps the trees of layers laid over those below them.
// That takes up to a second for a big image, so it happens in commands.
type stacks struct {
	trees   map[int]*image.Tree
	recent  []int
	pending map[int]bool
}

type stackedMsg struct {
	image *image.Image
	layer int
	tree  *image.Tree
}

func (s *stacks) reset() { *s = stacks{trees: map[int]*image.Tree{}, pending: map[int]bool{}} }

func (s *stacks) get(layer int) *image.Tree { return s.trees[layer] }

func (s *stacks) put(layer int, tree *image.Tree) {
	delete(s.pending, layer)
	s.trees[layer] = tree
	s.recent = append(s.recent, layer)
	for len(s.recent) > keptStacks {
		if old := s.recent[0]; old != layer {
			delete(s.trees, old)
		}
		s.recent = s.recent[1:]
	}
}

func (s *stacks) prepare(im *image.Image, layer int) tea.Cmd {
	if s.pending[layer] {
		return nil
	}
	s.pending[layer] = true
	return func() tea.Msg {
		below := make([]*image.Tree, 0, layer+1)
		for _, l := range im.Layers[:layer+1] {
			below = append(below, l.Tree)
		}
		return stackedMsg{im, layer, image.Stack(below...)}
	}
}
