package inspect

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// redact takes secrets' values out of all the text of an image that instructions
// and settings can have put there.
func redact(im *image.Image, hide func(string) string) {
	each := func(list []string) {
		for i := range list {
			list[i] = hide(list[i])
		}
	}
	words := func(list []string) {
		for i := 1; i < len(list); i++ { // a flag and its value
			if rest, ok := strings.CutPrefix(hide(list[i-1]+" "+list[i]), list[i-1]+" "); ok && strings.HasPrefix(list[i-1], "-") {
				list[i] = rest
			}
		}
		each(list)
	}
	each(im.Config.Env)
	words(im.Config.Entrypoint)
	words(im.Config.Cmd)
	if im.Config.Healthcheck != nil {
		words(im.Config.Healthcheck.Test)
	}
	for name, value := range im.Config.Labels {
		_, hidden, _ := strings.Cut(hide(strings.ReplaceAll(name, "=", "-")+"="+value), "=")
		im.Config.Labels[name] = hidden
	}
	for i := range im.History {
		h := &im.History[i]
		h.CreatedBy, h.Comment = hide(h.CreatedBy), hide(h.Comment)
	}
	for i := range im.Layers {
		l := &im.Layers[i]
		l.CreatedBy = hide(l.CreatedBy)
		each(l.Problems)
	}
	each(im.Problems)
	for i := range im.Attestations {
		a := &im.Attestations[i]
		a.Source, a.Builder, a.Problem = hide(a.Source), hide(a.Builder), hide(a.Problem)
	}
}
