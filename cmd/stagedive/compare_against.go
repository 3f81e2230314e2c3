package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/buildgraph"
	buildcontext "github.com/stagedive/stagedive/buildgraph/context"
	"github.com/stagedive/stagedive/buildgraph/gitcontext"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/inspect/cache"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// workTree is what the side is called that is built of the files as they are.
const workTree = "work tree"

// sharedCache is what must be known of the times of two builds of which the second had
// from the cache what the first had made.
const sharedCache = "the steps that did not change came from the cache, some as the build before had left them: what the two builds took can't be compared"

// compareAgainst builds the target as it was at a commit, then as it is, and compares
// the images. Steps that are the same in both run once: the second build has them from
// the cache.
func (f *compareFlags) compareAgainst(ctx context.Context, env environment, args []string) (_ *compare.Comparison, err error) {
	switch {
	case len(f.targets) > 0:
		return nil, usagef("--against compares one target: name it with --target instead of --targets")
	case len(f.platforms) > 1:
		return nil, usagef("--against compares one platform: give one --platform")
	case len(args) > 1:
		return nil, usagef("with --against there is one PATH; it has two: %s and %s", sanitize.Text(args[0]), sanitize.Text(args[1]))
	}
	now, err := newJob(env, &f.buildFlags, args)
	if err != nil {
		return nil, err
	}
	if now.policy, err = f.out.policy.load(dirOf(now.path), &f.out.rules); err != nil {
		return nil, err
	}
	if now.probes, err = f.probing.load(now.policy); err != nil {
		return nil, err
	}
	then, err := checkOut(ctx, now, f.against)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := then.tree.Close(); err == nil && closing != nil {
			err = fmt.Errorf("removing the files of %s: %w", then.commit.Name(), closing)
		}
	}()
	s, err := sinksBeside(env, f.quiet)
	if err != nil {
		return nil, err
	}
	f.told.draw(now.graph, now.target)
	f.told.bound(now.policy, now.graph.Label(model.NodeID(now.target)))
	layers := cache.NewShared(userCache())
	built := func(j *job, what string) (compare.Side, error) {
		if err := s.again(f.quiet); err != nil {
			return compare.Side{}, err
		}
		s.note("building " + what)
		side, err := j.buildSide(ctx, f.out.rules, layers, s)
		if err != nil {
			s.failed(f.quiet)
		}
		return side, err
	}
	old, err := built(then.job, then.commit.Name()+" "+then.commit.Subject)
	if err != nil {
		return nil, err
	}
	today, err := built(now, "the work tree: "+then.changed)
	if err != nil {
		return nil, err
	}
	old.Name, old.Detail = then.commit.Ref, then.commit.Short()+" "+then.commit.Subject
	old.Notes = append(old.Notes, then.notes...)
	today.Name, today.Detail = workTree, then.changed
	if old.Build.Ran > 0 && today.Build.Cached > 0 {
		today.Notes = append(today.Notes, sharedCache)
	}
	return compare.New(old, today), s.err
}

// commitBuild is the build of another commit, ready to be run.
type commitBuild struct {
	job     *job
	commit  gitcontext.Commit
	tree    *gitcontext.Checkout // to be closed when all is done
	notes   []string             // what must be known of it
	changed string               // what has changed since, in words
}

// checkOut makes a job of what is built, as it was at a commit.
func checkOut(ctx context.Context, now *job, ref string) (_ *commitBuild, err error) {
	repo, err := gitcontext.Open(ctx, now.file.Context, now.env.environ)
	if err != nil {
		return nil, notThere(err)
	}
	p := &commitBuild{}
	if p.commit, err = repo.Commit(ctx, ref); err != nil {
		return nil, notThere(err)
	}
	l, err := p.look(ctx, now, repo)
	if err != nil {
		return nil, notThere(err)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("finding a place for files: %w; set XDG_CACHE_HOME or HOME", err)
	}
	if p.tree, err = repo.CheckOut(ctx, p.commit, l.paths, filepath.Join(dir, "stagedive", "commits")); err != nil {
		return nil, notThere(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.tree.Close())
		}
	}()
	p.notes = append(p.notes, p.tree.Notes...)
	if err := p.read(now, l); err != nil {
		return nil, err
	}
	p.job.policy, p.job.probes = now.policy, now.probes
	p.job.origin = solve.Origin{Dir: now.file.Context, Key: repo.Key(p.commit) + "\x00" + l.context}
	if err := p.copyGit(ctx, repo, l.context); err != nil {
		return nil, err
	}
	p.changed, err = p.since(ctx, now)
	return p, err
}

// notThere makes what a user can mend a mistake of the command line.
func notThere(err error) error {
	var e *gitcontext.Error
	if errors.As(err, &e) {
		return usage(fmt.Errorf("--against: %w", err))
	}
	return err
}

// inputs says where in a repository the inputs of a build lie: paths below its top.
type inputs struct {
	paths      []string          // all of them
	context    string            // the build context
	dockerfile string            // "" where the context is looked through for it, or it does not lie there
	named      map[string]string // named contexts that lie in it
}

