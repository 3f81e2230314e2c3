package twins

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Says tells in one sentence which layers wrote a group, with their lines where those
// are known. makers are those of the image that the tree is of.
func Says(g Group, makers []maker.Maker) string {
	verb := " write them"
	if len(writers(g)) == 1 {
		verb = " writes them all"
	}
	return names(g, makers) + verb
}

// Advice says what to change so that a group's content is there once; where another
// place for it might break something, it says to make sure.
func Advice(g Group, makers []maker.Maker) string {
	layers := writers(g)
	own := slices.DeleteFunc(slices.Clone(layers), func(l int) bool { return l >= len(makers) || makers[l].Base })
	var s string
	switch {
	case g.Owned:
		s = "Debian's packages own these: nothing to do"
	case len(own) == 0:
		s = "the base image has them: only another base image changes that"
	case len(layers) == 1 && makers[own[0]].Command == "RUN":
		s = fmt.Sprintf("%s: if nothing writes to them, replace all but one by a link in this RUN (ln -s, or ln for a hard link, which is stored once)", makers[own[0]].Name())
	case len(layers) == 1:
		s = fmt.Sprintf("%s: leave all but one out, and let the others be links to it if something needs them there", makers[own[0]].Name())
	default:
		s = fmt.Sprintf("%s: use the copy that is there already, or put a symbolic link in its place", makers[own[len(own)-1]].Name())
	}
	return sanitize.Text(s)
}

// writers are the layers that wrote the group's files, rising.
func writers(g Group) []int {
	var out []int
	for _, m := range g.Members {
		out = append(out, m.Layers...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func names(g Group, makers []maker.Maker) string {
	var out []string
	for _, l := range writers(g) {
		if l < len(makers) {
			out = append(out, makers[l].Name())
		}
	}
	if len(out) > 1 {
		return strings.Join(out[:len(out)-1], ", ") + " and " + out[len(out)-1]
	}
	return strings.Join(out, "")
}
