package image

// Write is what one layer did to a path.
type Write struct {
	Layer int
	// Change against what lay there before. Unchanged says that the layer holds the
	// file once more just as it was.
	Change Change
	// Size is the bytes that the layer holds at the path and below it; of Removed,
	// what the path held before, as far as the layers hold it in one piece.
	Size int64
}

// Writes lists the layers that wrote or removed a path, or something below it where
// it is a directory, the lowest first. The path is one of RawPath. A layer that gets
// there through a link to a directory is not found.
func (im *Image) Writes(path string) []Write {
	var out []Write
	var was Info // of what lies there; its Size that of the whole
	present := false
	for k, l := range im.Layers {
		t := l.Tree
		if t == nil {
			continue
		}
		gone := present && t.Fate(path, was.Type.IsDir()) == Gone
		id, found := t.Find(path)
		if !found || t.Type(id) == Whiteout {
			if gone {
				out = append(out, Write{k, Removed, was.Size})
				present = false
			}
			continue
		}
		now := t.Info(id)
		now.Size = t.Size(id)
		w := Write{k, Added, now.Size}
		switch {
		case !present:
		case gone:
			w.Change = Modified
		case now.Type.IsDir():
			w.Change = now.dirAfter(was, t.ChildCount(id))
			now.Size += was.Size
		default:
			w.Change = now.fileAfter(was)
		}
		if w.Change == Unchanged && now.Type.IsDir() {
			continue // the layer only passes through
		}
		if now.Implicit && present {
			now.Mode, now.UID, now.GID = was.Mode, was.UID, was.GID
		}
		was, present = now, true
		out = append(out, w)
	}
	return out
}

// dirAfter is what writing a directory, and so many entries in it, whiteouts among
// them, did to the one that was there.
func (i Info) dirAfter(was Info, entries int) Change {
	switch {
	case entries > 0:
		return Modified
	case !i.Implicit && !i.sameAccess(was):
		return Metadata
	}
	return Unchanged
}

// fileAfter is what writing a file did to the one that was there. Without checksums
// two files of one size and time are taken to be the same, as Stack does.
func (i Info) fileAfter(was Info) Change {
	isFile := func(t Type) bool { return t == Regular || t == Hardlink }
	same := i.Type == was.Type && i.Link == was.Link
	if isFile(i.Type) && isFile(was.Type) {
		same = i.Sum == was.Sum
		if i.Sum == 0 || was.Sum == 0 {
			same = i.ModTime == was.ModTime
		}
		same = same && i.Size == was.Size
	}
	switch {
	case !same:
		return Modified
	case !i.sameAccess(was) || i.ModTime != was.ModTime:
		return Metadata
	}
	return Unchanged
}

func (i Info) sameAccess(was Info) bool {
	return i.Mode == was.Mode && i.UID == was.UID && i.GID == was.GID
}
