package solve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tonistiigi/fsutil"
	fstypes "github.com/tonistiigi/fsutil/types"

	"github.com/stagedive/stagedive/model"
)

// addDockerfile serves the Dockerfile from memory, so that what is built is what
// was drawn, whether it came from a file or from stdin. The ignore file that has
// its name comes along (docker build's rule: it wins over the context's own).
func (r *Request) addDockerfile(in *inputs) error {
	name := "Dockerfile"
	var ignore []byte
	if r.DockerfilePath != "" {
		name = filepath.Base(r.DockerfilePath)
		var err error
		ignore, err = os.ReadFile(r.DockerfilePath + ".dockerignore")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return inputErrorf("make it readable, or remove it", "reading %s.dockerignore: %w", r.DockerfilePath, err)
		}
	}
	files := memoryDir{}
	add := func(name string, text []byte) {
		files[name] = text
		if ignore != nil {
			files[name+".dockerignore"] = ignore
		}
	}
	add(name, r.Dockerfile)
	for _, t := range r.targets() {
		if _, named := targetName(r.Graph, t); !named {
			add(cutName(name, t), firstLines(r.Dockerfile, r.Graph.Stages[t].EndLine))
		}
	}
	in.locals["dockerfile"] = files
	in.attrs["filename"] = name
	return nil
}

// targetName is what BuildKit calls the stage as a target: nothing for the last
// stage, its name otherwise. Unnamed stages and those whose name a later stage
// takes over have none; they are built from a Dockerfile that ends with them, in
// which line numbers are as they were.
func targetName(g *model.Graph, t int) (name string, named bool) {
	if g == nil || t < 0 || t >= len(g.Stages)-1 {
		return "", true
	}
	name = g.Stages[t].Name
	for _, later := range g.Stages[t+1:] {
		if later.Name == name {
			return "", false
		}
	}
	return name, name != ""
}

// cutName is the file name of a Dockerfile that ends with stage t.
func cutName(name string, t int) string { return fmt.Sprintf("%s.until-stage-%d", name, t) }

func firstLines(text []byte, n int) []byte {
	for i, c := range text {
		if c == '\n' {
			if n--; n == 0 {
				return text[:i+1]
			}
		}
	}
	return text
}

// memoryDir is a flat directory that lies in memory.
type memoryDir map[string][]byte

// Walk implements fsutil.FS. target is one file's name, or "" or "/" for all.
func (d memoryDir) Walk(_ context.Context, target string, fn fs.WalkDirFunc) error {
	target = strings.TrimPrefix(target, "/")
	for _, name := range slices.Sorted(maps.Keys(d)) {
		if target != "" && target != name {
			continue
		}
		st := &fstypes.Stat{Path: name, Mode: 0o644, Size: int64(len(d[name]))}
		if err := fn(name, &fsutil.DirEntryInfo{Stat: st}, nil); err != nil {
			return err
		}
	}
	return nil
}

// Open implements fsutil.FS.
func (d memoryDir) Open(name string) (io.ReadCloser, error) {
	text, ok := d[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return io.NopCloser(bytes.NewReader(text)), nil
}
