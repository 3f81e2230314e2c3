package buildgraph

import (
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/util/system"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/sanitize"
)

// copied are the words of a COPY or ADD that say what goes where.
type copied struct {
	from             model.NodeID
	sources          []string
	dest             string
	exclude          []string
	parents, unpacks bool
	several          bool // it has more than one source, of whatever kind
}

// copies notes what a COPY or ADD takes and where it puts it (dockerfile2llb.dispatchCopy
// and pathRelativeToWorkingDir). expanded is false when its words can't be.
func (r *run) copies(c copied, expanded bool) {
	sc := &r.st.scope
	if !expanded || sc.os == "windows" {
		return
	}
	r.step.Copy = &model.Copy{From: c.from, Parents: c.parents, Exclude: clean(c.exclude...), Unpacks: c.unpacks, Sources: clean(c.sources...)}
	if r.guess && strings.Contains(r.dest, "$") {
		return // what is left of it without the image's variable says nothing
	}
	out := r.step.Copy
	out.Into = c.several || c.parents || c.dest == "" || c.dest == "." || strings.HasSuffix(c.dest, "/") || strings.HasSuffix(c.dest, "/.")
	switch {
	case system.IsAbs(c.dest, sc.os):
		out.Dest = sanitize.Text(path.Clean(c.dest))
	case sc.anyDir:
		out.Below = sanitize.Text(path.Clean("./" + c.dest))
	default:
		out.Dest = sanitize.Text(path.Join("/", sc.workdir, c.dest))
	}
}

// destination is where a COPY or ADD goes, as written until it is expanded.
func destination(ic instructions.Command) string {
	switch c := ic.(type) {
	case *instructions.CopyCommand:
		return c.DestPath
	case *instructions.AddCommand:
		return c.DestPath
	}
	return ""
}
