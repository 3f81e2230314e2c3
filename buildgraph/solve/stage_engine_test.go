//go:build linux

package solve_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/buildgraph/solve/hold/lister"
	"github.com/stagedive/stagedive/buildgraph/solve/stage"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
)

// openStage opens a stage, or what one of its steps made.
func (p *project) openStage(t testing.TB, stageIndex int, at *build.StepRef) (*stage.Stage, *outcome) {
	t.Helper()
	q := *p
	q.Targets, q.HoldResult, q.HoldStates, q.HoldAt, q.Unrecorded = []int{stageIndex}, true, true, at, true
	o := q.run(t.Context(), t, dial(t)).must(t, build.OutcomeSucceeded)
	if o.held == nil {
		t.Fatal("nothing is held")
	}
	t.Cleanup(o.held.Close)
	s, err := stage.Open(t.Context(), o.held, stage.Options{Graph: p.Graph})
	if err != nil {
		t.Fatal(err)
	}
	return s, o
}

// described lists what each layer of a stage did: where it is from, then a line
// for each entry that is not a directory on the way.
func described(im *image.Image) string {
	var b strings.Builder
	for _, l := range im.Layers {
		if l.Origin.Base {
			b.WriteString("base\n")
			continue
		}
		fmt.Fprintf(&b, "%d:%d %s\n", l.Origin.Stage, l.Origin.Line, l.CreatedBy)
		var rows []string
		for id := range l.Tree.Walk(image.Root) {
			// Where the engine mounts something into a RUN, it leaves a directory.
			if i := l.Tree.Info(id); id != image.Root && !i.Implicit && !slices.Contains([]string{"/dev", "/etc", "/etc/hosts", "/etc/resolv.conf", "/proc", "/sys"}, l.Tree.Path(id)) {
				sign := map[image.Type]string{image.Whiteout: "-", image.Directory: "d"}[i.Type]
				if sign == "" {
					sign = "+"
				}
				rows = append(rows, "  "+sign+" "+l.Tree.Path(id))
			}
		}
		slices.Sort(rows)
		b.WriteString(strings.Join(rows, "\n"))
		b.WriteString("\n")
	}
	return b.String()
}

const manySteps = `FROM shell AS base
RUN mkdir -p /opt/tools && echo tool > /opt/tools/a && echo other > /opt/tools/b
FROM shell AS side
RUN echo side > /side && mkdir /sides && echo one > /sides/one
FROM base AS builder
ENV COLOUR=red
WORKDIR /src/app
COPY main.txt .
COPY --from=side /side /sides/
COPY --link --from=side /sides /linked/
RUN rm /opt/tools/a && echo more >> /opt/tools/b && chmod 600 /src/app/main.txt
COPY --link main.txt /linked/main.txt
RUN rm -r /opt
LABEL last=one
EXPOSE 80
CMD ["/bin/it", "goes"]
FROM scratch
COPY --from=builder /src /
`

