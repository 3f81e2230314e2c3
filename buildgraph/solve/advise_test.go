package solve

import (
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

func TestAdvise(t *testing.T) {
	g := &model.Graph{
		Stages: []model.Stage{{Index: 0, Name: "builder", Base: "scratch"}, {Index: 1, Base: "alpine"}},
		Externals: []model.External{
			{Kind: model.ExternalImage, Ref: "alpine"}, {Kind: model.ExternalImage, Ref: "biulder"}, {Kind: model.ExternalImage, Ref: "zzz"},
		},
		Edges: []model.Edge{
			{From: 2, To: 1, Kind: model.EdgeBase},
			{From: 0, To: 1, Kind: model.EdgeCopy, Step: 1},
			{From: 3, To: 1, Kind: model.EdgeCopy, Step: 2},
			{From: 4, To: 1, Kind: model.EdgeMount, Step: 3},
		},
	}
	missing := `failed to calculate checksum of ref abc::def: "/app": not found`
	for _, tt := range []struct {
		name, msg, message, hint string
		step                     int
	}{
		{"of a stage", missing, "/app does not exist in the result of stage builder", "correct the path, or what stage builder makes; S on it, or stagedive shell --target builder, opens a shell there", 1},
		{"of the context", missing, "as it was", "do", 0},
		{"of an image", missing, "as it was", "do", 2},
		{"a stage misspelt", "failed to resolve source metadata for docker.io/library/biulder:latest: no", "as it was; no stage is called biulder", "did you mean stage builder? Else: do", 2},
		{"like no stage", "failed to resolve source metadata for docker.io/library/zzz:latest: no", "as it was; no stage is called zzz", "do", 3},
		{"a base image", "failed to resolve source metadata for docker.io/library/alpine:latest: no", "as it was", "do", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &build.Failure{Message: "as it was", Hint: "do", Step: &build.StepRef{Stage: 1, Step: tt.step}}
			if advise(g, tt.msg, f); f.Message != tt.message || f.Hint != tt.hint {
				t.Errorf("%q, %q; want %q, %q", f.Message, f.Hint, tt.message, tt.hint)
			}
		})
	}
}
