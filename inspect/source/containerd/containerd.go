// Package containerd opens images in a containerd whose socket can be reached: those of
// nerdctl and ctr, of Kubernetes, and of a Docker that keeps its images there. Blobs are
// read from its content store as they are; nothing is unpacked or mounted.
package containerd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"

	content "github.com/containerd/containerd/api/services/content/v1"
	images "github.com/containerd/containerd/api/services/images/v1"
	namespaces "github.com/containerd/containerd/api/services/namespaces/v1"
	"github.com/distribution/reference"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	media "github.com/google/go-containerregistry/pkg/v1/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/stagedive/stagedive/inspect/source"
)

// Open opens the image that ref names: at CONTAINERD_ADDRESS, or behind one of the
// usual sockets, in CONTAINERD_NAMESPACE, or in whichever namespace has it.
func Open(ctx context.Context, ref, platform string) (source.Source, error) {
	var first error
	for _, address := range addresses() {
		im, err := at(ctx, address, ref, platform)
		switch {
		case err == nil:
			return im, nil
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		if first == nil || errors.Is(first, errNobody) && !errors.Is(err, errNobody) {
			first = err
		}
	}
	return nil, first
}

// addresses are where containerd listens: its own default, those of Kubernetes
// distributions that bring one along, and the one below a Docker engine.
func addresses() []string {
	if a := os.Getenv("CONTAINERD_ADDRESS"); a != "" {
		return []string{strings.TrimPrefix(a, "unix://")}
	}
	return []string{
		"/run/containerd/containerd.sock", "/run/k3s/containerd/containerd.sock",
		"/var/snap/microk8s/common/run/containerd.sock", "/run/docker/containerd/containerd.sock",
	}
}

// absence is why an image is not to be had: a sentence, and an fs.ErrNotExist.
type absence struct {
	text string
	kind error
}

func (a *absence) Error() string { return a.text }
func (a *absence) Unwrap() error { return a.kind }

// errNobody says that no containerd listens. It is an fs.ErrNotExist.
var errNobody error = &absence{"nobody listens", fs.ErrNotExist}

func at(ctx context.Context, address, ref, platform string) (*image, error) {
	if _, err := os.Stat(address); errors.Is(err, fs.ErrNotExist) {
		return nil, &absence{"no containerd listens on " + address, errNobody}
	}
	conn, err := grpc.NewClient("unix://"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("containerd at %s: %w", address, err)
	}
	im, err := open(ctx, conn, address, ref, platform)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return im, nil
}

func open(ctx context.Context, conn *grpc.ClientConn, address, ref, platform string) (*image, error) {
	spaces, err := spacesOf(ctx, conn)
	if err != nil {
		return nil, unreachable(address, err)
	}
	for _, space := range spaces {
		found, err := search(within(ctx, space), images.NewImagesClient(conn), ref)
		if err != nil {
			return nil, unreachable(address, err)
		}
		if found == nil {
			continue
		}
		st := &store{content.NewContentClient(conn), space}
		h, err := v1.NewHash(found.Target.Digest)
		if err != nil {
			return nil, fmt.Errorf("opening %s in containerd: %w", ref, err)
		}
		d := v1.Descriptor{MediaType: media.MediaType(found.Target.MediaType), Digest: h, Size: found.Target.Size}
		im, err := source.Read(ctx, st, d, platform)
		if err != nil {
			return nil, fmt.Errorf("opening %s in containerd (namespace %s): %w", ref, space, err)
		}
		im.Tags = []string{found.Name}
		return &image{im, st, conn, address}, nil
	}
	if len(spaces) == 0 {
		return nil, &absence{fmt.Sprintf("containerd at %s has no images", address), fs.ErrNotExist}
	}
	return nil, &absence{fmt.Sprintf("containerd at %s has no image %s in its namespaces (%s)", address, ref, strings.Join(spaces, ", ")), fs.ErrNotExist}
}

// usual are the namespaces that are looked into first: that of ctr and nerdctl,
// Kubernetes', and Docker's.
var usual = [...]string{"default", "k8s.io", "moby"}

// spacesOf lists the namespaces in the order in which they are looked into.
func spacesOf(ctx context.Context, conn *grpc.ClientConn) ([]string, error) {
	if s := os.Getenv("CONTAINERD_NAMESPACE"); s != "" {
		return []string{s}, nil
	}
	all, err := namespaces.NewNamespacesClient(conn).List(ctx, &namespaces.ListNamespacesRequest{})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, n := range all.Namespaces {
		out = append(out, n.Name)
	}
	rank := func(s string) int {
		if i := slices.Index(usual[:], s); i >= 0 {
			return i
		}
		return len(usual)
	}
	slices.SortFunc(out, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return out, nil
}

// within is a context for calls that are about one namespace.
func within(ctx context.Context, space string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "containerd-namespace", space)
}

// search finds an image by the name it was stored under, by the whole form of a
// familiar name, or by its digest; nil when there is none.
func search(ctx context.Context, c images.ImagesClient, ref string) (*images.Image, error) {
	filters := []string{fmt.Sprintf("name==%q", ref)}
	if named, err := reference.ParseDockerRef(ref); err == nil {
		filters = append(filters, fmt.Sprintf("name==%q", named.String()))
	}
	if _, err := v1.NewHash(ref); err == nil {
		filters = append(filters, fmt.Sprintf("target.digest==%s", ref))
	}
	got, err := c.List(ctx, &images.ListImagesRequest{Filters: filters})
	if err != nil || len(got.Images) == 0 {
		return nil, err
	}
	for _, im := range got.Images {
		if im.Name == ref {
			return im, nil
		}
	}
	return got.Images[0], nil
}

// unreachable makes a sentence of why containerd did not answer.
func unreachable(address string, err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case status.Code(err) == codes.DeadlineExceeded, errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("containerd at %s does not answer", address)
	case strings.Contains(err.Error(), syscall.EACCES.Error()):
		return fmt.Errorf("containerd may not be asked: no permission for %s (it is root's)", address)
	case strings.Contains(err.Error(), syscall.ECONNREFUSED.Error()):
		return &absence{"no containerd listens on " + address, errNobody}
	}
	return fmt.Errorf("containerd at %s cannot be reached: %s", address, status.Convert(err).Message())
}

// image is an image in containerd.
type image struct {
	im   *source.Image
	st   *store
	conn *grpc.ClientConn
	at   string
}

// Image implements source.Source.
func (i *image) Image() *source.Image { return i.im }

// Open implements source.Source.
func (i *image) Open(ctx context.Context, n int) (io.ReadCloser, error) {
	rc, _, err := i.st.Blob(ctx, i.im.Layers[n].Digest)
	return rc, err
}

// Identity implements source.Source: containerd has checked its blobs when it took
// them in.
func (i *image) Identity(n int) string { return source.BlobIdentity(i.im.Layers[n].Digest) }

// Place implements source.Placed.
func (i *image) Place() string { return "containerd at " + i.at + ", namespace " + i.st.space }

// Store implements source.Blobs.
func (i *image) Store() source.Store { return i.st }

// Close implements source.Source.
func (i *image) Close() error { return i.conn.Close() }
