package leak_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// One cache or project that several layers add to is one finding, of the layer
// that adds most; the others are in the evidence, and their lines in the remedy.
func TestLayersAddToOneRoot(t *testing.T) {
	const cache = "/root/.cache/go-build/"
	graph := &model.Graph{Stages: []model.Stage{stage(0, "x", 1, "FROM golang AS x", "RUN go build a", "COPY . /src", "RUN go build b", "COPY tools /src/tools", "RUN go vet b")}}
	im := &image.Image{}
	for i := range 5 {
		im.Layers = append(im.Layers, image.Layer{Index: i, Origin: image.Origin{Stage: 0, Step: i + 1, Line: i + 2}})
	}
	found := find(t, im, graph,
		[]entry{blob(cache+"aa/1-d", 4_000_000)},
		[]entry{text("/src/go.mod", "module x"), text("/src/main.go", "package main"), text("/src/a/a.go", "package a")},
		[]entry{blob(cache+"aa/2-d", 6_500_000), blob(cache+"bb/3-d", 500_000)},
		[]entry{text("/src/tools/t.c", "int x;")},
		[]entry{blob(cache+"cc/4-d", 100_000)},
	)
	c := one(t, found, "SD-C006")
	if c.Layer != 2 || c.Line != 4 || c.Size != 11_100_000 || c.Files != 4 || c.Severity != finding.Medium {
		t.Errorf("cache: %+v", c)
	}
	want := []string{"layer 1 (line 2) adds 4.0 MB in 1 file", "layer 5 (line 6) adds 100.0 kB in 1 file"}
	if n := len(c.Evidence); n < 2 || !slices.Equal(c.Evidence[n-2:], want) {
		t.Errorf("evidence %q, want %q at its end", c.Evidence, want)
	}
	if want := "line 4: RUN --mount=type=cache,target=/root/.cache/go-build go build b; likewise on lines 2 and 6"; c.Fix != want {
		t.Errorf("fix %q, want %q", c.Fix, want)
	}
	s := one(t, found, "SD-S001")
	if s.Path != "/src" || s.Layer != 1 || s.Files != 3 || s.Title != "Go source files" {
		t.Errorf("sources: %+v", s)
	}
	if all := strings.Join(s.Evidence, "\n"); !strings.Contains(all, "layer 4 (line 5) adds 6 B in 1 file: C/C++ source files") {
		t.Errorf("evidence: %s", all)
	}
}

// What is still there and what a later layer removes are two things to tell, and so
// are what the base image brought and what the Dockerfile did.
func TestCausesStayApart(t *testing.T) {
	const lists = "/var/lib/apt/lists/deb_"
	found := find(t, &image.Image{}, nil, []entry{blob(lists+"a_Packages", 1<<20)}, []entry{gone("/var/lib/apt/lists")}, []entry{blob(lists+"a_Packages", 2<<20)})
	if len(found) != 2 || found[0].Deleted+found[1].Deleted != 1 {
		t.Errorf("removed and left: %s", summary(found))
	}
	im := &image.Image{Layers: []image.Layer{{Origin: image.Origin{Stage: -1, Step: -1, Base: true}}, {Index: 1, Origin: image.Unknown}}}
	found = find(t, im, nil, []entry{blob(lists+"a_Packages", 1<<20)}, []entry{blob(lists+"b_Packages", 2<<20)})
	if len(found) != 2 || found[0].Base == found[1].Base {
		t.Errorf("the base's and one's own: %s", summary(found))
	}
}

func TestManyLayersAddToOneRoot(t *testing.T) {
	var layers [][]entry
	for i := range 9 {
		layers = append(layers, []entry{blob(fmt.Sprintf("/root/.cache/pip/http-v2/%d", i), 100_000)})
	}
	f := one(t, find(t, &image.Image{}, nil, layers...), "SD-C004")
	if f.Size != 900_000 || f.Layer != 0 || f.Evidence[len(f.Evidence)-1] != "and 4 more layers add to it" {
		t.Errorf("%+v", f)
	}
}

// Sources that a later layer stores again with another mode are one finding, of the
// layer that brought them, and are not gone; what is new or other there is not theirs.
func TestChmodBringsNothing(t *testing.T) {
	graph := &model.Graph{Stages: []model.Stage{stage(0, "x", 1, "FROM node AS x", "COPY . /app", "RUN chmod -R a+rX,g+w /app")}}
	im := &image.Image{}
	for i := range 2 {
		im.Layers = append(im.Layers, image.Layer{Index: i, Origin: image.Origin{Stage: 0, Step: i + 1, Line: i + 2}})
	}
	files := []entry{text("/app/tsconfig.json", "{}"), text("/app/a.ts", "let a = 1"), text("/app/b/b.ts", "let b = 1")}
	s := one(t, find(t, im, graph, files, files), "SD-S002")
	if s.Path != "/app" || s.Layer != 0 || s.Line != 2 || s.Deleted != 0 || s.Files != 2 || !strings.HasPrefix(s.Fix, "line 2: ") {
		t.Errorf("%+v", s)
	}
	changed := []entry{files[0], text("/app/a.ts", "let a = 2"), text("/app/b/b.ts", "let b = 2")}
	found := find(t, im, graph, files, changed)
	var layers []int
	for _, f := range found {
		if f.Rule == "SD-S002" {
			layers = append(layers, f.Layer, f.Deleted)
		}
	}
	slices.Sort(layers)
	if !slices.Equal(layers, []int{0, 0, 1, 1}) {
		t.Errorf("of changed sources: layers and removers %v", layers)
	}
}

// A chmod or chown of toolchains, caches and repositories stores them again, and is told of
// by nobody but the waste: the line that brought them is meant, with the size of one copy.
func TestChownBringsNothing(t *testing.T) {
	graph := &model.Graph{Stages: []model.Stage{stage(0, "x", 1, "FROM debian AS x", "RUN install", "RUN chown -R app /opt /root /src", "RUN rm -rf /root/.cache")}}
	im := &image.Image{}
	for i := range 3 {
		im.Layers = append(im.Layers, image.Layer{Index: i, Origin: image.Origin{Stage: 0, Step: i + 1, Line: i + 2}})
	}
	files := []entry{
		text("/usr/local/go/VERSION", "go1.26.1\n"), text("/usr/local/go/src/runtime/a.go", "package runtime"), exec("/usr/bin/gcc", native("COLLECT_GCC")),
		text("/root/.cache/pip/http/a", strings.Repeat("pip", 50_000)), text("/src/.git/HEAD", "ref: refs/heads/x"), text("/src/.git/refs/heads/x", "0"),
	}
	found := find(t, im, graph, files, files, []entry{gone("/root/.cache")})
	for rule, size := range map[string]int64{"SD-T001": 24, "SD-T002": int64(len(native("COLLECT_GCC"))), "SD-C004": 150_000, "SD-V001": 18} {
		f := one(t, found, rule)
		if f.Layer != 0 || f.Line != 2 || f.Size != size {
			t.Errorf("%s: layer %d, line %d, %d bytes, want %d: %q", rule, f.Layer, f.Line, f.Size, size, f.Evidence)
		}
		if (f.Deleted == 2) != (rule == "SD-C004") {
			t.Errorf("%s is said to be deleted in layer %d", rule, f.Deleted)
		}
	}
}
