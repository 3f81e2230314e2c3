package reproduce_test

import (
	"archive/tar"
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/model/reproduction"
	"github.com/stagedive/stagedive/model/reproduction/cause"
)

// one is a Dockerfile of one stage with one instruction.
const one = "FROM scratch\nRUN make\n"

func made(members ...member) []step {
	return []step{{"RUN /bin/sh -c make # buildkit", members}}
}

// told are the groups of a step, in short.
func told(s reproduction.Step) (out []string) {
	for _, g := range s.Groups {
		text := g.Words()
		if g.First.First+g.First.Second != "" {
			text += ": " + g.First.First + " | " + g.First.Second
		}
		if g.Cause != "" {
			text += " [" + g.Cause + "]"
		}
		if g.First.From != nil {
			text += fmt.Sprintf(" from %s line %d %s", g.First.From.Name, g.First.From.Line, g.First.From.Path)
		}
		if g.Stays {
			text += " stays"
		}
		out = append(out, text)
	}
	return out
}

func TestLayers(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 1<<10) // of several blocks
	for name, c := range map[string]struct {
		first, second []member
		state         reproduction.State
		want          []string
	}{
		"times": {
			[]member{file("a", "x"), file("b", "y").at(1), file("c", "z").at(-60)},
			[]member{file("a", "x").at(3), file("b", "y").at(4), file("c", "z").at(-90)},
			reproduction.Metadata,
			[]string{
				"mtime of 2 files, first /a: 2026-11-22 01:00:00 | 2026-11-22 01:00:03 [timestamps]",
				"mtime of /c: 2026-11-22 00:59:00 | 2026-11-22 00:58:30 [timestamps] stays",
			},
		},
		"content": {
			[]member{file("a", "value=1\nsome words"), file("z", big)},
			[]member{file("a", "value=1\nother words"), file("z", big[:9000]+"!"+big[9001:])},
			reproduction.Contents,
			[]string{`content of 2 files, first /a at byte 8: "some words" | "other words" stays`},
		},
		"metadata": {
			[]member{{tar.Header{Name: "a", Mode: 0o600, Uid: 1, PAXRecords: map[string]string{"SCHILY.xattr.user.k": "v"}}, ""}},
			[]member{{tar.Header{Name: "a", Mode: 0o640, Gid: 2}, ""}},
			reproduction.Metadata,
			[]string{
				"mode of /a: 0600 | 0640 stays", "owner of /a: 1:0 | 0:2 stays", "xattrs of /a: user.k (1 B) | none stays",
			},
		},
		"links and types": {
			[]member{{tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "x"}, ""}, {tar.Header{Name: "t", Typeflag: tar.TypeDir}, ""}},
			[]member{{tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "y"}, ""}, file("t", "")},
			reproduction.Contents,
			[]string{"type of /t: directory | file stays", "link of /l: x | y stays"},
		},
		"alone": {
			[]member{file("a", "1"), file("tmp/tmp.aB3dE5", "1")},
			[]member{file("a", "1"), file("tmp/tmp.Zx9Yw8", "1"), file("b", "")},
			reproduction.Contents,
			[]string{
				"/tmp/tmp.aB3dE5 only in the first: file of 1 B |  [temporary-name] stays",
				"/tmp/tmp.Zx9Yw8 only in the second:  | file of 1 B [temporary-name] stays",
				"/b only in the second:  | file of 0 B stays",
			},
		},
		"order": {
			[]member{file("a", "1"), file("b", "1"), file("c", "1")},
			[]member{file("b", "1"), file("c", "1"), file("a", "1")},
			reproduction.Metadata,
			[]string{"order in the archive of /a: first of all | after /c [archive-order] stays"},
		},
		"headers": {
			[]member{{tar.Header{Name: "a", Format: tar.FormatPAX, PAXRecords: map[string]string{"X.y": "z"}}, "1"}},
			[]member{file("a", "1")},
			reproduction.Metadata,
			[]string{"headers of /a stays"},
		},
		"whiteouts": {
			[]member{file(".wh.gone", "")},
			[]member{file("x", "")},
			reproduction.Contents,
			[]string{"/.wh.gone only in the first: file of 0 B |  stays", "/x only in the second:  | file of 0 B stays"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := compare(t, one, 0, map[int][2][]step{0: {made(c.first...), made(c.second...)}})
			if v.Reproducible || len(v.Steps) != 1 || len(v.Layers) != 1 || v.Layers[0].State != c.state {
				t.Fatalf("%+v", v)
			}
			if d := cmp.Diff(c.want, told(v.Steps[0])); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestTheSameImage(t *testing.T) {
	s := made(file("a", "1"), file("b", "2"))
	if v := compare(t, one, 0, map[int][2][]step{0: {s, s}}); !v.Reproducible || len(v.Steps) != 0 || v.Layers[0].State != reproduction.Same {
		t.Errorf("%+v", v)
	}
}

// What a COPY brought is traced through stages to where it was made.
func TestTraces(t *testing.T) {
	const dockerfile = `FROM scratch AS gen
RUN make
FROM scratch AS mid
COPY --from=gen /out /in
FROM scratch
COPY --from=mid /in/data /app/data
COPY local /app/
`
	gen := func(s string) []step { return made(file("out/data/x", s), file("out/y", s)) }
	mid := func(s string) []step {
		return []step{{"COPY /out /in # buildkit", []member{file("in/data/x", s), file("in/y", s)}}}
	}
	end := func(s string) []step {
		return []step{{"COPY /in/data /app/data # buildkit", []member{file("app/data/x", s)}}, {"COPY local /app/ # buildkit", []member{file("app/local", s)}}}
	}
	v := compare(t, dockerfile, 2, map[int][2][]step{
		0: {gen("one word"), gen("two words")}, 1: {mid("one word"), mid("two words")}, 2: {end("one word"), end("two words")},
	})
	got := map[string][]string{}
	for _, s := range v.Steps {
		got[fmt.Sprintf("line %d %s", s.Line, s.Reach)] = told(s)
	}
	const content = `: "one word" | "two words"`
	want := map[string][]string{
		"line 2 copied": {"content of /out/data/x at byte 0" + content + " stays", "content of /out/y at byte 0" + content + " stays"},
		"line 4 ":       {"content of 2 files, first /in/data/x at byte 0" + content + " from gen line 2 /out/data/x stays"},
		"line 6 layer":  {"content of /app/data/x at byte 0" + content + " from gen line 2 /out/data/x stays"},
		"line 7 layer":  {"content of /app/local at byte 0" + content + " [context-changed] stays"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if v.Root == nil || v.Of(v.Root).Line != 2 {
		t.Errorf("root %+v", v.Root)
	}
}

// A base image that was moved is told of as such, once, whatever stages are built on it.
func TestBases(t *testing.T) {
	const dockerfile = "FROM base AS a\nRUN make\nFROM base\nRUN make\nCOPY --from=base /etc/x /x\n"
	on := func(s string, more ...step) []step {
		return append([]step{{"", []member{file("etc/x", s)}}, {"RUN /bin/sh -c make # buildkit", []member{file("y", "1")}}}, more...)
	}
	x := func(s string) step { return step{"COPY /etc/x /x # buildkit", []member{file("x", s)}} }
	v := compare(t, dockerfile, 1, map[int][2][]step{0: {on("1"), on("2")}, 1: {on("1", x("1")), on("2", x("2"))}})
	if len(v.Steps) != 2 || !v.Steps[0].Base || v.Steps[0].Line != 1 || v.Steps[0].Groups[0].Cause != cause.Unpinned || v.Steps[0].Reach != reproduction.InLayer {
		t.Fatalf("%+v", v.Steps)
	}
	if s := v.Steps[1]; s.Line != 5 || s.Groups[0].Cause != cause.Unpinned {
		t.Errorf("%+v", s)
	}
}

// A COPY of all that an instruction made makes the very same layer: both are told of.
func TestTheSameLayerTwice(t *testing.T) {
	const dockerfile = "FROM scratch AS a\nRUN make\nFROM scratch\nCOPY --from=a /x /x\n"
	build := func(s string) [2][]step {
		return [2][]step{made(file("x", s)), {{"COPY /x /x # buildkit", []member{file("x", s)}}}}
	}
	one, two := build("one word"), build("two words")
	v := compare(t, dockerfile, 1, map[int][2][]step{0: {one[0], two[0]}, 1: {one[1], two[1]}})
	if len(v.Steps) != 2 || v.Steps[0].Line != 2 || v.Steps[0].Reach != reproduction.Copied || v.Steps[1].Line != 4 || v.Layers[0].Line != 4 {
		t.Errorf("%+v of %+v", v.Steps, v.Layers)
	}
}

// An image with another number of layers goes together by instructions.
func TestOtherLayers(t *testing.T) {
	const dockerfile = "FROM scratch\nRUN one\nRUN two\n"
	first := []step{{"RUN /bin/sh -c one # buildkit", []member{file("a", "1")}}, {"RUN /bin/sh -c two # buildkit", []member{file("b", "1")}}}
	v := compare(t, dockerfile, 0, map[int][2][]step{0: {first, first[1:]}})
	var states []reproduction.State
	for _, l := range v.Layers {
		states = append(states, l.State)
	}
	if !slices.Equal(states, []reproduction.State{reproduction.Lone, reproduction.Same}) || v.Reproducible {
		t.Errorf("%v", states)
	}
	if len(v.Steps) != 1 || v.Steps[0].Line != 2 || v.Steps[0].Groups[0].Words() != "/a only in the first" {
		t.Errorf("%+v", v.Steps)
	}
}

// Of large files the first byte that differs is found, too.
func TestLargeFiles(t *testing.T) {
	data := make([]byte, 17<<20)
	rng := rand.NewChaCha8([32]byte{7})
	_, _ = rng.Read(data)
	for _, at := range []int{65535, 65536, len(data) - 1} {
		other := bytes.Clone(data)
		other[at]++
		v := compare(t, one, 0, map[int][2][]step{0: {made(file("big", string(data))), made(file("big", string(other)))}})
		if g := v.Steps[0].Groups[0]; g.Field != reproduction.Content || g.First.At != int64(at) {
			t.Errorf("at %d: %+v", at, g)
		}
	}
	longer := append(bytes.Clone(data), 1)
	v := compare(t, one, 0, map[int][2][]step{0: {made(file("big", string(data))), made(file("big", string(longer)))}})
	if g := v.Steps[0].Groups[0]; g.First.At != int64(len(data)) {
		t.Errorf("longer: %+v", g)
	}
}

// An archive's names can't drive a terminal, wherever they are told.
func TestHostileNames(t *testing.T) {
	evil := "a\x1b[2J\u202eb"
	v := compare(t, one, 0, map[int][2][]step{0: {
		made(file(evil, "1"), member{tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: evil}, ""}, member{tar.Header{Name: "o", Uname: evil, PAXRecords: map[string]string{"SCHILY.xattr." + "x\x1b[2J": "1"}}, ""}),
		made(file("c", "1"), member{tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "x"}, ""}, file("o", "")),
	}})
	text := fmt.Sprintf("%+v", v)
	for _, d := range v.Steps[0].Groups {
		text += d.First.First + d.First.Second + strings.Join(d.Paths, "")
	}
	if strings.ContainsAny(text, "\x1b\u202e") {
		t.Errorf("%q", text)
	}
}

// Every kind of cause that is named is in the table.
func TestCausesAreKnown(t *testing.T) {
	v := compare(t, one, 0, map[int][2][]step{0: {
		made(file("var/log/dpkg.log", "2026-01-01\n"), file("stamp", "Sun Nov 22 01:31:51 UTC 2026").at(1)),
		made(file("var/log/dpkg.log", "2026-01-02\n"), file("stamp", "Sun Nov 22 01:31:52 UTC 2026").at(2)),
	}})
	ids := map[string]bool{}
	for _, c := range v.Causes() {
		ids[c.ID] = true
	}
	if got := slices.Sorted(maps.Keys(ids)); !slices.Equal(got, []string{"date", "package-log", "timestamps"}) {
		t.Errorf("%v", got)
	}
	if v.Foresight == nil || v.Foresight.Remain != 2 || v.Differences != 3 {
		t.Errorf("%+v of %d", v.Foresight, v.Differences)
	}
}
