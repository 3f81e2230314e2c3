package scan

import "github.com/stagedive/stagedive/model/image"

// checkLinks notes hard links that lead nowhere, or round.
func (l *layer) checkLinks(t *image.Tree) {
	const unknown, leads, lost = 0, 1, 2
	var fate []uint8 // of each node; made for the first link
	var way []image.NodeID
	for id := range image.NodeID(t.Len()) {
		if t.Type(id) != image.Hardlink {
			continue
		}
		if fate == nil {
			fate = make([]uint8, t.Len())
		}
		// Links lead to links: each is followed once, however long their chain is.
		way = way[:0]
		end := uint8(unknown)
		for at := id; end == unknown; {
			switch {
			case fate[at] != unknown:
				end = fate[at]
				continue
			case t.Type(at) != image.Hardlink:
				end = leads
				continue
			}
			fate[at] = lost // unless there is more to find: who comes here again goes round
			way = append(way, at)
			to, ok := t.LinkTarget(at)
			if !ok {
				end = lost
			}
			at = to
		}
		for _, at := range way {
			fate[at] = end
		}
		if fate[id] == lost {
			l.odd.add(lostLink, t.Path(id))
		}
	}
}
