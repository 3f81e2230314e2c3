package waste_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/waste"
)

// step is a layer of a test image: how it was made, and its entries as lines:
// "f PATH SIZE SUM [MODE [UID]]", "h PATH TARGET", "w PATH", "o PATH", "l PATH TARGET".
type step struct {
	by      string
	line    int // 0 unknown, -1 the base image's
	entries []string
}

func build(t *testing.T, steps ...step) *image.Image {
	t.Helper()
	im := &image.Image{}
	for k, s := range steps {
		b := image.NewBuilder()
		for _, line := range s.entries {
			f := append(strings.Fields(line), "", "", "")
			e := image.Entry{Path: f[1], Mode: 0o644}
			switch f[0] {
			case "f":
				fmt.Sscan(f[2], &e.Size)
				fmt.Sscan(f[3], &e.Sum)
				fmt.Sscanf(f[4], "%o", &e.Mode)
				fmt.Sscan(f[5], &e.UID)
			case "h":
				e.Type, e.Link = image.Hardlink, f[2]
			case "l":
				e.Type, e.Link = image.Symlink, f[2]
			case "w":
				e.Type = image.Whiteout
			case "o":
				e.Type = image.Opaque
			default:
				t.Fatalf("no such entry: %s", line)
			}
			b.Add(e)
		}
		l := image.Layer{Index: k, CreatedBy: s.by, Origin: image.Unknown, Tree: b.Tree()}
		l.Origin.Line, l.Origin.Base = max(s.line, 0), s.line < 0
		im.Layers = append(im.Layers, l)
	}
	return im
}

