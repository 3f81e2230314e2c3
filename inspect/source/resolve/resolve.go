// Package resolve says which source a reference means.
//
//	oci:DIR[:TAG][@DIGEST]        an OCI layout directory
//	archive:FILE[:TAG][@DIGEST]   a docker-archive or OCI archive, gzipped or not (also oci-archive:, docker-archive:)
//	PATH[:TAG][@DIGEST]           either, by looking
package resolve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/archive"
	"github.com/stagedive/stagedive/inspect/source/layout"
)

// ErrNotFound is returned for a reference that leads nowhere.
var ErrNotFound = errors.New("no such image")

// Options say how to open an image.
type Options struct {
	Platform string          // "os/arch[/variant]", or source.NoPlatform, where it has several
	Scratch  archive.Scratch // for an archive that has to be unpacked
}

type scheme struct {
	prefix string
	open   func(context.Context, string, source.Pick) (source.Source, error)
}

func schemes(opt Options) []scheme {
	openArchive := func(ctx context.Context, name string, pick source.Pick) (source.Source, error) {
		return archive.Open(ctx, name, pick, opt.Scratch)
	}
	return []scheme{
		{"oci:", layout.Open},
		{"archive:", openArchive},
		{"oci-archive:", openArchive},
		{"docker-archive:", openArchive},
	}
}

// Open opens the image that ref means. The caller closes the source.
func Open(ctx context.Context, ref string, opt Options) (source.Source, error) {
	for _, s := range schemes(opt) {
		if rest, ok := strings.CutPrefix(ref, s.prefix); ok {
			path, pick := split(rest)
			pick.Platform = opt.Platform
			return s.open(ctx, path, pick)
		}
	}
	path, pick := split(ref)
	pick.Platform = opt.Platform
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %s is neither a directory nor a file here; give the path of an image archive or of an OCI layout directory", ErrNotFound, path)
	case err != nil:
		return nil, fmt.Errorf("opening image: %w", err)
	case info.IsDir() && !layout.Is(path):
		return nil, fmt.Errorf("%w: the directory %s is no OCI layout (it has no index.json)", ErrNotFound, path)
	case info.IsDir():
		return layout.Open(ctx, path, pick)
	}
	return archive.Open(ctx, path, pick, opt.Scratch)
}

// split takes tag and digest off a path. What exists as it stands is a path,
// whatever colons it holds.
func split(ref string) (path string, pick source.Pick) {
	path = ref
	if exists(path) {
		return path, pick
	}
	if p, d, ok := cutLast(path, "@"); ok && strings.Contains(d, ":") && !strings.Contains(d, "/") {
		path, pick.Digest = p, d
	}
	if exists(path) {
		return path, pick
	}
	// A tag may be a whole reference: try the shortest path that exists.
	for i := 0; i < len(path); i++ {
		if path[i] == ':' && exists(path[:i]) {
			pick.Tag = path[i+1:]
			return path[:i], pick
		}
	}
	return path, pick
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return path != "" && err == nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
