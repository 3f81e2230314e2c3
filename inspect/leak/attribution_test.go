package leak_test

import (
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// A finding says where a COPY took it from.
func TestFromNamesStageAndPath(t *testing.T) {
	final := stage(1, "", 5, "FROM debian", "COPY --from=builder /app /srv")
	final.Steps[1].Copy = &model.Copy{From: 0, Sources: []string{"/app"}, Dest: "/srv"}
	graph := &model.Graph{Stages: []model.Stage{stage(0, "builder", 1, "FROM node AS builder"), final}}
	im := &image.Image{Layers: []image.Layer{{Origin: image.Origin{Stage: 1, Step: 1, Line: 6}}}}
	found := find(t, im, graph, []entry{
		text("/srv/package.json", "{}"), text("/srv/src/server.ts", "export {}"), text("/srv/dist/server.js", ""), text("/srv/dist/server.js.map", `{"version":3}`),
	})
	if f := one(t, found, "SD-S002"); f.From != "builder:/app/src/server.ts" {
		t.Errorf("the source is from %q", f.From)
	}
	if f := one(t, found, "SD-S003"); f.From != "builder:/app/dist/server.js.map" {
		t.Errorf("the map is from %q", f.From)
	}
}

// What the history shows to be the base image's is judged more gently, also where no
// Dockerfile is known.
func TestBaseByHistoryIsJudgedGently(t *testing.T) {
	gcc := []entry{exec("/usr/bin/gcc", native("COLLECT_GCC"))}
	im := &image.Image{
		Config: image.Config{Env: []string{"API_TOKEN=" + canary}},
		History: []image.History{
			{CreatedBy: "ADD rootfs.tar / # buildkit", Layer: 0},
			{CreatedBy: "ENV API_TOKEN=" + canary, Empty: true, Layer: -1},
			{CreatedBy: "CMD [\"bash\"]", Empty: true, Layer: -1},
			{CreatedBy: "COPY . /app # buildkit", Layer: 1},
			{CreatedBy: "CMD [\"/app\"]", Empty: true, Layer: -1},
		},
		Layers: []image.Layer{{Origin: image.Unknown}, {Index: 1, Origin: image.Unknown}},
	}
	for i := range im.History {
		im.History[i].Origin = image.Unknown
	}
	found := find(t, im, nil, gcc, []entry{text("/app/main.go", "package main")})
	if f := one(t, found, "SD-T002"); !f.Base || f.Severity != finding.Medium || f.Fix != "the base image brings this: keep it for a build stage, start the final one FROM a runtime image, and COPY --from only what was built" {
		t.Errorf("the base's compiler: %+v", f)
	}
	if f := one(t, found, "SD-S001"); f.Base || f.Severity != finding.Medium {
		t.Errorf("one's own sources: %+v", f)
	}
	if f := one(t, found, "SD-K004"); !f.Base || f.Severity != finding.Medium {
		t.Errorf("the base's ENV: %+v", f)
	}
	if im.Layers[0].Origin.Base {
		t.Error("the image that was given was changed")
	}
}
