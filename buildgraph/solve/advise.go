package solve

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/moby/buildkit/util/suggest"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

var (
	missingFile = regexp.MustCompile(`failed to calculate checksum of ref \S+: "?([^"]*)"?: not found`)
	didYouMean  = regexp.MustCompile(` \(did you mean [^()]*\)`)
	noImage     = regexp.MustCompile(`failed to resolve source metadata for (\S+): `)
)

// advise says what the graph knows of a failure that BuildKit does not: that a
// file is missing in a stage, not in the build context; that a name which can't be
// pulled was perhaps meant to be a stage's. It leaves others as they are.
func advise(g *model.Graph, msg string, f *build.Failure) {
	if m := missingFile.FindStringSubmatch(msg); m != nil {
		if stage, ok := source(g, f.Step); ok {
			label, target := g.Label(stage), g.Stages[stage].Name
			if target == "" {
				target = fmt.Sprint(stage)
			}
			f.Message = fmt.Sprintf("%s does not exist in the result of stage %s", m[1], label)
			f.Hint = fmt.Sprintf("correct the path, or what stage %s makes; S on it, or stagedive shell --target %s, opens a shell there", label, target)
		}
		return
	}
	if m := noImage.FindStringSubmatch(msg); m != nil {
		name := copiedFrom(g, m[1])
		if name == "" {
			return
		}
		near := nearestStage(g, name)
		if near != "" {
			f.Message = didYouMean.ReplaceAllString(f.Message, "") // the hint says it
		}
		f.Message += "; no stage is called " + name
		if near != "" {
			f.Hint = fmt.Sprintf("did you mean stage %s? Else: %s", near, f.Hint)
		}
	}
}

// source is the stage that a step takes files from, if it is one.
func source(g *model.Graph, ref *build.StepRef) (model.NodeID, bool) {
	if ref == nil {
		return model.None, false
	}
	from, n := model.None, 0
	for _, e := range g.Into(model.NodeID(ref.Stage)) {
		if e.Step == ref.Step && e.Kind == model.EdgeCopy {
			from, n = e.From, n+1
		}
	}
	return from, n == 1 && g.IsStage(from)
}

// copiedFrom is the plain name that files are copied from, or mounted, and that
// BuildKit has taken for this image; "" when the image is a FROM's, or its name
// can't be a stage's.
func copiedFrom(g *model.Graph, image string) string {
	for _, e := range g.Edges {
		x, ok := g.External(e.From)
		if !ok || e.Kind == model.EdgeBase || x.Kind != model.ExternalImage || strings.ContainsAny(x.Ref, "/:@") {
			continue
		}
		if image == x.Ref || image == "docker.io/library/"+x.Ref+":latest" {
			return x.Ref
		}
	}
	return ""
}

// nearestStage is the stage whose name is most like another; "" when none is.
func nearestStage(g *model.Graph, name string) string {
	var names []string
	for _, s := range g.Stages {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}
	near, _ := suggest.Search(name, names, false)
	return near
}
