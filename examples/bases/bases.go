// Package bases makes base images out of what the machine has, for builds where
// no registry can be reached: a shell with the usual small commands, and the
// local Go toolchain on top of it.
//
// They are stand-ins, not the published images of any name, and say so in
// /etc/os-release, their labels and their history. They come as OCI layouts on
// disk, to be handed to BuildKit as named build contexts.
package bases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// ErrNoGo says that there is no Go toolchain to make the images with.
var ErrNoGo = errors.New("no Go toolchain on PATH: the stand-in images are compiled from source; install Go 1.26 or later (https://go.dev/dl)")

// Base is one image, ready to be used.
type Base struct {
	// Name says what the image is, "shell" or "golang"; it is no reference.
	Name string
	// LayoutDir is the absolute path of the OCI layout that holds the image.
	LayoutDir string
	// Digest is that of the image's manifest in the layout.
	Digest digest.Digest
	// Platform is what the programs in it run on, such as linux/amd64.
	Platform string
	// Size is that of all layers together, uncompressed, in bytes.
	Size int64
}

// Context is the image as the value of a named build context
// (--build-context NAME=VALUE): BuildKit reads a layout only by digest.
func (b Base) Context() string {
	return fmt.Sprintf("oci-layout://%s@%s", b.LayoutDir, b.Digest)
}

// Shell makes the image "shell": a static shell and small commands under /bin,
// 4.5 MB. It needs a Go toolchain on PATH and, the first time, the modules that
// shell/module names.
//
// dir is where images are kept between runs, usually below the user's cache
// directory; an image that is there already is used as it is. Any number of
// processes may do this at once.
func Shell(ctx context.Context, dir string) (Base, error) {
	local, err := findToolchain(ctx)
	if err != nil {
		return Base{}, err
	}
	return shellImage(ctx, dir, local)
}

// Golang makes the image "golang": Shell's, with the local Go toolchain as
// /usr/local/go. Tests, documentation and other things that no build reads are
// left out of it. The same rules as for Shell hold for dir.
func Golang(ctx context.Context, dir string) (Base, error) {
	local, err := findToolchain(ctx)
	if err != nil {
		return Base{}, err
	}
	if local.GOHOSTOS != "linux" {
		return Base{}, fmt.Errorf("making the golang image: the Go toolchain here runs on %s, and an image needs one for linux; give the build a golang image of yours with --build-context", local.GOHOSTOS)
	}
	shell, err := shellImage(ctx, dir, local)
	if err != nil {
		return Base{}, err
	}
	return golangImage(ctx, dir, local, shell)
}

// kept gives the image with that key from dir, and makes it there when it is
// missing: in a directory beside it that is renamed when all is written, so that
// a half-made image is never seen, and under a lock, so that two processes do
// not both do the work.
func kept(ctx context.Context, dir, name, key string, make func(ctx context.Context, layout *layout) (ocispec.Descriptor, error)) (Base, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Base{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Base{}, fmt.Errorf("making the %s image: %w", name, err)
	}
	place := filepath.Join(dir, name+"-"+key)
	if base, err := readBase(name, place); err == nil {
		now := time.Now()
		_ = os.Chtimes(place, now, now) // prune goes by it; without it we only keep less
		return base, nil
	}
	lock := flock.New(place + ".lock")
	if _, err := lock.TryLockContext(ctx, lockRetry); err != nil {
		return Base{}, fmt.Errorf("making the %s image: waiting for another process that makes it: %w", name, err)
	}
	defer lock.Close()
	if base, err := readBase(name, place); err == nil {
		return base, nil
	}
	// Only the holder of the lock uses this name, so what a killed process left
	// there goes away here.
	scratch := place + ".part"
	defer os.RemoveAll(scratch)
	if err := os.RemoveAll(scratch); err != nil {
		return Base{}, fmt.Errorf("making the %s image: %w", name, err)
	}
	layout, err := newLayout(scratch)
	if err != nil {
		return Base{}, fmt.Errorf("making the %s image: %w", name, err)
	}
	manifest, err := make(ctx, layout)
	if err == nil {
		err = layout.finish(manifest)
	}
	if err == nil {
		// What lies there is unreadable, or readBase would have taken it.
		err = os.RemoveAll(place)
	}
	if err == nil {
		err = os.Rename(scratch, place)
	}
	if err != nil {
		return Base{}, fmt.Errorf("making the %s image: %w", name, err)
	}
	prune(dir, name, time.Now().Add(-unusedFor))
	return readBase(name, place)
}

// unusedFor is how long an image of another version is kept unused.
const unusedFor = 14 * 24 * time.Hour

// prune removes images of that name that nobody has asked for since: those of
// other toolchains, 190 MB each. What can't be removed stays; it harms nobody.
func prune(dir, name string, since time.Time) {
	old, _ := filepath.Glob(filepath.Join(dir, name+"-*"))
	for _, path := range old {
		if info, err := os.Stat(path); err == nil && info.ModTime().Before(since) && filepath.Ext(path) == "" {
			_ = os.RemoveAll(path)
		}
	}
}
