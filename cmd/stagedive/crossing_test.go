package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/examples"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
)

// crossed is what `compare PATH --format json` tells.
type crossed struct {
	Ladder  ladder.Ladder
	Crossed crossing.Report
}

// way says where a file at a path of an edge's source goes; "" for nowhere. These are
// written by hand beside each Dockerfile: nothing is taken from what they test.
type way func(p string) string

// below is the way of a directory's content into another.
func below(from, to string) way {
	return func(p string) string {
		if rest, ok := strings.CutPrefix(p, from+"/"); ok {
			return path.Join(to, rest)
		}
		return ""
	}
}

// only is the way of single files.
func only(pairs ...string) way {
	return func(p string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == p {
				return pairs[i+1]
			}
		}
		return ""
	}
}

// crossings is a Dockerfile with copies of all forms. The contents of its files differ.
const crossings = `FROM shell AS tools
RUN mkdir -p /out/lib /out/doc /out/deep/er && cd /out && echo tool >tool && echo a >lib/a.so && echo b >lib/b.so && echo c >lib/c.txt && \
    ln -s ../out/tool link && ln lib/c.txt lib/again && echo x >doc/x.txt && echo y >doc/y.md && echo z >deep/er/z && ln -s doc docs
FROM tools AS build
COPY src /src
RUN echo program >/out/app && echo changed >/out/lib/b.so && rm /out/deep/er/z && mkdir /work && echo left >/work/behind
FROM shell AS assets
RUN mkdir -p /web/css /web/img /web/raw && cd /web && echo one >css/one.css && echo two >css/two.css && echo dot >img/dot.svg && echo big >raw/big.png
FROM scratch AS collect
COPY --from=build /out /all
COPY --from=assets /web/css/*.css /styles/
COPY --from=assets --parents /web/./img /web/raw/b* /parents/
FROM shell AS packed
RUN --mount=type=bind,from=assets,source=/web,target=/lent cp /lent/css/one.css /copied.css && cat /lent/img/dot.svg /lent/raw/big.png >/joined
FROM packed AS final
COPY --from=collect /all/app /usr/bin/server
COPY --from=collect /all/lib/*.so /usr/lib/
COPY --from=collect --exclude=*.md /all/doc /doc
COPY --from=tools /out/link /linked
COPY --from=tools /out/docs /out/lib/again /many/
COPY --from=collect /parents /styles/two.css /
COPY --from=shell /etc/os-release /made-with
COPY --link --from=assets /web/raw /raw
WORKDIR /w
COPY --from=tools /out/tool sub/
RUN chmod 700 /usr/bin/server && echo more >>/usr/lib/a.so && rm /doc/x.txt
FROM shell AS bare
RUN true
`

// compiler is a stage in which a distribution's packages have installed one, as their
// database and the list of their files say.
const compiler = `FROM shell AS build
RUN mkdir -p /var/lib/dpkg/info /usr/lib/gcc && \
    printf 'Package: gcc-12\nStatus: install ok installed\nVersion: 12.2\nInstalled-Size: 9000\n\n' >/var/lib/dpkg/status && \
    printf '/.\n/usr\n/usr/bin\n/usr/bin/x86_64-gcc\n/usr/lib/gcc\n/usr/lib/gcc/cc1\n' >/var/lib/dpkg/info/gcc-12:amd64.list && \
    head -c 70000 /dev/zero >/usr/bin/x86_64-gcc && head -c 90000 /dev/zero >/usr/lib/gcc/cc1
RUN echo program >/app
FROM scratch
COPY --from=build /app /app
`

// What packages brought is of their kind to the last file, though no file tells.
func TestPackagesOfAStage(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	said := h.run(t, "compare", "-q", "--format", "json", "--build-context", "shell="+shellContext(t), h.project(t, "p", compiler))
	var got crossed
	if err := json.Unmarshal([]byte(said.stdout), &got); err != nil || said.code != exitOK {
		t.Fatalf("%d, %v\n%s%s", said.code, err, said.stdout, said.stderr)
	}
	build := got.Crossed.Stages[0]
	if k := build.Kinds[0]; k.Kind != crossing.Toolchain || k.Amount != (crossing.Amount{Files: 2, Bytes: 160_000}) {
		t.Errorf("%+v", build.Kinds)
	}
}

