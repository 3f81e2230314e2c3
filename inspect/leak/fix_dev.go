package leak

import (
	"fmt"
	"path"

	"github.com/stagedive/stagedive/inspect/leak/rewrite"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/sanitize"
)

// devFix is for packages for development that a COPY brought: from the stage that it took
// them from, or from the build context.
func devFix(rule finding.Rule, l leak, text, from string) string {
	if from == "" {
		return fmt.Sprintf("add %s to .dockerignore, and install in the image without what is for development: %s", path.Base(l.path), lowerFirst(rule.Fix))
	}
	if rule.ID == "SD-D002" {
		return fmt.Sprintf("stage %s: %s, and copy that", from, rewrite.Prune(rule.ID))
	}
	return fmt.Sprintf("end stage %s with RUN %s, before %q copies what is left", from, rewrite.Prune(rule.ID), sanitize.Shorten(text, 60))
}
