// Package history reads what an engine remembers of builds, whoever began them:
// BuildKit keeps, for each build, its request, its whole status stream, its error,
// and for one that succeeded a provenance document with the Dockerfile in it.
// Of a build that still runs it tells what happens, until it ends.
//
// Reading never changes a build and never stops one.
package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/core/content/proxy"
	controlapi "github.com/moby/buildkit/api/services/control"
	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
)

// Engine is an engine whose history is read.
type Engine struct {
	// BuildxDir is where docker buildx keeps what it knows of its builds, so that
	// they have names; "" not to look. See BuildxDir the function.
	BuildxDir string

	client *client.Client
	info   build.Engine
	blobs  content.Provider
}

// Of returns the history of the engine that c reaches.
func Of(c *client.Client, info build.Engine) *Engine {
	return &Engine{client: c, info: info, blobs: proxy.NewContentStore(c.ContentClient())}
}

// ErrGone says that the engine has no such build any more.
var ErrGone = errors.New("the engine does not remember this build any more; stagedive history lists those it does")

// List gives all builds, running ones first, then the newest.
func (e *Engine) List(ctx context.Context) ([]history.Record, error) {
	entries, err := e.entries(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]history.Record, 0, len(entries))
	locals := e.locals()
	for _, entry := range entries {
		r := recordOf(entry)
		if file, ok := locals[entry.Ref]; ok && !r.Own {
			christen(&r, file)
		}
		r.Size = e.size(ctx, entry)
		e.correct(ctx, entry, &r)
		out = append(out, r)
	}
	history.Sort(out)
	return out, ctx.Err()
}

// entries reads the list as the engine has it. One build may occur twice, running
// and ended, when it ends meanwhile: the ended one counts.
func (e *Engine) entries(ctx context.Context) ([]*controlapi.BuildHistoryRecord, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events, err := e.client.ControlClient().ListenBuildHistory(ctx, &controlapi.BuildHistoryRequest{EarlyExit: true})
	if err != nil {
		return nil, listing(err)
	}
	var out []*controlapi.BuildHistoryRecord
	at := map[string]int{}
	for {
		ev, err := events.Recv()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, listing(err)
		}
		if ev.Record == nil || ev.Type == controlapi.BuildHistoryEventType_DELETED {
			continue
		}
		if i, seen := at[ev.Record.Ref]; seen {
			out[i] = ev.Record
			continue
		}
		at[ev.Record.Ref] = len(out)
		out = append(out, ev.Record)
	}
}

// listing says in words why an engine's list can't be had.
func listing(err error) error {
	switch grpcerrors.Code(err) {
	case codes.Unimplemented:
		return errors.New("this engine keeps no history of builds: it takes BuildKit 0.11 or newer")
	case codes.Unavailable:
		return errors.New("the engine does not answer: see whether it still runs")
	}
	return fmt.Errorf("reading the engine's history of builds: %w", err)
}

// entry is one build of the list.
func (e *Engine) entry(ctx context.Context, ref string) (*controlapi.BuildHistoryRecord, error) {
	entries, err := e.entries(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range entries {
		if r.Ref == ref {
			return r, nil
		}
	}
	return nil, ErrGone
}

// Remove has the engine forget a build that has ended.
func (e *Engine) Remove(ctx context.Context, ref string) error {
	r, err := e.entry(ctx, ref)
	if err != nil {
		return err
	}
	if r.CompletedAt == nil {
		return errors.New("this build is running; cancel it where it was started, then remove it")
	}
	_, err = e.client.ControlClient().UpdateBuildHistory(ctx, &controlapi.UpdateBuildHistoryRequest{Ref: ref, Delete: true})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("removing the build from the engine's history: %w", err)
	}
	return nil
}
