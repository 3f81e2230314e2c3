package tui

import (
	"context"
	"io"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/saving"
)

// Builder runs builds: on a real BuildKit, or out of a record.
type Builder interface {
	// Build runs one build of the target stage and returns when it has ended and
	// everything it started has stopped, also after ctx is cancelled. It tells what
	// happens through emit, which never blocks and may be called from any
	// goroutine, but not after Build has returned. The last event is an End.
	Build(ctx context.Context, target int, emit func(build.Event))
	// Reload reads the Dockerfile again. A nil graph without an error says that
	// there is nothing to read again (stdin, a record).
	Reload(ctx context.Context) (*model.Graph, error)
}

// Watcher tells when files change that reach a target.
type Watcher interface {
	// Watch returns when ctx is over. It calls emit, which never blocks, once it
	// watches, and from then on for every change.
	Watch(ctx context.Context, target int, emit func(Watched))
}

// Watched is what a Watcher has to tell.
type Watched struct {
	Files   int      // how many are watched
	Polling string   // why they are looked at now and then instead; "" when they are not
	Changed []string // paths, sanitised, since the last time; none when only the above is new
	Err     error    // why no change can be seen at the moment
}

// Inspector opens the image that a build made and looks through it.
type Inspector interface {
	// Inspect returns when it is done or ctx is cancelled. progress takes bytes and
	// may be called from any goroutine; total is 0 while unknown.
	Inspect(ctx context.Context, result build.Result, target int, progress func(done, total int64)) (Inspected, error)
}

// Inspected is an image and what looking through it has found.
type Inspected struct {
	Image    *image.Image
	Findings []finding.Finding
	Proofs   [][]saving.Proof // by layer, for what could go; may be nil
	// Graph is of the Dockerfile that the image was joined to, for an App that shows an
	// image alone; nil when none is known.
	Graph *model.Graph
}

// Files reads the files of an image.
type Files interface {
	// Read returns up to limit bytes of the file that a layer wrote at path (as
	// image.Tree.RawPath has it), and its whole size.
	Read(ctx context.Context, im *image.Image, layer int, path string, limit int64) (data []byte, size int64, err error)
	// Extract writes the file or directory at path, as it is after layer, to dest,
	// relative to the working directory unless it says otherwise; into it when it is
	// a directory. Without replace it touches nothing that is there: its error then
	// is fs.ErrExist.
	Extract(ctx context.Context, im *image.Image, layer int, path, dest string, replace bool) (Extracted, error)
}

// Extracted is what an extraction wrote.
type Extracted struct {
	Path    string // where it is now
	Files   int    // everything that is no directory
	Bytes   int64
	LeftOut string // what was not written and why, as a part of a sentence; "" when nothing was
}

// Saver keeps text in files.
type Saver interface {
	// Save writes what write writes into a file, relative to the working directory
	// unless the name says otherwise, and returns its path. Without replace it
	// touches no file that is there: its error then is fs.ErrExist.
	Save(ctx context.Context, name string, replace bool, write func(io.Writer) error) (path string, err error)
}

// Clock is the time, so that tests can have their own.
type Clock interface {
	Now() time.Time
	After(time.Duration) <-chan time.Time
}

// SystemClock is the real Clock.
type SystemClock struct{}

// Now is time.Now.
func (SystemClock) Now() time.Time { return time.Now() }

// After is time.After.
func (SystemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Config is what an App is made from. Only Graph, Image, Ref or
// Comparison must be there.
type Config struct {
	Graph    *model.Graph // nil to look at an image from a file
	Target   int          // stage index; a negative one means the default target
	Platform string       // as the header shows it; "" for the engine's own
	Engine   string       // as the header shows it until a build says better

	Builder   Builder   // nil: graph and image only
	NoBuilder string    // why Builder is nil, as a sentence that says what to do
	Inspector Inspector // nil: images are not looked into
	Saver     Saver     // nil: logs are not saved
	Files     Files     // nil: files of images are neither shown nor extracted
	Debugger  Debugger  // nil: builds are not looked into
	Stages    Stages    // nil: only images are looked into
	Watcher   Watcher   // nil: there is nothing to watch
	Linter    Linter    // nil: the Dockerfile is not judged
	Comparer  Comparer  // nil: stages are not compared
	Prober    Prober    // nil: compared images are not asked how they behave
	AutoBuild bool      // start building at once
	Probe     bool      // run the probes as soon as images stand side by side
	AutoWatch bool      // watch from the start

	Breakpoints []build.StepRef // steps of Graph that builds stop before, from the start

	History History // nil: no list of builds
	// Comparison puts images side by side at once, an App without a Graph; nil for none.
	// tell takes what is being done, sanitised, from any goroutine.
	Comparison func(ctx context.Context, tell func(string)) (*compare.Comparison, error)
	// DiffFile says how the file at a path (image.Tree.RawPath) of a side differs from the
	// first side's; nil where no file of a comparison can be read.
	DiffFile func(ctx context.Context, c *compare.Comparison, side int, path string) (*difference.File, error)
	// Compare are stages of Graph to put side by side at once, a single one to take apart;
	// nil for none.
	Compare []int

	Look *build.StepRef  // a stage of Graph to open at once, after a step or after all (-1); nil for none
	Past *history.Record // a build of History to show at once

	Rules func() []finding.Rule // what findings are instances of, for their pages; asked when one is looked at; nil for none

	// Redact takes secrets out of instructions where they stand beside findings and
	// layers; nil to show them as they are. The Dockerfile itself is shown whole.
	Redact func(string) string

	Ref      string       // of an image that Inspector looks into at once, instead of a build's
	Image    *image.Image // shown from the start
	Findings []finding.Finding

	Clock   Clock                // nil for the system's
	Profile colorprofile.Profile // ASCII and below: no colours; decide NO_COLOR before
	Light   bool                 // for a light background, until the terminal says what it has
	Fixed   bool                 // the user chose Light or not: the terminal is not asked
	ASCII   bool                 // the locale has no UTF-8
	Width   int                  // of the screen until the terminal says so; 0 for 80 × 24
	Height  int
	Frame   time.Duration // shortest time between two batches of events; 0 for 1/30 s, negative for none
	Speed   float64       // how much faster than real time events come: a replay's; 0 for 1
}
