//go:build engines

package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/cespare/xxhash/v2"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/image"
)

// oracleProject makes three stages whose file systems differ in every way: what was
// removed, replaced by something of another kind, emptied, and written again; modes,
// owners, links of both kinds, and names that no terminal should see.
const oracleProject = `FROM shell AS one
RUN mkdir -p /d/deep/er /gone /swap /emptied/sub /links /odd && echo a > /d/a && echo b > /d/deep/b && echo c > /d/deep/er/c \
 && echo g > /gone/g && echo file > /tobedir && echo x > /swap/x && echo y > /emptied/y && echo z > /emptied/sub/z \
 && echo linked > /links/first && ln /links/first /links/second && ln /links/first /d/third && ln -s first /links/soft && ln -s /d /links/dir \
 && echo same > /same && chmod 4755 /same && echo odd > "/odd/$(printf 'a\033[31mb')" && echo blank > '/odd/a b'
RUN chmod 1777 /d && chmod 000 /d/a && echo longer >> /d/deep/b

FROM one AS two
RUN rm -r /gone && rm /tobedir && mkdir /tobedir && echo in > /tobedir/in && rm -r /swap && echo now a file > /swap \
 && rm -r /emptied && mkdir /emptied && echo new > /emptied/new && rm /links/first && rm /links/soft && ln -s second /links/soft
RUN echo changed > /d/deep/er/c && chmod 0711 /d/deep && rm "/odd/$(printf 'a\033[31mb')" && mkdir /gone && echo back > /gone/back
COPY --chown=7:8 --chmod=640 Dockerfile /d/a

FROM two AS three
RUN rm -r /tobedir && ln -s d /tobedir && rm /swap && mkdir -p /swap/x && echo changed > /links/second && rm -r /d/deep/er
COPY --from=one /d/deep /d/deep
COPY --from=one --chown=9 /links /elsewhere
`

// entry is what lies at a path of an unpacked image.
type entry struct {
	kind     fs.FileMode // its type
	mode     uint32
	uid, gid uint32
	time     int64
	size     int64
	sum      uint64
	link     string
}

