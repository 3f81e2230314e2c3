package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/solve/container"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/spool"
	"github.com/stagedive/stagedive/inspect/structure"
)

// engineRunner runs commands in an image at an engine. It is a structure.Runner.
type engineRunner struct {
	conn   *engine.Conn
	layers *spool.Layers
	root   *container.Root
	limit  time.Duration // of a command, with its setup
}

// newRunner reaches an engine and gives it what it needs of an image. The source must
// stay open.
func newRunner(ctx context.Context, flags *buildFlags, src source.Source, limit time.Duration, notify func(string)) (r *engineRunner, err error) {
	r = &engineRunner{limit: limit}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	if src.Image().Config.OS == "windows" {
		return nil, errors.New("this is a Windows image: BuildKit's engines here can't run its commands; leave out what runs them")
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("finding a place for layers: %w; set XDG_CACHE_HOME or HOME", err)
	}
	if r.conn, err = flags.dial(ctx, notify); err != nil {
		return nil, err
	}
	if r.layers, err = spool.Open(ctx, src, filepath.Join(dir, "stagedive", "spool")); err != nil {
		return nil, fmt.Errorf("getting the image's layers ready for the engine: %w", err)
	}
	im := container.Image{Platform: src.Image().Platform, Open: r.layers.Open, Helper: newHelper()}
	for _, l := range r.layers.List {
		im.Layers = append(im.Layers, container.Layer{Digest: l.Digest, DiffID: l.DiffID, MediaType: l.MediaType, Size: l.Size})
	}
	r.root, err = container.Open(ctx, r.conn.Client, im)
	return r, err
}

// close ends what runs, and removes what was copied.
func (r *engineRunner) close() error {
	if r.root != nil {
		r.root.Close()
	}
	var err error
	if r.layers != nil {
		err = r.layers.Close()
	}
	if r.conn != nil {
		r.conn.Close()
	}
	return err
}

// Run implements structure.Runner.
func (r *engineRunner) Run(ctx context.Context, x structure.Execution) (structure.Result, error) {
	got, err := r.root.Run(ctx, container.Command{
		Setup: x.Setup, SetupEnv: x.SetupEnv, Args: x.Args, Env: x.Env, Dir: x.Dir, User: x.User, TTY: x.TTY, Limit: r.limit,
	})
	return structure.Result{Stdout: got.Stdout, Stderr: got.Stderr, Cut: got.Cut, Code: got.Code, Note: got.Note}, err
}
