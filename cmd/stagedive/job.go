package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/model/sanitize"
)

// job is a Dockerfile and what the command line says about building it.
type job struct {
	env    environment
	flags  *buildFlags
	path   string // the argument PATH
	target int
	policy *policy.Policy // what is made of findings; nil for none
	probes *policy.Policy // whose probes are asked of what is compared; nil for none
	origin solve.Origin   // what the build context is a copy of; zero for none

	debug  debugger
	stages stages

	mu    sync.Mutex // Reload may run beside a build
	file  buildgraph.Source
	graph *model.Graph
}

// now is the Dockerfile as it was read last.
func (j *job) now() (buildgraph.Source, *model.Graph) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.file, j.graph
}

// newJob reads and parses the Dockerfile. Nothing is contacted.
func newJob(env environment, flags *buildFlags, args []string) (*job, error) {
	path := "."
	if len(args) > 0 {
		path = args[0]
	}
	file, err := buildgraph.Load(path, flags.file, env.stdin)
	if err != nil {
		return nil, usage(err)
	}
	j := &job{env: env, flags: flags, path: path, file: file}
	if j.graph, err = j.parse(file); err != nil {
		return nil, err
	}
	if j.target, err = pickTarget(j.graph, flags.target); err != nil {
		return nil, err
	}
	return j, nil
}

func (j *job) parse(file buildgraph.Source) (*model.Graph, error) {
	opts, err := j.options(file)
	if err != nil {
		return nil, err
	}
	return buildgraph.Parse(file.Text, opts), nil
}

// options are how the command line says that a Dockerfile is to be read.
func (j *job) options(file buildgraph.Source) (buildgraph.Options, error) {
	args, err := j.flags.args(os.LookupEnv)
	if err != nil {
		return buildgraph.Options{}, err
	}
	named, err := j.flags.named()
	if err != nil {
		return buildgraph.Options{}, err
	}
	return buildgraph.Options{
		File: cmp.Or(j.flags.shown, display(file.Name)), Target: j.flags.target, BuildArgs: args, Platforms: j.flags.platforms,
		NamedContexts: slices.Sorted(maps.Keys(named)),
	}, nil
}

// display is a path as people would write it here: below the working directory
// or their home where it is shorter so.
func display(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil || !filepath.IsAbs(path) {
		return path
	}
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, abs); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	if home, err := os.UserHomeDir(); err == nil && home != "/" {
		if rel, err := filepath.Rel(home, abs); err == nil && filepath.IsLocal(rel) {
			return filepath.Join("~", rel)
		}
	}
	return path
}

// pickTarget resolves --target.
func pickTarget(g *model.Graph, name string) (int, error) {
	if name == "" {
		return g.DefaultTarget(), nil
	}
	if i, ok := g.FindStage(name); ok {
		return i, nil
	}
	return 0, usagef("%s has no stage %q; %s", g.File, sanitize.Text(name), stageList(g))
}

func stageList(g *model.Graph) string {
	if len(g.Stages) == 0 {
		return "it has no stage at all"
	}
	names := ""
	for i, s := range g.Stages {
		if i > 0 {
			names += ", "
		}
		if i == 12 {
			names += fmt.Sprintf("… %d more", len(g.Stages)-i)
			break
		}
		names += s.Label()
	}
	return "it has " + names
}

// Reload reads the Dockerfile again. Where it has not changed, the graph is the
// same one.
func (j *job) Reload(context.Context) (*model.Graph, error) {
	old, graph := j.now()
	if old.Path == "" {
		return nil, nil // stdin has been read
	}
	file, err := buildgraph.Load(j.path, j.flags.file, nil)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(file.Text, old.Text) {
		return graph, nil
	}
	if graph, err = j.parse(file); err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.file, j.graph = file, graph
	return graph, nil
}

// Build builds a target of the Dockerfile as it is on disk now and reports what
// happens through emit, to its End event.
func (j *job) Build(ctx context.Context, target int, emit func(build.Event)) {
	target = j.freshen(ctx, target)
	if _, err := j.run(ctx, target, emit); err != nil {
		j.unreached(ctx, target, err, emit)
	}
}

// freshen reads the Dockerfile again and returns the target's index in it, by its
// name; the default target where there is no such stage any more. A file that
// cannot be read is built as it was.
func (j *job) freshen(ctx context.Context, target int) int {
	_, old := j.now()
	g, err := j.Reload(ctx)
	if err != nil || g == nil || g == old {
		return target
	}
	j.debug.follow(old, g)
	label := old.Label(model.NodeID(target))
	i := slices.IndexFunc(g.Stages, func(s model.Stage) bool { return s.Label() == label })
	if i < 0 {
		return g.DefaultTarget()
	}
	return i
}

// run builds what is asked for. The error is for a build that could not begin, of
// which no event has told.
func (j *job) run(ctx context.Context, target int, emit func(build.Event)) (build.End, error) {
	j.debug.letGo()
	req, err := j.request(target)
	if err != nil {
		return build.End{}, err
	}
	j.debug.prepare(&req)
	end, h, err := j.solve(ctx, req, emit)
	j.debug.keep(h)
	return end, err
}

