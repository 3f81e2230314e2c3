package reproduce

import (
	"archive/tar"
	"context"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/reproduction"
	"github.com/stagedive/stagedive/model/reproduction/cause"
)

// How much is looked at of a file whose content differs: all of it up to a size, else its
// beginning, and what lies around the first block that differs.
const (
	wholeSize = 16 << 20
	headSize  = 16 << 10
	batchSize = 64 << 20 // at once, of each of the two layers
	batches   = 16
)

// want is a file to look into.
type want struct {
	entry    int   // its place in the archive
	from, to int64 // what of it
}

// cost is how many bytes of memory it takes.
func (w want) cost() int64 { return w.to - w.from + headSize }

// window is what to look at of two files, of a and b bytes, that first differ in a block.
func window(a, b reproduction.Entry) (from, to int64) {
	if a.Size <= wholeSize && b.Size <= wholeSize {
		return 0, wholeSize
	}
	k := 0
	for k < len(a.Blocks) && k < len(b.Blocks) && a.Blocks[k] == b.Blocks[k] {
		k++
	}
	return int64(max(0, k-1)) * reproduction.BlockSize, int64(k+2) * reproduction.BlockSize
}

// read gets samples of files of a layer, which is gone through once.
func read(ctx context.Context, src source.Source, layer int, wants []want) (map[int]cause.Sample, error) {
	wanted := make(map[int]want, len(wants))
	for _, w := range wants {
		wanted[w.entry] = w
	}
	out := make(map[int]cause.Sample, len(wants))
	at := -1
	err := walk(ctx, src, layer, func(h *tar.Header, _ uint64, r io.Reader) error {
		at++
		w, ok := wanted[at]
		if !ok {
			return nil
		}
		s := cause.Sample{Size: h.Size, From: w.from}
		if w.from > 0 {
			s.Head = make([]byte, min(headSize, w.from))
			if _, err := io.ReadFull(r, s.Head); err != nil {
				return err
			}
			if _, err := io.CopyN(io.Discard, r, w.from-int64(len(s.Head))); err != nil && err != io.EOF {
				return err
			}
		}
		var err error
		if s.Data, err = io.ReadAll(io.LimitReader(r, w.to-w.from)); err != nil {
			return err
		}
		if out[at] = s; len(out) == len(wants) {
			return errEnough
		}
		return nil
	})
	return out, err
}

// examine looks into the files of a layer whose content differs, batch by batch. What is
// beyond the last batch is left as it is: told, and not explained.
func (c *comparison) examine(ctx context.Context, l *layer, differences []reproduction.Difference) error {
	var todo []int
	for i, d := range differences {
		if d.Field == reproduction.Content {
			todo = append(todo, i)
		}
	}
	for range batches {
		if len(todo) == 0 {
			return nil
		}
		var first, second []want
		n, cost := 0, int64(0)
		for _, i := range todo {
			a, b := differences[i].Entries()
			from, to := window(l.entries[0][a], l.entries[1][b])
			x := want{a, from, min(to, max(l.entries[0][a].Size, from))}
			y := want{b, from, min(to, max(l.entries[1][b].Size, from))}
			if cost += max(x.cost(), y.cost()); n > 0 && cost > batchSize {
				break
			}
			first, second = append(first, x), append(second, y)
			n++
		}
		var samples [2]map[int]cause.Sample
		both, reading := errgroup.WithContext(ctx)
		for k, wants := range [2][]want{first, second} {
			both.Go(func() (err error) {
				samples[k], err = read(reading, l.src[k], l.at[k], wants)
				return err
			})
		}
		if err := both.Wait(); err != nil {
			return err
		}
		for _, i := range todo[:n] {
			a, b := differences[i].Entries()
			if e, ok := cause.New(differences[i].Path, samples[0][a], samples[1][b]); ok {
				differences[i].Examine(e, c.Redact)
			}
		}
		todo = todo[n:]
	}
	return nil
}
