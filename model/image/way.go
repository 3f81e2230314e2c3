package image

import "strings"

// dir returns the directory at path and makes what is missing of it.
func (b *Builder) dir(path string) int32 {
	if path == "" {
		return 0
	}
	if path == b.lastDir && b.work[b.lastID].dead == alive && b.nodes[b.lastID].typ.IsDir() {
		return b.lastID
	}
	id := b.walk(0, path, &trail{})
	b.lastDir, b.lastID = path, id
	if b.note == ThroughLink || b.note == CircularLink {
		b.lastDir, b.lastID = "", 0 // so that the next entry is noted too
	}
	return id
}

// maxSteps bounds the length of a path with all its links followed.
const maxSteps = maxDepth

// trail is how far a path has been followed.
type trail struct{ hops, steps int }

// walk goes from a directory along path, makes what is missing, and follows
// symbolic links without ever leaving the root, as an unpacker confined to the
// root file system does.
func (b *Builder) walk(id int32, path string, tr *trail) int32 {
	for part := range strings.SplitSeq(path, "/") {
		if tr.steps++; tr.steps > maxSteps {
			b.note = CircularLink
			return id
		}
		switch part {
		case "", ".":
			continue
		case "..":
			id = max(b.nodes[id].parent, 0)
			continue
		}
		next := b.find(id, part)
		if next < 0 {
			next = b.append(id, part)
			b.pass(next)
		}
		switch n := &b.nodes[next]; {
		case n.typ.IsDir():
		case n.typ == Whiteout:
			b.pass(next)
		case n.typ == Symlink && tr.hops < maxHops:
			tr.hops++
			b.odd(ThroughLink)
			target := textAt(b.text.String(), n.link())
			from := id
			if strings.HasPrefix(target, "/") {
				from = 0
			}
			next = b.walk(from, target, tr)
		default:
			if n.typ == Symlink {
				b.note = CircularLink
			} else {
				b.odd(UnderNonDir)
			}
			b.pass(next)
		}
		id = next
	}
	return id
}

// pass makes a node a directory that only the paths of others name.
func (b *Builder) pass(id int32) {
	b.set(id, Entry{Type: Directory, Mode: 0o755})
	b.nodes[id].flags |= implicit
	b.nodes[id].change = Unchanged
}
