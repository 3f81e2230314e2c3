package watch

import (
	"bytes"
	stdcontext "context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/stagedive/stagedive/buildgraph/context"
	"github.com/stagedive/stagedive/model/sanitize"
)

// stamp is what shows that a file has changed without reading it. A directory has
// none: that it is there is all that counts.
type stamp struct {
	mode fs.FileMode
	size int64
	time time.Time
	link string
}

// key names a file: the place by its number, and the path in it.
type key struct {
	place int
	path  string
}

// look is how the files of a Set were at one time.
type look struct {
	set     Set
	ignores []seen
	files   map[key]stamp
	dirs    []string // to be watched
}

// seen is a place's ignore file.
type seen struct {
	file     string
	patterns []string
}

// lookAt looks at all files of a Set.
func lookAt(ctx stdcontext.Context, set Set) (*look, error) {
	l := &look{set: set, files: map[key]stamp{}}
	dirs := map[string]bool{}
	if set.Dockerfile != "" {
		dirs[filepath.Dir(set.Dockerfile)] = true
		if real, err := filepath.EvalSymlinks(set.Dockerfile); err == nil {
			dirs[filepath.Dir(real)] = true
		}
	}
	for i, p := range set.Places {
		ignore, err := context.ReadIgnore(p.Dir, p.Ignore)
		if err != nil {
			return nil, err
		}
		l.ignores = append(l.ignores, seen{ignore.File, ignore.Patterns})
		// Directories first: what comes into them from now on is seen by one of both.
		if err := enter(dirs, p, ignore); err != nil {
			return nil, err
		}
		files, err := context.Select(ctx, p.Dir, ignore, p.Takes)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			s := stamp{mode: f.Mode, size: f.Size, time: f.Time, link: f.Link}
			path := filepath.Join(p.Dir, filepath.FromSlash(f.Path))
			if f.Mode.IsDir() {
				s = stamp{mode: fs.ModeDir}
				dirs[path] = true
			} else {
				dirs[filepath.Dir(path)] = true
			}
			l.files[key{i, f.Path}] = s
		}
	}
	for d := range dirs {
		l.dirs = append(l.dirs, filepath.Clean(d))
	}
	slices.Sort(l.dirs)
	return l, nil
}

// enter collects the directories in which a selected file may appear.
func enter(dirs map[string]bool, p Place, ignore context.Ignore) error {
	gate, err := context.NewGate(ignore, p.Takes)
	if err != nil {
		return err
	}
	var visit func(rel string)
	visit = func(rel string) {
		dir := filepath.Join(p.Dir, filepath.FromSlash(rel))
		dirs[dir] = true
		entries, _ := os.ReadDir(dir) // what cannot be read cannot be sent either
		for _, e := range entries {
			name := e.Name()
			if rel != "" {
				name = rel + "/" + name
			}
			if e.IsDir() && gate.Enters(name) {
				visit(name)
			}
		}
	}
	visit("")
	return nil
}

// count is how many files are watched.
func (l *look) count() int {
	n := 0
	if l.set.Dockerfile != "" {
		n++
	}
	for _, s := range l.files {
		if !s.mode.IsDir() {
			n++
		}
	}
	return n
}

// since lists what is different from an earlier look, as people would call it,
// sorted. Where another ignore file lets other files through, it is named alone.
func (l *look) since(old *look) []string {
	var out []string
	if !bytes.Equal(l.set.Text, old.set.Text) {
		out = append(out, sanitize.Text(filepath.Base(l.set.Dockerfile)))
	}
	if !sameContexts(l.set, old.set) {
		return out // another Dockerfile takes other files: it is the change
	}
	for i, p := range l.set.Places {
		was, is := old.ignores[i], l.ignores[i]
		changed := changedIn(l.files, old.files, i)
		if len(changed) > 0 && !slices.Equal(was.patterns, is.patterns) {
			name := is.file
			if name == "" {
				name = was.file
			}
			changed = []string{filepath.Base(name)}
		}
		for _, path := range changed {
			if p.Name != "" {
				path = p.Name + ":" + path
			}
			out = append(out, sanitize.Text(path))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func changedIn(now, before map[key]stamp, place int) []string {
	var out []string
	for k, s := range now {
		if was, ok := before[k]; k.place == place && (!ok || was != s) {
			out = append(out, k.path)
		}
	}
	for k := range before {
		if _, ok := now[k]; k.place == place && !ok {
			out = append(out, k.path)
		}
	}
	slices.Sort(out)
	// A directory that came or went says less than what is in it.
	return slices.DeleteFunc(out, func(path string) bool {
		s, ok := now[key{place, path}]
		if !ok {
			s = before[key{place, path}]
		}
		i, _ := slices.BinarySearch(out, path+"/")
		return s.mode.IsDir() && i < len(out) && len(out[i]) > len(path) && out[i][:len(path)+1] == path+"/"
	})
}

// sameContexts says whether two sets look at the same things.
func sameContexts(a, b Set) bool {
	return slices.EqualFunc(a.Places, b.Places, func(p, q Place) bool {
		return p.Name == q.Name && p.Dir == q.Dir && slices.EqualFunc(p.Takes, q.Takes, func(s, t context.Take) bool {
			return s.Path == t.Path && s.Pattern == t.Pattern && s.Below == t.Below && slices.Equal(s.Exclude, t.Exclude)
		})
	})
}
