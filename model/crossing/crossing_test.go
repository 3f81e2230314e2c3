package crossing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/finding"
)

// server is a usual Dockerfile: a compiler's image, what is built on it, and a small image
// that takes the program.
func server() (s *scene, target int) {
	s = newScene()
	deps := s.stage("deps", "golang", copyStep("go.mod /src/"), run("go mod download"))
	build := s.stage("build", "deps", copyStep(". /src"), run("go build -o /out/app ."))
	target = s.stage("runtime", "alpine", copyStep("--from=build /out/app /app"), copyStep("--from=build /src/static /static"), run("chmod 755 /app"))
	s.join()
	golang := made{"base", layer("etc/os-release Debian", "usr/local/go/bin/go compiler", "usr/local/go/VERSION go1.26")}
	mod, download := made{"deps 1", layer("src/go.mod module")}, made{"deps 2", layer("root/go/pkg/mod/x/x.go dependency")}
	context, built := made{"build 1", layer("src/main.go package", "src/static/a.css body{}", "src/static/b.css b{}")}, made{"build 2", layer("out/app program!", "tmp/log three")}
	found := []finding.Finding{
		{Category: finding.Toolchain, Title: "Go toolchain", Path: "/usr/local/go", Holds: []string{"/usr/local/go"}},
		{Category: finding.Cache, Title: "Go module cache", Path: "/root/go/pkg/mod", Holds: []string{"/root/go/pkg/mod"}},
		{Category: finding.Source, Title: "Go source files", Path: "/src", Holds: []string{"/src/main.go"}},
		{Category: finding.Source, Title: "Go source files", Path: "/gone", Holds: []string{"/gone"}},
		{Category: finding.Secret, Title: "a key", Path: "/tmp/log", Holds: []string{"/tmp/log"}},
	}
	s.look(deps, found[:2], golang, mod, download)
	s.look(build, found, golang, mod, download, context, built)
	s.look(target, nil, made{"base", layer("etc/os-release Alpine")},
		made{"runtime 1", layer("app program!")}, made{"runtime 2", layer("static/a.css body{}", "static/b.css b{}")}, made{"runtime 3", layer("app program!")})
	return s, target
}

