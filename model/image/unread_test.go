package image_test

import (
	"testing"

	"github.com/stagedive/stagedive/model/image"
)

func TestUnreadLayersAreNamed(t *testing.T) {
	for _, c := range []struct {
		of   string // a letter for each layer: u is unread
		want string
	}{
		{"", ""},
		{"rrr", ""},
		{"u", "layer 1"},
		{"rru", "layer 3"},
		{"uru", "layers 1 and 3"},
		{"uuur", "layers 1, 2 and 3"},
		{"uuuur", "4 layers"},
	} {
		im := &image.Image{}
		for _, r := range c.of {
			im.Layers = append(im.Layers, image.Layer{Unread: r == 'u'})
		}
		if got := im.UnreadInWords(); got != c.want {
			t.Errorf("%q: %q, want %q", c.of, got, c.want)
		}
	}
}

func TestOdditiesAreThoseOfTheLayersToo(t *testing.T) {
	im := &image.Image{Problems: []string{"a"}, Layers: []image.Layer{{Problems: []string{"b", "c"}}, {}, {Problems: []string{"d"}}}}
	if got := im.Oddities(); got != 4 {
		t.Errorf("%d oddities, want 4", got)
	}
}
