// Package remote reaches a BuildKit that somebody else runs.
package remote

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/moby/buildkit/client"
	_ "github.com/moby/buildkit/client/connhelper/dockercontainer" // docker-container://
	_ "github.com/moby/buildkit/client/connhelper/kubepod"         // kube-pod://
	_ "github.com/moby/buildkit/client/connhelper/podmancontainer" // podman-container://
	_ "github.com/moby/buildkit/client/connhelper/ssh"             // ssh://
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"
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
	patience := Patience
	if u.Scheme == "unix" {
		patience = localPatience
	}
	// The helpers' dialers run a command that gRPC starts again and again, so
	// the client must be closed on every failure.
	c, err := client.New(ctx, address)
	if err != nil {
		return nil, "", fmt.Errorf("connecting to the engine at %s: %w", address, err)
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	info, err := c.Info(bounded)
	switch {
	case err == nil:
		return c, info.BuildkitVersion.Version, nil
	case grpcerrors.Code(err) == codes.Unimplemented:
		return c, "", nil // before BuildKit 0.11, but there
	}
	c.Close()
	if ctx.Err() != nil {
		return nil, "", fmt.Errorf("connecting to the engine at %s: %w", address, context.Cause(ctx))
	}
	return nil, "", &UnreachableError{Address: address, Scheme: u.Scheme, Err: err}
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

// UnreachableError says that nothing answered at an address.
type UnreachableError struct {
	Address string
	Scheme  string
	Err     error // of the last attempt
}

// Unwrap gives the error of the last attempt.
func (e *UnreachableError) Unwrap() error { return e.Err }

// Error is one sentence for the user.
func (e *UnreachableError) Error() string {
	return fmt.Sprintf("no BuildKit answers at %s (%s); %s, or leave out --engine and BUILDKIT_HOST to use the embedded engine", e.Address, e.reason(), e.advice())
}

// reason is the innermost text of gRPC's nested one.
func (e *UnreachableError) reason() string {
	text := e.Err.Error()
	if path, ok := strings.CutPrefix(e.Address, "unix://"); ok {
		if _, err := os.Stat(path); err != nil {
			return "there is no such socket"
		}
	}
	if i := strings.LastIndex(text, "connect: "); i >= 0 {
		return strings.Trim(text[i+len("connect: "):], `" `)
	}
	if grpcerrors.Code(e.Err) == codes.DeadlineExceeded {
		return "no answer in time"
	}
	return strings.TrimSpace(text)
}

func (e *UnreachableError) advice() string {
	switch e.Scheme {
	case "docker-container":
		return "check that the container runs (docker ps)"
	case "podman-container":
		return "check that the container runs (podman ps)"
	case "kube-pod":
		return "check that the pod runs (kubectl get pods)"
	case "ssh":
		return "check that ssh reaches the host and that buildctl is installed there"
	}
	return "check that buildkitd runs and listens there"
}
