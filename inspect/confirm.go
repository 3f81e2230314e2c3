package inspect

import (
	"context"
	"io"
	"io/fs"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/stagedive/stagedive/model/finding"
)

// Stages knows the files of a build's stages, as the engine has them that ran it.
type Stages interface {
	// Same says whether the file at a path of a stage has a size and a content, whose
	// xxHash64 is sum. An error says that it is not known.
	Same(ctx context.Context, stage int, path string, size int64, sum uint64) (bool, error)
}

// maxCompared bounds the size in bytes of a file that is compared: one proves as much as
// another.
const maxCompared = 16 << 20

// confirm compares a few files of each finding with what the Dockerfile says that they
// were copied from, and tells of those that are the very same. What can't be looked at
// stays as it was told.
func confirm(ctx context.Context, found []finding.Finding, files fs.FS, stages Stages) {
	lost := map[int]bool{} // stages that can't be looked into
	for i := range found {
		f := &found[i]
		for _, t := range f.Taken {
			at := slices.IndexFunc(t.From, func(p finding.Place) bool {
				switch {
				case t.Size > maxCompared || t.Sum == 0 || ctx.Err() != nil:
					return false
				case p.Stage < 0:
					return files != nil && sameIn(files, p.Path, t.Size, t.Sum)
				case stages == nil || lost[p.Stage]:
					return false
				}
				same, err := stages.Same(ctx, p.Stage, p.Path, t.Size, t.Sum)
				lost[p.Stage] = err != nil
				return same && err == nil
			})
			if at < 0 {
				continue
			}
			name := t.From[at].Name
			if f.Files > 1 {
				f.Evidence = append(f.Evidence, t.Path+" is identical to "+name)
				continue
			}
			f.From = name
			f.Evidence = append(f.Evidence, "identical to "+name)
		}
		f.Taken = nil
	}
}

// sameIn says whether a file of the build context has a size and a content.
func sameIn(files fs.FS, path string, size int64, sum uint64) bool {
	if !fs.ValidPath(path) {
		return false
	}
	file, err := files.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() != size {
		return false
	}
	d := xxhash.New()
	n, err := io.Copy(d, io.LimitReader(file, size+1))
	return err == nil && n == size && d.Sum64() == sum
}
