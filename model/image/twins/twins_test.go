package twins_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/image/twins"
)

// stack makes a file system of layers of lines: "PATH SIZE SUM", "PATH -> FILE" for a
// hard link, "PATH @ TARGET" for a symbolic one, "- PATH" for a whiteout.
func stack(layers ...string) *image.Tree {
	var trees []*image.Tree
	for _, lines := range layers {
		b := image.NewBuilder()
		for line := range strings.SplitSeq(lines, ";") {
			f := append(strings.Fields(line), "", "", "")
			e := image.Entry{Path: f[0]}
			switch {
			case f[0] == "":
				continue
			case f[0] == "-":
				e.Path, e.Type = f[1], image.Whiteout
			case f[1] == "->":
				e.Type, e.Link = image.Hardlink, f[2]
			case f[1] == "@":
				e.Type, e.Link = image.Symlink, f[2]
			default:
				fmt.Sscan(f[1], &e.Size)
				fmt.Sscan(f[2], &e.Sum)
			}
			b.Add(e)
		}
		trees = append(trees, b.Tree())
	}
	return image.Stack(trees...)
}

func show(r *twins.Report) string {
	var out []string
	for _, g := range r.Groups {
		var at []string
		for _, m := range g.Members {
			at = append(at, fmt.Sprint(m.Path, m.Layers))
		}
		out = append(out, fmt.Sprintf("%s saves %d (%d in %d) dir=%v", strings.Join(at, " "), g.Saves, g.Size, g.Files, g.Dir))
	}
	return strings.Join(out, "\n")
}

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		name   string
		layers []string
		want   string
	}{
		{"two files of two layers", []string{"a 100 1;x 100 2", "d/b 100 1;y 99 1"}, "/a[0] /d/b[1] saves 100 (100 in 1) dir=false"},
		{"three files", []string{"a 10 1;b 10 1;c 10 1"}, "/a[0] /b[0] /c[0] saves 20 (10 in 1) dir=false"},
		{"hard links are no twins", []string{"a 10 1;b -> a"}, ""},
		{"a file copied beside its hard link is", []string{"a 10 1;b -> a", "c 10 1"}, "/a[0] /c[1] saves 10 (10 in 1) dir=false"},
		{"empty files, unknown content and symbolic links are not", []string{"a 0 1;b 0 1;c 5 0;d 5 0;e @ x;f @ x"}, ""},
		{"what is removed is not", []string{"a 10 1;b 10 1;c/d 7 2;e/d 7 2", "- a;- c"}, ""},
		{"directories are told once", []string{"a/m/x 10 1;a/m/y 20 2;a/z 1 3", "b/m/x 10 1;b/m/y 20 2;b/z 1 4"}, "/a/m[0] /b/m[1] saves 30 (30 in 2) dir=true"},
		{"directories of one file are told as the file", []string{"a/m/x 10 1", "b/m/x 10 1"}, "/a/m/x[0] /b/m/x[1] saves 10 (10 in 1) dir=false"},
		{
			"other names are another directory",
			[]string{"a/m/x 10 1;a/m/y 20 2", "b/m/x 10 1;b/m/z 20 2"},
			"/a/m/y[0] /b/m/z[1] saves 20 (20 in 1) dir=false\n/a/m/x[0] /b/m/x[1] saves 10 (10 in 1) dir=false",
		},
		{
			"a file beside two same directories that hold it",
			[]string{"a/x 10 1;a/y 20 2;b/x 10 1;b/y 20 2;c/q/x 10 1"},
			"/a[0] /b[0] saves 30 (30 in 2) dir=true\n/a/x[0] /c/q/x[0] saves 10 (10 in 1) dir=false",
		},
		{"a directory that two layers wrote", []string{"a/x 10 1;a/y 20 2;b/x 10 1;b/y 9 9", "b/y 20 2"}, "/a[0] /b[0 1] saves 30 (30 in 2) dir=true"},
		{"links in directories count", []string{"a/x 10 1;a/l @ x;b/x 10 1;b/l @ y"}, "/a/x[0] /b/x[0] saves 10 (10 in 1) dir=false"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := show(twins.Of(stack(tt.layers...))); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestAdvice: who wrote them, and what to change where.
func TestAdvice(t *testing.T) {
	im := &image.Image{Layers: []image.Layer{
		{CreatedBy: "ADD rootfs.tar / # buildkit", Origin: image.Origin{Base: true}},
		{CreatedBy: "RUN /bin/sh -c make install", Origin: image.Origin{Line: 3}},
		{CreatedBy: "COPY a /b # buildkit", Origin: image.Origin{Line: 5}},
		{},
	}}
	for _, tt := range []struct {
		layers string // of the members, one after the other
		says   string
		advice string
	}{
		{"00", "layer 1 of the base image writes them all", "the base image has them: only another base image changes that"},
		{"11", "line 3 writes them all", "line 3: if nothing writes to them, replace all but one by a link in this RUN (ln -s, or ln for a hard link, which is stored once)"},
		{"22", "line 5 writes them all", "line 5: leave all but one out, and let the others be links to it if something needs them there"},
		{"021", "layer 1 of the base image, line 3 and line 5 write them", "line 5: use the copy that is there already, or put a symbolic link in its place"},
		{"13", "line 3 and layer 4 write them", "layer 4: use the copy that is there already, or put a symbolic link in its place"},
	} {
		var g twins.Group
		for _, c := range tt.layers {
			g.Members = append(g.Members, twins.Member{Layers: []int{int(c - '0')}})
		}
		makers := maker.Of(im, nil)
		if got := twins.Says(g, makers); got != tt.says {
			t.Errorf("%s: says %q", tt.layers, got)
		}
		if got := twins.Advice(g, makers); got != tt.advice {
			t.Errorf("%s: advises %q", tt.layers, got)
		}
	}
}

// TestSavesModel: what is saved is all bytes but those of one file of each content.
func TestSavesModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path := func() string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 4).Draw(t, "path"), "/")
		}
		layers := make([]string, rapid.IntRange(1, 3).Draw(t, "layers"))
		for k := range layers {
			for range rapid.IntRange(0, 25).Draw(t, "entries") {
				switch rapid.IntRange(0, 9).Draw(t, "kind") {
				case 0:
					layers[k] += fmt.Sprintf("%s -> %s;", path(), path())
				case 1:
					layers[k] += fmt.Sprintf("%s @ %s;", path(), path())
				case 2:
					layers[k] += fmt.Sprintf("- %s;", path())
				default:
					n := rapid.IntRange(1, 3).Draw(t, "content")
					layers[k] += fmt.Sprintf("%s %d %d;", path(), n*100, n)
				}
			}
		}
		tree := stack(layers...)
		one := map[uint64]int64{}
		for id := range tree.Walk(image.Root) {
			if i := tree.Info(id); i.Type == image.Regular && i.Change != image.Removed {
				one[i.Sum] = i.Size
			}
		}
		want := tree.Size(image.Root)
		for _, size := range one {
			want -= size
		}
		r := twins.Of(tree)
		var sum int64
		for _, g := range r.Groups {
			sum += g.Saves
			if len(g.Members) < 2 || g.Saves != g.Size*int64(len(g.Members)-1) {
				t.Fatalf("%+v", g)
			}
		}
		if r.Saves != want || sum != want {
			t.Fatalf("saves %d, groups %d, want %d:\n%s", r.Saves, sum, want, show(r))
		}
	})
}

