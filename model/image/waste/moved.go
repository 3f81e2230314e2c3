package waste

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// content is what tells one file's content from another's.
type content struct {
	size int64
	sum  uint64
}

// mostMoved is how many of the largest items are looked at, and fewest the bytes from
// which on it is worth telling that one was moved.
const (
	mostMoved = 1000
	fewest    = 4 << 10
)

// findMoved finds what a layer deleted and stored again elsewhere, as mv does.
func (r *Report) findMoved(trees []*image.Tree) {
	stores := map[int]map[content]image.NodeID{} // of each layer that deletes, its files
	for i := range r.Items[:min(len(r.Items), mostMoved)] {
		it := &r.Items[i]
		if it.Cause != image.Deleted || it.Bytes < fewest {
			continue
		}
		has, ok := stores[it.By]
		if !ok {
			has = contents(trees[it.By])
			stores[it.By] = has
		}
		it.Moved = moved(trees[it.Layer], it.Node, trees[it.By], has)
	}
}

// contents lists a layer's files by content.
func contents(t *image.Tree) map[content]image.NodeID {
	out := map[content]image.NodeID{}
	for id := range image.NodeID(t.Len()) {
		if t.Type(id) == image.Regular {
			if i := t.Info(id); i.Size > 0 && i.Sum != 0 {
				out[content{i.Size, i.Sum}] = id
			}
		}
	}
	return out
}

// moved is the path at which another layer has all files of a subtree, or "". The
// names below it must be the same.
func moved(t *image.Tree, root image.NodeID, in *image.Tree, has map[content]image.NodeID) string {
	if len(has) == 0 {
		return ""
	}
	prefix, to := t.RawPath(root), ""
	for id := range t.Walk(root) {
		i := t.Info(id)
		if i.Type != image.Regular || i.Size == 0 {
			continue
		}
		if to == "" {
			twin, ok := has[content{i.Size, i.Sum}]
			if !ok || i.Sum == 0 {
				return ""
			}
			if to, ok = strings.CutSuffix(in.RawPath(twin), strings.TrimPrefix(t.RawPath(id), prefix)); !ok || to == "" {
				return ""
			}
		}
		at, ok := in.Find(path.Join(to, strings.TrimPrefix(t.RawPath(id), prefix)))
		if !ok {
			return ""
		}
		if j := in.Info(at); j.Size != i.Size || j.Sum != i.Sum {
			return ""
		}
	}
	if at, ok := in.Find(to); ok {
		return in.Path(at)
	}
	return ""
}
