// Package remote reaches a BuildKit that somebody else runs.
package remote

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moby/buildkit/client"
	_ "github.com/moby/buildkit/client/connhelper/dockercontainer" // docker-container://
	_ "github.com/moby/buildkit/client/connhelper/kubepod"         // kube-pod://
	_ "github.com/moby/buildkit/client/connhelper/podmancontainer" // podman-container://
	_ "github.com/moby/buildkit/client/connhelper/ssh"             // ssh://
	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"

	"github.com/stagedive/stagedive/model/sanitize"
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
	c, version, err := attempt(bounded, address)
	for try := 1; try < helperTries && err != nil && helper(u.Scheme) != "" && strings.Contains(err.Error(), "broken pipe"); try++ {
		// The helper ended before its reason was read: once more.
		c, version, err = attempt(bounded, address)
	}
	switch {
	case err == nil:
		return c, version, nil
	case ctx.Err() != nil:
		return nil, "", fmt.Errorf("connecting to the engine at %s: %w", address, context.Cause(ctx))
	}
	return nil, "", &UnreachableError{Address: address, Scheme: u.Scheme, Err: err}
}

// helperTries is how often a helper command that ended at once is run.
const helperTries = 10

// attempt connects and asks for the version. The client is closed on every
// failure: gRPC would run a helper command again and again.
func attempt(ctx context.Context, address string) (*client.Client, string, error) {
	c, err := client.New(ctx, address)
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

// helper is the command that BuildKit's client reaches a scheme through.
func helper(scheme string) string {
	switch scheme {
	case "docker-container":
		return "docker"
	case "podman-container":
		return "podman"
	case "kube-pod":
		return "kubectl"
	case "ssh":
		return "ssh"
	}
	return ""
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

// reason is the innermost text of gRPC's nested one: what the kernel said, or
// the last that a helper command printed.
func (e *UnreachableError) reason() string {
	if path, ok := strings.CutPrefix(e.Address, "unix://"); ok {
		if _, err := os.Stat(path); err != nil {
			return "there is no such socket"
		}
	}
	if grpcerrors.Code(e.Err) == codes.DeadlineExceeded {
		return "no answer in time"
	}
	text := unquote(e.Err.Error())
	for _, mark := range []string{helperSaid, "connect: ", "dial ", "desc = "} {
		if i := strings.LastIndex(text, mark); i >= 0 {
			text = text[i+len(mark):]
			break
		}
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return sanitize.Text(strings.Trim(lines[len(lines)-1], " .\r"))
}

// helperSaid stands before what a helper command printed, in the errors of
// docker/cli's commandconn.
const helperSaid = "stderr="

// unquote returns the description that gRPC quotes in the text of a connection
// error, or the text when it quotes none.
func unquote(text string) string {
	const mark = "desc = "
	i := strings.LastIndex(text, mark+`"`)
	if i < 0 {
		return text
	}
	quoted, err := strconv.QuotedPrefix(text[i+len(mark):])
	if err != nil {
		return text
	}
	plain, err := strconv.Unquote(quoted)
	if err != nil {
		return text
	}
	return plain
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
