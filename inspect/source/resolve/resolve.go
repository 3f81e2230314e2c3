// Package resolve says which source a reference means.
//
//	oci:DIR[:TAG][@DIGEST]        an OCI layout directory
//	archive:FILE[:TAG][@DIGEST]   a docker-archive or OCI archive, gzipped or not (also oci-archive:, docker-archive:)
//	registry:NAME[:TAG][@DIGEST]  an image in a registry (also docker://)
//	docker:NAME                   an image in a Docker engine (also docker-daemon:)
//	podman:NAME                   an image that Podman has
//	containerd:NAME               an image in a containerd
//	built:NAME                    an image that stagedive has built and keeps
//	NAME[:TAG][@DIGEST]           whichever has it, in the order of docs/images.md
package resolve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/archive"
	"github.com/stagedive/stagedive/inspect/source/containerd"
	"github.com/stagedive/stagedive/inspect/source/docker"
	"github.com/stagedive/stagedive/inspect/source/layout"
	"github.com/stagedive/stagedive/inspect/source/podman"
	"github.com/stagedive/stagedive/inspect/source/registry"
)

// ErrNotFound is returned for a reference that leads nowhere.
var ErrNotFound = errors.New("no such image")

// Options say how to open an image.
type Options struct {
	Platform string // "os/arch[/variant]", or source.NoPlatform, where it has several

	Built    string        // the OCI layout in which stagedive keeps what it has built; "" for none
	patience time.Duration // how long an engine may take to answer; 0 for patience, or forced
}

// opener opens the image that the rest of a reference means, behind its scheme.
type opener func(context.Context, string) (source.Source, error)

// scheme is a prefix that forces a place.
type scheme struct {
	prefix string
	open   opener
}

func schemes(opt Options) []scheme {
	return []scheme{
		{"oci:", opt.path(layout.Open)},
		{"archive:", opt.path(archive.Open)},
		{"oci-archive:", opt.path(archive.Open)},
		{"docker-archive:", opt.path(archive.Open)},
		{"registry:", opt.registry},
		{"docker://", opt.registry},
		{"docker:", opt.bounded("Docker", opt.docker)},
		{"docker-daemon:", opt.bounded("Docker", opt.docker)},
		{"built:", opt.built},
		{"podman:", opt.bounded("Podman", opt.podman)},
		{"containerd:", opt.bounded("containerd", opt.containerd)},
	}
}

// path makes an opener of one that takes a path with tag and digest apart.
func (opt Options) path(open func(context.Context, string, source.Pick) (source.Source, error)) opener {
	return func(ctx context.Context, ref string) (source.Source, error) {
		path, pick := split(ref)
		pick.Platform = opt.Platform
		return open(ctx, path, pick)
	}
}

func (opt Options) registry(ctx context.Context, ref string) (source.Source, error) {
	return registry.Open(ctx, ref, registry.Options{Platform: opt.Platform})
}

// built opens an image that stagedive has built, by a name that it got then.
func (opt Options) built(ctx context.Context, ref string) (source.Source, error) {
	digest, err := layout.Newest(opt.Built, ref)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: stagedive has no %s: %w", ErrNotFound, ref, err)
	}
	if err != nil {
		return nil, err
	}
	return layout.Open(ctx, opt.Built, source.Pick{Digest: digest, Platform: opt.Platform})
}

func (opt Options) docker(ctx context.Context, ref string) (source.Source, error) {
	return docker.Open(ctx, ref, opt.Platform)
}

func (opt Options) podman(ctx context.Context, ref string) (source.Source, error) {
	return podman.Open(ctx, ref, opt.Platform)
}

func (opt Options) containerd(ctx context.Context, ref string) (source.Source, error) {
	return containerd.Open(ctx, ref, opt.Platform)
}

// Open opens the image that ref means. The caller closes the source.
func Open(ctx context.Context, ref string, opt Options) (source.Source, error) {
	for _, s := range schemes(opt) {
		if rest, ok := strings.CutPrefix(ref, s.prefix); ok {
			return s.open(ctx, rest)
		}
	}
	src, err := opt.file(ctx, ref)
	if errors.Is(err, ErrNotFound) && !isName(ref) {
		if lower := lowered(ref); isName(lower) && lower != ref {
			return nil, fmt.Errorf("%w: %s is no path here, and names of images are lower-case: %s", ErrNotFound, ref, lower)
		}
	}
	if !errors.Is(err, ErrNotFound) || !isName(ref) {
		return src, err
	}
	return opt.look(ctx, ref, err)
}

// file opens what lies at the path that ref begins with, an archive or a layout.
func (opt Options) file(ctx context.Context, ref string) (source.Source, error) {
	path, pick := split(ref)
	pick.Platform = opt.Platform
	info, err := os.Stat(path)
	switch {
	case missing(err):
		return nil, fmt.Errorf("%w: %s is neither a directory nor a file here; give the path of an image archive or of an OCI layout directory", ErrNotFound, path)
	case err != nil:
		return nil, fmt.Errorf("opening image: %w", err)
	case info.IsDir() && !layout.Is(path):
		return nil, fmt.Errorf("%w: the directory %s is no OCI layout (it has no index.json)", ErrNotFound, path)
	case info.IsDir():
		return layout.Open(ctx, path, pick)
	}
	return archive.Open(ctx, path, pick)
}

// missing says whether a path leads to nothing: "alpine:3" is not below the
// directory of a file "alpine" either.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// archiveEnds are how archives' names end, which nobody means as an image's name.
var archiveEnds = []string{".tar", ".tgz", ".gz", ".zst", ".oci", ".json"}

// lowered is a reference with its name in lower case; tags may have capitals.
func lowered(ref string) string {
	end := strings.LastIndexByte(ref, '/') + 1
	if i := strings.IndexAny(ref[end:], ":@"); i >= 0 {
		return strings.ToLower(ref[:end+i]) + ref[end+i:]
	}
	return strings.ToLower(ref)
}

// isName says whether a reference can be an image's name, and not only a path.
func isName(ref string) bool {
	if strings.HasPrefix(ref, ".") || strings.HasPrefix(ref, "/") || strings.HasPrefix(ref, "~") {
		return false
	}
	for _, end := range archiveEnds {
		if strings.HasSuffix(ref, end) {
			return false
		}
	}
	_, err := name.ParseReference(ref)
	return err == nil
}
