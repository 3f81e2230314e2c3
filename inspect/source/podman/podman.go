// Package podman opens images that Podman has. Podman has no daemon: where none of its
// sockets is served, its own service is started for as long as the image is open.
package podman

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/source/docker"
)

const name = "Podman"

// Open opens the image that ref names in Podman: at CONTAINER_HOST, or behind the
// socket of this user's or of root's service, or else through a service of our own.
func Open(ctx context.Context, ref, platform string) (source.Source, error) {
	if host := os.Getenv("CONTAINER_HOST"); host != "" {
		u, err := url.Parse(host)
		if err == nil && u.Scheme == "ssh" {
			return nil, errors.New("CONTAINER_HOST leads over ssh, which is not spoken here: use podman --remote save, and open the archive")
		}
		e, err := docker.At(name, host)
		if err != nil {
			return nil, err
		}
		im, err := e.Open(ctx, ref, platform)
		if err != nil {
			return nil, err
		}
		return im, nil
	}
	var engines []docker.Engine
	for _, path := range sockets() {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		e, err := docker.At(name, "unix://"+path)
		if err != nil {
			return nil, err
		}
		engines = append(engines, e)
	}
	im, err := docker.First(ctx, engines, ref, platform)
	switch {
	case im != nil:
		return im, nil
	case err == nil, errors.Is(err, docker.ErrNobody), errors.Is(err, docker.ErrDenied):
		return serve(ctx, ref, platform) // nobody has looked yet
	case errors.Is(err, fs.ErrNotExist) && os.Geteuid() != 0:
		return serve(ctx, ref, platform) // it may have been root's storage
	}
	return nil, err
}

// sockets are where Podman's service listens, of this user and of root.
func sockets() []string {
	var out []string
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		out = append(out, filepath.Join(dir, "podman", "podman.sock"))
	}
	return append(out, "/run/podman/podman.sock")
}

// storage says whether Podman has ever kept an image for this user: asking it would
// otherwise make its directories.
func storage() bool {
	dir := "/var/lib/containers/storage"
	if os.Geteuid() != 0 {
		data := os.Getenv("XDG_DATA_HOME")
		if home, err := os.UserHomeDir(); err == nil && data == "" {
			data = filepath.Join(home, ".local", "share")
		}
		dir = filepath.Join(data, "containers", "storage")
	}
	_, err := os.Stat(dir)
	return err == nil || os.Getenv("CONTAINERS_STORAGE_CONF") != ""
}

// serve starts Podman's service on a socket of its own and asks that.
func serve(ctx context.Context, ref, platform string) (source.Source, error) {
	program, err := exec.LookPath("podman")
	switch {
	case err != nil:
		return nil, docker.Absent("Podman is not installed, and none of its sockets is there")
	case !storage():
		return nil, docker.Absent("Podman has no images here")
	}
	s, err := start(ctx, program)
	if err != nil {
		return nil, fmt.Errorf("starting %s system service: %w", program, err)
	}
	e, err := docker.At(name, "unix://"+s.socket)
	var im *docker.Saved
	if err == nil {
		e.Place = "in the storage of this user"
		im, err = e.Open(ctx, ref, platform)
	}
	if err != nil {
		s.stop()
		return nil, err
	}
	return &owned{im, s}, nil
}
