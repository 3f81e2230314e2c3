package image_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/image"
)

// layer builds a layer's tree from lines: "d PATH", "f PATH SIZE [MODE]",
// "l PATH TARGET", "h PATH TARGET", "w PATH" (whiteout), "o PATH" (opaque).
func layer(t testing.TB, k int, lines ...string) *image.Tree {
	t.Helper()
	b := image.NewBuilder()
	for _, l := range lines {
		b.Add(entry(t, l))
	}
	return b.Tree()
}

func entry(t testing.TB, line string) image.Entry {
	t.Helper()
	f := append(strings.Fields(line), "", "")
	e := image.Entry{Path: f[1], Mode: 0o644}
	switch f[0] {
	case "d":
		e.Type, e.Mode = image.Directory, 0o755
	case "f":
		e.Type = image.Regular
		fmt.Sscan(f[2], &e.Size)
		e.Sum = uint64(e.Size) + 1
		if f[3] != "" {
			fmt.Sscanf(f[3], "%o", &e.Mode)
		}
	case "l":
		e.Type, e.Link = image.Symlink, f[2]
	case "h":
		e.Type, e.Link = image.Hardlink, f[2]
	case "w":
		e.Type = image.Whiteout
	case "o":
		e.Type = image.Opaque
	default:
		t.Fatalf("no such entry: %s", line)
	}
	return e
}

// show lists a tree: change's first letter, path, size of the subtree.
func show(t *image.Tree) string {
	var out []string
	for id := range t.Walk(image.Root) {
		if id == image.Root {
			continue
		}
		p := t.Path(id)
		if t.IsDir(id) {
			p += "/"
		}
		out = append(out, fmt.Sprintf("%.2s %s %d", t.Change(id), p, t.Size(id)))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// TestWhiteouts has a case for each rule of the OCI image-spec's layer.md.
func TestWhiteouts(t *testing.T) {
	base := []string{"d etc", "f etc/my-app-config 5", "d a", "d a/b", "d a/b/c", "f a/b/c/bar 7", "f a/b/c/foo 3"}
	for _, tt := range []struct {
		name  string
		upper []string
		want  string
	}{
		{"additions", []string{"f etc/new 2"}, `
			un /a/ 10|un /a/b/ 10|un /a/b/c/ 10|un /a/b/c/bar 7|un /a/b/c/foo 3
			mo /etc/ 7|un /etc/my-app-config 5|ad /etc/new 2`},
		{"a file is whited out", []string{"w etc/my-app-config"}, `
			un /a/ 10|un /a/b/ 10|un /a/b/c/ 10|un /a/b/c/bar 7|un /a/b/c/foo 3
			mo /etc/ 0|re /etc/my-app-config 5`},
		{"a whiteout of a directory takes all below", []string{"w a"}, `
			re /a/ 10|re /a/b/ 10|re /a/b/c/ 10|re /a/b/c/bar 7|re /a/b/c/foo 3
			un /etc/ 5|un /etc/my-app-config 5`},
		{"an opaque whiteout hides the siblings of lower layers only", []string{"d a", "d a/b", "o a/b", "d a/b/c", "f a/b/c/foo 4"}, `
			mo /a/ 4|mo /a/b/ 4|mo /a/b/c/ 4|re /a/b/c/bar 7|mo /a/b/c/foo 4
			un /etc/ 5|un /etc/my-app-config 5`},
		{"whiteouts hide nothing of their own layer, whatever the order", []string{"f a/b/c/foo 3", "w a/b/c/foo", "w a/b/c/bar", "f a/b/c/bar 7"}, `
			un /a/ 10|un /a/b/ 10|un /a/b/c/ 10|un /a/b/c/bar 7|un /a/b/c/foo 3
			un /etc/ 5|un /etc/my-app-config 5`},
		{"a whiteout and a directory of one name make it opaque", []string{"w a", "d a", "f a/new 1"}, `
			mo /a/ 1|ad /a/new 1|re /a/b/ 10|re /a/b/c/ 10|re /a/b/c/bar 7|re /a/b/c/foo 3
			un /etc/ 5|un /etc/my-app-config 5`},
		{"a whiteout of what is not there says nothing", []string{"w a/nothing", "w zero/none"}, `
			un /a/ 10|un /a/b/ 10|un /a/b/c/ 10|un /a/b/c/bar 7|un /a/b/c/foo 3
			un /etc/ 5|un /etc/my-app-config 5|ad /zero/ 0`},
		{"a directory replaced by a file", []string{"f a 9"}, `
			ad /a 9|re /a/ 10|re /a/b/ 10|re /a/b/c/ 10|re /a/b/c/bar 7|re /a/b/c/foo 3
			un /etc/ 5|un /etc/my-app-config 5`},
		{"whiteouts below a file that replaces their directory", []string{"f a 9", "w a/b", "o a/b/c"}, `
			ad /a 9|re /a/ 10|re /a/b/ 10|re /a/b/c/ 10|re /a/b/c/bar 7|re /a/b/c/foo 3
			un /etc/ 5|un /etc/my-app-config 5`},
		{"a file replaced by a directory", []string{"d etc/my-app-config", "f etc/my-app-config/x 1"}, `
			un /a/ 10|un /a/b/ 10|un /a/b/c/ 10|un /a/b/c/bar 7|un /a/b/c/foo 3
			mo /etc/ 1|re /etc/my-app-config 5|ad /etc/my-app-config/ 1|ad /etc/my-app-config/x 1`},
		{"metadata only", []string{"f etc/my-app-config 5 600"}, `
			un /a/ 10|un /a/b/ 10|un /a/b/c/ 10|un /a/b/c/bar 7|un /a/b/c/foo 3
			mo /etc/ 5|me /etc/my-app-config 5`},
		{"an opaque root", []string{"o ", "f x 1"}, `
			re /a/ 10|re /a/b/ 10|re /a/b/c/ 10|re /a/b/c/bar 7|re /a/b/c/foo 3
			re /etc/ 5|re /etc/my-app-config 5|ad /x 1`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := strings.FieldsFunc(tt.want, func(r rune) bool { return r == '|' || r == '\n' })
			for i := range want {
				want[i] = strings.TrimSpace(want[i])
			}
			want = slices.DeleteFunc(want, func(s string) bool { return s == "" })
			slices.Sort(want)
			got := show(image.Stack(layer(t, 0, base...), layer(t, 1, tt.upper...)))
			if got != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
			}
		})
	}
}

