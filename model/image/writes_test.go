package image_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/image"
)

func TestWrites(t *testing.T) {
	im := &image.Image{Layers: []image.Layer{
		{Tree: layer(t, 0, "d etc", "f etc/conf 5", "f app/a 7", "l link etc")},
		{}, // a layer whose files are not known
		{Tree: layer(t, 2, "f etc/conf 6", "f app/b 3")},
		{Tree: layer(t, 3, "f etc/conf 6", "d app")},
		{Tree: layer(t, 4, "f etc/conf 6 600")},
		{Tree: layer(t, 5, "w etc/conf", "w app")},
		{Tree: layer(t, 6, "f etc/conf 9", "f app 1")},
		{Tree: layer(t, 7, "o etc", "f etc/x 1")},
	}}
	for path, want := range map[string]string{
		"/etc/conf": "0 added 5, 2 modified 6, 3 unchanged 6, 4 metadata 6, 5 removed 6, 6 added 9, 7 removed 9",
		"/app":      "0 added 7, 2 modified 3, 5 removed 10, 6 added 1",
		"/app/a":    "0 added 7, 5 removed 7",
		"/link":     "0 added 0",
		"/etc":      "0 added 5, 2 modified 6, 3 modified 6, 4 modified 6, 5 modified 0, 6 modified 9, 7 modified 1",
		"/nothing":  "",
	} {
		var got []string
		for _, w := range im.Writes(path) {
			got = append(got, fmt.Sprintf("%d %s %d", w.Layer, w.Change, w.Size))
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %s, want %s", path, s, want)
		}
	}
}