// crossingWays are the ways of those copies, by line.
func crossingWays() map[int]way {
	return map[int]way{
		10: below("/out", "/all"),
		11: only("/web/css/one.css", "/styles/one.css", "/web/css/two.css", "/styles/two.css"),
		12: only("/web/img/dot.svg", "/parents/img/dot.svg", "/web/raw/big.png", "/parents/web/raw/big.png"),
		14: only("/web/css/one.css", "/copied.css"),
		16: only("/all/app", "/usr/bin/server"),
		17: only("/all/lib/a.so", "/usr/lib/a.so", "/all/lib/b.so", "/usr/lib/b.so"),
		18: only("/all/doc/x.txt", "/doc/x.txt"),
		19: only("/out/tool", "/linked"),
		20: only("/out/doc/x.txt", "/many/x.txt", "/out/doc/y.md", "/many/y.md", "/out/lib/again", "/many/again"),
		21: only("/parents/img/dot.svg", "/img/dot.svg", "/parents/web/raw/big.png", "/web/raw/big.png", "/styles/two.css", "/two.css"),
		23: below("/web/raw", "/raw"),
		25: only("/out/tool", "/w/sub/tool"),
	}
}

// What crossed is what a walk finds in file systems that tar has unpacked.
func TestCrossingsOfARealBuild(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	dir := h.project(t, "p", crossings)
	h.write(t, "p/src/main.go", "package main\n")
	h.write(t, "p/src/other.go", "package other\n")
	h.write(t, "p/src/go.mod", "module x\n")
	args := []string{"--build-context", "shell=" + shellContext(t), "--target", "final", dir}
	o := newOracle(t, h, args, crossingWays())
	o.kinds(t, "bare", map[string][]crossing.Kind{
		"/src/main.go": {crossing.Sources}, "/src/other.go": {crossing.Sources}, "/src/go.mod": {crossing.Sources}, "/work/behind": {crossing.Intermediate},
	})
}

// The same holds for the example with seven stages.
func TestCrossingsOfTheLogbook(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	dir := filepath.Join(h.dir, "logbook")
	if err := examples.Materialise(dir, "logbook"); err != nil {
		t.Fatal(err)
	}
	args := []string{"--build-context", "busybox:1.37=" + shellContext(t), "--build-arg", "PAUSE=0", dir}
	o := newOracle(t, h, args, map[int]way{
		66: only(), // a mount, of which the command leaves nothing
		82: below("/site", "/"), 83: below("/site", "/"), 84: below("/site", "/"),
		85: only("/style.css", "/style.css"), 86: only("/checked", "/checked"),
	})
	single, _ := o.told.Ladder.Rung(ladder.Single)
	final, _ := o.told.Ladder.Rung(ladder.Final)
	if len(o.told.Ladder.Rungs) != 9 || single.AtLeast || single.Bytes <= final.Bytes {
		t.Errorf("%+v", o.told.Ladder.Rungs)
	}
}

// shipped is a Dockerfile of several stages, and inOne the same steps in one stage.
const (
	shipped = `FROM shell AS deps
RUN mkdir /deps && head -c 200000 /dev/zero >/deps/a
FROM deps AS build
COPY src /src
RUN mkdir /out && cat /src/main.go /deps/a >/out/app
FROM shell AS assets
COPY src /src
RUN mkdir /static && echo css >/static/a.css
FROM shell AS final
COPY --from=build /out/app /app
COPY --from=assets /static /static
COPY src/main.go /etc/source
RUN echo conf >/etc/conf
`
	inOne = `FROM shell
RUN mkdir /deps && head -c 200000 /dev/zero >/deps/a
COPY src /src
RUN mkdir /out && cat /src/main.go /deps/a >/out/app
RUN mkdir /static && echo css >/static/a.css
COPY src/main.go /etc/source
RUN echo conf >/etc/conf
`
)