// look finds out which of the inputs of a build a commit has.
func (p *commitBuild) look(ctx context.Context, now *job, repo *gitcontext.Repository) (l inputs, err error) {
	below, ok := repo.Within(now.file.Context)
	if !ok {
		return l, &gitcontext.Error{What: "the build context " + sanitize.Text(now.file.Context) + " does not lie in the repository " + sanitize.Text(repo.Top), Next: "give a directory of the repository"}
	}
	l = inputs{paths: []string{below}, context: below, named: map[string]string{}}
	file := now.file.Path
	switch info, err := os.Stat(now.path); {
	case file == "":
		p.notes = append(p.notes, "the Dockerfile came from standard input and is the same for both sides")
	case now.flags.file == "" && err == nil && info.IsDir():
	default:
		if l.dockerfile, ok = repo.Within(file); !ok {
			p.notes = append(p.notes, "the Dockerfile "+sanitize.Text(display(file))+" does not lie in the repository and is the same for both sides")
			break
		}
		l.paths = append(l.paths, l.dockerfile)
		ignore := l.dockerfile + ".dockerignore"
		if has, err := repo.Has(ctx, p.commit, ignore); err != nil {
			return l, err
		} else if has {
			l.paths = append(l.paths, ignore)
		}
	}
	named, err := now.flags.named()
	if err != nil {
		return l, err
	}
	for name, value := range named {
		dir, local := solve.LocalContext(value)
		if !local {
			continue
		}
		at, ok := repo.Within(dir)
		if !ok {
			continue
		}
		has, err := repo.Has(ctx, p.commit, at)
		switch {
		case err != nil:
			return l, err
		case has:
			l.named[name], l.paths = at, append(l.paths, at)
		default:
			p.notes = append(p.notes, fmt.Sprintf("the build context %s is as it is now: it is not in %s", sanitize.Text(name), p.commit.Name()))
		}
	}
	return l, nil
}

// read makes a job of what was checked out.
func (p *commitBuild) read(now *job, l inputs) (err error) {
	flags, env := *now.flags, now.env
	flags.shown = display(now.file.Name) + " at " + p.commit.Name()
	switch {
	case now.file.Path == "":
		flags.file, env.stdin = "-", bytes.NewReader(now.file.Text)
	case l.dockerfile != "":
		flags.file = p.tree.Path(l.dockerfile)
	case flags.file != "" || !isDir(now.path):
		flags.file = now.file.Path
	}
	flags.contexts, flags.tags, flags.cacheTo = nil, nil, nil // names are for what is there now
	named, err := now.flags.named()
	if err != nil {
		return err
	}
	for name, value := range named {
		if at, ok := l.named[name]; ok {
			value = p.tree.Path(at)
		}
		flags.contexts = append(flags.contexts, name+"="+value)
	}
	slices.Sort(flags.contexts)
	p.job, err = newJob(env, &flags, []string{p.tree.Path(l.context)})
	var wrong *buildgraph.LoadError
	switch {
	case errors.As(err, &wrong) && errors.Is(err, fs.ErrNotExist):
		return usagef("--against: there was no Dockerfile in %s at %s; name a later commit, or the Dockerfile with -f", cmp.Or(sanitize.Text(l.context), "the repository"), p.commit.Name())
	case errors.As(err, &wrong):
		return usagef("--against: %s: %s; name another commit", flags.shown, wrong.What)
	}
	return err
}

// copyGit gives the old side a .git where its steps take one.
func (p *commitBuild) copyGit(ctx context.Context, repo *gitcontext.Repository, below string) error {
	if below != "" {
		return nil // it lies at the top
	}
	opts, err := p.job.options(p.job.file)
	if err != nil {
		return err
	}
	ignore, err := buildcontext.ReadIgnore(p.job.file.Context, p.job.file.Path)
	if err != nil {
		return err
	}
	var takes []buildcontext.Take
	for _, r := range buildgraph.Reads(p.job.file.Text, opts, p.job.target) {
		if r.Context == "" {
			takes = append(takes, r.Take)
		}
	}
	gate, err := buildcontext.NewGate(ignore, takes)
	if err != nil || !gate.Enters(".git") {
		return err
	}
	whole, err := repo.CopyGit(ctx, p.tree)
	if whole {
		p.notes = append(p.notes, "a step takes .git: it was built with a copy whose HEAD is "+p.commit.Short()+"; to leave .git out, name it in .dockerignore")
	}
	return err
}

// since says what of the inputs has changed since the commit.
func (p *commitBuild) since(ctx context.Context, now *job) (string, error) {
	var lists []*buildcontext.Listing
	for _, j := range []*job{p.job, now} {
		ignore, err := buildcontext.ReadIgnore(j.file.Context, j.file.Path)
		if err != nil {
			return "", err
		}
		l, err := buildcontext.List(ctx, j.file.Context, ignore)
		if err != nil {
			return "", err
		}
		lists = append(lists, l)
	}
	d, err := lists[0].Compare(ctx, lists[1])
	if err != nil {
		return "", fmt.Errorf("comparing the build context with that of %s: %w", p.commit.Name(), err)
	}
	var paths []string
	for _, list := range [][]string{d.Changed, d.Added, d.Removed} {
		for _, path := range list {
			if !inGit(path) {
				paths = append(paths, sanitize.Text(path))
			}
		}
	}
	dockerfile := ""
	if !bytes.Equal(p.job.file.Text, now.file.Text) && !slices.Contains(paths, filepath.Base(now.file.Name)) {
		dockerfile = "the Dockerfile"
	}
	switch {
	case len(paths) == 0 && dockerfile == "":
		return "nothing of the build context has changed since", nil
	case len(paths) == 0:
		return dockerfile + " has changed since", nil
	}
	text := measure.Plural(len(paths), "file") + " changed since: " + build.Some(paths)
	if dockerfile != "" {
		text += ", and " + dockerfile
	}
	return text, nil
}

// inGit says whether a path of a build context is the repository's own directory, or in it.
func inGit(path string) bool { return path == ".git" || strings.HasPrefix(path, ".git/") }

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
