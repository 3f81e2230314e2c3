// Package scan reads each layer of an image once: the tree of its files and
// whatever detectors look for come out of the same pass. Layers are read in
// parallel, nothing is written anywhere, and a layer that is damaged or made to
// harm gives what it has, with a sentence about what is wrong.
package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Options say how to scan.
type Options struct {
	Detectors []Detector
	Workers   int            // layers read at the same time; 0 for one a CPU
	Memory    int64          // bytes that may be kept of all entries together, about; 0 for 240 MB, some 800,000 entries
	Progress  func(Progress) // called now and then, by one goroutine at a time
}

// Progress is how far a scan has come, all layers together.
type Progress struct {
	Layers, LayersDone int
	Files              int   // entries seen
	Bytes              int64 // of tar read
}

// Layer is what the scan of one layer found.
type Layer struct {
	Tree     *image.Tree
	Size     int64    // bytes of the files it holds
	Problems []string // a sentence each, sanitised
}

// Scan reads all layers of a source. It fails only when ctx ends; what is wrong
// with a layer is told in its Problems.
func Scan(ctx context.Context, src source.Source, opt Options) ([]Layer, error) {
	layers := src.Image().Layers
	out := make([]Layer, len(layers))
	if opt.Memory <= 0 {
		opt.Memory = defaultMemory
	}
	room := image.NewRoom(opt.Memory)
	report := &reporter{to: opt.Progress, now: Progress{Layers: len(layers)}}
	group, ctx := errgroup.WithContext(ctx)
	workers := opt.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	group.SetLimit(workers)
	for _, i := range largestFirst(layers) {
		group.Go(func() error {
			out[i] = scanLayer(ctx, src, i, opt.Detectors, room, report)
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("reading the image's layers: %w", err)
	}
	return out, nil
}

// largestFirst orders the layers so that no large one is left to run alone at
// the end.
func largestFirst(layers []source.Layer) []int {
	order := make([]int, len(layers))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := layers[a].Size, layers[b].Size; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return order
}

// defaultMemory keeps the program below 512 MB whatever an image holds: the garbage
// collector lets it use twice what it keeps.
const defaultMemory = 240 << 20

// scanLayer reads one layer.
func scanLayer(ctx context.Context, src source.Source, i int, detectors []Detector, room *image.Room, report *reporter) Layer {
	l := &layer{index: i, build: image.NewBuilderIn(i, room), room: room, report: report}
	for _, d := range detectors {
		l.sinks = append(l.sinks, d.Begin(i))
	}
	defer report.done()
	t, err := source.OpenTar(ctx, src, i)
	if err != nil {
		l.fail(src.Image().Layers[i], err)
		return l.result()
	}
	defer t.Close()
	l.in.in = t
	err = l.entries(t)
	l.read = t.Offset()
	if err == nil {
		var untrue string
		if untrue, err = t.Finish(); untrue != "" {
			l.problems = append(l.problems, sanitize.Text(untrue))
		}
	}
	if err != nil {
		l.fail(src.Image().Layers[i], err)
	}
	return l.result()
}

// fail notes what ended the layer early.
func (l *layer) fail(of source.Layer, err error) {
	var text string
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return // Scan says so
	case errors.Is(err, fs.ErrNotExist) && of.Foreign:
		text = "its content is not part of the image (a foreign layer): nothing of it is shown"
	case errors.Is(err, fs.ErrNotExist):
		text = "its content is missing: nothing of it is shown; fetch or save the image again"
	case errors.Is(err, source.ErrBomb):
		text = fmt.Sprintf("it unpacks to many times its size, as no image does, and was left after %s: what comes before is shown", measure.Bytes(l.read))
	case errors.Is(err, io.ErrUnexpectedEOF):
		text = "it is cut off: what comes before is shown"
	default:
		text = fmt.Sprintf("it cannot be read to its end (%v): what comes before is shown", err)
	}
	l.problems = append(l.problems, sanitize.Text(text))
}

func (l *layer) result() Layer {
	t := l.build.Tree()
	l.checkLinks(t)
	return Layer{Tree: t, Size: t.Size(image.Root), Problems: append(l.odd.sentences(), l.problems...)}
}

// reporter adds up the layers' progress.
type reporter struct {
	mu  sync.Mutex
	to  func(Progress)
	now Progress
}

func (r *reporter) add(files int, bytes int64) {
	if r.to == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.Files += files
	r.now.Bytes += bytes
	r.to(r.now)
}

func (r *reporter) done() {
	if r.to == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.LayersDone++
	r.to(r.now)
}