// TestRemovedLater: what an earlier layer removed is not in the stack, and
// comes back as new.
func TestRemovedLater(t *testing.T) {
	got := show(image.Stack(layer(t, 0, "f a/x 1", "f b 2"), layer(t, 1, "w a", "w b"), layer(t, 2, "f a/x 1")))
	if want := "ad /a/ 1\nad /a/x 1"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestHardlinks(t *testing.T) {
	one := layer(t, 0, "f bin/a 100", "h bin/b bin/a", "h bin/c bin/b", "h lost nowhere")
	if got := one.Size(image.Root); got != 100 {
		t.Errorf("a hard link counts: size %d, want 100", got)
	}
	id, _ := one.Find("/bin/c")
	if i := one.Info(id); i.Size != 100 || i.Link != "bin/b" {
		t.Errorf("hard link: %+v", i)
	}
	// The file's own path goes, its bytes stay with the other names.
	two := image.Stack(one, layer(t, 1, "w bin/a"))
	if got, removed := two.Size(image.Root), two.Counts(image.Root).RemovedBytes; got != 100 || removed != 100 {
		t.Errorf("size %d, removed %d", got, removed)
	}
	three := image.Stack(one, layer(t, 1, "w bin"))
	if got := three.Size(image.Root); got != 0 {
		t.Errorf("all names are gone: size %d", got)
	}
}

func TestLinksOnTheWay(t *testing.T) {
	note := func(lines ...string) (last image.Note, tree string) {
		b := image.NewBuilder()
		for _, l := range lines {
			last = b.Add(entry(t, l))
		}
		return last, show(b.Tree())
	}
	for _, tt := range []struct {
		name  string
		lines []string
		note  image.Note
		want  string // a line of the tree
	}{
		{"relative", []string{"d usr/lib", "l lib usr/lib", "f lib/x 1"}, image.ThroughLink, "ad /usr/lib/x 1"},
		{"absolute stays inside", []string{"l out /etc", "f out/passwd 1"}, image.ThroughLink, "ad /etc/passwd 1"},
		{"above the root stays inside", []string{"l out ../../../etc", "f out/passwd 1"}, image.ThroughLink, "ad /etc/passwd 1"},
		{"in a circle", []string{"l a b", "l b a", "f a/x 1"}, image.CircularLink, "ad /a/x 1"},
		{"on itself", []string{"l a a", "f a/x 1"}, image.CircularLink, "ad /a/x 1"},
		{"below a file", []string{"f a 5", "f a/x 1"}, image.UnderNonDir, "ad /a/x 1"},
		{"twice", []string{"f a 5", "f a 6"}, image.Duplicate, "ad /a 6"},
		{"a directory named after its files", []string{"f d/a 5", "d d"}, image.Fine, "ad /d/ 5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, tree := note(tt.lines...)
			if got != tt.note || !slices.Contains(strings.Split(tree, "\n"), tt.want) {
				t.Errorf("note %d, want %d; tree\n%s\nwants %s", got, tt.note, tree, tt.want)
			}
		})
	}
	// A layer that only passes through a lower layer's link follows it; one
	// that brings the directory itself replaces it.
	base := layer(t, 0, "d usr/lib", "l lib usr/lib")
	if got := show(image.Stack(base, layer(t, 1, "f lib/x 1"))); !strings.Contains(got, "ad /usr/lib/x 1") {
		t.Errorf("passing through:\n%s", got)
	}
	if got := show(image.Stack(base, layer(t, 1, "d lib", "f lib/x 1"))); !strings.Contains(got, "re /lib 0") || !strings.Contains(got, "ad /lib/x 1") {
		t.Errorf("replacing:\n%s", got)
	}
}

