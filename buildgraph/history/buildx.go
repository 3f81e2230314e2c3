package history

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/model/sanitize"
)

// local is what docker buildx keeps on the machine that it ran on of a build's
// paths, which it does not tell the engine: refs/BUILDER/NODE/REF under its
// directory.
type local struct {
	LocalPath      string // the build context: a directory, or "-" for stdin
	DockerfilePath string
}

// BuildxDir is where docker buildx keeps its state.
func BuildxDir(getenv func(string) string) string {
	if dir := getenv("BUILDX_CONFIG"); dir != "" {
		return dir
	}
	if dir := getenv("DOCKER_CONFIG"); dir != "" {
		return filepath.Join(dir, "buildx")
	}
	return filepath.Join(getenv("HOME"), ".docker", "buildx")
}

// locals finds the files of all builds that docker buildx knows of, by ref.
func (e *Engine) locals() map[string]string {
	out := map[string]string{}
	if e.BuildxDir == "" {
		return out
	}
	paths, _ := filepath.Glob(filepath.Join(e.BuildxDir, "refs", "*", "*", "*")) // the pattern is sound
	for _, p := range paths {
		out[filepath.Base(p)] = p
	}
	return out
}

// christen gives a build of docker's the name of its directory, and makes it one of
// that project.
func christen(r *history.Record, file string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return
	}
	var l local
	if json.Unmarshal(raw, &l) != nil || !filepath.IsAbs(l.LocalPath) {
		return
	}
	r.Name, r.Project = sanitize.Text(filepath.Base(l.LocalPath)), solve.Project(l.LocalPath)
}
