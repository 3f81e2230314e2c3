// Package remote reaches a BuildKit that somebody else runs.
package remote

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/client/connhelper"
	_ "github.com/moby/buildkit/client/connhelper/dockercontainer" // docker-container://
	_ "github.com/moby/buildkit/client/connhelper/kubepod"         // kube-pod://
	_ "github.com/moby/buildkit/client/connhelper/podmancontainer" // podman-container://
	_ "github.com/moby/buildkit/client/connhelper/ssh"             // ssh://
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"

	"github.com/stagedive/stagedive/buildgraph/engine/coalesce"
)

// Patience is how long Dial waits for an engine to answer: long enough for an
// ssh handshake or a kubectl exec, short enough for a person.
const Patience = 15 * time.Second

// localPatience is for a socket of this machine, which answers or does not.
const localPatience = 3 * time.Second

// schemes are the address forms that Dial understands, for its errors.
func schemes() []string {
	return []string{"unix", "tcp", "docker-container", "podman-container", "kube-pod", "ssh"}
}

// Dial connects to the engine at address and asks for its version. The error is
// one sentence that names the address and what to do, after Patience at most.
func Dial(ctx context.Context, address string) (*client.Client, string, error) {
	u, err := Check(address)
	if err != nil {
		return nil, "", err
	}
	if tool := helper(u.Scheme); tool != "" {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, "", fmt.Errorf("connecting to the engine at %s: this needs the command %s, which is not in PATH; install it, or name the engine by another address", address, tool)
		}
	}
	patience := Patience
	if u.Scheme == "unix" {
		patience = localPatience
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, version, err := connect(bounded, u)
	switch {
	case err == nil:
		return c, version, nil
	case ctx.Err() != nil:
		return nil, "", fmt.Errorf("connecting to the engine at %s: %w", address, context.Cause(ctx))
	}
	return nil, "", &UnreachableError{Address: address, Scheme: u.Scheme, Err: err}
}

// connect connects and asks for the version. The client is closed on every
// failure: gRPC would run a helper command again and again.
func connect(ctx context.Context, u *url.URL) (*client.Client, string, error) {
	dial, err := dialer(u)
	if err != nil {
		return nil, "", err
	}
	c, err := client.New(ctx, u.String(), client.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
		c, err := dial(ctx, address)
		if err != nil {
			return nil, err
		}
		return coalesce.New(c), nil
	}))
	if err != nil {
		return nil, "", err
	}
	info, err := c.Info(ctx)
	switch {
	case err == nil:
		return c, info.BuildkitVersion.Version, nil
	case grpcerrors.Code(err) == codes.Unimplemented:
		return c, "", nil // before BuildKit 0.11, but there
	}
	c.Close()
	return nil, "", err
}

// dialer is how to get to the engine: through its helper command where the scheme
// has one.
func dialer(u *url.URL) (func(context.Context, string) (net.Conn, error), error) {
	help, err := connhelper.GetConnectionHelper(u.String())
	switch {
	case err != nil:
		return nil, err
	case help != nil:
		return func(ctx context.Context, address string) (net.Conn, error) {
			c, err := help.ContextDialer(ctx, address)
			if err != nil {
				return nil, err
			}
			return newLastWords(c), nil
		}, nil
	}
	where := u.Host
	if u.Scheme == "unix" {
		where = u.Path
	}
	return func(ctx context.Context, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, u.Scheme, where)
	}, nil
}

// Check says whether address has a form that Dial understands.
func Check(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || !slices.Contains(schemes(), u.Scheme) {
		hint := ""
		if strings.HasPrefix(address, "/") {
			hint = fmt.Sprintf("; did you mean unix://%s?", address)
		}
		return nil, fmt.Errorf("reading the engine's address %q: it must begin with one of %s://%s", address, strings.Join(schemes(), "://, "), hint)
	}
	return u, nil
}
