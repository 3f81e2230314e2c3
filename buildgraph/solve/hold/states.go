package hold

import (
	"context"
	"errors"
	"io"
	"strconv"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagedive/stagedive/buildgraph/solve/hold/lister"
	"github.com/stagedive/stagedive/model/build"
)

// State is a file system that was on the way to the result of a stage.
type State struct {
	Ref  gateway.Reference // nil: it is empty
	Step *build.StepRef    // whose result it is; nil for that of no step of the Dockerfile
}

// SetStates says what the held result was built up from, the lowest first, itself
// last.
func (h *Hold) SetStates(states []State) { h.states = states }

// States are what SetStates said.
func (h *Hold) States() []State { return h.states }

// ListCommand has the helper write lister's list of some directories.
const ListCommand = "list"

// List has the helper list the states, each against the one before it.
func (h *Hold) List(ctx context.Context, f func(lister.Entry) error) error {
	var mounts []gateway.Mount
	args := []string{ListCommand}
	for i, s := range h.states {
		at := "/" + strconv.Itoa(i)
		mounts = append(mounts, gateway.Mount{Dest: at, MountType: pb.MountType_BIND, Ref: s.Ref, Readonly: s.Ref != nil})
		args = append(args, at)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := lister.Read(r, f)
		if err != nil {
			cancel(err)
		}
		r.CloseWithError(err)
		done <- err
	}()
	err := h.beside(ctx, w, mounts, args)
	w.CloseWithError(errors.Join(err, io.EOF))
	return errors.Join(err, <-done)
}
