package image

import "strings"

// Follow is Resolve for what is there (nothing that was removed), and follows the last
// part of the path too, as opening a file in a container does. A hard link is itself.
func (t *Tree) Follow(path string) (NodeID, bool) {
	at, todo := Root, []string{path}
	for hops, steps := 0, 0; len(todo) > 0; {
		path := todo[len(todo)-1]
		if strings.HasPrefix(path, "/") {
			at = Root
		}
		part, rest, more := strings.Cut(strings.TrimLeft(path, "/"), "/")
		if todo = todo[:len(todo)-1]; more {
			todo = append(todo, strings.TrimLeft(rest, "/"))
		}
		if steps++; steps > maxSteps {
			return None, false
		}
		switch part {
		case "", ".":
			continue
		case "..":
			at = max(t.Parent(at), Root)
			continue
		}
		if !t.IsDir(at) {
			return None, false
		}
		id := t.child(at, part)
		if id == None || t.nodes[id].change == Removed {
			return None, false
		}
		if t.nodes[id].typ != Symlink {
			at = id
			continue
		}
		if hops++; hops > maxHops {
			return None, false
		}
		todo = append(todo, t.link(&t.nodes[id]))
	}
	return at, true
}

// Before is the layer below another that has the file at path (like RawPath) as it
// was before; ok is false when there was none.
func (im *Image) Before(layer int, path string) (before int, ok bool) {
	for k := min(layer, len(im.Layers)) - 1; k >= 0; k-- {
		t := im.Layers[k].Tree
		if t == nil {
			continue
		}
		switch t.Fate(path, false) {
		case Gone:
			return 0, false
		case Replaced:
			id, found := t.Find(path)
			if !found {
				return 0, false
			}
			typ := t.nodes[id].typ
			return k, typ == Regular || typ == Hardlink
		}
	}
	return 0, false
}
