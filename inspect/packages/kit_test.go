package packages_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/packages"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/image"
)

// file is an entry of a layer under test.
type file struct {
	path, content string
	typ           image.Type
	mode          uint32
}

func text(path, content string) file { return file{path: path, content: content, mode: 0o644} }
func exec(path, content string) file { return file{path: path, content: content, mode: 0o755} }
func gone(path string) file          { return file{path: path, typ: image.Whiteout} }

// note sends a layer's files through the detector as inspect/scan does.
func note(t *testing.T, files ...file) (*image.Tree, []byte) {
	t.Helper()
	b := image.NewBuilder()
	s := packages.Detector{}.Begin()
	for _, e := range files {
		b.Add(image.Entry{Path: strings.TrimPrefix(e.path, "/"), Type: e.typ, Mode: e.mode, Size: int64(len(e.content))})
		f := scan.File{Path: e.path, Type: e.typ, Mode: e.mode, Size: int64(len(e.content)), Head: []byte(e.content[:min(len(e.content), scan.HeadSize)])}
		want := s.Entry(f)
		if f.Type == image.Regular {
			if w := s.(scan.Follower).Follow(f); w != nil {
				for rest := e.content; rest != ""; {
					n := min(len(rest), 1000)
					fmt.Fprint(w, rest[:n])
					rest = rest[n:]
				}
				w.Close()
			}
		}
		if want == 0 {
			continue
		}
		var r io.Reader = strings.NewReader(e.content)
		if want > 0 {
			r = io.LimitReader(r, want)
		}
		if err := s.Content(f, r); err != nil {
			t.Fatalf("content of %s: %v", e.path, err)
		}
		clear(f.Head)
	}
	return b.Tree(), bytes.Clone(s.Notes())
}

// open makes an image of layers; the first is the base image's.
func open(t *testing.T, layers ...[]file) *image.Image {
	t.Helper()
	return openIn(t, nil, layers...)
}

// openIn is open with a build context.
func openIn(t *testing.T, context fs.FS, layers ...[]file) *image.Image {
	t.Helper()
	im := &image.Image{}
	var notes [][]byte
	for i, files := range layers {
		tree, noted := note(t, files...)
		origin := image.Unknown
		origin.Base = i == 0 && len(layers) > 1
		im.Layers = append(im.Layers, image.Layer{Index: i, Tree: tree, Origin: origin})
		notes = append(notes, noted)
	}
	packages.Fill(im, notes, packages.Options{Context: context})
	return im
}

// list is what an image's packages are, a line each.
func list(im *image.Image) string {
	var b strings.Builder
	for _, p := range im.Packages {
		fmt.Fprintf(&b, "%s %s %s size=%d layer=%d", p.Kind, p.Name, p.Version, p.Size, p.Layer)
		if p.Gone > 0 {
			fmt.Fprintf(&b, " gone=%d", p.Gone)
		}
		if p.Base {
			b.WriteString(" base")
		}
		if p.Dev != "" {
			b.WriteString(" dev=" + p.Dev)
		}
		if p.DevTool {
			b.WriteString(" tool")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func same(t *testing.T, im *image.Image, want string) {
	t.Helper()
	if got := list(im); got != strings.TrimLeft(want, "\n") {
		t.Errorf("packages:\n%swant:%s", got, want)
	}
}
