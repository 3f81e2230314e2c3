package docker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/connhelper"
	endpoint "github.com/docker/cli/cli/context/docker"
	"github.com/docker/cli/cli/context/store"
	"github.com/moby/moby/client"

	"github.com/stagedive/stagedive/inspect/source"
)

// name is what the engines found here are called.
const name = "Docker"

// find lists the Docker engines that may be meant, as the docker command would choose:
// the one of DOCKER_HOST, else the one of DOCKER_CONTEXT or of the current context,
// else whoever listens on the usual sockets.
func find() ([]Engine, error) {
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		e, err := At(name, host)
		return []Engine{e}, err
	}
	dir := configDir()
	current := os.Getenv("DOCKER_CONTEXT")
	if current == "" {
		if file, err := config.Load(dir); err == nil {
			current = file.CurrentContext
		}
	}
	if current != "" && current != "default" {
		e, err := inContext(dir, current)
		return []Engine{e}, err
	}
	var out []Engine
	for _, path := range sockets() {
		e, err := At(name, "unix://"+path)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// At is the engine that listens at a host as DOCKER_HOST would name it, with the
// TLS settings of the environment.
func At(name, host string) (Engine, error) {
	helper, err := connhelper.GetConnectionHelper(host)
	if err != nil {
		return Engine{}, fmt.Errorf("%s %s: %w", name, host, err)
	}
	if helper != nil { // ssh
		return Engine{name, "at " + host, host, []client.Opt{client.WithHost(helper.Host), client.WithDialContext(helper.Dialer), client.WithAPIVersionFromEnv()}}, nil
	}
	return Engine{name, "at " + host, host, []client.Opt{client.WithTLSClientConfigFromEnv(), client.WithHost(host), client.WithAPIVersionFromEnv()}}, nil
}

func configDir() string {
	if dir := os.Getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".docker")
}

// inContext is the engine of a Docker context.
func inContext(dir, current string) (Engine, error) {
	contexts := store.New(filepath.Join(dir, "contexts"), store.NewConfig(
		func() any { return &map[string]any{} },
		store.EndpointTypeGetter(endpoint.DockerEndpoint, func() any { return &endpoint.EndpointMeta{} }),
	))
	meta, err := contexts.GetMetadata(current)
	if err != nil {
		return Engine{}, fmt.Errorf("the Docker context %q cannot be read (%w): see docker context ls", current, err)
	}
	at, err := endpoint.EndpointFromContext(meta)
	var full endpoint.Endpoint
	if err == nil {
		full, err = endpoint.WithTLSData(contexts, current, at)
	}
	var opts []client.Opt
	if err == nil {
		opts, err = full.ClientOpts()
	}
	if err != nil {
		return Engine{}, fmt.Errorf("the Docker context %q cannot be used: %w", current, err)
	}
	return Engine{name, "at " + at.Host, at.Host, opts}, nil
}

// sockets are where Docker listens where nobody has said so: as root, and as an
// ordinary user (rootless, or Docker Desktop).
func sockets() []string {
	out := []string{"/var/run/docker.sock"}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		out = append(out, filepath.Join(dir, "docker.sock"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		out = append(out, filepath.Join(home, ".docker", "run", "docker.sock"), filepath.Join(home, ".docker", "desktop", "docker.sock"))
	}
	return out
}

// Kinds of failures.
var (
	ErrNobody error = &failure{"nobody listens", fs.ErrNotExist} // no engine is there; an fs.ErrNotExist
	ErrDenied       = errors.New("denied")                       // one is, and this user may not ask it
)

// failure is a sentence for people, and what kind of failure it is for programs.
type failure struct {
	text string
	kind error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.kind }

func failed(kind error, format string, args ...any) error {
	return &failure{fmt.Sprintf(format, args...), kind}
}

// Absent is an fs.ErrNotExist that says why in a sentence.
func Absent(why string) error { return &failure{why, fs.ErrNotExist} }

// First opens an image in the first of some engines that has it. The error is that of
// the one that has most to say: that is there, and may be asked.
func First(ctx context.Context, engines []Engine, ref, platform string) (*Saved, error) {
	var told error
	for _, e := range engines {
		im, err := e.Open(ctx, ref, platform)
		switch {
		case err == nil:
			return im, nil
		case ctx.Err() != nil || errors.Is(err, source.ErrPlatform):
			return nil, err
		case told == nil, weight(err) > weight(told):
			told = err
		}
	}
	return nil, told
}

// weight is how much an error says.
func weight(err error) int {
	switch {
	case errors.Is(err, ErrNobody):
		return 0
	case errors.Is(err, ErrDenied):
		return 1
	}
	return 2
}

// unreachable makes a sentence of why an engine did not answer.
func (e Engine) unreachable(err error) error {
	socket, local := strings.CutPrefix(e.host, "unix://")
	switch {
	case local && strings.Contains(err.Error(), syscall.EACCES.Error()): // the client keeps no more of it
		return failed(ErrDenied, "%s may not be asked: no permission for %s (whoever is in its group has it)", e.Name, socket)
	case local && !exists(socket), errors.Is(err, syscall.ECONNREFUSED):
		return failed(ErrNobody, "no engine listens on %s", e.host)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return fmt.Errorf("%s %s does not answer", e.Name, e.Place)
	case local && client.IsErrConnectionFailed(err): // the client keeps the reason to itself
		return failed(ErrNobody, "no engine listens on %s", e.host)
	}
	return fmt.Errorf("%s %s cannot be reached: %w", e.Name, e.Place, err)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
