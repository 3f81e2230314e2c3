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
	Memory    int64          // bytes that may be kept of all entries together, about; 0 for 240 MB, some 1,000,000 entries
	Progress  func(Progress) // called now and then, by one goroutine at a time
	Cache     Cache          // of earlier scans' results; nil for none
}

// Progress is how far a scan has come, all layers together.
type Progress struct {
	Layers, LayersDone int   // 0 while a stream goes by: how many there are is not known yet
	Files              int   // entries seen
	Bytes              int64 // of tar read
}

// Layer is what the scan of one layer found.
type Layer struct {
	Tree     *image.Tree
	Size     int64       // bytes of the files it holds
	Problems []string    // a sentence each, sanitised
	Notes    [][]byte    // of each detector, in Options' order
	Sums     source.Sums // what its bytes are; zero when they were not read to their end
	// Unread says that something of it is not known: it could not be read to its end,
	// something was left out for want of room, or it is not what the image says it is.
	Unread bool
}

// Scan reads all layers of a source. It fails only when ctx ends, or a stream holds
// no image; what is wrong with a layer is told in its Problems.
func Scan(ctx context.Context, src source.Source, opt Options) ([]Layer, error) {
	if opt.Memory <= 0 {
		opt.Memory = defaultMemory
	}
	s := &scanner{Options: opt, room: image.NewRoom(opt.Memory), report: &reporter{to: opt.Progress}}
	for _, d := range opt.Detectors {
		s.kinds = append(s.kinds, d.Kind())
	}
	if stream, ok := src.(source.Stream); ok {
		return s.inTurn(ctx, stream)
	}
	return s.atRandom(ctx, src)
}

// scanner is one scan.
type scanner struct {
	Options
	kinds  []string // of the detectors
	room   *image.Room
	each   int64 // bytes of the room that are kept for each layer
	report *reporter
}

// atRandom reads layers side by side, each content once.
func (s *scanner) atRandom(ctx context.Context, src source.Source) ([]Layer, error) {
	layers := src.Image().Layers
	s.report.now.Layers = len(layers)
	s.share(len(layers))
	out := make([]Layer, len(layers))
	same := twins(src)
	group, ctx := errgroup.WithContext(ctx)
	workers := s.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	group.SetLimit(workers)
	for _, i := range largestFirst(layers) {
		if same[i] != i {
			continue
		}
		group.Go(func() error {
			out[i] = s.open(ctx, src, i)
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("reading the image's layers: %w", err)
	}
	for i, l := range layers {
		if same[i] != i {
			s.report.done()
		}
		out[i] = out[same[i]].of(l)
	}
	return out, nil
}

// maxShare is the most that is kept for a layer alone, in bytes: some thousand entries.
const maxShare = 1 << 20

// share keeps a part of the room for each layer, so that one that takes all there is
// does not hide the others.
func (s *scanner) share(layers int) {
	s.each = min(maxShare, s.Memory/4/int64(max(layers, 1)))
	s.room.Keep(s.each * int64(layers))
}

// twins says for each layer which is the first with the same content, itself if it is
// the first.
func twins(src source.Source) []int {
	first := map[string]int{}
	same := make([]int, len(src.Image().Layers))
	for i := range same {
		same[i] = i
		id := src.Identity(i)
		if id == "" {
			continue
		}
		if j, ok := first[id]; ok {
			same[i] = j
		} else {
			first[id] = i
		}
	}
	return same
}

// of adds what a layer of the image claims falsely about its content.
func (l Layer) of(claims source.Layer) Layer {
	untrue := l.Sums.Untrue(claims)
	l.Unread = l.Unread || untrue != ""
	for _, text := range []string{claims.Odd, untrue} {
		if text != "" {
			l.Problems = append(slices.Clone(l.Problems), sanitize.Text(text))
		}
	}
	return l
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

// open reads layer i of a source, unless it is known.
func (s *scanner) open(ctx context.Context, src source.Source, i int) Layer {
	defer s.report.done()
	of := src.Image().Layers[i]
	if of.Unreadable != "" {
		return s.missing(of, fs.ErrNotExist)
	}
	identity := src.Identity(i)
	if l, ok := s.kept(identity); ok {
		return l
	}
	t, err := source.OpenTar(ctx, src, i)
	if err != nil {
		return s.missing(of, err)
	}
	defer t.Close()
	l := s.read(t)
	s.keep(identity, src.Identity(i), l)
	return l
}

// read reads one layer.
func (s *scanner) read(t *source.Tar) Layer {
	l := s.begin()
	l.in.in = t
	err := l.entries(t)
	l.read = t.Offset()
	var sums source.Sums
	if err == nil {
		err = l.behind(t)
	}
	if err == nil {
		sums, err = t.Finish()
	}
	if err != nil {
		l.fail(err)
	}
	out := l.result()
	out.Sums, out.Unread = sums, err != nil || l.odd.count[tooMany] > 0
	return out
}

// missing is a layer that could not be opened.
func (s *scanner) missing(of source.Layer, err error) Layer {
	l := s.begin()
	switch {
	case of.Unreadable != "":
		l.problem(of.Unreadable + ": nothing of it is shown")
	case !errors.Is(err, fs.ErrNotExist):
		l.problem(fmt.Sprintf("its content cannot be read (%v): nothing of it is shown", err))
	case of.Foreign:
		l.problem("its content is not part of the image (a foreign layer): nothing of it is shown")
	default:
		l.problem("its content is missing: nothing of it is shown; fetch or save the image again")
	}
	out := l.result()
	out.Unread = true
	return out
}

func (s *scanner) begin() *layer {
	room := s.room.Share(s.each)
	l := &layer{build: image.NewBuilderIn(room), room: room, report: s.report}
	for _, d := range s.Detectors {
		l.sinks = append(l.sinks, d.Begin())
	}
	return l
}

func (l *layer) problem(text string) { l.problems = append(l.problems, sanitize.Text(text)) }

// fail notes what ended the layer early.
func (l *layer) fail(err error) {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded): // Scan says so
	case errors.Is(err, source.ErrBomb):
		l.problem(fmt.Sprintf("it unpacks to many times its size, as no image does, and was left after %s: what comes before is shown", measure.Bytes(l.read)))
	case errors.Is(err, errNoTar):
		l.problem(err.Error() + "; nothing of it is shown")
	case errors.Is(err, io.ErrUnexpectedEOF):
		l.problem("it is cut off: what comes before is shown")
	default:
		l.problem(fmt.Sprintf("it cannot be read to its end (%v): what comes before is shown", err))
	}
}

func (l *layer) result() Layer {
	defer l.room.Close()
	t := l.build.Tree()
	l.checkLinks(t)
	out := Layer{Tree: t, Size: t.Size(image.Root), Problems: append(l.odd.sentences(), l.problems...)}
	for _, s := range l.sinks {
		out.Notes = append(out.Notes, s.Notes())
	}
	return out
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

// all says how many layers there turned out to be, and that all are done.
func (r *reporter) all(layers int) {
	if r.to == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now.Layers, r.now.LayersDone = layers, layers
	r.to(r.now)
}