// TestRemovedOnAnotherWay: a layer reaches a directory through a lower layer's link
// and removes it by its own path.
func TestRemovedOnAnotherWay(t *testing.T) {
	base := layer(t, 0, "d usr/lib", "f usr/lib/old 1", "l lib usr/lib")
	// What it puts there stays, as whiteouts hide nothing of their own layer.
	if got, want := show(image.Stack(base, layer(t, 1, "f lib/new 2", "w usr/lib"))),
		"ad /usr/lib/new 2\nmo /usr/ 2\nmo /usr/lib/ 2\nre /usr/lib/old 1\nun /lib 0"; got != want {
		t.Errorf("whiteout: got\n%s\nwant\n%s", got, want)
	}
	// A file in the directory's place leaves no way to it.
	if got, want := show(image.Stack(base, layer(t, 1, "f lib/new 2", "f usr/lib 3"))),
		"ad /usr/lib 3\nmo /usr/ 3\nre /usr/lib/ 1\nre /usr/lib/old 1\nun /lib 0"; got != want {
		t.Errorf("replaced: got\n%s\nwant\n%s", got, want)
	}
}

func TestNamesAreSanitised(t *testing.T) {
	tree := layer(t, 0, "f a\x1b[31mred 1", "f a␛[31mred 2")
	kids := tree.Children(image.Root, image.ByName)
	if len(kids) != 2 || tree.Name(kids[0]) != tree.Name(kids[1]) {
		t.Fatalf("names that look the same must both stay: %q", show(tree))
	}
	for _, id := range kids {
		if strings.ContainsRune(tree.Path(id), 0x1b) {
			t.Errorf("escape in %q", tree.Path(id))
		}
		if at, ok := tree.Find(tree.RawPath(id)); !ok || at != id {
			t.Errorf("Find(%q) = %d", tree.RawPath(id), at)
		}
	}
	only := layer(t, 0, "f x\x07/y 1")
	if _, ok := only.Find("/x␇/y"); !ok {
		t.Error("a path as shown must be found")
	}
}

func TestChildrenOrder(t *testing.T) {
	tree := layer(t, 0, "f z 1", "f b 30", "f d/x 20", "f c/x 2")
	names := func(by image.Order) string {
		var out []string
		for _, id := range tree.Children(image.Root, by) {
			out = append(out, tree.Name(id))
		}
		return strings.Join(out, " ")
	}
	if got := names(image.ByName); got != "c d b z" {
		t.Errorf("by name: %s", got)
	}
	if got := names(image.BySize); got != "b d c z" {
		t.Errorf("by size: %s", got)
	}
}

func TestFate(t *testing.T) {
	upper := layer(t, 1, "w gone", "o empty", "f empty/back 1", "f file 1", "d dir", "f overdir 1")
	for _, tt := range []struct {
		path string
		dir  bool
		want image.Fate
	}{
		{"/gone", false, image.Gone},
		{"/gone/below/it", false, image.Gone},
		{"/empty/x", false, image.Gone},
		{"/empty/back", false, image.Replaced},
		{"/empty", true, image.Gone},
		{"/file", false, image.Replaced},
		{"/dir", true, image.Kept},
		{"/dir/x", false, image.Kept},
		{"/dir", false, image.Gone},
		{"/overdir/x", false, image.Gone},
		{"/else", false, image.Kept},
	} {
		if got := upper.Fate(tt.path, tt.dir); got != tt.want {
			t.Errorf("Fate(%s) = %d, want %d", tt.path, got, tt.want)
		}
	}
}

// TestNodeSize keeps the arena's promise: 1,000,000 files must fit.
func TestNodeSize(t *testing.T) {
	if s := image.NodeBytes; s > 56 {
		t.Errorf("a node is %d bytes", s)
	}
}