func TestWhatAServerKeeps(t *testing.T) {
	s, target := server()
	r := s.of(t, target)
	if want := (crossing.Amount{Files: 4, Bytes: 6 + 8 + 6 + 3}); r.Image != want || r.Name != "runtime" {
		t.Errorf("%s is %v, want %v", r.Name, r.Image, want)
	}
	got := ""
	for _, s := range r.Stages {
		got += fmt.Sprintf("%s: kept %d/%d, discarded %d/%d, inherited %d", s.Name, s.Kept.Files, s.Kept.Bytes, s.Discarded.Files, s.Discarded.Bytes, s.Inherited.Files)
		for _, k := range s.Kinds {
			got += fmt.Sprintf("; %s %d/%d", k.Kind, k.Amount.Files, k.Amount.Bytes)
		}
		got += "\n"
	}
	// The log is in no finding that counts; go.mod neither.
	want := `deps: kept 0/0, discarded 5/36, inherited 3; toolchain 2/14; caches 1/10; base system 1/6; intermediate 1/6
build: kept 3/17, discarded 7/48, inherited 5; toolchain 2/14; sources 1/7; caches 1/10; base system 1/6; intermediate 2/11
runtime: kept 4/23, discarded 0/0, inherited 1
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	build, _ := r.Stage(1)
	if got := build.Sentence(); got != "17 B kept of 65 B (26 %), 48 B left behind" {
		t.Error(got)
	}
}

func TestEdgesOfAServer(t *testing.T) {
	s, target := server()
	r := s.of(t, target)
	got := ""
	for _, e := range r.Edges {
		got += fmt.Sprintf("%s %s→%s line %d %d/%d kept %d, label %q", e.Kind, e.From, e.To, e.Line, e.Carried.Files, e.Carried.Bytes, e.Kept.Files, r.Label(e.Index))
		for _, f := range e.Largest {
			got += fmt.Sprintf("; %s→%s %d", f.From, f.Path, f.Bytes)
		}
		got += "\n"
	}
	// That chmod stored the program again changes nothing about where it came from.
	want := `base deps→build line 20 5/36 kept 0, label "36 B"
base alpine→runtime line 30 1/6 kept 1, label "6 B"
copy build→runtime line 31 1/8 kept 1, label "8 B"; /out/app→/app 8
copy build→runtime line 32 2/9 kept 2, label "9 B"; /src/static/a.css→/static/a.css 6; /src/static/b.css→/static/b.css 3
`
	if !strings.HasSuffix(got, want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// arrivals lists what each source path of the copies of a report became.
func arrivals(r *crossing.Report) string {
	var out []string
	for _, e := range r.Edges {
		if e.Kind == model.EdgeBase {
			continue
		}
		for _, f := range e.Largest {
			out = append(out, f.From+"→"+f.Path)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestWhereCopiesTakeFilesFrom(t *testing.T) {
	source := layer("a/one 1", "a/two 22", "a/sub/three 333", "b/one 4444", "b/link -> ../a/two", "cur -> a", "usr/lib/x.so.1 library", "lib -> usr/lib", "a/four => a/two")
	for _, tt := range []struct {
		name, words string
		landed      []string
		want        string
	}{
		{"a file under another name", "--from=x /a/one /bin/uno", []string{"bin/uno 1"}, "/a/one→/bin/uno"},
		{"a file into a directory", "--from=x /a/one /bin/", []string{"bin/one 1"}, "/a/one→/bin/one"},
		{"several files", "--from=x /a/one /a/two /bin/", []string{"bin/one 1", "bin/two 22"}, "/a/one→/bin/one /a/two→/bin/two"},
		{"a directory's content", "--from=x /a /opt", []string{"opt/one 1", "opt/two 22", "opt/sub/three 333", "opt/four => opt/two"}, "/a/four→/opt/four /a/one→/opt/one /a/sub/three→/opt/sub/three /a/two→/opt/two"},
		{"everything", "--from=x / /", []string{"a/one 1", "b/link -> ../a/two"}, "/a/one→/a/one /b/link→/b/link"},
		{"wildcards", "--from=x /a/t* /opt/", []string{"opt/two 22"}, "/a/two→/opt/two"},
		{"wildcards for directories", "--from=x /*/one /opt/", []string{"opt/one 4444"}, "/b/one→/opt/one"},
		{"a directory that wildcards match", "--from=x /a/s* /opt/", []string{"opt/three 333"}, "/a/sub/three→/opt/three"},
		{"through a link", "--from=x /cur/one /opt/", []string{"opt/one 1"}, "/a/one→/opt/one"},
		{"a link itself is followed", "--from=x /b/link /opt/", []string{"opt/link 22"}, "/a/two→/opt/link"},
		{"a directory by a link", "--from=x /cur /opt", []string{"opt/one 1"}, "/a/one→/opt/one"},
		{"through a link of the base system", "--from=x /lib/x.so.1 /opt/", []string{"opt/x.so.1 library"}, "/usr/lib/x.so.1→/opt/x.so.1"},
		{"with the directories", "--parents --from=x /a/sub/three /opt/", []string{"opt/a/sub/three 333"}, "/a/sub/three→/opt/a/sub/three"},
		{"with some of them", "--parents --from=x /a/./sub/three /opt/", []string{"opt/sub/three 333"}, "/a/sub/three→/opt/sub/three"},
		{"with any number of them", "--parents --from=x /**/t* /", []string{"a/two 22", "a/sub/three 333"}, "/a/sub/three→/a/sub/three /a/two→/a/two"},
		{"but for some", "--exclude=t* --from=x /a /opt", []string{"opt/one 1", "opt/sub/three 333"}, "/a/one→/opt/one /a/sub/three→/opt/sub/three"},
		{"the later of two", "--from=x /a /b /opt/", []string{"opt/one 4444", "opt/two 22"}, "/a/two→/opt/two /b/one→/opt/one"},
		{"another content", "--from=x /a /opt", []string{"opt/one changed"}, "→/opt/one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScene()
			x := s.stage("x", "scratch", run("make"))
			target := s.stage("y", "scratch", copyStep(tt.words))
			s.join()
			s.look(x, nil, made{"x 1", source})
			s.look(target, nil, made{"y 1", layer(tt.landed...)})
			r := s.of(t, target)
			if got := arrivals(r); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			from, _ := r.Stage(x)
			if want := r.Edges[0].Carried.Files - r.Edges[0].Untraced.Files; from.Kept.Files != want {
				t.Errorf("kept %v, want %d files", from.Kept, want)
			}
		})
	}
}

func TestDestinationsBehindLinks(t *testing.T) {
	s := newScene()
	x := s.stage("x", "scratch", run("make"))
	target := s.stage("y", "debian", copyStep("--from=x /a.so /lib/"), copyStep("--from=x /tool /sbin/tool"))
	s.join()
	s.look(x, nil, made{"x 1", layer("a.so library", "tool program")})
	s.look(target, nil, made{"base", layer("lib -> usr/lib", "usr/lib/", "sbin -> usr/sbin", "usr/sbin/")}, made{"y 1", layer("usr/lib/a.so library")}, made{"y 2", layer("usr/sbin/tool program")})
	if got, want := arrivals(s.of(t, target)), "/a.so→/usr/lib/a.so /tool→/usr/sbin/tool"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What is copied from stage to stage is kept in each of them.
func TestChainsOfCopies(t *testing.T) {
	s := newScene()
	a := s.stage("a", "scratch", run("make"))
	b := s.stage("b", "scratch", copyStep("--from=a /out /in"), run("strip"))
	c := s.stage("c", "b", run("true"))
	target := s.stage("d", "scratch", copyStep("--from=c /in /app"), run("rm /app/unused"))
	s.join()
	first, carried, stripped := made{"a 1", layer("out/x xx", "out/y yyy", "out/unused zzzz", "other 1")}, made{"b 1", layer("in/x xx", "in/y yyy", "in/unused zzzz")}, made{"b 2", layer("in/y y")}
	s.look(a, nil, first)
	s.look(b, nil, carried, stripped)
	s.look(c, nil, carried, stripped, made{"c 1", layer()})
	s.look(target, nil, made{"d 1", layer("app/x xx", "app/y y", "app/unused zzzz")}, made{"d 2", layer("-app/unused")})
	r := s.of(t, target)
	for _, tt := range []struct {
		stage int
		want  crossing.Amount
	}{{a, crossing.Amount{Files: 1, Bytes: 2}}, {b, crossing.Amount{Files: 2, Bytes: 3}}, {c, crossing.Amount{Files: 2, Bytes: 3}}, {target, crossing.Amount{Files: 2, Bytes: 3}}} {
		if got, _ := r.Stage(tt.stage); got.Kept != tt.want {
			t.Errorf("%s keeps %v, want %v", got.Name, got.Kept, tt.want)
		}
	}
	last := r.Edges[len(r.Edges)-1]
	if last.Carried != (crossing.Amount{Files: 3, Bytes: 7}) || last.Kept != (crossing.Amount{Files: 2, Bytes: 3}) {
		t.Errorf("carried %v, kept %v", last.Carried, last.Kept)
	}
}

// Of two copies of the same content to one path, the later one is what is kept.
func TestTheLastCopyCounts(t *testing.T) {
	s := newScene()
	a, b := s.stage("a", "scratch", run("make")), s.stage("b", "scratch", run("make"))
	target := s.stage("c", "scratch", copyStep("--from=a /x /x"), copyStep("--from=b /x /x"))
	s.join()
	s.look(a, nil, made{"a 1", layer("x same")})
	s.look(b, nil, made{"b 1", layer("x same")})
	s.look(target, nil, made{"c 1", layer("x same")}, made{"c 2", layer("x same")})
	r := s.of(t, target)
	first, _ := r.Stage(a)
	second, _ := r.Stage(b)
	if first.Kept.Files != 0 || second.Kept.Files != 1 {
		t.Errorf("the first keeps %v, the second %v", first.Kept, second.Kept)
	}
}

// A mount lands nothing; a command may.
func TestMounts(t *testing.T) {
	s := newScene()
	x := s.stage("x", "scratch", run("make"))
	target := s.stage("y", "scratch",
		run("cp /x/bin/app /bin/server && cat /x/notes/* >/sum", model.Mount{Type: "bind", From: "x", Source: "/", Target: "/x"}),
		run("ls /x", model.Mount{Type: "bind", From: "x", Source: "/notes", Target: "/x"}))
	s.join()
	s.look(x, nil, made{"x 1", layer("bin/app program", "copies/app program", "notes/a aa", "notes/b bb", "notes/empty ")})
	s.look(target, nil, made{"y 1", layer("bin/server program", "sum aabb", "notes/empty ")}, made{"y 2", layer()})
	r := s.of(t, target)
	if e := r.Edges[0]; e.Shown != (crossing.Amount{Files: 5, Bytes: 18}) || e.Carried != (crossing.Amount{Files: 1, Bytes: 7}) || r.Label(e.Index) != "shows 18 B" {
		t.Errorf("it shows %v and %v of it stays: %q", e.Shown, e.Carried, r.Label(e.Index))
	}
	if e := r.Edges[1]; e.Shown != (crossing.Amount{Files: 3, Bytes: 4}) || e.Carried != (crossing.Amount{}) {
		t.Errorf("it shows %v and %v of it stays", e.Shown, e.Carried)
	}
	if from, _ := r.Stage(x); from.Kept != (crossing.Amount{Files: 1, Bytes: 7}) {
		t.Errorf("kept %v", from.Kept)
	}
}

// Of a mount whose place hangs on a variable of the base image nobody knows what it shows.
func TestMountsOfNobodyKnowsWhat(t *testing.T) {
	s := newScene()
	x := s.stage("x", "scratch", run("make"))
	target := s.stage("y", "scratch", run("ls", model.Mount{Type: "bind", From: "x", Source: "/$DIR", Target: "/x"}))
	s.join()
	s.look(x, nil, made{"x 1", layer("bin/app program")})
	s.look(target, nil, made{"y 1", layer()})
	if e := s.of(t, target).Edges[0]; e.Known || e.Sentence() != "x → y: not known" {
		t.Errorf("%+v: %s", e, e.Sentence())
	}
}

func TestFromImages(t *testing.T) {
	s := newScene()
	target := s.stage("y", "scratch", copyStep("--from=busybox /bin/sh /bin/"))
	s.join()
	s.look(target, nil, made{"y 1", layer("bin/sh shell")})
	e := s.of(t, target).Edges[0]
	if !e.Known || e.Stage != -1 || e.From != "busybox" || e.Carried != (crossing.Amount{Files: 1, Bytes: 5}) || e.Untraced != e.Carried || e.Share() != 0 {
		t.Errorf("%+v", e)
	}
}

func TestWhatWasNotLookedAt(t *testing.T) {
	s, target := server()
	delete(s.looks, 0)
	r := s.of(t, target)
	if d, ok := r.Stage(0); ok || d.Total != (crossing.Amount{}) || d.Sentence() != "not looked at" {
		t.Errorf("%+v", d)
	}
	delete(s.looks, target)
	r = s.of(t, target)
	for _, e := range r.Edges {
		if e.To == "runtime" && (e.Known || r.Label(e.Index) != "") {
			t.Errorf("%+v", e)
		}
	}
	if empty := crossing.Of(crossing.Input{}); len(empty.Stages) != 0 || empty.Label(0) != "" {
		t.Errorf("%+v", empty)
	}
}

// A file that is kept by one of its names keeps its bytes.
func TestNamesOfOneFile(t *testing.T) {
	s := newScene()
	x := s.stage("x", "scratch", run("make"))
	target := s.stage("y", "scratch", copyStep("--from=x /bin/link /app"))
	s.join()
	s.look(x, nil, made{"x 1", layer("bin/real program", "bin/link => bin/real")})
	s.look(target, nil, made{"y 1", layer("app program")})
	from, _ := s.of(t, target).Stage(x)
	if from.Kept != (crossing.Amount{Files: 1, Bytes: 7}) || from.Discarded != (crossing.Amount{Files: 1}) {
		t.Errorf("kept %v, discarded %v", from.Kept, from.Discarded)
	}
}