// Every step that made files is a layer that knows its line, with what it did.
func TestStageLayers(t *testing.T) {
	p := newProject(t, map[string]string{"Dockerfile": manySteps, "main.txt": "main\n"})
	p.run(t.Context(), t, dial(t)).must(t, build.OutcomeSucceeded)
	s, o := p.openStage(t, 2, nil)
	want := `base
0:2 RUN mkdir -p /opt/tools && echo tool > /opt/tools/a && echo other > /opt/tools/b
  + /opt/tools/a
  + /opt/tools/b
  d /opt
  d /opt/tools
2:7 WORKDIR /src/app
  d /src
  d /src/app
2:8 COPY main.txt .
  + /src/app/main.txt
2:9 COPY --from=side /side /sides/
  + /sides/side
  d /sides
2:10 COPY --link --from=side /sides /linked/
  + /linked/one
  d /linked
2:11 RUN rm /opt/tools/a && echo more >> /opt/tools/b && chmod 600 /src/app/main.txt
  + /opt/tools/b
  + /src/app/main.txt
  - /opt/tools/a
2:12 COPY --link main.txt /linked/main.txt
  + /linked/main.txt
2:13 RUN rm -r /opt
  - /opt
`
	if got := described(s.Image); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, d := range o.Vertices() {
		if v, _ := o.Vertex(d); v.Started != nil && !v.Cached && len(v.Inputs) > 0 {
			t.Errorf("%s ran again", v.Name)
		}
	}
	if c := s.Image.Config; c.Labels["last"] != "one" || strings.Join(c.Cmd, " ") != "/bin/it goes" || strings.Join(c.ExposedPorts, " ") != "80/tcp" || !slices.Contains(c.Env, "COLOUR=red") || c.WorkingDir != "/src/app" || s.Image.Stage != "stage builder" {
		t.Errorf("%q: %+v", s.Image.Stage, c)
	}
	base := s.Image.Layers[0].Tree
	for _, id := range base.Children(image.Root, image.ByName) {
		if name := base.Path(id); !slices.Contains(strings.Fields("/bin /etc /root /tmp /usr /var"), name) {
			t.Errorf("the base has %s", name)
		}
	}
	var empty []string
	for _, h := range s.Image.History {
		if h.Empty {
			empty = append(empty, h.CreatedBy)
		}
	}
	if got := strings.Join(empty, "; "); got != `ENV COLOUR=red; LABEL last=one; EXPOSE 80; CMD ["/bin/it", "goes"]` {
		t.Errorf("without a layer: %s", got)
	}
	// Any state can be read from.
	for _, c := range []struct {
		line int
		path string
		want string
	}{{2, "/opt/tools/b", "other\n"}, {11, "/opt/tools/b", "other\nmore\n"}, {10, "/opt/tools/a", "tool\n"}} {
		i := slices.IndexFunc(s.Image.Layers, func(l image.Layer) bool { return l.Origin.Line == c.line })
		if data, size, err := s.Read(t.Context(), i, c.path, 100); string(data) != c.want || size != int64(len(c.want)) || err != nil {
			t.Errorf("%s after line %d: %q, %d, %v", c.path, c.line, data, size, err)
		}
	}
	if _, _, err := s.Read(t.Context(), 9, "/opt/tools/b", 100); err == nil {
		t.Error("a file can be read that is gone")
	}
	s.Close()
	if _, _, err := s.Read(t.Context(), 1, "/opt/tools/b", 100); err == nil {
		t.Error("a file can be read of a stage that is closed")
	}
}

