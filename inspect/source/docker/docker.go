// Package docker opens images in a Docker engine, in both of its stores: the old one
// of graph drivers and containerd's. An engine gives out an image as one stream (docker
// save), which is read as it comes and never kept.
package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/moby/moby/client/pkg/versions"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/archive"
)

// Engine is something that speaks Docker's API at an address.
type Engine struct {
	Name  string // as people call it
	Place string // where it is, for people: "at unix:///var/run/docker.sock"
	host  string
	opts  []client.Opt
}

// Open opens the image that ref names in a Docker engine: the one of DOCKER_HOST, or of
// the current Docker context, or that listens on a usual socket.
func Open(ctx context.Context, ref, platform string) (source.Source, error) {
	engines, err := find()
	if err != nil {
		return nil, err
	}
	im, err := First(ctx, engines, ref, platform)
	if err != nil {
		return nil, err
	}
	return im, nil
}

// platformSince is the API version from which a platform can be asked for when an
// image is saved.
const platformSince = "1.48"

// Open opens the image that ref names in this engine. Only its description is asked
// for; its content comes when it is read.
func (e Engine) Open(ctx context.Context, ref, platform string) (*Saved, error) {
	c, err := client.New(append([]client.Opt{client.WithUserAgent("stagedive")}, e.opts...)...)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", e.Name, e.Place, err)
	}
	src, err := e.open(ctx, c, ref, platform)
	if err != nil {
		c.Close()
		return nil, err
	}
	return src, nil
}

func (e Engine) open(ctx context.Context, c *client.Client, ref, platform string) (*Saved, error) {
	if _, err := c.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true}); err != nil {
		return nil, e.unreachable(err)
	}
	several := versions.GreaterThanOrEqualTo(c.ClientVersion(), platformSince)
	want, err := source.ParsePlatform(platform)
	if err != nil {
		return nil, err
	}
	var opts []client.ImageInspectOption
	if want != nil && versions.GreaterThanOrEqualTo(c.ClientVersion(), "1.49") {
		opts = append(opts, client.ImageInspectWithPlatform(&ocispec.Platform{OS: want.OS, Architecture: want.Architecture, Variant: want.Variant}))
	}
	found, err := c.ImageInspect(ctx, ref, opts...)
	switch {
	case errdefs.IsNotFound(err) && want != nil && len(opts) > 0:
		if _, any := c.ImageInspect(ctx, ref); any == nil {
			return nil, fmt.Errorf("%w %s of %s in %s: pull it with --platform first", source.ErrPlatform, platform, ref, e.Name)
		}
		fallthrough
	case errdefs.IsNotFound(err):
		return nil, Absent(fmt.Sprintf("%s %s has no image %s", e.Name, e.Place, ref))
	case err != nil:
		return nil, fmt.Errorf("asking %s %s for %s: %w", e.Name, e.Place, ref, err)
	}
	is := source.Image{Platform: platformOf(found.Os, found.Architecture, found.Variant)}
	if err := is.Is(platform); err != nil {
		return nil, err
	}
	s := &Saved{c: c, name: found.ID, place: e.Name + " " + e.Place}
	pick := source.Pick{Platform: platform}
	if found.Descriptor != nil && several { // containerd's store may hold several platforms
		s.name, pick.Platform = ref, is.Platform
		s.opts = append(s.opts, client.ImageSaveWithPlatforms(ocispec.Platform{OS: found.Os, Architecture: found.Architecture, Variant: found.Variant}))
	}
	// The ID is a digest, of the configuration or of what the name leads to. Engines
	// differ in how they save what it stands for.
	whole := fmt.Sprintf("saved by %s with API %s: %s %s %s", e.Name, c.ClientVersion(), found.ID, s.name, pick.Platform)
	s.Recaller = archive.NewStream(fmt.Sprintf("opening %s in %s", ref, e.Name), pick, whole, s.save)
	s.tags = found.RepoTags
	return s, nil
}

func platformOf(os, arch, variant string) string {
	if os == "" || arch == "" {
		return ""
	}
	if variant != "" {
		return os + "/" + arch + "/" + variant
	}
	return os + "/" + arch
}

// Saved is an image that the engine sends as a stream.
type Saved struct {
	source.Recaller
	c    *client.Client
	name string
	opts []client.ImageSaveOption
	tags []string

	place string
}

// save begins the stream.
func (s *Saved) save(ctx context.Context) (io.ReadCloser, error) {
	return s.c.ImageSave(ctx, []string{s.name}, s.opts...)
}

// Each implements source.Stream.
func (s *Saved) Each(ctx context.Context, layer func(string, io.Reader) error) error {
	return s.tagged(s.Recaller.Each(ctx, layer))
}

// Recall implements source.Recaller.
func (s *Saved) Recall(ctx context.Context, documents []byte) error {
	return s.tagged(s.Recaller.Recall(ctx, documents))
}

// tagged adds the names that the engine knows to an image that was saved by its ID.
func (s *Saved) tagged(err error) error {
	if im := s.Image(); err == nil && len(im.Tags) == 0 {
		im.Tags = s.tags
	}
	return err
}

// Identity implements source.Source: the engine has checked its layers when it took
// them in.
func (s *Saved) Identity(i int) string {
	l := s.Image().Layers[i]
	if l.Digest != "" {
		return source.BlobIdentity(l.Digest)
	}
	return source.BlobIdentity(l.DiffID)
}

// Place implements source.Placed.
func (s *Saved) Place() string { return s.place }

// Store implements source.Blobs.
func (s *Saved) Store() source.Store {
	if b, ok := s.Recaller.(source.Blobs); ok {
		return b.Store()
	}
	return nothing{}
}

// nothing is a store that holds nothing.
type nothing struct{}

func (nothing) Blob(context.Context, string) (io.ReadCloser, int64, error) {
	return nil, 0, fs.ErrNotExist
}

// Close implements source.Source.
func (s *Saved) Close() error { return errors.Join(s.Recaller.Close(), s.c.Close()) }
