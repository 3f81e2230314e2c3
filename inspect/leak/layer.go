package leak

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"
)

// layer is what is noted of one layer. Every path in it is absolute and clean.
type layer struct {
	dirs   map[string]*dir
	gone   map[string]bool // whiteouts: the path is removed
	opaque map[string]bool // directories whose earlier content is removed
	marks  []mark          // what content proved, in archive order

	dpkg map[string]*database // by path of the database
	apk  map[string]*database

	once   sync.Once
	sorted []string // keys of dirs in path order, made when first asked for
}

// dir is a directory that holds files in this layer.
type dir struct {
	files []file
}

// file is an entry other than a directory. Links count with no bytes.
type file struct {
	name string
	size int64
	link bool // a symbolic or hard link
}

// mark is something that a file's content proved.
type mark struct {
	kind   kind
	path   string
	detail string // worded as evidence, without the values of secrets
	name   string // of the tool, package or credential
	size   int64
	line   int    // 1-based, where in the file
	sum    uint64 // of the file's content, for secrets: tells two apart, and is never shown
	weak   bool   // a key that a passphrase locks
}

// kind of a mark.
type kind uint8

const (
	goTool kind = iota + 1
	goRoot
	nativeTool
	jdkRelease
	javac
	jar
	nodePackage
	gitHead
	hgStore
	svnStore
	sourceFile
	privateKey
	credential
	token
	aptData
)

func newLayer() *layer {
	return &layer{
		dirs: map[string]*dir{}, gone: map[string]bool{}, opaque: map[string]bool{},
		dpkg: map[string]*database{}, apk: map[string]*database{},
	}
}

// comparePaths orders paths so that everything below a directory follows it
// directly: the separator sorts before every other byte.
func comparePaths(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] == b[i] {
			continue
		}
		switch {
		case a[i] == '/':
			return -1
		case b[i] == '/':
			return 1
		}
		return cmp.Compare(a[i], b[i])
	}
	return cmp.Compare(len(a), len(b))
}

// below says whether p is root or lies under it.
func below(p, root string) bool {
	return root == "/" || strings.HasPrefix(p, root) && (len(p) == len(root) || p[len(root)] == '/')
}

// under returns the directories at and below root that hold files, in order.
func (l *layer) under(root string) []string {
	l.once.Do(func() {
		l.sorted = make([]string, 0, len(l.dirs))
		for d := range l.dirs {
			l.sorted = append(l.sorted, d)
		}
		slices.SortFunc(l.sorted, comparePaths)
	})
	if root == "/" {
		return l.sorted
	}
	from, _ := slices.BinarySearchFunc(l.sorted, root, comparePaths)
	to := from
	for to < len(l.sorted) && below(l.sorted[to], root) {
		to++
	}
	return l.sorted[from:to]
}

// sum is the number of files at and below root, and their bytes.
func (l *layer) sum(root string) (count int, size int64) {
	for _, d := range l.under(root) {
		for _, f := range l.dirs[d].files {
			count++
			size += f.size
		}
	}
	return count, size
}

// holds says whether the layer has a file at or below root.
func (l *layer) holds(root string) bool { return len(l.under(root)) > 0 }

// file finds a file by its path.
func (l *layer) file(p string) (file, bool) {
	if d := l.dirs[path.Dir(p)]; d != nil {
		name := path.Base(p)
		for _, f := range d.files {
			if f.name == name {
				return f, true
			}
		}
	}
	return file{}, false
}
