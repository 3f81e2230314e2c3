// Package demo prepares `stagedive demo`: a real project and base images for it,
// with no registry needed.
package demo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/stagedive/stagedive/examples"
	"github.com/stagedive/stagedive/examples/bases"
)

// The images the project's Dockerfile starts from.
const (
	golangReference = "golang:1.26"
	shellReference  = "busybox:1.37"
)

// Options say how to prepare the demo.
type Options struct {
	// CacheDir is where the project and the images are kept between runs, usually
	// stagedive's directory below the user's cache directory.
	CacheDir string
	// Pull leaves the base images to the engine, which pulls the published ones.
	Pull bool
}

// Demo is all that a build command needs to know.
type Demo struct {
	// ContextDir is the absolute path of the build context.
	ContextDir string
	// Dockerfile is the absolute path of the Dockerfile in it.
	Dockerfile string
	// BuildContexts are named contexts (--build-context), by the reference they
	// stand in for. Empty when the engine is to pull the images.
	BuildContexts map[string]string
	// Notes are sentences for the user: what stands in for what, and why.
	Notes []string
}

// Prepare writes the project and makes the base images, a matter of some seconds
// the first time and of nothing later.
//
// Stand-ins come first and the registry second: they take two seconds where the
// published images are hundreds of megabytes, and they build the same offline.
// Without a Go toolchain to make them of, the images are left to the engine.
func Prepare(ctx context.Context, options Options) (Demo, error) {
	cache, err := filepath.Abs(options.CacheDir)
	if err != nil {
		return Demo{}, err
	}
	// Each version of the examples has a directory of its own, so that an update is
	// seen and what the user changed in an older one stays.
	dir := filepath.Join(cache, "demo", examples.Version(), "shop")
	demo := Demo{ContextDir: dir, Dockerfile: filepath.Join(dir, "Dockerfile")}
	if err := examples.Materialise(dir, "shop"); err != nil {
		return Demo{}, err
	}
	if options.Pull {
		return demo, nil
	}
	images := filepath.Join(cache, "bases")
	var golang, shell bases.Base
	making, inner := errgroup.WithContext(ctx)
	making.Go(func() (err error) { golang, err = bases.Golang(inner, images); return err })
	making.Go(func() (err error) { shell, err = bases.Shell(inner, images); return err })
	err = making.Wait()
	switch {
	case errors.Is(err, bases.ErrNoGo):
		demo.Notes = []string{"There is no Go toolchain here to make base images of, so " +
			golangReference + " and " + shellReference + " are pulled."}
		return demo, nil
	case err != nil:
		return Demo{}, fmt.Errorf("preparing the demo: %w", err)
	}
	demo.BuildContexts = map[string]string{
		golangReference: golang.Context(),
		shellReference:  shell.Context(),
	}
	demo.Notes = []string{
		golangReference + " is a stand-in made of this machine's Go toolchain.",
		shellReference + " is a stand-in made of a small Go shell.",
	}
	return demo, nil
}
