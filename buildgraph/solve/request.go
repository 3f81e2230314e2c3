package solve

import (
	"cmp"
	"context"
	"time"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// Request says what to build and how. The strings of flags have docker build's
// forms.
type Request struct {
	Graph   *model.Graph
	Targets []int // stage indexes; none means the last stage. The first one is exported.
	// ExportAll exports every target, each as an image of its own (build.Result.Images).
	ExportAll bool

	ContextDir     string // the build context; "" for none
	ContextOf      Origin // where ContextDir is a copy; else zero
	Dockerfile     []byte // what is built, wherever it came from
	DockerfilePath string // where it was read, so that its .dockerignore is found; "" for stdin

	BuildArgs     map[string]string
	Labels        map[string]string
	Secrets       []string          // id=NAME[,src=FILE|,env=VARIABLE]
	SSH           []string          // default, or ID[=SOCKET|KEY[,KEY…]]
	NamedContexts map[string]string // name → DIR, oci-layout://DIR[:TAG][@DIGEST], docker-image://REF, a URL
	Platforms     []string
	NoCache       bool
	NoCacheFilter []string // stages by name
	Anew          bool     // NoCache, and not even what that takes from the cache: see anew
	Pull          bool
	Tags          []string
	CacheFrom     []string // type=…,k=v or a reference
	CacheTo       []string

	// HoldFailure keeps a build open that has failed at a step, HoldResult one that
	// has made its first target, of which nothing is exported then.
	HoldFailure, HoldResult bool
	// HoldStates has the Hold of a result know what that was built up from.
	HoldStates bool
	// HoldAt has HoldResult stand at what a step of the first target has made, or the
	// last one before it that makes files, and nothing that comes after is run.
	HoldAt *build.StepRef
	// WouldRun makes the build end, cancelled, rather than run a command that is not
	// cached; it is told whose.
	WouldRun func(build.StepRef)
	// The build stops before these steps: it calls Stopped and goes on when that has
	// returned. The Hold is good until then. Stopped must return when ctx is over.
	Breakpoints []build.StepRef
	Stopped     func(ctx context.Context, h *hold.Hold)
	Helper      *hold.Helper // for shells in images that have none; nil for none
	// Unrecorded keeps the build out of the engine's history.
	Unrecorded bool

	Export   Export
	Baseline Baseline
	Engine   build.Engine // as it shall stand in the Begin event

	DockerConfigDir string                      // registry credentials; "" for the user's own
	LookupEnv       func(string) (string, bool) // for secrets from the environment; nil for an empty one
	Now             func() time.Time            // nil for time.Now
}

// Origin says what a build context is a copy of that lies in a directory of its own for
// one build only.
type Origin struct {
	Dir string // the directory that the engine's history shall name
	Key string // what the copy is of; the engine uses what it has of the same one again
}

// Export says what becomes of the result.
type Export struct {
	Dir  string // store to export to (see Store); "" for no export: the result stays in the engine
	Keep int    // how many exports the store keeps; 0 for 8

	// RewriteTimestamp sets the times of files that are later than SOURCE_DATE_EPOCH, a
	// build argument, to that. The base image's layers stay as they are.
	RewriteTimestamp bool

	// Neighbours are content directories (with blobs/ in them) of engines on this
	// machine. What they have is linked into the store instead of sent; see
	// engine state: STATE/buildkit/*/content.
	Neighbours []string
}

// project is the directory that the build is of.
func (r *Request) project() string { return cmp.Or(r.ContextOf.Dir, r.ContextDir) }

func (r *Request) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

func (r *Request) lookupEnv(name string) (string, bool) {
	if r.LookupEnv == nil {
		return "", false
	}
	return r.LookupEnv(name)
}

// targets are the requested stages, or the last one.
func (r *Request) targets() []int {
	if len(r.Targets) > 0 || r.Graph == nil || len(r.Graph.Stages) == 0 {
		return r.Targets
	}
	return []int{len(r.Graph.Stages) - 1}
}
