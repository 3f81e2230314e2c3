package container

import (
	"context"
	"io/fs"
	"path"
	"strings"

	gateway "github.com/moby/buildkit/frontend/gateway/client"

	"github.com/stagedive/stagedive/model/sanitize"
)

// defaultPath is where commands are looked for when the environment doesn't say.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// maxLinks is how many symbolic links are followed, as in Linux.
const maxLinks = 40

// lookUp says as a shell would whether a program can be run: 0, or an exit code and
// why not. Where the engine can't tell it is 0, and the runtime will say.
func (c Command) lookUp(ctx context.Context, ref gateway.Reference, env []string, program string) (code int, why string) {
	dirs := []string{""}
	if !strings.Contains(program, "/") {
		search := defaultPath
		for _, e := range env {
			if v, ok := strings.CutPrefix(e, "PATH="); ok && v != "" {
				search = v
			}
		}
		dirs = strings.Split(search, ":")
	}
	name := sanitize.Text(program)
	denied := false
	for _, dir := range dirs {
		at := path.Join(dir, program)
		if !path.IsAbs(at) {
			at = path.Join(c.dir(), at)
		}
		mode, there, known := stat(ctx, ref, at)
		switch {
		case !known:
			return 0, ""
		case there && mode.IsRegular() && mode&0o111 != 0:
			return 0, ""
		case there:
			denied = true
		}
	}
	switch {
	case denied:
		return NotExecutable, name + ": it is no program that may be executed"
	case strings.Contains(program, "/"):
		return NotFound, name + ": there is no such file in the image"
	}
	return NotFound, name + ": there is no such program in the image's PATH"
}

// stat gives the mode of what a path leads to. known is false when the engine can't
// tell. The engine follows symbolic links as long as they are relative ones.
func stat(ctx context.Context, ref gateway.Reference, at string) (mode fs.FileMode, there, known bool) {
	if ref == nil {
		return 0, false, true
	}
	for range maxLinks {
		st, err := ref.StatFile(ctx, gateway.StatRequest{Path: at})
		if err != nil {
			text := err.Error()
			return 0, false, strings.Contains(text, "no such file") || strings.Contains(text, "not a directory")
		}
		if mode = fs.FileMode(st.Mode); mode&fs.ModeSymlink == 0 {
			return mode, true, true
		}
		if path.IsAbs(st.Linkname) {
			at = st.Linkname
		} else {
			at = path.Join(path.Dir(at), st.Linkname)
		}
	}
	return 0, false, true
}
