package baseline

import (
	"fmt"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// longBuild is a stage of so many RUN, each with thirty variables, its LLB, and
// which op is which step.
func longBuild(b *testing.B, n int) (*model.Graph, [][]byte, Steps) {
	b.Helper()
	st := llb.Image("docker.io/library/base@sha256:0000000000000000000000000000000000000000000000000000000000000000")
	stage := model.Stage{Line: 1, EndLine: n + 31, Steps: []model.Step{{Command: "FROM", Text: "FROM base", Line: 1, EndLine: 1}}}
	for i := range 30 {
		st = st.AddEnv(fmt.Sprintf("VARIABLE_%d", i), "some value of it")
		stage.Steps = append(stage.Steps, model.Step{Index: i + 1, Command: "ENV", Text: fmt.Sprintf("ENV VARIABLE_%d=some value of it", i), Line: i + 2, EndLine: i + 2})
	}
	for i := range n {
		text := fmt.Sprintf("RUN step number %d", i)
		st = st.Run(llb.Args([]string{"/bin/sh", "-c", text})).Root()
		stage.Steps = append(stage.Steps, model.Step{Index: i + 31, Command: "RUN", Text: text, Line: i + 32, EndLine: i + 32, Vertex: true})
	}
	def, err := st.Marshal(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	steps := map[string][]build.StepRef{}
	for i, raw := range def.Def[:len(def.Def)-1] {
		steps[digest.FromBytes(raw).String()] = []build.StepRef{{Step: i + 30}}
	}
	g := &model.Graph{Stages: []model.Stage{stage}, Lines: make([]string, n+31)}
	return g, def.Def, func(d string) ([]build.StepRef, string) { return steps[d], "" }
}

// What reading a target's LLB costs before anything of it runs.
func BenchmarkDefinition(b *testing.B) {
	for _, n := range []int{100, 5_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			g, ops, steps := longBuild(b, n)
			for b.Loop() {
				d := NewDefinition(g, Key("key"), Privacy{})
				if d.Add(ops, nil, steps); len(d.refs()) != n {
					b.Fatalf("%d units", len(d.refs()))
				}
			}
		})
	}
}
