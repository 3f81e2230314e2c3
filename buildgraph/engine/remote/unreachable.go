package remote

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/moby/buildkit/util/grpcerrors"
	"google.golang.org/grpc/codes"

	"github.com/stagedive/stagedive/model/sanitize"
)

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
