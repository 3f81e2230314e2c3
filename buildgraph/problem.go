package buildgraph

import (
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/sanitize"
)

// span is a range of lines, 1-based and inclusive. The zero span means the
// whole file.
type span struct{ start, end int }

// spanOf is the span from the first to the last of BuildKit's ranges.
func spanOf(r []parser.Range) span {
	if len(r) == 0 {
		return span{}
	}
	return span{r[0].Start.Line, max(r[0].Start.Line, r[len(r)-1].End.Line)}
}

// maxProblems bounds what is kept of a file that is wrong all over.
const maxProblems = 1000

// report adds a problem.
func (b *builder) report(p model.Problem) {
	if len(b.graph.Problems) >= maxProblems {
		return
	}
	p.Message = sanitize.Text(p.Message)
	b.graph.Problems = append(b.graph.Problems, p)
}

// refuse reports what makes BuildKit refuse the file for every target.
func (b *builder) refuse(at span, msg string) {
	b.refuseIn(b.stageAt(at.start), at, msg)
}

// refuseIn is refuse for a known stage.
func (b *builder) refuseIn(stage int, at span, msg string) {
	b.report(model.Problem{
		Level: model.LevelError, Line: at.start, EndLine: at.end, Stage: stage, Message: msg, Always: true,
	})
}

// fail reports what makes BuildKit refuse the targets that need the stage.
func (b *builder) fail(stage int, at span, msg string) {
	b.report(model.Problem{
		Level: model.LevelError, Line: at.start, EndLine: at.end, Stage: stage, Message: msg,
	})
}

// refused says whether an error has been reported.
func (b *builder) refused() bool {
	for _, p := range b.graph.Problems {
		if p.Level == model.LevelError {
			return true
		}
	}
	return false
}

// stageAt returns the stage read so far whose FROM is at or above the line, or
// -1.
func (b *builder) stageAt(line int) int {
	for i := len(b.stages) - 1; i >= 0; i-- {
		if line >= b.stages[i].at.start {
			return i
		}
	}
	return -1
}
