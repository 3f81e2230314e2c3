package leak

import (
	"fmt"

	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// directories reports the directories that rules see, each as one with its size.
func directories(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		done := ""
		for id := range l.tree.Walk(image.Root) {
			if !l.tree.IsDir(id) {
				continue
			}
			v.rules.Dirs(l.tree.RawName(id), func() string { return l.tree.RawPath(id) }, func(m *rules.Matcher) {
				root := l.tree.RawPath(id)
				if m.NotBase && v.im.Layers[i].Origin.Base {
					return
				}
				if done != "" && paths.Below(root, done) {
					return
				}
				if found, ok := v.dirLeak(i, m, id); ok {
					done = root
					leaks = append(leaks, found)
				}
			})
		}
	}
	return leaks
}

func (v *view) dirLeak(index int, m *rules.Matcher, at image.NodeID) (leak, bool) {
	l, d := v.layers[index], m.Dir
	if l.tree.Size(at) < d.Min {
		return leak{}, false
	}
	root := l.tree.RawPath(at)
	count, size := v.brought(index, root)
	if size < d.Min {
		return leak{}, false
	}
	largest, most, proof := at, int64(-1), d.Has == nil
	for id := range l.tree.Walk(at) {
		if id == at || l.tree.Type(id) == image.Whiteout {
			continue
		}
		proof = proof || d.Proves(l.tree.RawName(id), func() string { return l.tree.RawPath(id)[len(root):] })
		if n := l.tree.Size(id); !l.tree.IsDir(id) && n > most {
			largest, most = id, n
		}
	}
	rule := v.rules.Of(m)
	title := m.Title
	if title == "" {
		title = m.What
	}
	return leak{
		rule: rule.ID, title: title, layer: index, path: root, count: count, size: size, gone: -1, root: true, swallows: swallows(rule.Category),
		evidence: []string{fmt.Sprintf("%s below %s", measure.Plural(count, "file"), root), fmt.Sprintf("the largest is %s, %s", l.tree.RawPath(largest), measure.Bytes(most))},
	}, proof && count > 0
}