// BenchmarkTwins looks through 1,000,000 files, a tenth of which are twins.
func BenchmarkTwins(b *testing.B) {
	build := image.NewBuilder()
	for i := range 1_000_000 {
		build.Add(image.Entry{Path: fmt.Sprintf("d%d/e%d/f%d", i/10_000, i/100, i), Size: 1000, Sum: uint64(i%900_000)*7 + 1})
	}
	tree := image.Stack(build.Tree())
	b.ReportAllocs()
	for b.Loop() {
		twins.Of(tree)
	}
}

// TestPackagesOwn: what packages of Debian install twice is told last, and to be left.
func TestPackagesOwn(t *testing.T) {
	im := &image.Image{Layers: []image.Layer{{CreatedBy: "RUN apt-get install a b", Origin: image.Unknown}}}
	r := twins.Of(stack("usr/share/doc/a/copyright 900 1;usr/share/doc/b/copyright 900 1;usr/share/doc/mine/x 50 2;usr/share/doc/b/x 50 2;" +
		"var/lib/dpkg/info/a.list 1 7;var/lib/dpkg/info/b:amd64.list 2 8"))
	if len(r.Groups) != 2 || r.Groups[0].Owned || !r.Groups[1].Owned || r.Saves != 950 {
		t.Fatalf("%s", show(r))
	}
	if got := twins.Advice(r.Groups[1], maker.Of(im, nil)); got != "Debian's packages own these: nothing to do" {
		t.Error(got)
	}
	if got := twins.Advice(r.Groups[0], maker.Of(im, nil)); strings.Contains(got, "packages") {
		t.Error(got)
	}
}
