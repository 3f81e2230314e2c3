package image

import (
	"strings"
	"testing"
)

// Nothing calls an image clean of which a layer is not known.
func TestAnUnreadLayerIsNotClean(t *testing.T) {
	p := open(t, 120, 30)
	im, _, proofs, g := shop()
	l := &im.Layers[2]
	l.Tree, l.Size, l.Unread, l.Problems = layer(2), 0, true, []string{"its content is missing: nothing of it is shown"}
	im.Problems = []string{"the manifest has a strange annotation"}
	do(p, p.SetImage(im, nil, proofs, g))
	first, _, _ := strings.Cut(screen(p), "\n")
	for _, want := range []string{"▲ layer 3 unread", "no leaks in the rest", "▲ 2 oddities, see config"} {
		if !strings.Contains(first, want) {
			t.Errorf("no %q in %q", want, first)
		}
	}
	if strings.Contains(first, "✓") {
		t.Errorf("it is called clean: %q", first)
	}
	press(p, "k")
	for _, want := range []string{"3 ▲ runtime:2", "layer 3 ▲ unread", "What layer 3 holds is not known: its content is missing", " unread "} {
		if !strings.Contains(screen(p), want) {
			t.Errorf("no %q in\n%s", want, screen(p))
		}
	}
	for range 2 {
		press(p, "]")
	}
	if !strings.Contains(screen(p), "That is of what could be read") {
		t.Errorf("got\n%s", screen(p))
	}
}

func TestAnUnreadLayerIsSaidOnNarrowScreens(t *testing.T) {
	p := open(t, 40, 13)
	im, found, proofs, g := shop()
	im.Layers[2].Unread = true
	for range 2 {
		do(p, p.SetImage(im, found, proofs, g))
		if first, _, _ := strings.Cut(screen(p), "\n"); !strings.Contains(first, "layer 3 unread") {
			t.Errorf("got %q", first)
		}
		found = nil
	}
}
