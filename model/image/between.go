package image

// Span is where a directory's entries lie: from first on, up to but not including end,
// in the order of Entries.
func (t *Tree) Span(dir NodeID) (first, end NodeID) {
	a, b := t.span(int32(dir))
	return NodeID(a), NodeID(b)
}

// CompareNames orders the entries of a directory as every tree has them: directories
// first, then by name, as RawName has it.
func CompareNames(aDir bool, a string, bDir bool, b string) int { return compare(aDir, a, bDir, b) }

// Between says what a path of one tree has become in another, as Diff does, and what of
// it differs beside the content. The entries of directories are not looked at.
func Between(a *Tree, was NodeID, b *Tree, is NodeID) (Change, Meta) {
	old, now := &a.nodes[was], &b.nodes[is]
	var m Meta
	if old.mode != now.mode {
		m |= MetaMode
	}
	if old.uid != now.uid || old.gid != now.gid {
		m |= MetaOwner
	}
	if old.mtime != now.mtime && !now.typ.IsDir() { // a directory's changes whenever something in it does
		m |= MetaTime
	}
	if old.attrs != now.attrs {
		m |= MetaAttrs
	}
	return change(old, a.link(old), now, b.link(now)), m
}
