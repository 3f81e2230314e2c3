package build

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
)

// Problem is the warning as a problem of the Dockerfile. BuildKit repeats the
// line at the end of a linter's message, which the file's own problems, found
// without it, do not have: so a warning and the problem that it repeats are alike.
func (w Warning) Problem() model.Problem {
	text := strings.TrimSuffix(w.Message, fmt.Sprintf(" (line %d)", w.Line))
	return model.Problem{Level: model.LevelWarning, Line: w.Line, EndLine: max(w.Line, w.EndLine), Stage: -1, Message: text}
}

// Problems are the Dockerfile's, and those of the build's warnings that say
// something else.
func (b *Build) Problems() []model.Problem {
	var out []model.Problem
	type place struct {
		line int
		text string
	}
	seen := map[place]bool{}
	add := func(p model.Problem) {
		if at := (place{p.Line, p.Message}); !seen[at] {
			seen[at] = true
			out = append(out, p)
		}
	}
	if b.Begin.Graph != nil {
		for _, p := range b.Begin.Graph.Problems {
			add(p)
		}
	}
	for _, w := range b.Warnings {
		add(w.Problem())
	}
	return out
}
