package baseline

import (
	"encoding/json"
	"strings"

	"github.com/stagedive/stagedive/model"
)

// stagesOf keeps what a Dockerfile's steps were, for finding them again.
func stagesOf(g *model.Graph, key Key, p Privacy) []Stage {
	out := make([]Stage, 0, len(g.Stages))
	for _, s := range g.Stages {
		stage := Stage{Label: s.Label()}
		for _, step := range s.Steps {
			if step.Vertex && step.Command != "FROM" {
				stage.Steps = append(stage.Steps, lineOf(g, step, key, p))
			}
		}
		out = append(out, stage)
	}
	return out
}

func lineOf(g *model.Graph, s model.Step, key Key, p Privacy) Line {
	text := s.Text
	if !s.OnBuild && s.Line >= 1 && s.EndLine <= len(g.Lines) {
		text = strings.Join(g.Lines[s.Line-1:s.EndLine], "\n") // here-documents included
	}
	return Line{Step: s.Index, Command: s.Command, Line: s.Line, Key: key.sum(text), Text: p.text(s.Text)}
}

// baseOf is the stage that a stage is FROM; -1 for an image.
func baseOf(g *model.Graph, stage int) int {
	for _, e := range g.Into(model.NodeID(stage)) {
		if e.Kind == model.EdgeBase && g.IsStage(e.From) {
			return int(e.From)
		}
	}
	return -1
}

// lastOf is the line of the last instruction of a kind above a step, in its stage
// or those that it is made from; 0 where there is none.
func lastOf(g *model.Graph, ref Ref, command string) int {
	stage, below := ref.Stage, ref.Step
	for range len(g.Stages) {
		steps := g.Stages[stage].Steps
		for i := min(below, len(steps)) - 1; i >= 0; i-- {
			if steps[i].Command == command {
				return steps[i].Line
			}
		}
		if stage, below = baseOf(g, stage), 1<<30; stage < 0 {
			break
		}
	}
	return 0
}

func list(raw string) []string {
	var out []string
	if raw == "" || json.Unmarshal([]byte(raw), &out) != nil {
		return nil
	}
	return out
}