// TestEngineCompareAgainstUmoci builds three stages, unpacks their images with umoci, and
// holds everything that is said of every path of them, in both directions, against what
// then lies on the disk.
func TestEngineCompareAgainstUmoci(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Fatal("images with owners are unpacked as root only")
	}
	if _, err := exec.LookPath("umoci"); err != nil {
		t.Fatalf("%v: .ci/setup engines installs it", err)
	}
	needEngine(t)
	h := newHouse(t)
	project := h.project(t, "p", oracleProject)
	for _, order := range [][]string{{"one", "two", "three"}, {"three", "two", "one"}, {"two", "one"}} {
		t.Run(strings.Join(order, ","), func(t *testing.T) {
			args := []string{"compare", "-q", "--targets", strings.Join(order, ","), "--build-context", "shell=" + shellContext(t), project}
			out := h.run(t, append(args, "--format", "json")...)
			var doc struct{ Sides []struct{ Name, Ref string } }
			if err := json.Unmarshal([]byte(out.stdout), &doc); err != nil || out.code != exitOK || len(doc.Sides) != len(order) {
				t.Fatalf("exit %d, %v\n%s", out.code, err, out.stderr)
			}
			var sides []compare.Side
			var disks []map[string]entry
			for _, s := range doc.Sides {
				res, err := inspect.Inspect(t.Context(), s.Ref, inspect.Options{})
				if err != nil {
					t.Fatal(err)
				}
				sides = append(sides, compare.Side{Name: s.Name, Image: res.Image})
				disks = append(disks, walk(t, umociUnpacked(t, s.Ref)))
			}
			everyPath(t, compare.New(sides...), disks)
			listed := h.run(t, append(args, "--files")...)
			if got, want := strings.Split(strings.TrimSpace(listed.stdout), "\n"), listing(disks); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
				t.Errorf("--files says\n%s\nwant\n%s", strings.Join(slices.Sorted(slices.Values(got)), "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// umociUnpacked is the root file system of an image in an OCI layout, as umoci unpacks it.
func umociUnpacked(t *testing.T, ref string) string {
	t.Helper()
	dir, digest, ok := strings.Cut(strings.TrimPrefix(ref, "oci:"), "@")
	if !ok {
		t.Fatalf("%s is no image of a layout", ref)
	}
	layout := t.TempDir() // umoci finds images by their names only
	manifest, err := os.Stat(filepath.Join(dir, "blobs", "sha256", strings.TrimPrefix(digest, "sha256:")))
	if err == nil {
		err = os.Symlink(filepath.Join(dir, "blobs"), filepath.Join(layout, "blobs"))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(layout, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o644)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(layout, "index.json"), fmt.Appendf(nil, `{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":%q,"size":%d,"annotations":{"org.opencontainers.image.ref.name":"it"}}]}`, digest, manifest.Size()), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(t.TempDir(), "bundle")
	if out, err := exec.Command("umoci", "unpack", "--image", layout+":it", bundle).CombinedOutput(); err != nil {
		t.Fatalf("umoci: %v\n%s", err, out)
	}
	return filepath.Join(bundle, "rootfs")
}

// walk lists what lies in a directory, by absolute path within it.
func walk(t *testing.T, root string) map[string]entry {
	t.Helper()
	out := map[string]entry{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		st := info.Sys().(*syscall.Stat_t)
		e := entry{kind: d.Type(), mode: st.Mode & 0o7777, uid: st.Uid, gid: st.Gid, time: st.Mtim.Sec}
		switch {
		case d.Type() == fs.ModeSymlink:
			e.link, err = os.Readlink(name)
		case d.Type().IsRegular():
			var data []byte
			data, err = os.ReadFile(name)
			e.size, e.sum = int64(len(data)), xxhash.Sum64(data)
		}
		out[strings.TrimPrefix(name, root)] = e
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// everyPath holds each row of a comparison against the disks.
func everyPath(t *testing.T, c *compare.Comparison, disks []map[string]entry) {
	t.Helper()
	f := c.Files()
	seen := make([]map[string]bool, len(disks))
	for s := range disks {
		seen[s] = map[string]bool{}
	}
	for id := range compare.ID(f.Len()) {
		path := f.RawPath(id)
		if id == compare.Root {
			continue
		}
		for s, disk := range disks {
			info, ok := f.Info(id, s)
			if !ok {
				continue
			}
			seen[s][path] = true
			if got, want := entryOf(info), disk[path]; got != want && !info.Implicit {
				t.Errorf("%s: %s is\n%+v, want\n%+v", c.Sides[s].Name, path, got, want)
			}
		}
	}
	for s, disk := range disks {
		if len(seen[s]) != len(disk) {
			for path := range disk {
				if !seen[s][path] {
					t.Errorf("%s: nothing is said of %s", c.Sides[s].Name, path)
				}
			}
			t.Errorf("%s: %d paths, want %d", c.Sides[s].Name, len(seen[s]), len(disk))
		}
	}
}

// entryOf is what a tree knows of a path, in the words of the disk. A hard link is the
// file; the time of a directory is when something in it changed last.
func entryOf(info image.Info) entry {
	e := entry{mode: info.Mode, uid: info.UID, gid: info.GID, time: info.ModTime}
	switch info.Type {
	case image.Directory:
		e.kind = fs.ModeDir
	case image.Symlink:
		e.kind, e.link = fs.ModeSymlink, info.Link
		e.mode = 0o777 // links have none of their own on a disk
	default:
		e.size, e.sum = info.Size, info.Sum
	}
	return e
}

// listing is what --files has to say, sorted, worked out from the disks alone.
func listing(disks []map[string]entry) []string {
	type place struct {
		path string
		dir  bool
	}
	all := map[place]bool{}
	for _, disk := range disks {
		for path, e := range disk {
			all[place{path, e.kind.IsDir()}] = true
		}
	}
	var out []string
	for p := range maps.Keys(all) {
		had, was := disks[0][p.path], false
		if _, ok := disks[0][p.path]; ok && had.kind.IsDir() == p.dir {
			was = true
		}
		signs, sizes, meta, differs := "", "", map[string]bool{}, false
		for s, disk := range disks {
			has, is := disk[p.path], false
			if _, ok := disk[p.path]; ok && has.kind.IsDir() == p.dir {
				is = true
			}
			size := "-"
			if is {
				size = fmt.Sprint(has.size)
			}
			if sizes += "\t" + size; s == 0 {
				continue
			}
			sign := "="
			switch {
			case !was && !is:
			case !was:
				sign = "+"
			case !is:
				sign = "-"
			default:
				words := between(had, has)
				for _, w := range words {
					meta[w] = true
				}
				switch {
				case had.kind != has.kind, had.size != has.size, had.sum != has.sum, had.link != has.link:
					sign = "~"
				case len(words) > 0:
					sign = "m"
				}
			}
			signs += sign
			differs = differs || sign != "="
		}
		if !differs {
			continue
		}
		var words []string
		for _, w := range []string{"mode", "owner", "time"} {
			if meta[w] {
				words = append(words, w)
			}
		}
		if len(words) == 0 {
			words = []string{"-"}
		}
		path := strings.ReplaceAll(p.path, "\x1b", "␛")
		if p.dir {
			path += "/"
		}
		out = append(out, signs+"\t"+strings.Join(words, ",")+sizes+"\t"+path)
	}
	slices.Sort(out)
	return out
}

// between is what differs of two entries beside their content.
func between(a, b entry) (out []string) {
	if a.mode != b.mode {
		out = append(out, "mode")
	}
	if a.uid != b.uid || a.gid != b.gid {
		out = append(out, "owner")
	}
	if a.time != b.time && !a.kind.IsDir() {
		out = append(out, "time")
	}
	return out
}
