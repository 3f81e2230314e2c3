package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/rogpeppe/go-internal/testscript"
)

// layout FILE DIR [missing|flipped|cut] makes an OCI layout of an archive, and takes
// its first layer away, changes a bit of it, or cuts half of it off.
func cmdLayout(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: layout FILE DIR [missing|flipped|cut]")
	}
	im, err := tarball.ImageFromPath(ts.MkAbs(args[0]), nil)
	ts.Check(err)
	dir := ts.MkAbs(args[1])
	p, err := layout.Write(dir, empty.Index)
	ts.Check(err)
	ts.Check(p.AppendImage(im))
	if len(args) < 3 {
		return
	}
	layers, err := im.Layers()
	ts.Check(err)
	digest, err := layers[0].Digest()
	ts.Check(err)
	blob := filepath.Join(dir, "blobs", digest.Algorithm, digest.Hex)
	raw, err := os.ReadFile(blob)
	ts.Check(err)
	switch args[2] {
	case "missing":
		ts.Check(os.Remove(blob))
		return
	case "flipped":
		raw[len(raw)/2] ^= 1
	case "cut":
		raw = raw[:len(raw)/2]
	default:
		ts.Fatalf("no such damage: %s", args[2])
	}
	ts.Check(os.WriteFile(blob, raw, 0o644))
}

// save LAYOUT FILE writes the image in a layout, as a named context has it, like docker
// save; compressed as a whole where the name ends in .gz.
func cmdSave(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: save oci-layout://DIR@DIGEST FILE")
	}
	dir, digest, _ := strings.Cut(strings.TrimPrefix(args[0], "oci-layout://"), "@")
	hash, err := v1.NewHash(digest)
	ts.Check(err)
	p, err := layout.FromPath(dir)
	ts.Check(err)
	im, err := p.Image(hash)
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	defer f.Close()
	var w io.Writer = f
	if strings.HasSuffix(args[1], ".gz") {
		z := gzip.NewWriter(f)
		defer z.Close()
		w = z
	}
	ts.Check(tarball.Write(name.MustParseReference("made:saved"), im, w))
}

// nospool fails if copies of layers were left.
func cmdNoSpool(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: nospool")
	}
	left, err := filepath.Glob(filepath.Join(ts.Getenv("XDG_CACHE_HOME"), "stagedive", "spool", "*"))
	ts.Check(err)
	if len(left) > 0 {
		ts.Fatalf("left: %q", left)
	}
}