// solve runs a build on the engine. A Hold keeps the connection; else it is given
// up, and nothing is lost with it.
func (j *job) solve(ctx context.Context, req solve.Request, emit func(build.Event)) (build.End, *held, error) {
	conn, err := j.dial(ctx, emit)
	if err != nil {
		return build.End{}, nil, err
	}
	req.Engine = conn.Info
	req.Export.Neighbours = conn.Contents()
	end, h := solve.Run(ctx, conn.Client, req, emit)
	if end.Result != nil {
		for _, im := range end.Result.Images {
			kept{req.Graph, im.Target}.remember(req.Export.Dir, im.Digest)
		}
		if len(req.Targets) == 1 {
			kept{req.Graph, req.Targets[0]}.remember(req.Export.Dir, end.Result.Digest)
		}
	}
	if h == nil {
		conn.Close()
		return end, nil, nil
	}
	return end, &held{h, func() { h.Close(); conn.Close() }}, nil
}

func (j *job) dial(ctx context.Context, emit func(build.Event)) (*engine.Conn, error) {
	return j.flags.dial(ctx, func(text string) {
		emit(build.Event{Time: time.Now(), Notice: &build.Notice{Text: text}})
	})
}

// dial reaches the engine that the flags or the environment name.
func (f *buildFlags) dial(ctx context.Context, notify func(string)) (*engine.Conn, error) {
	o, err := engine.FromEnv(os.Environ())
	if err != nil {
		return nil, err
	}
	if f.engine != "" {
		o.Address = f.engine
	}
	o.ConfigFile = f.engineConfig
	o.Notify = notify
	return engine.Dial(ctx, o)
}

// engineName is how the engine is called before it has been reached.
func (j *job) engineName() string {
	switch {
	case j.flags.engine != "":
		return j.flags.engine
	case j.env.getenv("BUILDKIT_HOST") != "":
		return j.env.getenv("BUILDKIT_HOST")
	}
	return engine.Embedded
}

// unreached tells of a build that could not begin.
func (j *job) unreached(ctx context.Context, target int, err error, emit func(build.Event)) {
	_, graph := j.now()
	emit(build.Event{Time: time.Now(), Begin: &build.Begin{
		Version: build.SchemaVersion, Graph: graph, Targets: []int{target}, Platforms: j.flags.platforms,
		Engine: build.Engine{Name: j.engineName()},
	}})
	end := build.End{Outcome: build.OutcomeFailed, Failure: &build.Failure{Message: sanitize.Text(err.Error())}}
	if ctx.Err() != nil {
		end = build.End{Outcome: build.OutcomeCancelled}
	}
	emit(build.Event{Time: time.Now(), End: &end})
}

func (j *job) request(target int) (solve.Request, error) {
	args, err := j.flags.args(os.LookupEnv)
	if err != nil {
		return solve.Request{}, err
	}
	named, err := j.flags.named()
	if err != nil {
		return solve.Request{}, err
	}
	store, err := imageStore()
	if err != nil {
		return solve.Request{}, err
	}
	file, graph := j.now()
	req := solve.Request{
		Graph: graph, Targets: []int{target},
		ContextDir: file.Context, ContextOf: j.origin, Dockerfile: file.Text, DockerfilePath: file.Path,
		BuildArgs: args, NamedContexts: named, Platforms: j.flags.platforms,
		Secrets: j.flags.secrets, SSH: j.flags.ssh,
		NoCache: j.flags.noCache, NoCacheFilter: j.flags.noCacheOf, Pull: j.flags.pull,
		CacheFrom: j.flags.cacheFrom, CacheTo: j.flags.cacheTo,
		Tags: j.flags.tags, Labels: j.flags.labelled(),
		Export: solve.Export{Dir: store}, LookupEnv: os.LookupEnv,
		Baseline: solve.Baseline{
			Dir:    filepath.Join(engine.DirsFromEnv(j.env.getenv).State, "baselines"),
			Redact: redact.Text,
		},
	}
	if j.origin != (solve.Origin{}) {
		req.Baseline = solve.Baseline{} // the next build of this target is of other files
	}
	return req, nil
}

// ownStore is where built images are kept; "" where there is no such place.
func ownStore() string {
	dir, err := imageStore()
	if err != nil {
		return ""
	}
	return dir
}

// imageStore is where built images are kept for looking at.
func imageStore() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("finding a place for images: %w; set XDG_CACHE_HOME or HOME", err)
	}
	return filepath.Join(dir, "stagedive", "images"), nil
}

// contextFS are the files of the build context, nil where it is no directory: manifests in
// it say which packages are for development.
func (j *job) contextFS() fs.FS {
	if j == nil {
		return nil
	}
	if info, err := os.Stat(j.file.Context); j.file.Context == "" || err != nil || !info.IsDir() {
		return nil
	}
	return os.DirFS(j.file.Context)
}
