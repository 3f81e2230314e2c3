package baseline

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// How a path changed, as build.PathChange has it.
const (
	changed = "changed"
	added   = "added"
	removed = "removed"
	mode    = "mode"
	touched = "touched" // times differ, and what was in it is not known
)

// files compares what a step takes from a local context.
func (j *Judge) files(ctx context.Context, v *verdict, u *unit, old *Unit, in, was Input) {
	if was.Kind != InputContext || was.Identity != in.Identity {
		v.add(reason{kind: build.CauseFiles, text: "it takes its files from the context " + contextName(in) + " now"})
		return
	}
	if !in.Content {
		v.unknown = "it mounts the context writable, which BuildKit does not look up by content"
		return
	}
	if !slices.EqualFunc(was.Selected, in.Selected, Selector.same) {
		return // it takes other files, by its own text, which has been told
	}
	tree := j.Trees[in.Identity]
	var now, before *Listing
	if tree != nil {
		now = tree.Listing(ctx)
	}
	for i, l := range j.Was.Listings[old.Listing] {
		if l.Local == in.Identity {
			before = &j.Was.Listings[old.Listing][i]
		}
	}
	if now == nil || before == nil || !now.Whole || !before.Whole {
		v.unknown = "the files of the context " + contextName(in) + " were not kept for comparing"
		return
	}
	diff := compare(before, now, was.Selected, in.Selected, func(e *Entry) Sum { return tree.Content(ctx, e) })
	if len(diff) == 0 {
		if before.Moving {
			v.unknown = "files of the context " + contextName(in) + " were written to while the last build read them"
		}
		return
	}
	if onlyTouched(diff) {
		v.unknown = sanitize.Text(diff[0].Path) + " was written to, and what was in it last time is not known"
		return
	}
	v.add(reason{kind: build.CauseFiles, text: j.filesText(u, in, diff, before, now), files: clean(diff)})
}

// Copied is the files that a step takes from the local build context, as they are
// now; nil where they are not known. It fulfils advice.Files.
func (j *Judge) Copied(ctx context.Context, ref Ref) *Copied {
	u := j.Definition.unit(ref)
	if u == nil {
		return nil
	}
	for _, in := range u.Inputs {
		tree := j.Trees[in.Identity]
		if in.Kind != InputContext || in.Identity != "context" || tree == nil {
			continue
		}
		l := tree.Listing(ctx)
		if l == nil || !l.Whole {
			return nil
		}
		c := &Copied{root: tree.root, paths: map[string]bool{}}
		for _, i := range l.selection(in.Selected) {
			c.paths[l.Entries[i].Path] = true
		}
		return c
	}
	return nil
}

// Copied is files of a build context.
type Copied struct {
	root  string
	paths map[string]bool
}

// Has says whether a path is among them.
func (c *Copied) Has(p string) bool { return c.paths[p] }

// maxRead bounds what is read of a file: manifests are small.
const maxRead = 1 << 20

// Read returns what a file has in it; false where it cannot be read or is large.
func (c *Copied) Read(p string) ([]byte, bool) {
	if !c.Has(p) || !filepath.IsLocal(filepath.FromSlash(p)) {
		return nil, false
	}
	f, err := os.Open(filepath.Join(c.root, filepath.FromSlash(p)))
	if err != nil {
		return nil, false
	}
	defer f.Close() // only read
	raw, err := io.ReadAll(io.LimitReader(f, maxRead+1))
	return raw, err == nil && len(raw) <= maxRead
}

func contextName(in Input) string { return strings.TrimPrefix(in.Name, "named/") }

func onlyTouched(diff []build.PathChange) bool {
	return !slices.ContainsFunc(diff, func(c build.PathChange) bool { return c.Change != touched })
}

func clean(diff []build.PathChange) []build.PathChange {
	for i := range diff {
		diff[i].Path = sanitize.Text(diff[i].Path)
	}
	return diff
}

// compare lists what is different between two selections: changed files first.
func compare(before, now *Listing, selBefore, selNow []Selector, content func(*Entry) Sum) []build.PathChange {
	var out []build.PathChange
	a, b := before.selection(selBefore), now.selection(selNow)
	var files int
	note := func(e Entry, change string) {
		if !e.Mode.IsDir() {
			files++
		}
		out = append(out, build.PathChange{Path: e.Path, Change: change})
	}
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && before.Entries[a[0]].Path < now.Entries[b[0]].Path:
			note(before.Entries[a[0]], removed)
			a = a[1:]
		case len(a) == 0 || now.Entries[b[0]].Path < before.Entries[a[0]].Path:
			note(now.Entries[b[0]], added)
			b = b[1:]
		default:
			if change := different(before.Entries[a[0]], &now.Entries[b[0]], content); change != "" {
				note(now.Entries[b[0]], change)
			}
			a, b = a[1:], b[1:]
		}
	}
	if files > 0 { // a directory that came with its files says nothing more
		out = slices.DeleteFunc(out, func(c build.PathChange) bool {
			l := now
			if c.Change == removed {
				l = before
			}
			i, ok := l.find(c.Path)
			return ok && l.Entries[i].Mode.IsDir()
		})
	}
	rank := []string{changed, added, removed, mode, touched}
	slices.SortStableFunc(out, func(x, y build.PathChange) int {
		return slices.Index(rank, x.Change) - slices.Index(rank, y.Change)
	})
	return out
}

// different says how a file changed; "" where it did not.
func different(was Entry, now *Entry, content func(*Entry) Sum) string {
	const kinds = fs.ModeType
	switch {
	case was.Mode&kinds != now.Mode&kinds, was.Link != now.Link:
		return changed
	case now.Mode.IsRegular() && !now.untouched(was):
		switch is := content(now); {
		case was.Content == "" || is == "":
			return touched
		case is != was.Content:
			return changed
		}
	}
	switch {
	case was.Mode != now.Mode, was.Xattrs != now.Xattrs:
		return mode
	}
	return ""
}

// filesText says it in a sentence: the first path, how many there are, and
// whether it was .dockerignore that let them in or kept them out.
func (j *Judge) filesText(u *unit, in Input, diff []build.PathChange, before, now *Listing) string {
	step := j.Graph.Stages[u.ref.Stage].Steps[u.ref.Step]
	text := sanitize.Text(diff[0].Path) + " " + map[string]string{
		changed: "changed", added: "was added", removed: "was removed", mode: "changed its mode", touched: "was written to",
	}[diff[0].Change]
	where := j.Definition.privacy.text(step.Text)
	if len(where) > 60 {
		where = step.Command
	}
	if name := contextName(in); name != "context" {
		where += ", context " + name
	}
	if len(diff) == 1 {
		text += " (" + where + ")"
	} else {
		text += fmt.Sprintf(" (%s in %s)", measure.Plural(len(diff), "file"), where)
	}
	if !slices.Equal(before.Exclude, now.Exclude) {
		lets, keeps := 0, 0
		excluded, excludes := matcher(before.Exclude), matcher(now.Exclude)
		for _, c := range diff {
			if c.Change == added && excluded != nil && matches(excluded, c.Path) {
				lets++
			}
			if c.Change == removed && excludes != nil && matches(excludes, c.Path) {
				keeps++
			}
		}
		if lets+keeps == len(diff) {
			text += ": .dockerignore changed"
		} else if lets+keeps > 0 {
			text += fmt.Sprintf(": %d of them because .dockerignore changed", lets+keeps)
		}
	}
	return text
}
