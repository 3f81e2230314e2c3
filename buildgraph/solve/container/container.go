// Package container runs commands in an image that need not have been built here: its
// layers go to the engine over the session, those that it has not got, and BuildKit
// makes containers of them as it does for RUN. No Docker is needed, nothing is pushed,
// and no build is remembered.
//
// Every command begins with the image as it is. What it does is gone when it ends, and
// so are its processes; nothing of it is in the cache.
package container

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/platforms"
	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/client/llb"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/identity"
	"github.com/moby/buildkit/solver/pb"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/tonistiigi/fsutil"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
)

// product is how we name ourselves to the engine's capability negotiation.
const product = "stagedive"

// storeID names the image's blobs in the session; imageName is the image in it, which
// is known by its digest.
const (
	storeID   = "image"
	imageName = "stagedive/image"
)

// errClosed is why nothing can run any more.
var errClosed = errors.New("the session with the engine has ended")

// Root is an image at an engine. It is safe for use by several goroutines.
type Root struct {
	gw       gateway.Client
	state    llb.State
	platform *ocispecs.Platform
	helper   *hold.Helper // nil for none
	empty    bool         // it has no layers

	provider *provider
	live     context.Context //nolint:containedctx // ends with the Root, and all that runs in it
	end      context.CancelCauseFunc
	begin    sync.Mutex // held while something begins to run
	closed   bool
	running  sync.WaitGroup
	cancel   context.CancelFunc // of the session
	over     chan struct{}      // closed when the session has ended
	err      error              // why, valid then

	mu   sync.Mutex // held while something is solved: the layers are loaded once
	made map[string]made
}

// made is a file system that was made here: the image's, or what a setup left of it.
type made struct {
	ref gateway.Reference // nil: it is empty
	err error             // why there is none, for good
}

// Open begins a session with an engine. The layers are asked for when the first
// command runs. The caller closes the Root, and the client after that.
func Open(ctx context.Context, c *client.Client, im Image) (*Root, error) {
	p, manifest, err := newProvider(&im)
	if err != nil {
		return nil, err
	}
	r := &Root{
		provider: p, platform: platformOf(im.Platform), helper: im.Helper, empty: len(im.Layers) == 0, over: make(chan struct{}), made: map[string]made{},
		state: llb.OCILayout(imageName+"@"+manifest.String(), llb.OCIStore("", storeID), llb.WithCustomName("[stagedive] the image under test")),
	}
	if r.empty {
		r.state = llb.Scratch()
	}
	// The session outlives ctx: what was begun in it is ended in order, by Close.
	session, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.cancel = cancel
	r.live, r.end = context.WithCancelCause(session)
	begun := make(chan gateway.Client, 1)
	status := make(chan *client.SolveStatus)
	go func() {
		for range status { // to its end: the client blocks otherwise
		}
	}()
	go func() {
		defer close(r.over)
		defer p.close()
		defer r.end(errClosed) // the engine may have gone by itself: who waits for a process would wait for ever
		opt := client.SolveOpt{OCIStores: map[string]content.Store{storeID: p}, Internal: true, Ref: identity.NewID()}
		if im.Helper != nil {
			opt.LocalMounts = map[string]fsutil.FS{hold.HelperLocal: im.Helper}
		}
		_, r.err = c.Build(session, opt, product, func(ctx context.Context, gw gateway.Client) (*gateway.Result, error) {
			begun <- gw
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}, status)
	}()
	select {
	case r.gw = <-begun:
		return r, nil
	case <-r.over:
		cancel()
		return nil, fmt.Errorf("opening a session with the engine: %w", r.err)
	case <-ctx.Done():
		r.Close()
		return nil, context.Cause(ctx)
	}
}

// Close ends the session, and whatever still runs in it.
func (r *Root) Close() {
	r.begin.Lock()
	r.closed = true
	r.begin.Unlock()
	r.end(errClosed)
	r.running.Wait()
	r.cancel()
	<-r.over
}

// within is ctx that ends with the Root, too. done is to be called when what runs in it
// has ended.
func (r *Root) within(ctx context.Context) (out context.Context, done func(), err error) {
	r.begin.Lock()
	defer r.begin.Unlock()
	if r.closed || r.live.Err() != nil {
		return nil, nil, errClosed
	}
	r.running.Add(1)
	out, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(r.live, func() { cancel(errClosed) })
	return out, func() {
		stop()
		cancel(nil)
		r.running.Done()
	}, nil
}

// base is the image's file system, which is loaded when it is asked for first.
func (r *Root) base(ctx context.Context) (gateway.Reference, error) {
	return r.once(ctx, "", func() (gateway.Reference, error) {
		if r.empty {
			return nil, nil
		}
		ref, err := r.solve(ctx, r.state)
		if err == nil { // only this makes the engine fetch the layers
			_, err = ref.StatFile(ctx, gateway.StatRequest{Path: "/"})
		}
		if err != nil && r.provider.failure() != nil {
			err = r.provider.failure() // the engine's words are about its own side
		}
		if err != nil {
			return nil, fmt.Errorf("loading the image into the engine: %w", err)
		}
		return ref, nil
	})
}

// once makes a file system that has not been made yet.
func (r *Root) once(ctx context.Context, key string, make func() (gateway.Reference, error)) (gateway.Reference, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, ok := r.made[key]; ok {
		return m.ref, m.err
	}
	ref, err := make()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	r.made[key] = made{ref, err}
	return ref, err
}

func (r *Root) solve(ctx context.Context, state llb.State) (gateway.Reference, error) {
	var options []llb.ConstraintsOpt
	if r.platform != nil {
		options = append(options, llb.Platform(*r.platform))
	}
	def, err := state.Marshal(ctx, options...)
	if err != nil {
		return nil, err
	}
	res, err := r.gw.Solve(ctx, gateway.SolveRequest{Definition: def.ToPB(), Evaluate: true})
	if err != nil {
		return nil, err
	}
	return res.SingleRef()
}

// container makes one out of a file system. alone gives it a network of its own, in
// which there is nothing but loopback.
func (r *Root) container(ctx context.Context, ref gateway.Reference, alone bool, more ...gateway.Mount) (gateway.Container, error) {
	req := gateway.NewContainerRequest{Mounts: append([]gateway.Mount{{Dest: pb.RootMount, MountType: pb.MountType_BIND, Ref: ref}}, more...)}
	if alone {
		req.NetMode = pb.NetMode_NONE
	}
	if p := r.platform; p != nil {
		req.Platform = &pb.Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant}
	}
	ctr, err := r.gw.NewContainer(ctx, req)
	switch {
	case err == nil:
		return ctr, nil
	case strings.Contains(err.Error(), "gateway.exec"):
		return nil, errors.New("this engine can't run commands in an image; use the embedded one (--engine embedded) or a newer BuildKit")
	}
	return nil, fmt.Errorf("making a container: %w", err)
}

// release gives a container up; whatever still runs in it ends.
func release(ctx context.Context, ctr gateway.Container) {
	_ = ctr.Release(context.WithoutCancel(ctx)) // it says how the process ended, which is known
}

// platformOf reads os/arch[/variant]; nil for none.
func platformOf(text string) *ocispecs.Platform {
	p, err := platforms.Parse(text)
	if text == "" || err != nil {
		return nil
	}
	p = platforms.Normalize(p)
	return &p
}
