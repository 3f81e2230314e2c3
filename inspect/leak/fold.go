package leak

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/paths"
)

// fold makes one finding of what has one cause: what lies below a root is part of
// the root's finding, and what a package database lists is joined to the programs
// that were found in the same layer. It also finds out what later layers remove, and
// joins what several layers add to one root.
func fold(v *view, leaks []leak) []leak {
	leaks = joinPackages(leaks)
	leaks = slices.DeleteFunc(leaks, func(l leak) bool {
		return l.path != "" && v.swallowed(l.path, v.letter(l.rule), l.root)
	})
	for i := range leaks {
		l := &leaks[i]
		if l.gone != -1 {
			continue
		}
		switch {
		case l.files != nil:
			l.gone = v.groupGone(l.layer, l.files)
		case l.root || l.isDir:
			l.gone = v.emptiedBy(l.layer, l.path)
		default:
			l.gone = v.removedBy(l.layer, l.path)
		}
	}
	return merge(v, once(leaks))
}

// once keeps, of a file that several layers have with the same in it, the finding
// of the first: a later chmod copies the file, but the first line brought it. What
// removes it is then what removes the last copy.
func once(leaks []leak) []leak {
	at := map[string]int{}
	kept := leaks[:0]
	for _, l := range leaks {
		if l.count > 0 || l.root || l.database || l.path == "" {
			kept = append(kept, l)
			continue
		}
		k := strings.Join(append([]string{l.rule, l.path, strconv.FormatUint(l.sum, 16)}, l.evidence...), "\x00")
		if i, ok := at[k]; ok {
			kept[i].gone = l.gone
			continue
		}
		at[k] = len(kept)
		kept = append(kept, l)
	}
	return kept
}

// swallowed says whether p lies below a root that stands for findings of that
// family. A root does not swallow itself, and a whole toolchain in a cache is
// told of by itself: it is what matters there.
func (v *view) swallowed(p string, letter byte, isRoot bool) bool {
	for _, r := range v.roots {
		if strings.IndexByte(r.swallows, letter) < 0 || !paths.Below(p, r.path) {
			continue
		}
		if isRoot && letter == 'T' && v.letter(r.rule) != 'T' {
			continue
		}
		if !isRoot || p != r.path {
			return true
		}
	}
	return false
}

// joinPackages merges each finding from a package database with what else there is of
// the same kind in the same layer: gcc's packages and gcc's programs are one leak. Of
// several it is the largest, and all that lie where only packages put files.
func joinPackages(leaks []leak) []leak {
	joined := leaks[:0:0]
	for _, l := range leaks {
		if !l.database {
			joined = append(joined, l)
		}
	}
	for _, db := range leaks {
		if !db.database {
			continue
		}
		best := -1
		for i, l := range joined {
			if l.isOf(db) && (best < 0 || l.size > joined[best].size) {
				best = i
			}
		}
		if best < 0 {
			joined = append(joined, db)
			continue
		}
		l := &joined[best]
		for _, other := range joined {
			if other.isOf(db) && other.packaged() && other.path != l.path {
				l.evidence = append(slices.Clone(l.evidence), other.evidence...)
			}
		}
		l.evidence = append(slices.Clone(db.evidence), l.evidence...)
		l.packages = append(slices.Clone(l.packages), db.packages...)
		if !l.root {
			l.title = db.title
		}
		if !l.root && (!l.isDir || db.size > l.size) {
			l.name = db.name // the path would read as one file of that size
		}
		if db.size > l.size {
			l.size, l.count = db.size, 0 // of all the packages' files, not only those that were seen
		}
		kept := l.path
		for _, other := range joined {
			if other.isOf(db) && other.packaged() && other.path != kept {
				l.holds = slices.Concat(l.standsFor(), other.standsFor())
			}
		}
		joined = slices.DeleteFunc(joined, func(l leak) bool { return l.isOf(db) && l.packaged() && l.path != kept })
	}
	return joined
}

// standsFor are the files of a leak, and the directories that it is all of.
func (l leak) standsFor() []string {
	switch {
	case l.holds != nil:
		return l.holds
	case l.files != nil:
		return l.files
	case l.path == "" || l.database || l.layer < 0:
		return nil
	}
	return []string{l.path}
}

// isOf says whether what was seen may be what a package database tells of.
func (l leak) isOf(db leak) bool {
	return !l.database && l.rule == db.rule && l.of == db.of && l.layer == db.layer
}

// packaged says whether a leak lies where packages of a distribution put files.
func (l leak) packaged() bool {
	if l.root || paths.Below(l.path, "/usr/local") {
		return false
	}
	return paths.Below(l.path, "/usr") || paths.Below(l.path, "/lib") || paths.Below(l.path, "/bin")
}
