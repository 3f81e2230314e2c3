package container

import (
	"context"
	"errors"

	gateway "github.com/moby/buildkit/frontend/gateway/client"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
)

// errNoHelper is why nothing can be asked on loopback.
var errNoHelper = errors.New("stagedive has no program to bring into containers on this system; ask with a command of the image")

// help makes the mount of the helper, which the engine fetches when it has not got it.
func (r *Root) help(ctx context.Context) (gateway.Mount, error) {
	if r.helper == nil {
		return gateway.Mount{}, errNoHelper
	}
	arch := hold.Architecture(r.gw)
	if r.platform != nil {
		arch = r.platform.Architecture
	}
	return r.helper.Mount(ctx, r.gw, arch)
}
