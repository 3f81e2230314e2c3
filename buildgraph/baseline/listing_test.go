package baseline

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tonistiigi/fsutil"

	"github.com/stagedive/stagedive/model/build"
)

// listing makes one of paths; those that end in / are directories, "a -> b" are
// links.
func listing(paths ...string) *Listing {
	l := &Listing{Whole: true}
	for _, p := range paths {
		e := Entry{Path: strings.TrimSuffix(p, "/"), Mode: 0o644}
		if strings.HasSuffix(p, "/") {
			e.Mode = fs.ModeDir | 0o755
		}
		if from, to, ok := strings.Cut(p, " -> "); ok {
			e.Path, e.Mode, e.Link = from, fs.ModeSymlink, to
		}
		l.Entries = append(l.Entries, e)
	}
	slices.SortFunc(l.Entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return l
}

func TestSelection(t *testing.T) {
	l := listing("a/", "a/b.go", "a/b.txt", "a-c", "a/d/", "a/d/e.go", "link -> a/d", "up -> /a/../a", "loop -> loop", "x.go")
	for _, c := range []struct {
		selector Selector
		want     string
	}{
		{Selector{Path: "/"}, "a a-c a/b.go a/b.txt a/d a/d/e.go link loop up x.go"},
		{Selector{Path: "a"}, "a a/b.go a/b.txt a/d a/d/e.go"},
		{Selector{Path: "/a/"}, "a/b.go a/b.txt a/d a/d/e.go"}, // the directory's own mode does not count then
		{Selector{Path: "/x.go"}, "x.go"},
		{Selector{Path: "/none"}, ""},
		{Selector{Path: "/*.go", Wildcard: true}, "x.go"},
		{Selector{Path: "/a/*.go", Wildcard: true}, "a/b.go"},
		{Selector{Path: "/?", Wildcard: true}, "a a/b.go a/b.txt a/d a/d/e.go"},
		{Selector{Path: "/link"}, "a/d a/d/e.go link"},
		{Selector{Path: "/link/e.go"}, "a/d/e.go"},
		{Selector{Path: "/up"}, "a a/b.go a/b.txt a/d a/d/e.go up"},
		{Selector{Path: "/loop"}, "loop"},
		{Selector{Path: "/a", Exclude: []string{"**/*.go"}}, "a a/b.txt a/d"},
		{Selector{Path: "/", Include: []string{"a/d"}}, "a/d a/d/e.go"},
	} {
		var got []string
		for _, i := range l.selection([]Selector{c.selector}) {
			got = append(got, l.Entries[i].Path)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v takes %v, want %s", c.selector, got, c.want)
		}
	}
}

func TestCompare(t *testing.T) {
	file := func(name, content string, mode fs.FileMode) Entry {
		return Entry{Path: name, Mode: mode, Content: Sum(content), Racy: true}
	}
	before := &Listing{Whole: true, Entries: []Entry{
		file("a", "1", 0o644), file("b", "1", 0o644), file("c", "1", 0o644),
		{Path: "d", Mode: fs.ModeDir | 0o755},
		file("d/x", "1", 0o644), file("e", "", 0o644),
		{Path: "l", Mode: fs.ModeSymlink, Link: "a"},
	}}
	now := &Listing{Whole: true, Entries: []Entry{
		file("a", "1", 0o644), file("b", "2", 0o644), file("c", "1", 0o755), file("e", "5", 0o644),
		{Path: "l", Mode: fs.ModeSymlink, Link: "b"},
		{Path: "n", Mode: fs.ModeDir | 0o755},
		file("n/y", "1", 0o644),
	}}
	all := []Selector{{Path: "/"}}
	got := compare(before, now, all, all, func(e *Entry) Sum { return e.Content })
	want := []build.PathChange{{Path: "b", Change: changed}, {Path: "l", Change: changed}, {Path: "n/y", Change: added}, {Path: "d/x", Change: removed}, {Path: "c", Change: mode}, {Path: "e", Change: touched}}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func content(t *testing.T, dir string) *Tree {
	t.Helper()
	under, err := fsutil.NewFS(dir)
	if err != nil {
		t.Fatal(err)
	}
	return NewTree("context", dir, under, Key("key"))
}

func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// age makes a directory's files as old as those of a project that nobody works on.
func age(l *Listing) *Listing {
	for i := range l.Entries {
		l.Entries[i].Racy = false
	}
	return l
}

func scanned(t *testing.T, tree *Tree, src Source, was *Listing) *Listing {
	t.Helper()
	tree.Scan(t.Context(), src, func() *Listing { return was })
	l := tree.Listing(t.Context())
	if l == nil {
		t.Fatal("no listing")
	}
	return l
}

// A file that went to the engine is not read again, nor is one that nobody
// touched; all have the same digest however it was taken.
func TestContent(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "sent", "text")
	writeFile(t, dir, "sub/read", "text")
	writeFile(t, dir, "debug.log", "text")
	first := content(t, dir)
	send(t, first, "sent")
	l := scanned(t, first, Source{Name: "context", Exclude: []string{"*.log"}}, nil)
	first.Complete(t.Context(), l)
	l = first.Final(t.Context())
	var paths []string
	sums := map[Sum]bool{}
	for _, e := range l.Entries {
		paths = append(paths, e.Path)
		if e.Mode.IsRegular() {
			sums[e.Content] = true
		}
		if !e.Racy {
			t.Errorf("%s was written just now and is trusted", e.Path)
		}
	}
	if want := []string{"sent", "sub", "sub/read"}; !slices.Equal(paths, want) || len(sums) != 1 || sums[""] {
		t.Errorf("%v %v", paths, sums)
	}

	writeFile(t, dir, "sub/read", "other text")
	second := content(t, dir)
	l2 := scanned(t, second, Source{Name: "context", Exclude: []string{"*.log"}}, age(l))
	i, _ := l2.find("sent")
	k, _ := l2.find("sub/read")
	if l2.Entries[i].Content == "" {
		t.Error("what nobody touched is to be read again")
	}
	if l2.Entries[k].Content != "" {
		t.Error("what was written to is believed")
	}
	os.Remove(filepath.Join(dir, "sent")) // it need not be there any more
	if got := second.Content(t.Context(), &l2.Entries[i]); !sums[got] {
		t.Errorf("%q", got)
	}
	if got := second.Content(t.Context(), &l2.Entries[k]); got == "" || sums[got] {
		t.Errorf("%q", got)
	}
}

// What is written while the engine reads may not be what it read: that is kept.
func TestMoving(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(dir string, tree *Tree)
		want   bool
	}{
		{"nothing", func(string, *Tree) {}, false},
		{"a file", func(dir string, _ *Tree) { writeFile(t, dir, "old", "other") }, true},
		{"a new file", func(dir string, _ *Tree) { writeFile(t, dir, "sub/new", "other") }, true},
		{"one that is gone", func(dir string, _ *Tree) { os.Remove(filepath.Join(dir, "sub/old")) }, true},
		{"one that the engine had before", func(dir string, tree *Tree) {
			send(t, tree, "old")
			writeFile(t, dir, "old", "third, and longer")
		}, true},
		{"one that the engine got then", func(dir string, tree *Tree) {
			writeFile(t, dir, "old", "third, and longer")
			send(t, tree, "old")
		}, false},
	} {
		dir := t.TempDir()
		writeFile(t, dir, "old", "text")
		writeFile(t, dir, "sub/old", "text")
		tree := content(t, dir)
		tree.born = nextTick(t, t.TempDir())
		c.change(dir, tree)
		scanned(t, tree, Source{Name: "context"}, nil)
		if l := tree.Final(t.Context()); l.Moving != c.want {
			t.Errorf("%s: moving is %v", c.name, l.Moving)
		}
	}
}