// The single-stage image that is derived is as large as the one that somebody builds.
func TestDerivedAgainstBuilt(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	var ladders []ladder.Ladder
	for name, text := range map[string]string{"shipped": shipped, "one": inOne} {
		dir := h.project(t, name, text)
		h.write(t, name+"/src/main.go", "package main\n")
		said := h.run(t, "compare", "-q", "--format", "json", "--build-context", "shell="+shellContext(t), dir)
		var got crossed
		if err := json.Unmarshal([]byte(said.stdout), &got); err != nil || said.code != exitOK {
			t.Fatalf("%d, %v\n%s%s", said.code, err, said.stdout, said.stderr)
		}
		ladders = append(ladders, got.Ladder)
	}
	slices.SortFunc(ladders, func(a, b ladder.Ladder) int { return len(a.Rungs) - len(b.Rungs) })
	built, _ := ladders[0].Rung(ladder.Final)
	derived, ok := ladders[1].Rung(ladder.Single)
	if !ok || derived.AtLeast || derived.Bytes != built.Bytes || derived.Base != built.Base {
		t.Errorf("derived %+v, built %+v", derived, built)
	}
	if final, _ := ladders[1].Rung(ladder.Final); final.Bytes >= derived.Bytes {
		t.Errorf("%d bytes ship, and %d in one stage", final.Bytes, derived.Bytes)
	}
}

// oracle is what was told of a build, and the file systems of its stages.
type oracle struct {
	told crossed
	fs   map[string]rootfs
	kept map[string]map[string]bool // by stage and path
	h    *house
	args []string
}

// newOracle builds, asks what crossed, unpacks every stage, and compares.
func newOracle(t *testing.T, h *house, args []string, ways map[int]way) *oracle {
	t.Helper()
	o := &oracle{fs: map[string]rootfs{}, kept: map[string]map[string]bool{}, h: h, args: args}
	said := h.run(t, append([]string{"compare", "-q", "--format", "json"}, args...)...)
	if err := json.Unmarshal([]byte(said.stdout), &o.told); err != nil || said.code != exitOK {
		t.Fatalf("%d, %v\n%s%s", said.code, err, said.stdout, said.stderr)
	}
	if s := o.told.Ladder.Separate; s != nil {
		cmd := exec.Command("sh", "-n")
		cmd.Stdin = strings.NewReader(strings.Join(s.Script, "\n"))
		if raw, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("no shell takes the script: %v\n%s", err, raw)
		}
		for _, f := range s.Files { // that it reads them says nothing of what they build
			file := h.write(t, "separate/"+f.Name, strings.Join(f.Lines, "\n")+"\n")
			if read := h.run(t, "graph", "--format", "json", "-f", file, filepath.Dir(file)); read.code != exitOK {
				t.Errorf("%s is refused: %s", f.Name, read.stderr)
			}
		}
	}
	for _, s := range o.told.Crossed.Stages {
		o.fs[s.Name], o.kept[s.Name] = o.stage(t, s.Name), map[string]bool{}
	}
	target := o.told.Crossed.Name
	for p := range o.fs[target].files {
		o.kept[target][p] = true
	}
	for _, s := range slices.Backward(o.told.Crossed.Stages) { // in file order: what an edge comes from was before
		for _, e := range o.told.Crossed.Edges {
			if e.To == s.Name {
				o.follow(t, e, ways)
			}
		}
	}
	for _, s := range o.told.Crossed.Stages {
		if got, want := s.Total, o.amount(s.Name, func(string) bool { return true }); got != want {
			t.Errorf("%s: %v in all, a walk finds %v", s.Name, got, want)
		}
		if got, want := s.Kept, o.amount(s.Name, func(p string) bool { return o.kept[s.Name][p] }); got != want {
			t.Errorf("%s: %v kept, a walk finds %v", s.Name, got, want)
		}
		if s.Kept.Add(s.Discarded) != s.Total {
			t.Errorf("%s: %v kept and %v discarded are not %v", s.Name, s.Kept, s.Discarded, s.Total)
		}
	}
	return o
}

