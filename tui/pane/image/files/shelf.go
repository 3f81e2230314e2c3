package files

import "github.com/stagedive/stagedive/model/image"

// shelfNodes is how many nodes of trees are kept beside the one that is shown: small
// images need no laying of layers twice, and of a big one there is a single tree.
const shelfNodes = 200_000

// shelf keeps the trees that were used last.
type shelf struct {
	trees []scopedTree // the newest last
}

type scopedTree struct {
	scope Scope
	tree  *image.Tree
}

func (s *shelf) get(scope Scope) *image.Tree {
	for _, t := range s.trees {
		if t.scope == scope {
			return t.tree
		}
	}
	return nil
}

func (s *shelf) put(scope Scope, tree *image.Tree) {
	kept := []scopedTree{{scope, tree}}
	n := tree.Len()
	for i := len(s.trees) - 1; i >= 0; i-- {
		t := s.trees[i]
		if t.scope == scope {
			continue
		}
		if n += t.tree.Len(); n > shelfNodes {
			break
		}
		kept = append(kept, t)
	}
	for i, j := 0, len(kept)-1; i < j; i, j = i+1, j-1 {
		kept[i], kept[j] = kept[j], kept[i]
	}
	s.trees = kept
}
