package build

import (
	"strings"

	"github.com/stagedive/stagedive/model"
)

// Transfer is how much of something has been moved, in bytes.
type Transfer struct{ Current, Total int64 }

// Pull is what the stage is downloading of the image it starts from; ok is false
// when its FROM is not at work or has nothing to move.
func (b *Build) Pull(stage int) (t Transfer, ok bool) {
	for _, d := range b.active {
		v := b.vertices[d]
		for _, ref := range v.Steps {
			if ref.Stage != stage || b.command(ref) != "FROM" {
				continue
			}
			for _, p := range v.progress {
				if p.Total > 0 {
					t.Current, t.Total = t.Current+min(p.Current, p.Total), t.Total+p.Total
				}
			}
		}
	}
	return t, t.Total > 0
}

// PlatformSteps is how far a stage is for one of several platforms.
type PlatformSteps struct {
	Platform    string // short: without the operating system when that is linux
	Done, Total int
}

// Platforms is how far a stage is for each platform of a build that has several,
// in the order of Begin.Platforms; nil for other builds, and for a stage that is
// built once for all of them.
func (b *Build) Platforms(stage int) []PlatformSteps {
	g := b.Begin.Graph
	if len(b.Begin.Platforms) < 2 || g == nil || stage < 0 || stage >= len(g.Stages) || !b.Plan.Needs(model.NodeID(stage)) {
		return nil
	}
	out := make([]PlatformSteps, 0, len(b.Begin.Platforms))
	total, seen := 0, 0
	for _, name := range b.Begin.Platforms {
		p := PlatformSteps{Platform: shortPlatform(name)}
		known := false
		total = 0
		for _, step := range g.Stages[stage].Steps {
			if !step.Vertex {
				continue
			}
			total++
			var its []string // several for COPY --link
			for _, d := range b.byStep[StepRef{stage, step.Index}] {
				if targetPlatform(b.vertices[d].Platform) == p.Platform {
					its = append(its, d)
				}
			}
			known = known || len(its) > 0
			if s := b.settle(b.stateOf(its)); len(its) > 0 && (s == Done || s == Cached) {
				p.Done++
			}
		}
		p.Total = total
		if known {
			seen++
		}
		out = append(out, p)
	}
	if seen < 2 {
		return nil
	}
	return out
}

// targetPlatform is the platform that a vertex builds for: the second one where
// BuildKit names two, "linux/amd64->arm64" (0.33.1, dockerfile2llb, prefixCommand).
func targetPlatform(name string) string {
	if _, to, ok := strings.Cut(name, "->"); ok {
		name = to
	}
	return shortPlatform(name)
}

func shortPlatform(name string) string { return strings.TrimPrefix(name, "linux/") }
