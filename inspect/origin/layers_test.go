package origin_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/model/image"
)

// TestAssign: each case is a Dockerfile, the history that the build left in the
// image's configuration, and what each layer then is: STAGE:LINE, or b for the
// base's, and its text.
func TestAssign(t *testing.T) {
	files, err := filepath.Glob("testdata/assign/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			g := graph(string(ar.Files[0].Data))
			var entries []v1.History
			if err := json.Unmarshal(ar.Files[1].Data, &entries); err != nil {
				t.Fatal(err)
			}
			want := strings.Split(strings.TrimSpace(string(ar.Files[2].Data)), "\n")
			im := &image.Image{Layers: make([]image.Layer, len(want))}
			for _, e := range entries {
				im.History = append(im.History, image.History{CreatedBy: e.CreatedBy, Comment: e.Comment, Empty: e.EmptyLayer})
			}
			if n := origin.Assign(im); n != len(want) {
				t.Errorf("the history speaks of %d layers, want %d", n, len(want))
			}
			origin.Join(im, g, g.DefaultTarget())
			for i, l := range im.Layers {
				if got := fmt.Sprintf("%-5s %s", say(l.Origin), l.CreatedBy); got != want[i] {
					t.Errorf("layer %d:\n got %s\nwant %s", i, got, want[i])
				}
			}
			if len(im.History) != len(entries) {
				t.Errorf("%d entries of %d are left", len(im.History), len(entries))
			}
		})
	}
}
