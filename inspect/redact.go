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
	each(im.Config.Env)
	each(im.Config.Entrypoint)
	each(im.Config.Cmd)
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
}
