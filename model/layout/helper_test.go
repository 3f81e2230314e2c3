package layout_test

import (
	"strings"

	"github.com/stagedive/stagedive/model"
)

// parse makes a graph from lines "to: base x, copy y, mount z": a name that no
// line defines is an external.
func parse(text string) *model.Graph {
	g := &model.Graph{}
	byName := map[string]model.NodeID{}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines {
		name, _, _ := strings.Cut(strings.TrimSpace(l), ":")
		byName[name] = model.NodeID(i)
		g.Stages = append(g.Stages, model.Stage{Index: i, Name: name, Line: 1 + i, EndLine: 1 + i})
	}
	for i, l := range lines {
		_, uses, _ := strings.Cut(l, ":")
		for _, u := range strings.Split(uses, ",") {
			f := strings.Fields(u)
			if len(f) < 2 {
				continue
			}
			id, ok := byName[f[1]]
			if !ok {
				id = model.NodeID(len(g.Stages) + len(g.Externals))
				byName[f[1]] = id
				g.Externals = append(g.Externals, model.External{Kind: model.ExternalImage, Ref: f[1]})
			}
			g.Edges = append(g.Edges, model.Edge{From: id, To: model.NodeID(i), Kind: model.EdgeKind(f[0]), Line: 1 + i})
		}
	}
	return g
}

// shapes are graphs as real Dockerfiles have them.
var shapes = map[string]string{
	"diamond": "deps: base node:20\nlint: base deps\ntest: base deps\nfinal: base alpine, copy lint, copy test",
	"linear":  "a: base golang\nb: base a\nc: base b\nd: base c",
	"app":     "deps: base node:20-alpine\nbuilder: base deps\ntest: base deps\nruntime: base nginx:alpine, copy builder",
	"seven":   "base: base golang:1.26\ndeps: base base\nlint: base deps, mount golangci\nunit: base deps\nbuild: base deps\nassets: base node:22\nfinal: base distroless, copy build, copy assets",
	"long":    "base: base debian\na: base base\nb: base a\nc: base b, mount base\nd: base c\nfinal: base scratchy, copy d, copy base, copy b",
	"parts":   "a: base x\nb: base a\nc: base y\nd: base c, copy y\ne: base z",
	"kinds":   "a: base x\nb: base a, copy a, mount a\nc: base b, copy a",
	"swap":    "a: base x\nb: base y\nc: base b, copy a\nd: base a, copy b",
	"fan":     "base: base golang\na: base base\nb: base base\nc: base base\nd: base base\ne: base base\nf: base base\nall: base scratchy, copy a, copy b, copy c, copy d, copy e, copy f",
}