// TestCases holds what is said of each kind of waste.
func TestCases(t *testing.T) {
	for _, tt := range []struct {
		name  string
		steps []step
		want  string // items: path files bytes cause, then what is said and advised
	}{
		{"a cache removed by the next RUN", []step{
			{"RUN /bin/sh -c apt-get update", 2, []string{"f var/lib/apt/lists/a 100 1", "f var/lib/apt/lists/b 200 2", "f etc/x 1 3"}},
			{"RUN /bin/sh -c rm -rf /var/lib/apt/lists", 3, []string{"w var/lib/apt/lists"}},
		}, `/var/lib/apt/lists 2 300 deleted
			line 2 stores it, line 3 deletes it
			line 2: end this RUN with && rm -rf /var/lib/apt/lists: what line 3 removes is stored by then`},
		{"an opaque directory", []step{
			{"COPY src /app # buildkit", 2, []string{"f app/a 100 1", "f app/b/c 200 2"}},
			{"RUN /bin/sh -c make clean", 3, []string{"o app", "f app/new 5 5"}},
		}, `/app 2 300 deleted
			line 2 stores it, line 3 deletes it
			line 2: do not copy it. If line 3 needs it, lend it: RUN --mount=type=bind,source=…,target=/app; if nothing does, name it in .dockerignore`},
		{"a chown of what was copied", []step{
			{"COPY . /app # buildkit", 4, []string{"f app/a 100 1 644", "f app/b 200 2 644", "l app/c a"}},
			{"RUN /bin/sh -c chown -R node:node /app # buildkit", 5, []string{"f app/a 100 1 644 1000", "f app/b 200 2 644 1000"}},
		}, `/app 2 300 repeated
			line 4 stores it, line 5 stores the same content again: only owner differs
			line 4: COPY --chown=node:node …, and drop the chown from line 5`},
		{"a chmod of what a RUN wrote", []step{
			{"RUN /bin/sh -c curl -o /bin/tool x", 4, []string{"f bin/tool 100 1 644"}},
			{"RUN /bin/sh -c chmod 755 /bin/tool", 5, []string{"f bin/tool 100 1 755"}},
		}, `/bin/tool 1 100 repeated
			line 4 stores it, line 5 stores the same content again: only mode differs
			line 4: do the chmod of line 5 in this RUN, which writes it`},
		{"copied twice", []step{
			{"COPY package.json /app/ # buildkit", 4, []string{"f app/package.json 100 1 644"}},
			{"COPY . /app # buildkit", 6, []string{"f app/package.json 100 1 644", "f app/x 5 5"}},
		}, `/app/package.json 1 100 repeated
			line 4 stores it, line 6 stores the same content again: nothing differs
			line 6: it stores the same content as line 4: drop one of the two`},
		{"a file rewritten by a later RUN", []step{
			{"RUN /bin/sh -c make", 4, []string{"f out 100 1"}},
			{"RUN /bin/sh -c strip out", 5, []string{"f out 50 2"}},
		}, `/out 1 100 rewritten
			line 4 stores it, line 5 stores other content in its place
			line 4: join it with line 5 into one RUN: then only what is there at its end is stored`},
		{"a file rewritten by a RUN after other layers", []step{ // which are in the way of joining them
			{"RUN /bin/sh -c make", 4, []string{"f out 100 1"}},
			{"COPY x /x # buildkit", 5, []string{"f x 7 7"}},
			{"RUN /bin/sh -c strip out", 6, []string{"f out 50 2"}},
		}, `/out 1 100 rewritten
			line 4 stores it, line 6 stores other content in its place
			line 4: remove it at the end of this RUN, if line 6 does not need it: that stores its own`},
		{"a directory in a file's place", []step{
			{"COPY x /x # buildkit", 4, []string{"f x 100 1"}},
			{"COPY y /x # buildkit", 5, []string{"f x/y 50 2"}},
		}, `/x 1 100 shadowed
			line 4 stores it, line 5 puts something of another kind in its place
			line 4: leave it out there: line 5 brings another in its place`},
		{"moved by a later RUN", []step{
			{"COPY --from=build /out /tmp/app # buildkit", 4, []string{"f tmp/app/a 5000 1", "f tmp/app/lib/b 6000 2"}},
			{"RUN /bin/sh -c mv /tmp/app /opt/app", 5, []string{"w tmp/app", "f opt/app/a 5000 1", "f opt/app/lib/b 6000 2"}},
		}, `/tmp/app 2 11000 deleted
			line 4 stores it, line 5 moves it to /opt/app and stores it again
			line 4: COPY it to /opt/app right away, and drop the move from line 5`},
		{"hard links are one file, needed while a name of it is there", []step{
			{"RUN a", 2, []string{"f a 100 1", "h b a", "h c b", "f keep 1 1"}},
			{"RUN b", 3, []string{"w a"}},
			{"RUN c", 4, []string{"w b"}},
		}, ``},
		{"hard links are one file, wasted with its last name", []step{
			{"RUN a", 2, []string{"f a 100 1", "h b a", "f keep 1 1"}},
			{"RUN b", 3, []string{"w b"}},
			{"RUN c", 4, []string{"w a"}},
		}, `/a 1 100 deleted
			line 2 stores it, line 4 deletes it
			line 2: end this RUN with && rm -rf /a: what line 4 removes is stored by then`},
		{"a file whose content is not known", []step{ // a sparse one has no checksum
			{"RUN a", 2, []string{"f a 100 0", "f b 1 1"}},
			{"RUN b", 3, []string{"f a 100 0"}},
		}, `/a 1 100 rewritten
			line 2 stores it, line 3 stores other content in its place
			line 2: join it with line 3 into one RUN: then only what is there at its end is stored`},
		{"the base image's files upgraded", []step{
			{"ADD rootfs.tar / # buildkit", -1, []string{"f lib/c.so 100 1", "f x 1 1"}},
			{"RUN /bin/sh -c apt-get upgrade -y", 2, []string{"f lib/c.so 110 2"}},
		}, `/lib/c.so 1 100 rewritten
			layer 1 of the base image stores it, line 2 stores other content in its place
			line 2: drop the upgrade, and pull a newer base image`},
		{"the base image's files removed, without a Dockerfile", []step{
			{"ADD rootfs.tar / # buildkit", -1, []string{"f usr/share/doc/a 100 1", "f x 1 1"}},
			{"RUN /bin/sh -c rm -r /usr/share/doc", 0, []string{"w usr/share/doc"}},
		}, `/usr/share/doc/a 1 100 deleted
			layer 1 of the base image stores it, layer 2 deletes it
			the base image has it, and layer 2 only hides it: choose a base image without it, or squash the layers into one`},
		{"the base image's package database, which every installation writes anew", []step{
			{"ADD rootfs.tar / # buildkit", -1, []string{"f var/lib/dpkg/status 100 1", "f var/lib/dpkg/info/a 10 4", "f etc/passwd 5 2", "f x 1 1"}},
			{"COPY b /tmp/b", 1, []string{"f tmp/b 1 9"}},
			{"RUN /bin/sh -c apt-get install -y x", 2, []string{"f var/lib/dpkg/status 110 3", "f var/lib/dpkg/info/a 10 5", "f etc/passwd 6 2", "w tmp/b"}},
		}, `/tmp/b 1 1 deleted
			line 1 stores it, line 2 deletes it
			line 1: do not copy it. If line 2 needs it, lend it: RUN --mount=type=bind,source=…,target=/tmp/b; if nothing does, name it in .dockerignore
			/var/lib/dpkg 2 110 rewritten
			layer 1 of the base image stores it, line 2 stores other content in its place
			nothing to do, as a rule: it is the base image's, line 2 stores a newer one beside it, and only another base image, or squashing the layers into one, changes that
			/etc/passwd 1 5 rewritten
			layer 1 of the base image stores it, line 2 stores other content in its place
			nothing to do, as a rule: it is the base image's, line 2 stores a newer one beside it, and only another base image, or squashing the layers into one, changes that`},
		{"places below one directory are removed by their names", []step{
			{"RUN /bin/sh -c make", 2, []string{"f app/a/1 100 1", "f app/b/2 200 2", "f app/keep 1 3", "f srv/other 7 7", "f x 1 1"}},
			{"RUN /bin/sh -c clean", 3, []string{"w app/a", "w app/b", "w srv/other"}},
		}, `/app 2 300 deleted
			line 2 stores it, line 3 deletes it
			line 2: end this RUN with && rm -rf /app/b/2 /app/a/1: what line 3 removes is stored by then
			/srv/other 1 7 deleted
			line 2 stores it, line 3 deletes it
			line 2: end this RUN with && rm -rf /srv/other: what line 3 removes is stored by then`},
		{"everything a layer holds", []step{
			{"", 0, []string{"f a 1 1", "f b/c 2 2", "f b/d 2 3"}},
			{"", 0, []string{"o "}},
		}, `/ 3 5 deleted
			layer 1 stores it, layer 2 deletes it
			layer 1: remove it in the same instruction: what layer 2 removes is stored by then`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := waste.Of(build(t, tt.steps...), nil)
			var got []string
			for _, it := range r.Items {
				got = append(got, fmt.Sprintf("%s %d %d %s\n%s\n%s", it.Path, it.Files, it.Bytes, it.Cause, r.Says(it), r.Advice(it)))
			}
			var want []string
			for s := range strings.SplitSeq(tt.want, "\n") {
				want = append(want, strings.TrimSpace(s))
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// TestRemovedDirectory: a whiteout of a directory counts with all that it removes.
func TestRemovedDirectory(t *testing.T) {
	var entries []string
	for i := range 12_803 {
		entries = append(entries, fmt.Sprintf("f usr/src/linux/d%d/f%d 6400 %d", i%97, i, i+1))
	}
	r := waste.Of(build(t, step{"RUN a", 1, append(entries, "f bin/sh 10 1")}, step{"RUN b", 2, []string{"w usr/src/linux"}}), nil)
	if len(r.Items) != 1 || r.Items[0].Files != 12_803 || r.Wasted != 12_803*6400 || r.Items[0].Path != "/usr/src/linux" {
		t.Errorf("wasted %d: %+v", r.Wasted, r.Items)
	}
	if l := r.Layers[1]; l.Caused != r.Wasted || l.Stored != 0 {
		t.Errorf("%+v", l)
	}
}

// TestMissingTrees: layers that could not be read count as empty.
func TestMissingTrees(t *testing.T) {
	im := build(t, step{"", 0, []string{"f a 5 1", "f b 6 1"}}, step{"", 0, nil}, step{"", 0, []string{"w a"}})
	im.Layers[1].Tree = nil
	if r := waste.Of(im, nil); r.Wasted != 5 || r.Visible != 6 || r.Items[0].By != 2 {
		t.Errorf("%+v", r)
	}
	if r := waste.Of(&image.Image{}, nil); r.Stored != 0 || r.Items != nil {
		t.Errorf("%+v", r)
	}
}

// TestOneCauseIsOneItem: a chmod of a large directory is one item, though a file that it
// left alone and one that it changed stand between.
func TestOneCauseIsOneItem(t *testing.T) {
	var wrote, changed []string
	for i := range 40 {
		for j := range 16 {
			f := fmt.Sprintf("f app/node_modules/m%d/%d %d %d", i, j, 1000+i, i*100+j+1)
			wrote, changed = append(wrote, f+" 644"), append(changed, f+" 664")
		}
	}
	wrote, changed = append(wrote, "f app/node_modules/same 5 9"), append(changed, "f app/log 2 3")
	r := waste.Of(build(t, step{"COPY . /app", 8, wrote}, step{"RUN chmod -R g+w /app", 14, changed}), nil)
	if len(r.Items) != 1 {
		t.Fatalf("%d items", len(r.Items))
	}
	it := r.Items[0]
	if it.Path != "/app/node_modules" || it.Files != 640 || len(it.Parts) != 40 || !it.Dir || it.Base {
		t.Errorf("%s: %d files in %d parts", it.Path, it.Files, len(it.Parts))
	}
	if it.Parts[0].Path != "/app/node_modules/m39" || it.Parts[0].Bytes != 16*1039 || it.Bytes != r.Wasted || r.Own != r.Wasted {
		t.Errorf("%+v of %d and %d", it.Parts[0], it.Bytes, r.Own)
	}
}
