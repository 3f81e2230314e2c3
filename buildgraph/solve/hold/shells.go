package hold

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
)

// errNoShell is why an image can't be entered by a shell of its own.
var errNoShell = errors.New("the image has no shell")

// OwnShell names the shell that is brought along.
const OwnShell = "stagedive"

// defaultPath is where commands are looked for when the image doesn't say.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// chooseShell finds the shell to open: the one that was named, else the one of
// the SHELL instruction, else the most comfortable that the image has.
func (h *Hold) chooseShell(ctx context.Context, ctr gateway.Container, named string) (string, error) {
	switch named {
	case OwnShell:
		return "", errNoShell
	case "":
	default:
		found, known := h.lookPath(ctx, ctr, named)
		if known && found == "" {
			return "", fmt.Errorf("there is no %s in this image; leave --shell away to take what there is", named)
		}
		if !known {
			return named, nil
		}
		return found, nil
	}
	names := []string{"bash", "sh", "ash"}
	if len(h.step.shell) > 0 {
		names = append([]string{h.step.shell[0]}, names...)
	}
	for _, name := range names {
		found, known := h.lookPath(ctx, ctr, name)
		if !known {
			return "/bin/sh", nil
		}
		if found != "" {
			return found, nil
		}
	}
	return "", errNoShell
}

// lookPath finds a command as a shell would. known is false when the engine can't
// tell.
func (h *Hold) lookPath(ctx context.Context, ctr gateway.Container, name string) (found string, known bool) {
	dirs := []string{""}
	if !strings.Contains(name, "/") {
		dirs = strings.Split(h.variable("PATH", defaultPath), ":")
	}
	for _, dir := range dirs {
		at := path.Join(dir, name)
		if !path.IsAbs(at) {
			at = path.Join(h.step.cwd, at)
		}
		switch mode, err := h.stat(ctx, ctr, at); {
		case err != nil && strings.Contains(err.Error(), "gateway.exec.filesystem"):
			return "", false
		case err == nil && mode.IsRegular() && mode&0o111 != 0:
			return at, true
		}
	}
	return "", true
}

// stat gives the mode of what a path leads to. The engine follows symbolic links
// as long as they are relative ones.
func (h *Hold) stat(ctx context.Context, ctr gateway.Container, at string) (fs.FileMode, error) {
	for range maxLinks {
		st, err := ctr.StatFile(ctx, gateway.StatContainerRequest{StatRequest: gateway.StatRequest{Path: at}, MountIndex: h.rootIndex()})
		if err != nil {
			return 0, err
		}
		mode := fs.FileMode(st.Mode)
		if mode&fs.ModeSymlink == 0 {
			return mode, nil
		}
		if path.IsAbs(st.Linkname) {
			at = st.Linkname
		} else {
			at = path.Join(path.Dir(at), st.Linkname)
		}
	}
	return 0, fs.ErrNotExist
}

const maxLinks = 16

// rootIndex is which of the mounts is the root.
func (h *Hold) rootIndex() int {
	for i, m := range h.root.mounts {
		if m.Dest == "/" {
			return i
		}
	}
	return 0
}

// variable is one of the step's environment.
func (h *Hold) variable(name, other string) string {
	for _, e := range h.step.env {
		if v, ok := strings.CutPrefix(e, name+"="); ok && v != "" {
			return v
		}
	}
	return other
}

// inWords puts plainly why a command could not run.
func inWords(err error) error {
	text := err.Error()
	switch {
	case strings.Contains(text, "exec format error"):
		return errors.New("the image is for another platform than the engine's, which can't run it here")
	case strings.Contains(text, "executable file not found"), strings.Contains(text, "no such file or directory"):
		return errors.New("there is no such command in the image")
	case strings.Contains(text, "permission denied"):
		return errors.New("the command in the image may not be executed: permission denied")
	}
	return fmt.Errorf("running in the container: %w", err)
}