// nextTick waits for the file system's clock to move on and says what it shows.
func nextTick(t *testing.T, dir string) int64 {
	t.Helper()
	now := func() int64 {
		writeFile(t, dir, "clock", "")
		fi, err := os.Stat(filepath.Join(dir, "clock"))
		if err != nil {
			t.Fatal(err)
		}
		return fi.ModTime().UnixNano()
	}
	first := now()
	for {
		if n := now(); n > first {
			return n
		}
	}
}

func send(t *testing.T, tree *Tree, name string) {
	t.Helper()
	f, err := tree.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(io.Discard, f); err != nil {
		t.Fatal(err)
	}
}

// Scanning ends with its context, and says nothing then.
func TestScanEnds(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "a", "a")
	tree := content(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	tree.Scan(ctx, Source{Name: "context"}, func() *Listing { return nil })
	if l := tree.Listing(t.Context()); l != nil {
		t.Errorf("%+v", l)
	}
	if l := content(t, dir).Listing(t.Context()); l != nil {
		t.Errorf("a listing that nobody asked for: %+v", l)
	}
}

func TestUntouched(t *testing.T) {
	was := Entry{Mode: 0o644, Size: 1, Mtime: 2, Ctime: 3, Inode: 4}
	for name, change := range map[string]func(*Entry){
		"size": func(e *Entry) { e.Size++ }, "mtime": func(e *Entry) { e.Mtime++ }, "ctime": func(e *Entry) { e.Ctime++ },
		"inode": func(e *Entry) { e.Inode++ }, "mode": func(e *Entry) { e.Mode = 0o755 },
	} {
		now := was
		if !now.untouched(was) {
			t.Error("the same file counts as touched")
		}
		if change(&now); now.untouched(was) {
			t.Errorf("another %s goes unseen", name)
		}
	}
	racy := was
	racy.Racy = true
	if was.untouched(racy) {
		t.Error("times that prove nothing are believed")
	}
}

// What a listing of an unchanged context costs beside the walk.
func BenchmarkListingUnchanged(b *testing.B) {
	dir := b.TempDir()
	for i := range 200 {
		sub := filepath.Join(dir, "d"+string(rune('a'+i%26)), time.Duration(i).String())
		if err := os.MkdirAll(sub, 0o755); err != nil {
			b.Fatal(err)
		}
		for k := range 50 {
			if err := os.WriteFile(filepath.Join(sub, time.Duration(k).String()), []byte("text"), 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	under, err := fsutil.NewFS(dir)
	if err != nil {
		b.Fatal(err)
	}
	var was *Listing
	for b.Loop() {
		tree := NewTree("context", dir, under, Key("key"))
		tree.Scan(b.Context(), Source{Name: "context"}, func() *Listing { return was })
		if was = tree.Listing(b.Context()); was == nil || len(was.Entries) < 10_000 {
			b.Fatal("no listing")
		}
	}
}
