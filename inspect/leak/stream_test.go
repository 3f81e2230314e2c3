package leak_test

import (
	"bytes"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/packages"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// entry is one entry of a layer under test.
type entry struct {
	path    string
	content string
	typ     image.Type
	mode    uint32
	link    string
	host    string // a file of this machine to take the content from
	size    int64  // of content that nobody reads
}

func text(p, content string) entry { return entry{path: p, content: content, mode: 0o644} }
func exec(p, content string) entry { return entry{path: p, content: content, mode: 0o755} }
func blob(p string, n int64) entry { return entry{path: p, size: n, mode: 0o644} }
func gone(p string) entry          { return entry{path: p, typ: image.Whiteout} }
func opaque(p string) entry        { return entry{path: p, typ: image.Opaque} }
func symlink(p, to string) entry   { return entry{path: p, typ: image.Symlink, link: to, mode: 0o777} }

func hardlink(p, to string) entry { return entry{path: p, typ: image.Hardlink, link: to, mode: 0o755} }

// stream sends the entries of a layer through a sink as inspect/scan does: the
// head first, then what was asked for. It returns the layer's tree.
func stream(t *testing.T, s scan.Sink, entries []entry) *image.Tree {
	t.Helper()
	b := image.NewBuilder()
	for _, e := range entries {
		data := []byte(e.content)
		if e.host != "" {
			var err error
			if data, err = os.ReadFile(e.host); err != nil {
				t.Fatal(err)
			}
		}
		f := scan.File{Path: e.path, Type: e.typ, Mode: e.mode, Link: e.link, Size: int64(len(data))}
		if e.size > 0 {
			f.Size = e.size
		}
		sum := fnv.New64a()
		sum.Write(data)
		b.Add(image.Entry{Path: strings.TrimPrefix(e.path, "/"), Type: e.typ, Mode: e.mode, Size: f.Size, Link: e.link, Sum: sum.Sum64()})
		f.Head = bytes.Clone(data[:min(len(data), scan.HeadSize)])
		want := s.Entry(f)
		if follower, ok := s.(scan.Follower); ok {
			follow(t, follower.Follow(f), data)
		}
		if want == 0 {
			continue
		}
		var r io.Reader = bytes.NewReader(data)
		if want > 0 {
			r = io.LimitReader(r, want)
		}
		if err := s.Content(f, r); err != nil {
			t.Fatalf("content of %s: %v", e.path, err)
		}
		clear(f.Head) // it is not to be kept
	}
	return b.Tree()
}

// follow writes content in pieces of odd sizes, as it streams by.
func follow(t *testing.T, w io.WriteCloser, data []byte) {
	t.Helper()
	if w == nil {
		return
	}
	for n := 1; len(data) > 0; n = n*3 + 1 {
		piece := bytes.Clone(data[:min(n, len(data))])
		if _, err := w.Write(piece); err != nil {
			t.Fatal(err)
		}
		data = data[len(piece):]
		clear(piece) // it is not to be kept
		n = min(n, 100_000)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// tree lists a directory of this machine as entries below root, as they would be
// in a layer.
func tree(t *testing.T, dir, root string, keep func(rel string) bool) []entry {
	t.Helper()
	var entries []entry
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil || keep != nil && !keep(filepath.ToSlash(rel)) {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		e := entry{path: path.Join(root, filepath.ToSlash(rel)), mode: uint32(info.Mode().Perm()), host: p}
		if info.Mode()&fs.ModeSymlink != 0 {
			e.typ, e.host = image.Symlink, ""
		}
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// find scans layers and returns the findings. Layers without an origin get an
// unknown one.
func find(t *testing.T, im *image.Image, graph *model.Graph, layers ...[]entry) []finding.Finding {
	t.Helper()
	return findFor(t, 0, im, graph, layers...)
}

// findFor is find for an image of a stage of the Dockerfile.
func findFor(t *testing.T, target int, im *image.Image, graph *model.Graph, layers ...[]entry) []finding.Finding {
	t.Helper()
	s := leak.New(leak.Options{Graph: graph, Target: target})
	var notes, listed [][]byte
	for i, entries := range layers {
		if i == len(im.Layers) {
			im.Layers = append(im.Layers, image.Layer{Index: i, Origin: image.Unknown})
		}
		sink := s.Begin()
		im.Layers[i].Tree = stream(t, sink, entries)
		notes = append(notes, sink.Notes())
		list := packages.Detector{}.Begin()
		stream(t, list, entries)
		listed = append(listed, list.Notes())
	}
	packages.Fill(im, listed, packages.Options{})
	return s.Findings(im, notes)
}

// one expects exactly one finding of a rule and returns it.
func one(t *testing.T, found []finding.Finding, rule string) finding.Finding {
	t.Helper()
	var hits []finding.Finding
	for _, f := range found {
		if f.Rule == rule {
			hits = append(hits, f)
		}
	}
	if len(hits) != 1 {
		t.Fatalf("%d findings of %s, want 1; all: %s", len(hits), rule, summary(found))
	}
	return hits[0]
}

// summary is a list of findings for messages.
func summary(found []finding.Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString("\n  " + f.Severity.String() + " " + f.Rule + " " + f.Title + " " + f.Subject() + " " + strings.Join(f.Evidence, "; "))
	}
	if b.Len() == 0 {
		return "none"
	}
	return b.String()
}