// stage builds one by itself, under a name, and unpacks it.
func (o *oracle) stage(t *testing.T, name string) rootfs {
	t.Helper()
	var args []string
	for i := 0; i < len(o.args); i++ {
		if o.args[i] == "--target" {
			i++
			continue
		}
		args = append(args, o.args[i])
	}
	if said := o.h.run(t, append([]string{"build", "--progress", "plain", "--target", name, "-t", "oracle-" + name}, args...)...); said.code != exitOK {
		t.Fatalf("building %s: %d\n%s%s", name, said.code, said.stdout, said.stderr)
	}
	return o.h.unpack(t, "oracle-"+name)
}

// follow marks what of an edge's source is kept, and holds what is told of the edge
// against what went its way.
func (o *oracle) follow(t *testing.T, e crossing.Edge, ways map[int]way) {
	t.Helper()
	from, to := o.fs[e.From], o.fs[e.To]
	if e.Stage < 0 {
		return
	}
	goes := func(p string) string { return p }
	if e.Kind != model.EdgeBase {
		var ok bool
		if goes, ok = ways[e.Line]; !ok {
			t.Fatalf("line %d has no way", e.Line)
		}
	}
	carried := crossing.Amount{}
	inodes := map[uint64]bool{}
	for p, f := range from.files {
		now := goes(p)
		if now == "" {
			continue
		}
		if e.Kind != model.EdgeBase {
			carried.Files++
			if !inodes[f.inode] {
				carried.Bytes += from.bytes(f.inode)
			}
			inodes[f.inode] = true
		}
		if there, ok := to.files[now]; ok && there.content == f.content && o.kept[e.To][now] {
			o.kept[e.From][p] = true
		}
	}
	if e.Kind != model.EdgeBase && (!e.Known || e.Carried != carried || e.Untraced.Files != 0) {
		t.Errorf("line %d, %s → %s: %v carried (%v untraced), a walk finds %v", e.Line, e.From, e.To, e.Carried, e.Untraced, carried)
	}
	if want := o.amount(e.From, func(string) bool { return true }); e.Source != want {
		t.Errorf("line %d: there are %v in %s, a walk finds %v", e.Line, e.Source, e.From, want)
	}
}

// amount counts what passes; of a file with several names its bytes once.
func (o *oracle) amount(stage string, pass func(p string) bool) crossing.Amount {
	var a crossing.Amount
	u, inodes := o.fs[stage], map[uint64]bool{}
	for p, f := range u.files {
		if !pass(p) {
			continue
		}
		a.Files++
		if !inodes[f.inode] {
			a.Bytes += u.bytes(f.inode)
		}
		inodes[f.inode] = true
	}
	return a
}

// bytes is the size of a file, by whatever name.
func (u rootfs) bytes(inode uint64) int64 {
	for _, f := range u.files {
		if f.inode == inode && f.size > 0 {
			return f.size
		}
	}
	return 0
}

// kinds holds the kinds of what was discarded against the base image, which is that of a
// stage with nothing on it, and against what a person says of single files.
func (o *oracle) kinds(t *testing.T, bare string, of map[string][]crossing.Kind) {
	t.Helper()
	base := o.stage(t, bare)
	for _, s := range o.told.Crossed.Stages {
		want := map[crossing.Kind]int{}
		for p, f := range o.fs[s.Name].files {
			was, is := base.files[p]
			switch kinds := of[p]; {
			case o.kept[s.Name][p]:
			case kinds != nil:
				want[kinds[0]]++
			case is && was.content == f.content:
				want[crossing.BaseSystem]++
			default:
				want[crossing.Intermediate]++
			}
		}
		got := map[crossing.Kind]int{}
		for _, k := range s.Kinds {
			if k.Amount.Files > 0 {
				got[k.Kind] = k.Amount.Files
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s discards %v, a walk finds %v", s.Name, got, want)
		}
	}
}
