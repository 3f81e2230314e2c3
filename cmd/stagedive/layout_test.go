package main

import (
	"os"
	"path/filepath"

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
