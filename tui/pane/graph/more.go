package graph

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// more is what a face has to say beside state, count and time, the most telling
// thing only: a download, how far each platform is, how much came from cache. It
// is worded in several ways, the longest first. glue joins it to the state's word in
// one row; where that is "" it takes the word's place.
func (p *Pane) more(f Face) (words []string, glue string) {
	dot := " " + p.theme.Glyphs.Dot + " "
	switch {
	case f.pulls():
		return []string{measure.Portion(f.Pull.Current, f.Pull.Total), fmt.Sprintf("%d %%", 100*f.Pull.Current/f.Pull.Total)}, " "
	case f.State == build.Running && len(f.Platforms) > 1:
		var named, bare []string
		for _, s := range f.Platforms {
			named = append(named, s.Platform+" "+count(s.Done, s.Total))
			bare = append(bare, count(s.Done, s.Total))
		}
		return []string{strings.Join(named, dot), strings.Join(named, " "), strings.Join(bare, dot)}, ""
	case f.Cached > 0 && f.State != build.Cached:
		return []string{count(f.Cached, f.Total) + " cached", fmt.Sprintf("%d cached", f.Cached)}, dot
	}
	return nil, ""
}

// pulls says that the stage downloads the image it starts from.
func (f Face) pulls() bool {
	return f.State == build.Running && f.Pull.Total > 0 && f.Pull.Current < f.Pull.Total
}

// said is the state's word with what of more fits into width cells beside it.
func (l look) said(width int) string {
	for _, m := range l.more {
		if l.glue != "" {
			m = l.word + l.glue + m
		}
		if ansi.StringWidth(m) <= width {
			return m
		}
	}
	return l.word
}

// work sums up what a stage does: "2 RUN, 1 COPY". A WORKDIR does little.
func work(s model.Stage) string {
	var order []string
	n := map[string]int{}
	for _, st := range s.Steps {
		if !st.Vertex || st.Command == "FROM" || st.Command == "WORKDIR" {
			continue
		}
		if n[st.Command] == 0 {
			order = append(order, st.Command)
		}
		n[st.Command]++
	}
	for i, c := range order {
		order[i] = fmt.Sprintf("%d %s", n[c], c)
	}
	return strings.Join(order, ", ")
}

// SetImage tells the sizes of the stages that the image of a build's target is
// made of; nil ends that.
func (p *Pane) SetImage(im *image.Image, target int) {
	if p.image == im && p.imageOf == target {
		return
	}
	p.image, p.imageOf, p.imageSizes = im, target, nil
	if im != nil && p.graph != nil {
		p.imageSizes = stageSizes(p.graph, im, target)
	}
	p.rev++
}

// stageSizes is how large an image of each stage would be that lies on the
// target's chain of FROMs: the sum of the layers up to its last. Where the origin
// of a layer is not known, only the target's size is.
func stageSizes(g *model.Graph, im *image.Image, target int) map[int]int64 {
	if !g.IsStage(model.NodeID(target)) {
		return nil
	}
	out := map[int]int64{target: im.Size()}
	by := map[int]int64{}
	sum := int64(0)
	for _, l := range im.Layers {
		switch {
		case l.Origin.Base:
			sum += l.Size
		case l.Origin.Stage >= 0:
			by[l.Origin.Stage] += l.Size
		default:
			return out
		}
	}
	chain := []int{target}
	for at := target; at >= 0; {
		from := -1
		for _, e := range g.Into(model.NodeID(at)) {
			if e.Kind == model.EdgeBase && g.IsStage(e.From) && int(e.From) < at {
				from = int(e.From)
			}
		}
		if at = from; at >= 0 {
			chain = append(chain, at)
		}
	}
	for i := len(chain) - 1; i > 0; i-- {
		sum += by[chain[i]]
		out[chain[i]] = sum
	}
	return out
}
