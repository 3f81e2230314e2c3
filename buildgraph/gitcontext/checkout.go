package gitcontext

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Checkout is a part of a commit's files, in a directory of its own. Close removes it.
type Checkout struct {
	Commit Commit
	// Notes are sentences about what of the commit is not there, or is otherwise.
	Notes []string

	home string // the directory that Close removes
	used *flock.Flock
	root string // in it, what stands for the repository's Top
}

// Path is where a path below Top, with slashes, lies in the checkout.
func (c *Checkout) Path(below string) string {
	return filepath.Join(c.root, filepath.FromSlash(below))
}

// Close removes the files.
func (c *Checkout) Close() error {
	return errors.Join(c.used.Unlock(), os.RemoveAll(c.home)) // not all systems remove what is open
}

// room makes a directory for a checkout in dir, and removes those there that nobody uses
// any more: whoever made them was killed. Who uses one holds its lock.
func room(dir string) (home string, used *flock.Flock, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, err
	}
	all := flock.New(filepath.Join(dir, ".lock")) // else one could be taken for unused before it is locked
	if err := all.Lock(); err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, all.Unlock()) }()
	sweep(dir)
	if home, err = os.MkdirTemp(dir, "commit-"); err != nil {
		return "", nil, err
	}
	used = flock.New(filepath.Join(home, "lock"))
	return home, used, used.Lock()
}

// sweep removes checkouts that nobody uses.
func sweep(dir string) {
	unused, _ := filepath.Glob(filepath.Join(dir, "commit-*")) // the pattern is none that could be wrong
	for _, home := range unused {
		lock := flock.New(filepath.Join(home, "lock"))
		if ok, err := lock.TryLock(); ok && err == nil {
			_ = lock.Unlock()
			_ = os.RemoveAll(home) // the next one tries again
		}
	}
}

// CheckOut writes what a commit has at some paths below Top, "" for all, into a new
// directory in dir. A path that the commit does not have is an error, an *Error as all
// that the user can do something about. The caller closes the Checkout.
//
// What git does not keep of a file is taken from the work tree, where the same file lies
// there: its permissions but for the executable bit, and its time. So an image that is
// built of both differs by what was changed, and not by when and how it was checked out.
// Whatever else there is has the commit's time.
func (r *Repository) CheckOut(ctx context.Context, c Commit, paths []string, dir string) (_ *Checkout, err error) {
	out := &Checkout{Commit: c}
	if out.home, out.used, err = room(dir); err != nil {
		return nil, fmt.Errorf("making room for the files of %s: %w", c.Name(), err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, out.Close())
		}
	}()
	out.root = filepath.Join(out.home, "tree")
	if err := os.Mkdir(out.root, 0o755); err != nil {
		return nil, err
	}
	more := []string{"GIT_DIR=" + r.dir, "GIT_WORK_TREE=" + out.root, "GIT_INDEX_FILE=" + filepath.Join(out.home, "index")}
	ask := func(stdin string, args ...string) (string, error) {
		s, err := r.run(ctx, out.root, more, strings.NewReader(stdin), args...)
		if err != nil {
			return "", r.unreadable(ctx, c, err)
		}
		return s, nil
	}
	if _, err := ask("", "read-tree", c.ID); err != nil {
		return nil, err
	}
	entries, err := list(c, paths, ask)
	if err != nil {
		return nil, err
	}
	var names []string
	var modules []string
	for _, e := range entries {
		if e.module {
			modules = append(modules, sanitize.Text(e.path))
			continue
		}
		names = append(names, e.path)
	}
	if _, err := ask(strings.Join(names, "\x00"), "checkout-index", "-q", "-f", "-z", "--stdin"); err != nil {
		return nil, err
	}
	for _, p := range paths { // of a directory that holds nothing but submodules, nothing came
		if slices.ContainsFunc(entries, func(e entry) bool { return e.module && (p == "" || within(e.path, p)) }) {
			if err := os.MkdirAll(out.Path(p), 0o755); err != nil {
				return nil, err
			}
		}
	}
	if len(modules) > 0 {
		out.note("%s %s left out, as a commit has only %s: %s", measure.Plural(len(modules), "submodule"), isAre(len(modules)), theirNames(len(modules)), few(modules))
	}
	if err := r.large(ctx, out, names, ask); err != nil {
		return nil, err
	}
	if r.sparse(ctx) {
		out.note("this is a sparse checkout: of %s there is also what is not checked out here", c.Name())
	}
	return out, r.align(ctx, out, names)
}

// entry is a line of the index.
type entry struct {
	path   string
	module bool // a submodule: it has no files here
}

// list tells what of a commit lies at some paths.
func list(c Commit, paths []string, ask func(stdin string, args ...string) (string, error)) ([]entry, error) {
	args := []string{"ls-files", "-s", "-z", "--"}
	if !slices.Contains(paths, "") {
		args = append(args, paths...)
	}
	text, err := ask("", args...)
	if err != nil {
		return nil, err
	}
	var out []entry
	for line := range strings.SplitSeq(text, "\x00") {
		head, name, ok := strings.Cut(line, "\t")
		if !ok {
			continue
		}
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("%s holds the path %s, which leads elsewhere", c.Name(), quote(name))
		}
		out = append(out, entry{name, strings.HasPrefix(head, "160000 ")})
	}
	for _, p := range paths {
		if p != "" && !slices.ContainsFunc(out, func(e entry) bool { return within(e.path, p) }) {
			return nil, &Error{quote(p) + " did not exist at " + c.Name(), "name a later commit, or one that has it", fs.ErrNotExist}
		}
	}
	return out, nil
}

// Has says whether a commit has a file or directory at a path below Top.
func (r *Repository) Has(ctx context.Context, c Commit, below string) (bool, error) {
	if below == "" {
		return true, nil
	}
	out, err := r.ask(ctx, r.Top, "ls-tree", "-z", "--full-tree", c.ID, "--", below)
	if err != nil {
		return false, r.unreadable(ctx, c, err)
	}
	return out != "", nil
}

// within says whether a path is another or lies below it.
func within(p, dir string) bool {
	return p == dir || strings.HasPrefix(p, dir+"/")
}

func (c *Checkout) note(format string, args ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, args...))
}

func (r *Repository) sparse(ctx context.Context) bool {
	out, err := r.run(ctx, r.Top, nil, nil, "config", "--type=bool", "--get-all", "core.sparseCheckout")
	values := strings.Fields(out)
	// The last one is ours.
	return err == nil && len(values) > 1 && values[len(values)-2] == "true"
}

// maxNamed is how many paths are named one by one.
const maxNamed = 3

// few names the first of some paths.
func few(paths []string) string {
	if n := len(paths) - maxNamed; n > 0 {
		return strings.Join(paths[:maxNamed], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(paths, ", ")
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func theirNames(n int) string {
	if n == 1 {
		return "its name"
	}
	return "their names"
}

// parents are the directories above a path, the nearest first, without Top.
func parents(p string) []string {
	var out []string
	for d := path.Dir(p); d != "."; d = path.Dir(d) {
		out = append(out, d)
	}
	return out
}