// What comes after a step is neither shown nor run.
func TestStageStep(t *testing.T) {
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell AS builder
RUN echo one > /one
ENV A=b
RUN echo two > /two
RUN echo this fails; exit 3
FROM scratch
COPY --from=builder /two /
`})
	p.run(t.Context(), t, dial(t)).must(t, build.OutcomeFailed)
	for _, c := range []struct {
		step   int
		layers int
		name   string
	}{{0, 1, "stage builder after line 1"}, {1, 2, "stage builder after line 2"}, {2, 2, "stage builder after line 3"}, {3, 3, "stage builder after line 4"}} {
		s, o := p.openStage(t, 0, &build.StepRef{Stage: 0, Step: c.step})
		if len(s.Image.Layers) != c.layers || s.Image.Stage != c.name {
			t.Errorf("step %d: %s with %d layers", c.step, s.Image.Stage, len(s.Image.Layers))
		}
		s.Close()
		if st := o.Step(build.StepRef{Stage: 0, Step: 4}); st.State == build.Failed {
			t.Errorf("step %d: what comes after it ran", c.step)
		}
	}
}

// Rather than run a command the build ends, when it is asked to.
func TestStageSpares(t *testing.T) {
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell AS builder
RUN echo one > /one
COPY main.txt /
RUN echo two > /two
FROM scratch
COPY --from=builder /two /
`, "main.txt": "main\n"})
	c := dial(t)
	p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	if err := os.WriteFile(filepath.Join(p.dir, "main.txt"), []byte("changed\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p.Targets, p.HoldResult, p.HoldStates = []int{0}, true, true
	var told []build.StepRef
	p.WouldRun = func(ref build.StepRef) { told = append(told, ref) }
	o := p.run(t.Context(), t, c).must(t, build.OutcomeCancelled)
	if want := (build.StepRef{Stage: 0, Step: 3}); o.held != nil || len(told) != 1 || told[0] != want {
		t.Errorf("told of %v, held %v", told, o.held)
	}
	if err := os.WriteFile(filepath.Join(p.dir, "main.txt"), []byte("main\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	told = nil
	p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded).held.Close()
	if len(told) > 0 {
		t.Errorf("%v would run of what is cached", told)
	}
}

// A tree is what lies there: of all kinds, with odd names, owners and modes.
func TestStageTree(t *testing.T) {
	entries := []tar.Header{
		{Name: "top/", Typeflag: tar.TypeDir, Mode: 0o1777},
		{Name: "top/plain", Mode: 0o640, Uid: 7, Gid: 8, Size: 10},
		{Name: "top/hard", Typeflag: tar.TypeLink, Linkname: "top/plain", Mode: 0o640, Uid: 7, Gid: 8},
		{Name: "top/suid", Mode: 0o4755, Size: 3},
		{Name: "top/sgid/", Typeflag: tar.TypeDir, Mode: 0o2750, Uid: 1, Gid: 2},
		{Name: "top/link", Typeflag: tar.TypeSymlink, Linkname: "/etc/../../passwd", Mode: 0o777},
		{Name: "top/null", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 3, Mode: 0o666},
		{Name: "top/disk", Typeflag: tar.TypeBlock, Devmajor: 7, Devminor: 300, Mode: 0o660},
		{Name: "top/pipe", Typeflag: tar.TypeFifo, Mode: 0o600},
		{Name: "top/.wh.not-one", Mode: 0o644, Size: 1},
		{Name: "top/ spaces\tand\x1b[31m red", Mode: 0o644, Size: 1},
		{Name: "top/ünï[*]?", Mode: 0o644, Size: 2},
		{Name: "top/attr", Mode: 0o644, PAXRecords: map[string]string{"SCHILY.xattr.user.note": "yes"}},
	}
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell AS odd\nADD all.tar /\nFROM scratch\n"})
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, h := range entries {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		w.Write(make([]byte, h.Size))
	}
	w.Close()
	if err := os.WriteFile(filepath.Join(p.dir, "all.tar"), archive.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	s, _ := p.openStage(t, 0, nil)
	tree := s.Image.Layers[1].Tree
	types := map[byte]image.Type{
		tar.TypeDir: image.Directory, tar.TypeReg: image.Regular, tar.TypeSymlink: image.Symlink, tar.TypeLink: image.Regular,
		tar.TypeChar: image.CharDevice, tar.TypeBlock: image.BlockDevice, tar.TypeFifo: image.FIFO,
	}
	for _, h := range entries {
		id, ok := tree.Find("/" + h.Name)
		if !ok {
			t.Errorf("%q is missing", h.Name)
			continue
		}
		i := tree.Info(id)
		if h.Name == "top/hard" { // the first by name is the file, the other the link
			h.Size = 10
		}
		want := types[h.Typeflag]
		if h.Name == "top/plain" {
			want = image.Hardlink
		}
		if i.Type != want || int64(i.Mode) != h.Mode && i.Type != image.Symlink || int(i.UID) != h.Uid || int(i.GID) != h.Gid || i.Size != h.Size ||
			i.Type == image.Symlink && i.Link != h.Linkname {
			t.Errorf("%q is %+v, want %+v", h.Name, i, h)
		}
	}
	if got := tree.ChildCount(must(tree.Find("/top"))); got != len(entries)-1 {
		t.Errorf("%d entries, want %d", got, len(entries)-1)
	}
	if _, _, err := s.Read(t.Context(), 1, "/top/pipe", 10); err == nil {
		t.Error("a pipe can be read")
	}
}

func must(id image.NodeID, ok bool) image.NodeID {
	if !ok {
		return image.None
	}
	return id
}

// A helper that lists the files where they lie tells what the engine does, and sees
// hard links between directories too.
func TestStageListed(t *testing.T) {
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell AS many
ADD all.tar /
RUN mkdir /links && ln /opt/d0/e1/file-17 /links/hard && ln -s ../opt /links/soft && chmod 4711 /opt/d1/e103/file-1037
WORKDIR /src
COPY Dockerfile .
RUN rm -r /opt/d2 && echo other > /opt/d0/e0/file-3 && rm /opt/d1/e100/file-1001 && mkdir /opt/d2 && chmod 700 /opt/d0
COPY --link Dockerfile /linked/
RUN rm /src/Dockerfile && mkdir /src/Dockerfile && rm -r /opt/d3 && echo a file > /opt/d3
FROM scratch
`})
	writeTree(t, filepath.Join(p.dir, "all.tar"), 8000)
	entries := 0
	asked, _ := p.openStage(t, 0, nil)
	p.Helper = helper()
	listed, o := p.openStage(t, 0, nil)
	if err := o.held.List(t.Context(), func(lister.Entry) error { entries++; return nil }); err != nil {
		t.Fatal(err)
	}
	if entries < 8000 || entries > 10_000 {
		t.Errorf("%d entries are told of 8,000 files", entries)
	}
	for i := range asked.Image.Layers {
		a, b := dump(asked.Image.Layers[i].Tree), dump(listed.Image.Layers[i].Tree)
		if i == 1 { // the engine can't see it
			linked := "/opt/d0/e1/file-17 hardlink -> hard/one"
			if !strings.Contains(b, linked) {
				t.Errorf("%s is missing", linked)
			}
			b = strings.Replace(b, linked, "/opt/d0/e1/file-17 regular", 1)
		}
		if a != b {
			t.Errorf("layer %d: -asked +listed:\n%s", i, cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")))
		}
	}
	want := "- /opt/d2/e200"
	if got := described(listed.Image); !strings.Contains(got, want) || !strings.Contains(got, "d /src/Dockerfile") || !strings.Contains(got, "+ /opt/d3\n") {
		t.Errorf("%s is not in\n%.2000s", want, got[max(0, len(got)-2000):])
	}
}

// A name need not be UTF-8, whoever lists.
func TestStageOddNames(t *testing.T) {
	p := newProject(t, map[string]string{"Dockerfile": "FROM scratch AS odd\nADD all.tar /\nFROM scratch\n"})
	const name = "odd/not-\xff-utf8"
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: 3, Format: tar.FormatGNU}); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "odd")
	w.Close()
	if err := os.WriteFile(filepath.Join(p.dir, "all.tar"), archive.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	p.Helper = helper()
	s, o := p.openStage(t, 0, nil)
	id, ok := s.Image.Layers[0].Tree.Find("/" + name)
	if !ok || len(s.Image.Problems) != 0 {
		t.Fatalf("found: %t, problems %q", ok, s.Image.Problems)
	}
	if data, _, err := s.Read(t.Context(), 0, s.Image.Layers[0].Tree.RawPath(id), 10); string(data) != "odd" || err != nil {
		t.Errorf("it holds %q, %v", data, err)
	}
	seen := false
	if err := o.held.List(t.Context(), func(e lister.Entry) error { seen = seen || e.Path == name; return nil }); err != nil || !seen {
		t.Errorf("the helper sees it: %t, %v", seen, err)
	}
}

// Listing ends when nobody waits for it any more, whoever lists.
func TestStageCancelled(t *testing.T) {
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell AS many\nADD all.tar /\nFROM scratch\n"})
	writeTree(t, filepath.Join(p.dir, "all.tar"), 10_000)
	p.Targets, p.HoldResult, p.HoldStates, p.Helper = []int{0}, true, true, helper()
	h := p.run(t.Context(), t, dial(t)).must(t, build.OutcomeSucceeded).held
	defer h.Close()
	for _, after := range []int{0, 5_000} { // while it is asked; while the helper tells
		ctx, cancel := context.WithCancel(t.Context())
		var entries atomic.Int64
		_, err := stage.Open(ctx, h, stage.Options{Graph: p.Graph, Progress: func(n int) {
			if entries.Add(int64(n)) > int64(after) {
				cancel()
			}
		}})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("after %d entries: %v", after, err)
		}
	}
	if s, err := stage.Open(t.Context(), h, stage.Options{Graph: p.Graph}); err != nil || len(s.Image.Layers) != 2 {
		t.Errorf("the stage can't be opened again: %v", err)
	}
}

// dump lists a tree with all that is known of each entry.
func dump(tree *image.Tree) string {
	var b strings.Builder
	for id := range tree.Walk(image.Root) {
		i := tree.Info(id)
		fmt.Fprintf(&b, "%s %s", tree.Path(id), []string{"regular", "directory", "symlink", "hardlink", "char", "block", "fifo", "whiteout", "opaque"}[i.Type])
		if i.Link != "" {
			fmt.Fprintf(&b, " -> %s", i.Link)
		}
		fmt.Fprintf(&b, " %o %d:%d %d %d %t\n", i.Mode, i.UID, i.GID, i.Size, i.ModTime, i.Implicit)
	}
	return b.String()
}

// A large file comes in pieces, and no more of it than is asked for.
func TestStageLargeFile(t *testing.T) {
	p := newProject(t, map[string]string{"Dockerfile": "FROM scratch AS big\nCOPY big /\nFROM scratch\n"})
	const size = 100<<20 + 17
	want := sha256.New()
	f, err := os.Create(filepath.Join(p.dir, "big"))
	if err != nil {
		t.Fatal(err)
	}
	noise := rand.NewChaCha8([32]byte{1})
	if _, err := io.CopyN(io.MultiWriter(f, want), noise, size); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ := p.openStage(t, 0, nil)
	r, n, err := s.Open(t.Context(), 0, "/big")
	if err != nil || n != size {
		t.Fatal(n, err)
	}
	got := sha256.New()
	if _, err := io.Copy(got, r); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
		t.Error("the content differs")
	}
	ctx, cancel := context.WithCancel(t.Context())
	r, _, err = s.Open(ctx, 0, "/big")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, r); err == nil {
		t.Error("reading goes on when it is cancelled")
	}
}

// A stage of nothing is an image of nothing.
func TestStageEmpty(t *testing.T) {
	p := newProject(t, map[string]string{"Dockerfile": "FROM scratch AS nothing\nENV A=b\nFROM shell\nRUN echo\n"})
	s, _ := p.openStage(t, 0, nil)
	if len(s.Image.Layers) != 1 || s.Image.Layers[0].Tree.Len() != 1 {
		t.Errorf("%+v", s.Image.Layers)
	}
}

// After a build that took nothing from the cache its stages are there all the
// same.
func TestStageAfterNoCache(t *testing.T) {
	p := newProject(t, map[string]string{"Dockerfile": manySteps, "main.txt": "main\n"})
	c := dial(t)
	p.NoCache = true
	p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	p.NoCache = false
	for _, stage := range []int{0, 1, 2} {
		q := *p
		q.Targets, q.HoldResult, q.HoldStates = []int{stage}, true, true
		q.WouldRun = func(ref build.StepRef) { t.Errorf("stage %d: %v would run", stage, ref) }
		if o := q.run(t.Context(), t, c); o.held != nil {
			o.held.Close()
		}
	}
}
