package compare

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// Place is a part of the file system that became another: a directory that only one side
// has, with all that is in it, or a file.
type Place struct {
	Path   string
	Dir    bool
	Change image.Change // Added, Removed or Modified
	Files  int          // that it stands for
	Was    int64        // bytes on the first side
	Is     int64        // bytes on the other
}

// Delta is by how many bytes the place became larger.
func (p Place) Delta() int64 { return p.Is - p.Was }

// Weight is how much of the difference it is: the bytes that it adds or takes, and of a
// file that differs the larger of both.
func (p Place) Weight() int64 { return max(p.Was, p.Is) }

// deepest is how far down places are told apart that hold most of a change.
const deepest = 3

// Places are where a side's files are not the first's, the largest first. A directory
// that only one of them has is one place, unless it holds most of what was added or
// removed: then it says too little, and what lies in it is told instead. What has another
// mode, owner or time alone is left out.
func (c *Comparison) Places(side int) []Place {
	f := c.files
	if !f.compared(side) {
		return nil
	}
	n := f.Counts(side)
	p := placer{files: f, side: side, most: map[image.Change]int64{image.Added: n.AddedBytes / 2, image.Removed: n.RemovedBytes / 2}}
	p.below(Root, 1)
	slices.SortFunc(p.out, func(a, b Place) int {
		return cmp.Or(cmp.Compare(b.Weight(), a.Weight()), strings.Compare(a.Path, b.Path), cmp.Compare(a.Change, b.Change))
	})
	return p.out
}

type placer struct {
	files *Files
	side  int
	most  map[image.Change]int64 // a directory that holds more is taken apart
	out   []Place
}

// below goes through a directory's rows, which lie at a depth.
func (p *placer) below(dir ID, depth int) {
	for id, end := p.files.Entries(dir); id < end; id++ {
		change, isDir := p.files.Change(id, p.side), p.files.IsDir(id)
		one := p.side // the side that has it
		if change == image.Removed {
			one = 0
		}
		switch {
		case change == image.Unchanged || change == image.Metadata:
			continue
		case isDir && change == image.Modified:
			p.below(id, depth+1)
			continue
		case isDir && depth < deepest && p.files.Size(id, one) > p.most[change]:
			p.below(id, depth+1)
			continue
		}
		place := Place{Path: p.files.Path(id), Dir: isDir, Change: change, Files: 1, Was: p.files.Size(id, 0), Is: p.files.Size(id, p.side)}
		if n, ok := p.files.Node(id, one); ok {
			place.Files = p.files.trees[one].Files(n)
		}
		p.out = append(p.out, place)
	}
}
