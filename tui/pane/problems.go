package pane

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
)

// Beside are the problems of a Dockerfile that no finding tells of: BuildKit's linter says
// the same when the file is read, when it is judged and at the end of a build.
func Beside(all []model.Problem, found []finding.Finding) []model.Problem {
	return slices.DeleteFunc(slices.Clone(all), func(p model.Problem) bool {
		rule, _, _ := strings.Cut(p.Message, ":")
		return p.Level == model.LevelWarning && slices.ContainsFunc(found, func(f finding.Finding) bool {
			return f.Line == p.Line && (f.Rule == "BK-"+rule || rule == "SecretsUsedInArgOrEnv" && f.Rule == "SD-B005")
		})
	})
}
